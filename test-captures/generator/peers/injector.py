"""Stand-in for a firewall that sniffs and injects resets: injector.py INTERFACE TTL
[both|server|late|syn|wrong].

When it sees a ClientHello from the client (192.0.2.0/24) to port 443, it sends a RST to the client (to
the server as well, if `both`; to the server alone, if `server`; 4 ms later, if `late`), with its own TTL. `syn`: instead, it sends the client a
second SYN-ACK with another sequence number, as a box does that answers every SYN without remembering it. `wrong`: the
numbers of its RSTs are 900 too high, as of one that guesses them.
"""

import socket
import struct
import sys
import time


def checksum(data):
    """checksum(data) is the Internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


RST_ACK, SYN_ACK = 0x14, 0x12


def segment(source, target, ports, seq, ack, ttl, flags=RST_ACK):
    """segment(...) is an IPv4 packet with a RST,ACK or other flags."""
    tcp = struct.pack(">HHIIBBHHH", *ports, seq, ack, 0x50, flags, 4096 if flags & 2 else 0, 0, 0)
    pseudo = source + target + struct.pack(">BBH", 0, 6, len(tcp))
    tcp = tcp[:16] + struct.pack(">H", checksum(pseudo + tcp)) + tcp[18:]
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40, 0x4242, 0, ttl, 6, 0, source, target) + tcp


def main():
    """main() watches the interface."""
    sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
    sniffer.bind((sys.argv[1], 0))
    sender = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    ttl = int(sys.argv[2])
    while True:
        packet = sniffer.recv(65536)
        header = (packet[0] & 15) * 4
        if packet[9] != 6 or packet[12:15] != bytes([192, 0, 2]):
            continue
        source, target = packet[12:16], packet[16:20]
        sport, dport, seq, ack = struct.unpack_from(">HHII", packet, header)
        payload = packet[header + (packet[header + 12] >> 4) * 4 :]
        if dport != 443 or payload[:1] != b"\x16" or payload[5:6] != b"\x01":
            continue
        if "syn" in sys.argv:
            other = (ack + 99_310_614) & 0xFFFFFFFF
            again = segment(target, source, (dport, sport), other, seq, ttl, SYN_ACK)
            sender.sendto(again, (socket.inet_ntoa(source), 0))
            continue
        end = seq + len(payload)
        ahead = 900 if "wrong" in sys.argv else 0
        to_client = segment(target, source, (dport, sport), (ack + ahead) & 0xFFFFFFFF, end & 0xFFFFFFFF, ttl)
        to_server = segment(source, target, (sport, dport), (end + ahead) & 0xFFFFFFFF, ack, ttl)
        if "late" in sys.argv:
            time.sleep(0.004)
        if "server" not in sys.argv:
            sender.sendto(to_client, (socket.inet_ntoa(source), 0))
        if "both" in sys.argv or "server" in sys.argv:
            sender.sendto(to_server, (socket.inet_ntoa(target), 0))


if __name__ == "__main__":
    main()
