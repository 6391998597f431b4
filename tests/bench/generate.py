#!/usr/bin/env python3
"""Makes large captures from the test captures, by replication with other addresses, ports and times.

    generate.py [--captures DIR] KIND CONNECTIONS OUT.pcap

KIND is one of
    handshakes  working and failing handshakes by turns
    healthy     working handshakes only
    failing     failing handshakes only
    bulk        TLS downloads of 300 kB each
    plain       TCP that is no TLS: HTTP, and downloads over a protocol of no name
    dns         nothing but DNS: a question and its answer each
The servers are few and the clients many. Checksums are not made right: tshark does not look at them unless told to.
"""

import argparse
import itertools
import random
import struct
from pathlib import Path

CAPTURES = Path(__file__).resolve().parent.parent.parent / "test-captures"
WORKING = ["ok_tls12", "ok_tls13", "ok_resumption13", "ok_handshake_only"]
FAILING = ["protocol_version_mismatch", "cipher_mismatch", "certificate_expired", "client_certificate_required"]
SERVERS_OF_EACH = 16
SEGMENT = 1448
FIN, SYN = 1, 2
INTERFACE, PACKET = 1, 6  # blocks of pcapng


def read_frames(path):
    """read_frames(path) returns [(microseconds, bytes)], the frames of a pcapng file of Ethernet as Wireshark writes it."""
    data, frames, offset, units = path.read_bytes(), [], 0, []
    while offset + 12 <= len(data):
        kind, length = struct.unpack_from("<II", data, offset)
        if kind == INTERFACE:
            link = struct.unpack_from("<H", data, offset + 8)[0]
            assert link == 1, f"{path}: not Ethernet"
            resolution = data.find(b"\x09\0\1\0", offset + 16, offset + length)  # if_tsresol; a power of ten
            units.append(10 ** data[resolution + 4] if resolution >= 0 else 1000000)
        elif kind == PACKET:
            interface, high, low, captured = struct.unpack_from("<IIII", data, offset + 8)
            frames.append(((high << 32 | low) * 1000000 // units[interface], data[offset + 28:offset + 28 + captured]))
        offset += length
    return frames


def read_capture(path):
    """read_capture(path) returns [(microseconds, bytes)], the TCP over IPv4 of a capture."""
    return [(time, frame) for time, frame in read_frames(path) if frame[12:15] == b"\x08\x00\x45" and frame[23] == 6]


def connections_of(path):
    """connections_of(path) returns one list of (time, frame, from client) per TCP connection that begins with a SYN."""
    found = {}
    for time, frame in read_capture(path):
        source, destination = (frame[26:30], frame[34:36]), (frame[30:34], frame[36:38])
        if frame[47] & 0x12 == SYN:
            found[(source, destination)] = []
        for key, from_client in (((source, destination), True), ((destination, source), False)):
            if key in found:
                found[key].append((time, frame, from_client))
    return list(found.values())


def with_data(connection, payload):
    """with_data(connection, payload) lets the server send `payload` before the first FIN, acknowledged in pairs."""
    result, added, templates = [], 0, {}
    for time, frame, from_client in connection:
        if frame[47] & FIN and not added:
            for at in range(0, len(payload), SEGMENT):
                result.append((time, moved(templates[False], added, 0, payload[at:at + SEGMENT]), False))
                added += len(payload[at:at + SEGMENT])
                if at // SEGMENT % 2:
                    result.append((time, moved(templates[True], 0, added, b""), True))
        result.append((time, moved(frame, 0, added) if from_client else moved(frame, added, 0), from_client))
        templates[from_client] = moved(next_frame(frame), 0, 0, b"")
    return result


def next_frame(frame):
    """next_frame(frame) is a frame with the sequence number that follows."""
    length = struct.unpack_from("!H", frame, 16)[0] - 20 - (frame[46] >> 4) * 4
    return moved(frame, length + (frame[47] & SYN) // SYN, 0)


def moved(frame, seq, ack, payload=None):
    """moved(frame, seq, ack, payload) adds to the sequence numbers, and replaces the payload and the flags if asked."""
    old = struct.unpack_from("!II", frame, 38)
    numbers = struct.pack("!II", (old[0] + seq) & 0xFFFFFFFF, (old[1] + ack) & 0xFFFFFFFF)
    if payload is None:
        return frame[:38] + numbers + frame[46:]
    end = 34 + (frame[46] >> 4) * 4
    length = struct.pack("!H", end - 14 + len(payload))
    return frame[:16] + length + frame[18:38] + numbers + frame[46:47] + b"\x10" + frame[48:end] + payload


def records(length):
    """records(length) returns application data records of 16 KB each."""
    noise = random.Random(1)
    return b"".join(b"\x17\x03\x03\x40\x11" + noise.randbytes(0x4011) for _ in range(length // 0x4016))


def sources(kind, captures):
    """sources(kind, captures) returns what is replicated: [(server number, connection)]."""
    def load(names):
        return [(number, connection) for number, name in enumerate(names)
                for connection in connections_of(captures / f"{name}.pcapng")]
    if kind == "dns":
        return []
    if kind == "healthy":
        return load(WORKING)
    if kind == "failing":
        return load(FAILING)
    if kind == "handshakes":
        working, failing = load(WORKING), [(number + len(WORKING), item) for number, item in load(FAILING)]
        turns = max(len(working), len(failing))
        return [item for pair in zip(itertools.islice(itertools.cycle(working), turns),
                                     itertools.islice(itertools.cycle(failing), turns)) for item in pair]
    if kind == "bulk":
        return [(0, with_data(load(["ok_tls13"])[0][1], records(300000)))]
    http = load(["ok_http_plain80"])[0][1]
    nameless = [(time, set_port(frame, from_client, 9000), from_client) for time, frame, from_client in http]
    return [(0, http), (0, http), (1, with_data(nameless, random.Random(2).randbytes(150000)))]


def set_port(frame, from_client, port):
    """set_port(frame, from_client, port) changes the server's port."""
    at = 36 if from_client else 34
    return frame[:at] + struct.pack("!H", port) + frame[at + 2:]


def write_lookups(out, count):
    """write_lookups(out, count) writes `count` questions of DNS, each with its answer: a name's other name and address."""
    dice = random.Random(3)
    server, stamp = bytes([198, 18, 0, 53]), 1700000000 * 1000000

    def datagram(source, destination, ports, data):
        udp = struct.pack("!HHHH", *ports, 8 + len(data), 0) + data
        return bytes(12) + struct.pack("!HBBHHHBBH", 0x800, 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0) + source + destination + udp

    for number in range(count):
        client, port, identity = struct.pack("!BBH", 198, 19, number % 200), dice.randrange(20000, 60000), dice.randbytes(2)
        question = b"".join(bytes([len(label)]) + label for label in (b"h%d" % (number % 3000), b"example", b"com", b""))
        alias = b"\1w\7example\3net\0"
        answer = b"\xc0\x0c" + struct.pack("!HHIH", 5, 1, 300, len(alias)) + alias
        answer += struct.pack("!HHHIH", 0xC000 | 12 + len(question) + 4 + 12, 1, 1, 300, 4) + bytes([203, 0, 113, number % 250])
        asked = question + b"\0\1\0\1"
        for frame in (datagram(client, server, (port, 53), identity + b"\1\0\0\1" + bytes(6) + asked),
                      datagram(server, client, (53, port), identity + b"\x81\x80\0\1\0\2" + bytes(4) + asked + answer)):
            stamp += 1000
            out.write(struct.pack("<IIII", stamp // 1000000, stamp % 1000000, len(frame), len(frame)) + frame)


def write_capture(out, kind, count, captures):
    """write_capture(out, kind, count, captures) writes `count` connections, one after the other."""
    out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    if kind == "dns":
        write_lookups(out, count)
        return
    replicated = sources(kind, captures)
    start = max(connection[0][0] for _, connection in replicated)  # when all certificates were valid that were
    for number in range(count):
        family, connection = replicated[number % len(replicated)]
        server = struct.pack("!BBBB", 198, 18, family, 1 + number % SERVERS_OF_EACH)
        client = struct.pack("!BBH", 198, 19, number // 40000)
        port = struct.pack("!H", 20000 + number % 40000)
        for time, frame, from_client in connection:
            stamp = start + time - connection[0][0]
            addresses = client + server + port + frame[36:38] if from_client else server + client + frame[34:36] + port
            out.write(struct.pack("<IIII", stamp // 1000000, stamp % 1000000, len(frame), len(frame)))
            out.write(frame[:26] + addresses + frame[38:])
        start += connection[-1][0] - connection[0][0] + 1000


def main():
    """main() writes the capture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=Path, default=CAPTURES)
    parser.add_argument("kind", choices=["handshakes", "healthy", "failing", "bulk", "plain", "dns"])
    parser.add_argument("connections", type=int)
    parser.add_argument("out")
    args = parser.parse_args()
    with open(args.out, "wb") as out:
        write_capture(out, args.kind, args.connections, args.captures)


if __name__ == "__main__":
    main()
