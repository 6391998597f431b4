#!/usr/bin/env python3
"""Feeds captures and files made to be dear, once and four times as large, and fails when the work grows more than fivefold.

    growth.py [--programs DIR] [--plugin-dir DIR] [KIND...]

DIR holds replay (default: build/tests/bench), which does all but Wireshark's part, with all four reports; valgrind's callgrind
counts its instructions, less those for an empty capture. Each KIND below, and those of storms.py, is one idea of what a capture
or a server's file can hold much of. "lines" and "problems" feed ssltrouble-reduce instead; "layouts" reads every file of
tests/evidence as many times in a row, each counted by itself. --plugin-dir is ignored.
"""

import argparse
import concurrent.futures
import ipaddress
import json
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import generate  # (beside this file)
from storms import STORMS, problems
from tape import (ACK, AUTHORITY, FIN, PSH, RST, SYN, Tape, certificate, client_hello, der, extension, oid, record, rsa)

ROOT = Path(__file__).resolve().parent.parent.parent
LIMIT = 5.0
FLOOR = 1_000_000  # below it a number tells of what is done once: a square of 16 KB costs hundreds of millions


def one_certificate(name, *parts):
    """one_certificate(name, *parts) is a kind: a certificate with an extension that holds the parts n times."""
    def write(tape, num, _):
        dice = random.Random(1)
        tape.refused_certificates([certificate(dice, "www.example.com", "Example CA", rsa(dice, 2048),
                                               extension(name, *parts * num))])
    return write


def leaves(tape, num, _):
    """leaves: every connection shows another certificate, whose issuer nobody has."""
    dice = random.Random(2)
    key = rsa(dice, 1024)
    for i in range(num):
        tape.refused_certificates([certificate(dice, "www.example.com", f"Example CA {i}", key, signature=128)],
                                  server=f"192.0.2.{i % 200}")


def namesakes(tape, num, _):
    """namesakes: as many authorities of one name as certificates that any of them might have issued."""
    dice = random.Random(3)
    key = rsa(dice, 1024)
    for i in range(num):
        authority = certificate(dice, "Example CA", "Example Root", rsa(dice, 1024), AUTHORITY, signature=128)
        other = certificate(dice, f"x{i}", "nobody", key, signature=128)
        tape.refused_certificates([other, authority])
    for i in range(num):
        tape.refused_certificates([certificate(dice, "www.example.com", "Example CA", key, signature=128)])


def exponents(tape, num, _):
    """exponents: the server signs with an RSA key of so many bits, and an exponent as long."""
    dice = random.Random(4)
    for _ in range(4):
        key = rsa(dice, num, dice.getrandbits(num - 1) | 1)
        shown = certificate(dice, "www.example.com", "Example CA", key)
        issuers = [certificate(dice, "Example CA", "Example Root", rsa(dice, num, dice.getrandbits(num - 1) | 1), AUTHORITY,
                               signature=num // 8) for _ in range(2)]
        tape.refused_certificates([shown, *issuers], alert=51, signature=b"\x7f" + dice.randbytes(num // 8 - 1))


def hellos(tape, num, _):
    """hellos: a server refuses as many different ClientHellos."""
    for i in range(num):
        tape.refused_hello(name=f"h{i}.example.com", groups=(29, 256 + i), suites=(0xC02F, 0x2F, 0x35)[:1 + i % 3])


def servers(tape, num, _):
    """servers: as many servers refuse one ClientHello each."""
    for i in range(num):
        tape.refused_hello(server=str(ipaddress.IPv4Address("198.19.0.0") + i))


def events(tape, num, folder):
    """events: as many servers refuse, and one's log holds as many events without a time zone."""
    servers(tape, num, folder)
    text = "".join(f"Event[{i}]:\n  Log Name: System\n  Source: Schannel\n"
                   f"  Date: 2023-11-14T22:{13 + i // 60 % 40}:{i % 60:02}.000\n  Event ID: 36874\n  Description: \nnone\n\n"
                   for i in range(num))
    (folder / "events.txt").write_text(text)


def logs(tape, num, folder):
    """logs: a server refuses as many clients, and its log has a line for each, and as many for others at that time."""
    def line(i, client):
        return (f"2023/11/14 22:{13 + i // 60 % 40:02}:{i % 60:02} [info] 21#21: *{i} SSL_do_handshake() failed (SSL: "
                "error:0A0000C1:SSL routines::no shared cipher) while SSL handshaking, "
                f"client: {client}, server: 0.0.0.0:443\n")
    text = []
    for i in range(num):
        tape.number = 40000 * i
        tape.refused_hello()
        text += [line(i, ipaddress.IPv4Address("198.18.0.0") + i), line(i, ipaddress.IPv4Address("203.0.113.0") + i % 250)]
    (folder / "error.log").write_text("".join(text))


def files(tape, num, folder):
    """files: a scan of as many servers, and one's files with as many bindings and sockets."""
    for i in range(num):
        server = (int(ipaddress.IPv4Address("198.19.0.0")) + i, 443)
        client = (int(ipaddress.IPv4Address("198.18.0.1")), 40000)
        tape.frame((client, server), (1000, 0), SYN)
        tape.frame((server, client), (0, 1001), RST | ACK)
    own = [f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}:{444 + i % 1000}" for i in range(num)]
    (folder / "bindings.txt").write_text("\nSSL Certificate bindings: \n------------------------- \n\n" + "".join(
        f"    IP:port                      : {place}\n    Certificate Hash             : {i:040x}\n"
        "    Application ID               : {d7d72267-fcf9-4424-9eec-7e1d8dcec9a9}\n"
        "    Certificate Store Name       : MY\n\n" for i, place in enumerate(own)))
    (folder / "netstat.txt").write_text(
        "\nActive Connections\n\n  Proto  Local Address          Foreign Address        State           PID\n" + "".join(
            f"  TCP    {place}           0.0.0.0:0              LISTENING       {i + 5}\n" for i, place in enumerate(own)))


def begins(tape, num, folder):
    """begins: an event log of as many events that do not end."""
    tape.refused_hello()
    (folder / "system.xml").write_text("<Events>" + "<Event xmlns='x'>" * num)


def crumbs(tape, num, _):
    """crumbs: a ClientHello of as many bytes, one in each segment, the later ones first in each sixty."""
    hello = client_hello(padding=num)
    ends = ((int(ipaddress.IPv4Address("198.18.0.1")), 40000), (int(ipaddress.IPv4Address("192.0.2.1")), 443))
    tape.frame(ends, (1000, 0), SYN)
    tape.frame(ends[::-1], (1000, 1001), SYN | ACK)
    for start in range(0, len(hello), 60):
        for at in reversed(range(start, min(start + 60, len(hello)))):
            tape.frame(ends, (1001 + at, 1001), PSH | ACK, hello[at:at + 1])
    tape.frame(ends[::-1], (1001, 1001 + len(hello)), PSH | ACK, record(21, b"\2\x28"))
    tape.frame(ends[::-1], (1008, 1001 + len(hello)), FIN | ACK)


def again(tape, num, _):
    """again: the same two endpoints as many times."""
    for _ in range(num):
        tape.number = 0
        tape.refused_hello()


def twice(tape, num, _):
    """twice: connections that were captured at two points."""
    tape.points = [0, 0]
    hellos(tape, num, _)


def translated(tape, num, _):
    """translated: connections that were captured before and behind a device that changes the client's address."""
    tape.points = [0, 1 << 16]
    hellos(tape, num, _)


def clients(tape, num, folder):
    """clients: a server refuses as many clients, and each says so in a file."""
    servers(tape, num, folder)
    for part in range(1 + num // 200):
        (folder / f"curl{part}.txt").write_text("".join(
            f"*   Trying 198.19.{i >> 8}.{i & 255}:443...\n* Connected to 198.19.{i >> 8}.{i & 255} (198.19.{i >> 8}.{i & 255}) "
            "port 443 (#0)\ncurl: (35) error:0A000410:SSL routines::sslv3 alert handshake failure\n"
            for i in range(part * 200, min(num, part * 200 + 200))))


def copies(name):
    """copies(name) is a kind: a test capture as many times, each with a client (in 802.1X: with sides) of its own."""
    def write(tape, num, _):
        frames = [frame for _, frame in generate.read_frames(generate.CAPTURES / f"{name}.pcapng")]
        client = next((frame[26:30] for frame in frames if frame[12:14] == b"\x08\0"), b"")
        for i in range(num):
            own = (int(ipaddress.IPv4Address("198.18.0.0")) + i).to_bytes(4, "big")
            for frame in frames:
                if frame[12:15] == b"\x08\0\x45":
                    addresses = [own if address == client else address for address in (frame[26:30], frame[30:34])]
                    tape.raw(frame[:26] + b"".join(addresses) + frame[34:])
                elif frame[12:14] == b"\x88\x8e":
                    sides = [side if side[0] & 1 else side[:2] + own[1:] + side[5:] for side in (frame[:6], frame[6:12])]
                    tape.raw(b"".join(sides) + frame[12:])
    return write


def lookups(tape, num, _):
    """lookups: as many questions and answers of DNS."""
    for i in range(num):
        ends = [struct.pack("!BBH", 198, 18, i & 0xFFFF), bytes([192, 0, 2, 53])]
        name = b"\7example\3com\0\0\1\0\1"
        for side, flags in ((0, b"\1\0"), (1, b"\x81\x80")):
            data = i.to_bytes(2, "big") + flags + b"\0\1" + bytes(6) + name
            udp = struct.pack("!HHHH", *(30000, 53)[::1 - 2 * side], 8 + len(data), 0) + data
            ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0)
            tape.raw(bytes(12) + b"\x08\0" + ip + ends[side] + ends[1 - side] + udp)


URI = der(0x86, b"")
KINDS = {
    "points": (3500, one_certificate("2.5.29.31", der(0x30, der(0xA0, der(0xA0, URI))))),
    "access": (3500, one_certificate("1.3.6.1.5.5.7.1.1", der(0x30, oid("1.2.3"), URI))),
    "usages": (5000, one_certificate("2.5.29.37", oid("1.2"))),
    "names": (3000, one_certificate("2.5.29.17", der(0x82, b"a.example"))),
    "policies": (5000, one_certificate("2.5.29.32", der(0x30, oid("1.2")))),
    "leaves": (250, leaves),
    "namesakes": (60, namesakes),
    "exponents": (2048, exponents),
    "hellos": (400, hellos),
    "servers": (400, servers),
    "events": (300, events),
    "logs": (200, logs),
    "files": (500, files),
    "begins": (4000, begins),
    "crumbs": (2500, crumbs),
    "again": (400, again),
    "twice": (200, twice),
    "translated": (200, translated),
    "clients": (200, clients),
    "tds": (30, copies("certificate_expired.tds")),
    "eap": (30, copies("certificate_expired.eap")),
    "eapol": (30, copies("certificate_expired.eapol")),
    "dtls": (60, copies("certificate_expired.dtls")),
    "quic": (30, copies("certificate_expired.quic")),
    "openvpn": (30, copies("certificate_expired.openvpn")),
    "lookups": (4000, lookups),
    **STORMS,
}
LINES, LAYOUT_BYTES = 500, 4000


def counted_runs(folder, command, *options):
    """counted_runs(folder, command, option...) returns the instructions of the whole run, or of each part of it."""
    done = subprocess.run(["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={folder / 'counts'}", *options, *command],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{folder.name}: exit code {done.returncode}: {done.stderr[-500:]}")
    parts = sorted(folder.glob("counts.*"), key=lambda path: (len(path.name), path.name))
    files = parts or [folder / "counts"]  # with parts: what came behind the last of them
    return [int(re.search(r"^(?:summary|totals): (\d+)", path.read_text(errors="replace"), re.M)[1]) for path in files]


def lines(folder, num):
    """lines(folder, num) writes as many lines for ssltrouble-reduce, each of another time and client."""
    rows = []
    for i in range(num):
        server = f"198.19.{i % 100}.{i % 7}"
        rows.append({"file": f"{i // 100}.pcap", "stream": i, "transport": "tcp", "client": f"198.18.{i >> 8}.{i & 255}:40000",
                     "client_ip": f"198.18.{i >> 8}.{i & 255}", "server": f"{server}:443", "sni": f"h{i}.example.com",
                     "outcome": "failed", "cause": ("cipher_mismatch", "certificate_expired")[i % 2],
                     "confidence": ("possible", "likely", "confirmed")[i % 3], "title": "No cipher", "why": "None is common.",
                     "recovered_by": None, "time": f"20{10 + i * 7 % 10}-{1 + i * 5 % 12:02}-{1 + i * 3 % 28:02}T{i % 24:02}:00:00.000000Z",
                     "evidence": [{"frame": 1, "text": "no"}], "checks": ["Look"], "commands": ["ls"], "excluded": []})
        if i % 3 == 0:
            rows[-1].update(outcome="established", cause=None)
    (folder / "lines").write_text("".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows))


REDUCED = {"lines": lines, "problems": problems}


def layouts(folder, programs):
    """layouts(folder, programs) returns {file of tests/evidence: (instructions at n, at 4n)}."""
    folder.mkdir()
    samples, folders = [], []
    for path in sorted((ROOT / "tests" / "evidence").rglob("*")):
        data = path.read_bytes() if path.is_file() and path.suffix not in (".md", ".py") else b""
        if not data or data in [sample[1] for sample in samples]:
            continue
        samples.append((f"{path.parent.name}/{path.name}", data))
        for size in (1, 4):
            folders.append(folder / f"{len(samples)}.{size}")
            folders[-1].mkdir()
            (folders[-1] / path.name).write_bytes(many_events(data, 2 * size) if len(data) > 65536 else
                                                  data * (size * (1 + LAYOUT_BYTES // len(data))))
    parts = counted_runs(folder, [programs / "replay", "--folders", *folders], "--dump-after=dx_evidence_read_folder")
    return {name: (parts[2 * i], parts[2 * i + 1]) for i, (name, _) in enumerate(samples)}


def many_events(data, num):
    """many_events(data, num) is a file of .evtx whose blocks of 64 KB stand there as many times."""
    blocks = data[4096:]
    header = bytearray(data[:4096])
    count = len(blocks) // 65536 * num
    struct.pack_into("<QQ", header, 8, 0, count - 1)  # the first and last block
    struct.pack_into("<H", header, 42, count)
    struct.pack_into("<I", header, 124, zlib.crc32(header[:120]))
    return bytes(header) + blocks * num


def instructions(folder, programs, kind, size):
    """instructions(folder, programs, kind, size) counts what replay needs for a capture of this size."""
    folder.mkdir()
    if kind in REDUCED:
        REDUCED[kind](folder, size)
        return counted_runs(folder, [programs.parent.parent / "bin" / "ssltrouble-reduce", folder / "lines"])[0]
    (folder / "files").mkdir()
    tape = Tape(folder / "capture.pcap")
    if kind:
        KINDS[kind][1](tape, size, folder / "files")
    tape.out.close()
    command = [programs / "replay", folder / "capture.pcap"]
    if any((folder / "files").iterdir()):
        command.append(folder / "files")
    return counted_runs(folder, command)[0]


def table(args, temp):
    """table(args, temp) yields (kind, n, instructions at n, at 4n), for layouts a row for each file."""
    kinds = [kind for kind in args.kinds or [*KINDS, *REDUCED] if kind != "layouts"]
    sizes = {kind: KINDS[kind][0] if kind in KINDS else LINES for kind in kinds}
    jobs = [("idle", "", 0), ("idle.lines", "lines", 0)]
    jobs += [(f"{kind}{size}", kind, size) for kind in kinds for size in (sizes[kind], 4 * sizes[kind])]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        every = pool.submit(layouts, temp / "layouts", args.programs) if "layouts" in args.kinds or not args.kinds else None
        counts = list(pool.map(lambda job: instructions(temp / job[0], args.programs, *job[1:]), jobs))
        for number, kind in enumerate(kinds):
            idle = counts[kind in REDUCED]
            yield kind, sizes[kind], counts[2 + 2 * number] - idle, counts[3 + 2 * number] - idle
        for name, (small, large) in every.result().items() if every else ():
            yield name, "file", small, large


def main():
    """main() prints one row for each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=Path, default=ROOT / "build" / "tests" / "bench")
    parser.add_argument("--plugin-dir", help=argparse.SUPPRESS)
    parser.add_argument("kinds", nargs="*", metavar="KIND", choices=[[], *KINDS, *REDUCED, "layouts"], help="which (default: all)")
    args = parser.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="ssltrouble.") as temp:
        print(f"{'kind':<10}{'n':>7}{'at n':>10}{'at 4n':>10}{'growth':>8}   (million instructions)")
        for kind, size, small, large in table(args, Path(temp)):
            good = large <= max(LIMIT * small, FLOOR)
            if size != "file" or not good or args.kinds:
                print(f"{kind:<10}{size:>7}{small / 1e6:>10.1f}{large / 1e6:>10.1f}{large / small:>8.2f}{'' if good else '   TOO MUCH'}",
                      flush=True)
            passed, failed = passed + good, failed + (not good)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
