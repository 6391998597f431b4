"""A hop in user space instead of the router's kernel: loses, doubles and swaps packets, or mirrors them with
an outer header.

    link.py [--lose N,...] [--double N,...] [--swap N,...] [--delay MS]
            [--mirror INTERFACE --wrap vlan|gre|vxlan]

Numbers count the packets that pass, from 1; a swapped packet goes after the next one. A mirror sends a copy
of each packet to an interface, as a switch's mirror session does: with an 802.1Q tag (VLAN 100), in GRE or in
VXLAN (VNI 42).
"""

import argparse
import select
import socket
import struct
import time

from injector import checksum

CLIENT, ROUTER_C, ROUTER_S, SERVER = (bytes.fromhex(f"00005e0053{last}") for last in ("10", "01", "02", "20"))
OUTER = b"\xc0\x00\x02\x01", b"\xcb\x00\x71\x05"


def forward(packet):
    """forward(packet) lowers the TTL of an IPv4 packet; None if it is over."""
    if packet[8] <= 1:
        return None
    header = packet[:8] + bytes([packet[8] - 1]) + packet[9:10] + b"\0\0" + packet[12:20]
    return header[:10] + struct.pack(">H", checksum(header)) + header[12:] + packet[20:]


def outer(protocol, payload):
    """outer(protocol, payload) puts an IPv4 header from 192.0.2.1 to 203.0.113.5 in front."""
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0, *OUTER)
    return header[:10] + struct.pack(">H", checksum(header)) + header[12:] + payload


def wrap(how, frame):
    """wrap(how, frame) is the mirrored form of an Ethernet frame."""
    if how == "vlan":
        return frame[:12] + struct.pack(">HH", 0x8100, 100) + frame[12:]
    if how == "gre":
        return frame[:14] + outer(47, struct.pack(">HH", 0, 0x0800) + frame[14:])
    vxlan = struct.pack(">II", 0x08000000, 42 << 8) + frame
    return frame[:14] + outer(17, struct.pack(">HHHH", 50000, 4789, 8 + len(vxlan), 0) + vxlan)


def numbers(text):
    """numbers(text) reads 3,7,9."""
    return {int(item) for item in text.split(",") if item}


def main():
    """main() forwards between eth0 and eth1."""
    parser = argparse.ArgumentParser()
    for name in ("lose", "double", "swap"):
        parser.add_argument(f"--{name}", type=numbers, default=set())
    parser.add_argument("--delay", type=int, default=0)
    parser.add_argument("--mirror")
    parser.add_argument("--wrap")
    args = parser.parse_args()
    near, far = (socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800)) for _ in range(2))
    near.bind(("eth0", 0x0800))
    far.bind(("eth1", 0x0800))
    mirror = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    if args.mirror:
        mirror.bind((args.mirror, 0))
    count, held = 0, None
    while True:
        for source in select.select([near, far], [], [])[0]:
            frame, address = source.recvfrom(65536)
            packet = forward(frame[14:]) if address[2] != socket.PACKET_OUTGOING else None
            if packet is None:
                continue
            count += 1
            target = far if source is near else near
            ends = SERVER + ROUTER_S if source is near else CLIENT + ROUTER_C
            if args.mirror:
                mirror.send(wrap(args.wrap, frame))
            time.sleep(args.delay / 1000)
            if count in args.lose:
                continue
            if count in args.swap and held is None:
                held = (target, ends + b"\x08\x00" + packet)
                continue
            for _ in range(2 if count in args.double else 1):
                target.send(ends + b"\x08\x00" + packet)
            if held:
                held[0].send(held[1])
                held = None


if __name__ == "__main__":
    main()
