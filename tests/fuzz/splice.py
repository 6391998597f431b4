#!/usr/bin/env python3
"""Feeds tshark with connections that are whole for TCP and wrong above it; one pass must say what two passes say.

    splice.py --plugin-dir DIR [--rounds N] [--seed N] [--jobs N] [--keep DIR]

captures.py damages bytes, and most of what it damages ends at the first length that is wrong. Here a round is one capture of
connections that are taken from the test captures and made anew:
    spliced    what one side sends is another connection's, or goes on as another one's
    mutated    records and messages of TLS are left out, doubled, exchanged, cut, lengthened, changed; their lengths are right
    segmented  one byte at a time, overlapping (with other bytes, too), late, twice, with holes
    timed      the clock jumps, back too
and flows of UDP whose datagrams are another's, doubled, exchanged, cut. tshark reads it in one pass and in two, with all
reports. A finding is what captures.py takes for one, and another JSON in two passes than in one. The captures of findings are
kept. DIR may be of a build with -DDX_SANITIZE=ON. The last line counts the rounds.
"""

import random
import shutil
import struct
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "captures"))
sys.path.insert(0, str(HERE.parent / "bench"))
import captures  # noqa: E402  (beside this file)
import generate  # noqa: E402

TCP, UDP = 6, 17
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
HANDSHAKE = 22
CONNECTIONS = 60  # of a round
MAX_STREAM = 40000  # bytes of a side
MAX_FRAMES = 3000  # of a connection


class Flow:
    """What two sides sent each other: turns are [time, from the side that began, payload]."""

    def __init__(self, protocol, ends):
        self.protocol, self.ends, self.turns = protocol, ends, []
        self.next = {}  # of TCP: the next sequence number of a side


def flows_of(path):
    """flows_of(path) returns the connections of TCP and the flows of UDP over IPv4."""
    found = {}
    try:
        frames = generate.read_frames(path)
    except AssertionError:  # another link layer
        return []
    for moment, frame in frames:
        if frame[12:15] != b"\x08\x00\x45" or frame[23] not in (TCP, UDP):
            continue
        protocol, end = frame[23], 14 + struct.unpack_from("!H", frame, 16)[0]
        ends = [(frame[26:30], *struct.unpack_from("!H", frame, 34)), (frame[30:34], *struct.unpack_from("!H", frame, 36))]
        key = (protocol, frozenset(ends))
        flow = found.setdefault(key, Flow(protocol, ends))
        first = ends == flow.ends
        if protocol == UDP:
            flow.turns.append([moment, first, frame[42:end]])
            continue
        sequence, header, flags = *struct.unpack_from("!I", frame, 38), (frame[46] >> 4) * 4, frame[47]
        payload = frame[34 + header:end]
        if flags & SYN:
            flow.next[first] = (sequence + 1) % 2**32
        elif payload and flow.next.get(first, sequence) == sequence:
            flow.turns.append([moment, first, payload])
            flow.next[first] = (sequence + len(payload)) % 2**32
    return [flow for flow in found.values() if flow.turns]


def split(data, header, length_at, length_size):
    """split(data, header, length_at, length_size) cuts data into elements (header, content); the rest comes last."""
    found, at = [], 0
    while at + header <= len(data):
        length = int.from_bytes(data[at + length_at:at + length_at + length_size], "big")
        if at + header + length > len(data):
            break
        found.append((data[at:at + length_at], data[at + header:at + header + length]))
        at += header + length
    return found, data[at:]


def joined(elements, size, rest):
    """joined(elements, size, rest) puts lengths of `size` bytes that are right before the contents."""
    return b"".join(head + (len(content) % 256**size).to_bytes(size, "big") + content for head, content in elements) + rest


class Splicer(captures.Runs):
    """Makes the captures and runs tshark."""

    def __init__(self, args, temp):
        super().__init__(args, temp)
        self.flows = {TCP: [], UDP: []}
        for path in sorted(Path(args.captures).glob("*.pcapng")):
            for flow in flows_of(path):
                self.flows[flow.protocol].append(flow)

    def changed(self, chance, elements, change):
        """changed(chance, elements, change) leaves out, doubles, exchanges or changes a few of a list."""
        elements = list(elements)
        for _ in range(chance.randint(1, 3)):
            if not elements:
                break
            at, way = chance.randrange(len(elements)), chance.randrange(6)
            if way == 0:
                del elements[at]
            elif way == 1:
                elements.insert(chance.randrange(len(elements) + 1), elements[at])
            elif way == 2:
                other = chance.randrange(len(elements))
                elements[at], elements[other] = elements[other], elements[at]
            else:
                elements[at] = change(elements[at])
        return elements

    def bytes_changed(self, chance, data):
        """bytes_changed(chance, data) cuts, lengthens or overwrites a few bytes."""
        data, way = bytearray(data), chance.randrange(5)
        at = chance.randrange(len(data) + 1)
        if way == 0:
            del data[at:]
        elif way == 1:
            del data[at:at + chance.choice([1, 2, 8, 100])]
        elif way == 2:
            data[at:at] = chance.randbytes(chance.choice([1, 2, 30, 300]))
        else:
            for _ in range(chance.randint(1, 4)):
                if data:
                    data[chance.randrange(len(data))] = chance.choice([0, 1, 2, 0x7F, 0x80, 0xFF, chance.randrange(256)])
        return bytes(data)

    def mutated(self, chance, stream):
        """mutated(chance, stream) changes records of TLS, and messages in records of a handshake."""
        def message(element):
            head, content = element
            if chance.random() < 0.1:
                head = bytes([chance.choice([0, 1, 2, 4, 8, 11, 12, 13, 14, 15, 16, 20, 22, 24])])
            return head, self.bytes_changed(chance, content)

        def record(element):
            head, content = element
            messages, rest = split(content, 4, 1, 3)
            if head[0] == HANDSHAKE and messages and chance.random() < 0.8:
                return head, joined(self.changed(chance, messages, message), 3, rest)
            if chance.random() < 0.2:
                head = bytes([chance.choice([20, 21, 22, 23, 24, 0x80])]) + head[1:]
            return head, self.bytes_changed(chance, content)
        records, rest = split(stream, 5, 3, 2)
        return joined(self.changed(chance, records, record), 2, rest) if records else self.bytes_changed(chance, stream)

    def turns_of(self, chance):
        """turns_of(chance) returns the ends and turns of a connection of TCP that nobody made."""
        flow = chance.choice(self.flows[TCP])
        turns = [[first, payload] for _, first, payload in flow.turns]
        way = chance.randrange(4)
        if way == 0:  # a side is another connection's
            other, side = chance.choice(self.flows[TCP]), chance.random() < 0.5
            its = [payload for _, first, payload in other.turns if first == side]
            for turn in turns:
                if turn[0] == side:
                    turn[1] = its.pop(0) if its else b""
            turns += [[side, payload] for payload in its]
        elif way == 1:  # goes on as another one's
            other, at = chance.choice(self.flows[TCP]), chance.randrange(len(turns) + 1)
            turns[at:] = [[first, payload] for _, first, payload in other.turns[chance.randrange(len(other.turns)):]]
        if way != 0 or chance.random() < 0.3:
            side = chance.random() < 0.5
            mine = [turn for turn in turns if turn[0] == side]
            if mine:
                stream = self.mutated(chance, b"".join(payload for _, payload in mine))
                for turn in mine[:-1]:
                    size = len(turn[1])
                    turn[1], stream = stream[:size], stream[size:]
                mine[-1][1] = stream
        return flow.ends, [turn for turn in turns if turn[1]]

    def segments(self, chance, turns):
        """segments(chance, turns) returns [(first side, offset, bytes)] in the order in which they are sent."""
        sent, found, way = {True: 0, False: 0}, [], chance.randrange(6)
        for first, payload in turns:
            payload = payload[:max(MAX_STREAM - sent[first], 0)]
            at = 0
            while at < len(payload) and len(found) < MAX_FRAMES:
                size = chance.choice([1, 2, 5]) if way == 0 and at < 400 else chance.randint(1, 1460) if way < 4 else 1460
                found.append((first, sent[first] + at, payload[at:at + size]))
                at += size
            sent[first] += at
        if way in (1, 2):
            for _ in range(chance.randint(1, 8)):
                if not found:
                    break
                at = chance.randrange(len(found))
                first, offset, data = found[at]
                kind = chance.randrange(5)
                if kind == 0:
                    del found[at]
                elif kind == 1:
                    found.insert(chance.randrange(len(found) + 1), found[at])
                elif kind == 2:
                    found.insert(chance.randrange(len(found)), found.pop(at))
                elif kind == 3:
                    back = min(offset, chance.randint(0, 200))
                    found.insert(at + chance.randrange(2), (first, offset - back, chance.randbytes(back + len(data))))
                else:
                    found.insert(at, (first, offset + chance.choice([1, 1000, 2**20, 2**31 - 1]), data))
        return found

    def connection(self, chance, number, moment):
        """connection(chance, number, moment) yields (time, frame) of a connection of TCP."""
        ((_, client_port), (_, server_port)), turns = self.turns_of(chance)
        client = (bytes([198, 19, number >> 8 & 255, number & 255]), client_port)
        server = (bytes([198, 18, 0, 1 + chance.randrange(20)]), server_port)
        begin = {True: chance.choice([1000, 2**32 - 500, chance.getrandbits(32)]), False: chance.getrandbits(32)}
        reached = {True: 1, False: 1}
        jumps = chance.random() < 0.2

        def frame(first, offset, flags, data=b""):
            nonlocal moment
            moment += chance.choice([1, 100, 3000, 200000])
            if jumps and chance.random() < 0.1:
                moment += chance.choice([-1, 1]) * chance.choice([10**6, 15 * 10**6, 4 * 10**9, 10**14])
            (source, source_port), (target, target_port) = (client, server) if first else (server, client)
            acknowledged = (begin[not first] + reached[not first]) % 2**32 if flags & ACK else 0
            segment = struct.pack("!HHIIBBHHH", source_port, target_port, (begin[first] + offset) % 2**32, acknowledged, 0x50,
                                  flags, chance.choice([60000, 60000, 0]), 0, 0) + data
            reached[first] = max(reached[first], offset + len(data))
            header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), number & 0xFFFF, 0x4000,
                                 chance.choice([64, 64, 64, 120]), TCP, 0)
            return moment, bytes(12) + b"\x08\x00" + header + source + target + segment
        if chance.random() < 0.9:
            yield frame(True, 0, SYN)
            yield frame(False, 0, SYN | ACK)
        for first, offset, data in self.segments(chance, turns):
            yield frame(first, 1 + offset, PSH | ACK, data)
        for _ in range(chance.randrange(4)):
            side = chance.random() < 0.5
            yield frame(side, reached[side], chance.choice([FIN | ACK, RST | ACK, RST, ACK]))

    def datagrams(self, chance, number, moment):
        """datagrams(chance, number, moment) yields (time, frame) of a flow of UDP."""
        flow = chance.choice(self.flows[UDP])
        turns = list(flow.turns)
        for _ in range(chance.randint(0, 4)):
            at, way = chance.randrange(len(turns)), chance.randrange(5)
            when, first, payload = turns[at]
            if way == 0:
                turns[at] = (when, first, chance.choice(chance.choice(self.flows[UDP]).turns)[2])
            elif way == 1:
                turns.insert(chance.randrange(len(turns) + 1), turns[at])
            elif way == 2:
                other = chance.randrange(len(turns))
                turns[at], turns[other] = turns[other], turns[at]
            elif way == 3:
                turns[at] = (when, first, self.bytes_changed(chance, payload)[:1400])
            elif len(turns) > 1:
                del turns[at]
        ports = [flow.ends[0][1], flow.ends[1][1]]
        addresses = [bytes([198, 19, number >> 8 & 255, number & 255]), bytes([198, 18, 1, 1 + chance.randrange(20)])]
        for _, first, payload in turns[:MAX_FRAMES]:
            moment += chance.choice([1, 100, 3000, 200000])
            side = 0 if first else 1
            segment = struct.pack("!HHHH", ports[side], ports[1 - side], 8 + len(payload), 0) + payload
            header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0x4000, 64, UDP, 0)
            yield moment, bytes(12) + b"\x08\x00" + header + addresses[side] + addresses[1 - side] + segment

    def write(self, chance, path):
        """write(chance, path) makes a capture."""
        with path.open("wb") as out:
            out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
            moment = 1700000000 * 1000000
            for number in range(CONNECTIONS):
                if chance.random() < 0.2:
                    frames = self.datagrams(chance, number, moment)
                else:
                    frames = self.connection(chance, number, moment)
                for stamp, frame in frames:
                    stamp = min(max(stamp, 0), (2**32 - 1) * 1000000)
                    out.write(struct.pack("<IIII", stamp // 1000000, stamp % 1000000, len(frame), len(frame)) + frame)
                moment += chance.choice([1000, 500000])
        path.chmod(0o644)

    def round(self, number):
        """round(number) makes a capture and reads it in both ways; returns (1, findings)."""
        path = self.temp / f"splice{self.seed + number}.pcap"
        self.write(random.Random(self.seed + number), path)
        said = []
        problem = self.run(path, captures.REPORTS, said=said) or self.run(path, ["-2", *captures.REPORTS], said=said)
        if not problem and said[0] != said[1]:
            pairs = zip(*(text.decode(errors="replace").splitlines() for text in said))
            problem = "two passes say otherwise: " + next((f"{one[:400]} / {two[:400]}" for one, two in pairs if one != two), "")
        if problem:
            shutil.copy(path, Path(self.keep) / path.name)
            problem = f"{Path(self.keep) / path.name}: {problem}"
        path.unlink()
        return 1, [problem] if problem else []


if __name__ == "__main__":
    captures.main(Splicer, __doc__, 100)
