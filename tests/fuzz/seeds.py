#!/usr/bin/env python3
"""Writes the test captures, the certificates in them and the evidence files as seeds for the fuzz targets.

    seeds.py OUT    makes OUT/fuzz_capture, OUT/fuzz_udp, OUT/fuzz_wire, OUT/fuzz_certs, OUT/fuzz_evidence
"""

import struct
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "bench"))
import generate  # noqa: E402

FIN, SYN, ACK = 1, 2, 16


def segments(path):
    """segments(path) returns (time, source, destination, seq, flags, payload) of a capture's TCP over IPv4."""
    found = []
    for time, frame in generate.read_capture(path):
        length = struct.unpack_from("!H", frame, 16)[0]
        data = 34 + (frame[46] >> 4) * 4
        found.append((time, (frame[26:30], frame[34:36]), (frame[30:34], frame[36:38]),
                      struct.unpack_from("!I", frame, 38)[0], frame[47], frame[data:14 + length]))
    return found


def events(path):
    """events(path) returns a capture in the format of fuzz_capture.c; only its first four connections."""
    out, streams, expected, last = b"", {}, {}, 0
    for time, source, destination, seq, flags, payload in segments(path):
        pair = frozenset((source, destination))
        if pair not in streams:
            if len(streams) == 4:
                continue
            streams[pair] = (len(streams), source if flags & (SYN | ACK) != SYN | ACK else destination)
        stream, client = streams[pair]
        side = 0 if source == client else 1
        distance = (seq - expected.get((stream, side), seq)) % 2**32
        if distance and distance not in range(1, 128) and distance not in range(2**32 - 128, 2**32):
            distance = 0
        step = min(31, max(0, (time - last).bit_length() - 1))
        last = time
        out += struct.pack("<BBBBHBB", side | stream << 1, flags & 31, distance & 255, step, len(payload), 0, 0) + payload
        expected[stream, side] = (seq + len(payload) + (1 if flags & (FIN | SYN) else 0)) % 2**32
    return out


def datagrams(path):
    """datagrams(path) returns UDP over IPv4 and EAPOL in the format of fuzz_udp.c; only its first two flows of UDP."""
    out, flows, last = b"", {}, 0
    for time, frame in generate.read_frames(path):
        if frame[12:14] == b"\x88\x8e" and frame[15] == 0:
            flags, payload = 16 | (frame[18] in (1, 3, 4)), frame[18:18 + struct.unpack_from("!H", frame, 16)[0]]
        elif frame[12:15] == b"\x08\x00\x45" and frame[23] == 17:
            ends = (frame[26:30], frame[34:36]), (frame[30:34], frame[36:38])
            if frozenset(ends) not in flows and len(flows) == 2:
                continue
            number, client = flows.setdefault(frozenset(ends), (len(flows), ends[0]))
            flags, payload = number << 1 | (ends[0] != client), frame[42:14 + struct.unpack_from("!H", frame, 16)[0]]
        else:
            continue
        out += struct.pack("<BBH", flags, min(31, max(0, (time - last).bit_length() - 1)), len(payload)) + payload
        last = time
    return out


def messages(data):
    """messages(data) returns the handshake messages of what one side sent, and its alerts' numbers, up to what is encrypted."""
    handshake, alerts, at = b"", [], 0
    while at + 5 <= len(data):
        kind, length = data[at], struct.unpack_from("!H", data, at + 3)[0]
        content = data[at + 5:at + 5 + length]
        if kind == 22:
            handshake += content
        elif kind == 21 and length == 2:
            alerts.append(content[1])
        else:
            break
        at += 5 + length
    return handshake, alerts


def frames(handshake, alerts):
    """frames(handshake, alerts) returns what one side sent as frames of QUIC (RFC 9000 sections 19.6 and 19.19), each for a
    datagram of its own: CRYPTO, and a CONNECTION_CLOSE for each alert."""
    pieces = [b"\x06" + struct.pack("!HH", 0x4000 | at, 0x4000 | len(handshake[at:at + 1000])) + handshake[at:at + 1000]
              for at in range(0, min(len(handshake), 12000), 1000)]
    return pieces + [b"\x1c" + struct.pack("!HBB", 0x4100 | alert, 6, 0) for alert in alerts]


def carried(path):
    """carried(path) returns the same handshakes over QUIC and DTLS in the format of fuzz_udp.c: what each side of the capture's
    first connection sent, as frames of Initial packets, of Handshake packets, and as records."""
    sides = {}
    for _, source, _, _, _, payload in segments(path):
        if source in sides or len(sides) < 2:
            sides[source] = sides.get(source, b"") + payload
    said = [messages(data) for data in sides.values()]
    quic = dtls = b""
    for number, (handshake, alerts) in enumerate(said):
        for place, piece in enumerate(frames(handshake, alerts)):
            quic += struct.pack("<BBH", number | (4 if number == 0 or place == 0 else 8), 10, len(piece)) + piece
        at = sequence = 0
        while at + 4 <= len(handshake):
            length = int.from_bytes(handshake[at + 1:at + 4], "big")
            body = handshake[at + 4:at + 4 + min(length, 1200)]
            fragment = handshake[at:at + 4] + struct.pack("!H", sequence) + bytes(3) + len(body).to_bytes(3, "big") + body
            record = b"\x16\xfe\xfd" + struct.pack("!HHIH", 0, 0, sequence, len(fragment)) + fragment
            dtls += struct.pack("<BBH", number, 10, len(record)) + record
            at, sequence = at + 4 + length, sequence + 1
        for alert in alerts:
            dtls += struct.pack("<BBH", number, 10, 15) + b"\x15\xfe\xfd" + struct.pack("!HHIHBB", 0, 0, sequence, 2, 2, alert)
    return [seed for seed in (quic, dtls) if len(seed) < 20000 and said and said[0][0][:1] == b"\1"]


def payload_seeds(path):
    """payload_seeds(path) returns what each side sent first, for the targets that take plain bytes."""
    sides = {}
    for _, source, _, _, _, payload in segments(path):
        if payload and len(sides.setdefault(source, b"")) < 6000:
            sides[source] += payload
    return [data for data in sides.values() if data]


def certificates(data):
    """certificates(data) returns what looks like DER certificates: long SEQUENCEs that begin with a SEQUENCE."""
    found, at = [], data.find(b"\x30\x82")
    while at >= 0:
        length = struct.unpack_from("!H", data, at + 2)[0] + 4 if at + 4 <= len(data) else 0
        if 200 < length <= len(data) - at and data[at + 4:at + 6] == b"\x30\x82":
            found.append(data[at:at + length])
            at += length - 1
        at = data.find(b"\x30\x82", at + 1)
    return found


def main():
    """main() writes the seeds."""
    out = Path(sys.argv[1])
    folders = {name: out / name for name in ("fuzz_capture", "fuzz_udp", "fuzz_wire", "fuzz_certs", "fuzz_evidence")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(generate.CAPTURES.glob("*.pcapng")):
        try:
            (folders["fuzz_capture"] / path.stem).write_bytes(events(path))
            datagram = datagrams(path)
            if datagram:
                (folders["fuzz_udp"] / path.stem).write_bytes(datagram)
            for number, seed in enumerate(carried(path)):
                (folders["fuzz_udp"] / f"{path.stem}.{number}").write_bytes(seed)
            for number, data in enumerate(payload_seeds(path)):
                (folders["fuzz_wire"] / f"{path.stem}.{number}").write_bytes(bytes([1 + number % 6]) + data)
                for row, der in enumerate(certificates(data)):
                    (folders["fuzz_certs"] / f"{path.stem}.{number}.{row}").write_bytes(der)
        except (AssertionError, IndexError):  # another link layer, or nothing of TCP over IPv4 in it
            continue
    for path in (TESTS / "evidence").rglob("*"):
        if path.is_file() and path.stat().st_size < 65536:
            (folders["fuzz_evidence"] / f"{path.parent.name}.{path.name}").write_bytes(b"\0" + path.read_bytes())


if __name__ == "__main__":
    main()
