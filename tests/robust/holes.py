#!/usr/bin/env python3
"""Takes packets and bytes away from the test captures: what a capture does not hold is nobody's failure.

    holes.py --plugin-dir DIR [--tshark CMD] [--rounds N] [--seed N] [NAME...]

Each round takes one capture (all with NAME) and one of: a single packet missing, one direction only, no SYNs, what
Wireshark calls TLS only, a short snapshot length. A healthy connection must not become `failed`, and one that failed
must not be confirmed for a cause that the whole capture does not give it. Both hold for every capture of
../../test-captures whose connections have different ports. The last line counts the rounds.
"""

import argparse
import concurrent.futures
import json
import random
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "captures"))
from run import Runner  # noqa: E402  (tests/captures/run.py: the one place that knows how to run tshark unprivileged)

PACKET = 6  # Enhanced Packet Block: draft-ietf-opsawg-pcapng section 4.3
# Only their own decoding makes these readable, or the capture holds more than one copy of every packet.
LEFT_OUT = ("dtls", "quic", "duplicated_packets", "both_sides")


# A certificate without the name is one for another name, once what the server does for others is known.
LESS_EXACT = {"sni_wrong_certificate": "certificate_name_mismatch"}


def verdicts(text):
    """verdicts(text) are the report's objects by client and server; None where two connections share a port."""
    rows = [json.loads(line) for line in text.splitlines()]
    found = {(row["client"], row["server"]): row for row in rows}
    return found if len(found) == len(rows) else None


def poorer_copy(data, keep, length):
    """poorer_copy(data, keep, length) is a little-endian pcapng file with the packets that keep(number) wants, each cut
    at `length` bytes. (editcap cannot write the files that have keys.)"""
    out, offset, number = bytearray(), 0, 0
    while offset < len(data):
        kind, total = struct.unpack_from("<II", data, offset)
        block = data[offset : offset + total]
        offset += total
        if kind == PACKET:
            number += 1
            captured = min(struct.unpack_from("<I", block, 20)[0], length)
            if not keep(number):
                continue
            body = block[8:20] + struct.pack("<I", captured) + block[24:28] + block[28 : 28 + captured]
            body += bytes(-len(body) % 4)
            block = struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
        out += block
    return bytes(out)


def num_packets(data):
    """num_packets(data) counts the packets of a pcapng file."""
    offset = num = 0
    while offset < len(data):
        kind, total = struct.unpack_from("<II", data, offset)
        num += kind == PACKET
        offset += total
    return max(num, 1)


def numbers(path, words):
    """numbers(path, words) are the packets that a display filter finds, by Wireshark without the plugin."""
    done = subprocess.run(["tshark", "-r", str(path), "-Y", words, "-T", "fields", "-e", "frame.number"],
                          capture_output=True, text=True, check=True)
    return set(map(int, done.stdout.split()))


def make(rng, path, out):
    """make(rng, path, out) writes a poorer copy of a capture and says what was taken."""
    kind = rng.choice(["packet"] * 12 + ["snaplen", "snaplen", "client", "server", "nosyn", "tls"])
    length, data = 1 << 20, path.read_bytes()
    if kind == "packet":
        lost = rng.randint(1, num_packets(data))
        keep, said = (lambda number: number != lost), f"without packet {lost}"
    elif kind == "snaplen":
        length = rng.choice([64, 68, 96, 128, 150, 200])
        keep, said = (lambda number: True), f"cut at {length} bytes"
    else:
        words = {"client": "tcp.srcport > tcp.dstport", "server": "tcp.srcport < tcp.dstport", "nosyn": "!tcp.flags.syn",
                 "tls": "tls"}[kind]
        keep, said = numbers(path, words).__contains__, f"only {words}"
    out.write_bytes(poorer_copy(data, keep, length))
    out.chmod(0o644)
    return said


def complaints(whole, poorer):
    """complaints(whole, poorer) lists what a capture with holes says and must not say."""
    found = []
    for key, row in poorer.items():
        before = whole.get(key)
        if row["outcome"] == "failed" and (not before or before["outcome"] != "failed"):
            found.append(f"{key[0]}: {row['cause']} {row['confidence']}, was {before and before['outcome']}")
        elif row["confidence"] == "confirmed" and before and row["cause"] not in [
                before["cause"], LESS_EXACT.get(before["cause"]), *before["candidates"]]:
            found.append(f"{key[0]}: {row['cause']} confirmed, was {before['cause']} {before['confidence']}")
    return found


def play(runner, temp, name, seed):
    """play(runner, temp, name, seed) is one round: complaints."""
    rng, out = random.Random(f"{seed} {name}"), temp / f"{name}.{seed}.pcapng"
    with runner.readable(name, f"{name}.{seed}.whole") as path:
        whole = verdicts(runner.report(path)[0])
        if whole is None:
            return []
        said = make(rng, path, out)
    text, error = runner.report(out)
    out.unlink()
    found = [error] if error else complaints(whole, verdicts(text) or {})
    return [f"{name} {said}: {problem}" for problem in found]


def main():
    """main() plays the rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugin-dir", required=True, help="what WIRESHARK_PLUGIN_DIR is set to")
    parser.add_argument("--tshark", default="tshark")
    parser.add_argument("--captures", default=HERE.parent.parent / "test-captures")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("names", nargs="*", metavar="NAME", help="captures (default: by chance)")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    every = sorted(path.stem for path in Path(args.captures).glob("*.pcapng"))
    every = [name for name in every if not any(word in name for word in LEFT_OUT)]
    rounds = [(rng.choice(args.names or every), f"{args.seed}.{number}") for number in range(args.rounds)]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="ssltrouble.") as name:
        temp = Path(name)
        runner = Runner(args.tshark, args.plugin_dir, args.captures, temp)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for found in pool.map(lambda row: play(runner, temp, *row), rounds):
                failed += bool(found)
                for problem in found:
                    print(problem, flush=True)
    print(f"{len(rounds) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
