"""Cleans a pcapng file of what names the machine it was captured on."""

import struct

SECTION, INTERFACE, PACKET, SECRETS = 0x0A0D0D0A, 1, 6, 10
IF_NAME, IF_TSRESOL, IF_FILTER = 2, 9, 11


def tidy(source, target):
    """tidy(source, target) copies a little-endian pcapng file without section options (hardware, system),
    interface descriptions and statistics; interface names, time resolution, packets and secrets stay. Returns
    the number of packets."""
    data = source.read_bytes()
    out, offset, packets = bytearray(), 0, 0
    while offset < len(data):
        kind, length = struct.unpack_from("<II", data, offset)
        body = data[offset + 8 : offset + length - 4]
        offset += length
        if kind == SECTION:
            out += _block(kind, body[:16])
        elif kind == INTERFACE:
            out += _block(kind, body[:8] + _options(body[8:], (IF_NAME, IF_TSRESOL)))
        elif kind in (PACKET, SECRETS):
            packets += kind == PACKET
            out += _block(kind, body)
    target.write_bytes(out)
    return packets


def _block(kind, body):
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def _options(data, wanted):
    out, offset = bytearray(), 0
    while offset + 4 <= len(data):
        code, length = struct.unpack_from("<HH", data, offset)
        padded = (length + 3) & ~3
        if code in wanted:
            out += data[offset : offset + 4 + padded]
        offset += 4 + padded
        if code == 0:
            break
    return bytes(out) + (b"\0\0\0\0" if out else b"")
