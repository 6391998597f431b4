#!/usr/bin/env python3
"""make_evtx.py - writes the binary event logs (.evtx) of these tests: no Windows is at hand

    python3 tests/evidence/make_evtx.py FILE EVENT...     an event: "NUMBER TIME PROVIDER ID NAME=VALUE..."

Plain elements in place of the templates that Windows writes: the format allows both, and every reader takes both.
Source: libyal/libevtx, documentation/Windows XML Event Log (EVTX).asciidoc; MS-EVEN6, section 2.2.12
SPDX-License-Identifier: GPL-2.0-or-later
"""
import datetime
import struct
import sys
import zlib

CHUNK = 65536
RECORDS = 512  # where they begin in a chunk
NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"


class Xml:
    """Binary XML that will stand at an offset of a chunk."""

    def __init__(self, offset):
        self.offset = offset
        self.bytes = bytearray(b"\x0f\x01\x01\x00")

    def name(self, text):
        """The offset of a name, and the name itself, which is written in place."""
        hashed = 0
        for char in text:
            hashed = (hashed * 65599 + ord(char)) & 0xFFFFFFFF
        at = self.offset + len(self.bytes) + 4
        self.bytes += struct.pack("<IIHH", at, 0, hashed & 0xFFFF, len(text))
        self.bytes += text.encode("utf-16-le") + b"\0\0"

    def text(self, value):
        self.bytes += struct.pack("<BBH", 5, 1, len(value)) + value.encode("utf-16-le")

    def element(self, name, attributes=(), content=None):
        """content: a text, a function that writes what is inside, or nothing."""
        self.bytes += struct.pack("<BHI", 0x41 if attributes else 0x01, 0xFFFF, 0)
        size_at = len(self.bytes) - 4
        self.name(name)
        if attributes:
            self.bytes += struct.pack("<I", 0)
            list_at = len(self.bytes) - 4
            for number, (key, value) in enumerate(attributes, 1):
                self.bytes += b"\x46" if number < len(attributes) else b"\x06"
                self.name(key)
                self.text(value)
            struct.pack_into("<I", self.bytes, list_at, len(self.bytes) - list_at - 4)
        if content is None:
            self.bytes += b"\x03"
        else:
            self.bytes += b"\x02"
            self.text(content) if isinstance(content, str) else content()
            self.bytes += b"\x04"
        struct.pack_into("<I", self.bytes, size_at, len(self.bytes) - size_at - 4)


def record(offset, number, time, provider, event_id, values):
    xml = Xml(offset + 24)

    def system():
        xml.element("Provider", [("Name", provider)])
        xml.element("EventID", content=str(event_id))
        xml.element("TimeCreated", [("SystemTime", time)])
        xml.element("EventRecordID", content=str(number))
        xml.element("Channel", content="System")
        xml.element("Computer", content="web01.example.com")

    def data():
        for name, value in values:
            xml.element("Data", [("Name", name)], value)

    def event():
        xml.element("System", content=system)
        xml.element("EventData", content=data)

    xml.element("Event", [("xmlns", NAMESPACE)], event)
    body = bytes(xml.bytes) + b"\x00"
    body += b"\0" * (-len(body) % 8)
    written = datetime.datetime.fromisoformat(time.replace("Z", "+00:00"))
    filetime = int((written - datetime.datetime(1601, 1, 1, tzinfo=datetime.timezone.utc)).total_seconds() * 10**7)
    size = 24 + len(body) + 4
    return struct.pack("<IIQQ", 0x2A2A, size, number, filetime) + body + struct.pack("<I", size)


def chunk(events):
    data = b""
    last = RECORDS
    for number, *rest in events:
        last = RECORDS + len(data)
        data += record(last, number, *rest)
    first_number, last_number = events[0][0], events[-1][0]
    head = b"ElfChnk\0" + struct.pack("<QQQQIIII", first_number, last_number, first_number, last_number, 128, last,
                                      RECORDS + len(data), zlib.crc32(data))
    head += b"\0" * 64 + struct.pack("<I", 0)
    strings = b"\0" * (RECORDS - 128)
    head += struct.pack("<I", zlib.crc32(head[:120] + strings)) + strings
    return (head + data).ljust(CHUNK, b"\0")


def main():
    events = []
    for text in sys.argv[2:]:
        number, time, provider, event_id, *values = text.split()
        events.append((int(number), time, provider, int(event_id), [value.split("=", 1) for value in values]))
    head = b"ElfFile\0" + struct.pack("<QQQIHHHH", 0, 0, events[-1][0] + 1, 128, 1, 3, 4096, 1)
    head += b"\0" * 76 + struct.pack("<I", 0)
    head += struct.pack("<I", zlib.crc32(head[:120]))
    with open(sys.argv[1], "wb") as file:
        file.write(head.ljust(4096, b"\0") + chunk(events))


main()
