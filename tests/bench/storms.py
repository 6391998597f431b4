"""Kinds of growth.py that are about what carries TLS, and about many who ask the same server or the same thing."""

import ipaddress
import json
import random
import struct

from tape import PSH, ACK, RST, SYN, certificate, client_hello, counted, record, rsa, server_flight

CLIENT, SERVER = bytes([198, 18, 0, 1]), bytes([192, 0, 2, 1])


def datagram(tape, from_client, ports, data, client=CLIENT):
    """datagram(tape, from_client, ports, data, client) writes a datagram of UDP; ports: the client's, the server's."""
    ends, order = (client, SERVER), (0, 1) if from_client else (1, 0)
    udp = struct.pack("!HHHH", ports[order[0]], ports[order[1]], 8 + len(data), 0) + data
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0)
    tape.raw(bytes(12) + b"\x08\0" + ip + ends[order[0]] + ends[order[1]] + udp)


def radius(code, number, *attributes):
    """radius(code, number, (type, value)...) is a packet of RADIUS."""
    body = b"".join(bytes([kind, 2 + len(value)]) + value for kind, value in attributes)
    return bytes([code, number & 255]) + (20 + len(body)).to_bytes(2, "big") + bytes(16) + body


def authentications(state):
    """authentications(state) is a kind: as many beginnings of EAP-TLS through one access point; state(i) is what RADIUS keeps."""
    def write(tape, num, _):
        for i in range(num):
            name = b"user%d" % i
            kept = [(24, state(i))] if state(i) else []
            identity = b"\2" + bytes([i & 255]) + (5 + len(name)).to_bytes(2, "big") + b"\1" + name
            datagram(tape, True, (40000, 1812), radius(1, i, (1, name), (79, identity), *kept))
            datagram(tape, False, (40000, 1812), radius(11, i, (79, b"\1" + bytes([i + 1 & 255]) + b"\0\6\x0d\x20"), *kept))
            hello = b"\2" + bytes([i + 1 & 255]) + b"\0\x2e\x0d\0" + client_hello()[:40]
            datagram(tape, True, (40000, 1812), radius(1, i + 128, (1, name), (79, hello), *kept))
    return write


def resets(tape, num, _):
    """resets: a client of OpenVPN begins as many sessions on the same ports; every third is answered."""
    for i in range(num):
        own = b"\xa5\x5a\x77\x99" + (i * 65793 + 0x01010101).to_bytes(4, "big")
        datagram(tape, True, (40000, 1194), b"\x38" + own + bytes(5))
        if i % 3 == 0:
            datagram(tape, False, (40000, 1194), b"\x40" + own[::-1] + b"\1" + bytes(4) + own + bytes(4))


def initials(each):
    """initials(each) is a kind: as many Initial packets of QUIC, none of which opens, `each` of one identity in a datagram."""
    def write(tape, num, _):
        dice = random.Random(7)
        for _ in range(num // each):
            one = b"\xc3\0\0\0\1\x08" + dice.randbytes(8) + b"\0\0\x40\x18" + dice.randbytes(24)
            data = one * each
            datagram(tape, True, (40000, 443), data + bytes(max(0, 1200 - len(data))))
    return write


def dtls_hello(number, cookie, own):
    """dtls_hello(number, cookie, own) is a record of DTLS with a ClientHello, whose random begins with `own`."""
    body = b"\xfe\xfd" + own.to_bytes(4, "big") + bytes(28) + b"\0" + counted(1, cookie) + b"\0\4\xc0\x2f\xc0\x30\1\0"
    return dtls_message(1, number, body)


def dtls_message(kind, number, body):
    """dtls_message(kind, number, body) is a record of DTLS with a whole message."""
    size = len(body).to_bytes(3, "big")
    message = bytes([kind]) + size + number.to_bytes(2, "big") + bytes(3) + size + body
    return b"\x16\xfe\xff\0\0" + number.to_bytes(6, "big") + counted(2, message)


def cookies(tape, num, _):
    """cookies: a server of DTLS asks for a cookie as many times, of one ClientHello and of always others by turns."""
    for i in range(num):
        own = i // 8 if i % 8 < 4 else i
        datagram(tape, True, (40000, 4433), dtls_hello(i & 0xFFFF, b"", own))
        datagram(tape, False, (40000, 4433), dtls_message(3, i & 0xFFFF, b"\xfe\xff" + counted(1, i.to_bytes(20, "big"))))
        datagram(tape, True, (40000, 4433), dtls_hello(i + 1 & 0xFFFF, i.to_bytes(20, "big"), own))


def fragments(tape, num, _):
    """fragments: a ClientHello of DTLS in as many pieces, the last first."""
    body = b"\xfe\xfd" + bytes(32) + b"\0\0\0\4\xc0\x2f\xc0\x30\1\0" + counted(2, b"\0\x15" + counted(2, bytes(4 * num)))
    datagram(tape, True, (40000, 4433), dtls_message(1, 0, body[:60])[:-60])
    for at in reversed(range(0, len(body), 4)):
        piece = body[at:at + 4]
        message = b"\1" + len(body).to_bytes(3, "big") + b"\0\0" + at.to_bytes(3, "big") + len(piece).to_bytes(3, "big") + piece
        datagram(tape, True, (40000, 4433), b"\x16\xfe\xff\0\0" + (at + 1).to_bytes(6, "big") + counted(2, message))


def capabilities(step):
    """capabilities(step) is a kind: a mail server's list of as many lines, in pieces of `step` bytes."""
    def write(tape, num, _):
        listed = b"".join(b"250-X%07d\r\n" % i for i in range(num)) + b"250 HELP\r\n"
        turns = [(False, b"220 mail.example.com ESMTP\r\n"), (True, b"EHLO client\r\n")]
        turns += [(False, listed[at:at + step]) for at in range(0, len(listed), step)]
        tape.connection([*turns, (True, b"QUIT\r\n"), (False, b"221 Bye\r\n")], port=25)
    return write


def lists(tape, num, _):
    """lists: as many clients read a mail server's list without STARTTLS and leave; every fourth begins TLS elsewhere."""
    for i in range(num):
        turns = [(False, b"* OK IMAP\r\n"), (True, b"a1 CAPABILITY\r\n"), (False, b"* CAPABILITY IMAP4rev1\r\na1 OK done\r\n")]
        if i % 4 == 0:
            turns = [(False, b"* OK IMAP\r\n"), (True, b"a1 STARTTLS\r\n"), (False, b"a1 OK go\r\n"), (True, client_hello()),
                     (False, record(21, b"\2\x28"))]
        else:
            turns += [(True, b"a2 LOGOUT\r\n"), (False, b"* BYE\r\n")]
        tape.connection(turns, port=143)


def connects(tape, num, _):
    """connects: a proxy refuses as many requests for a tunnel in one connection, then one each in as many others."""
    def asked(i):
        return [(True, b"CONNECT h%d.example.com:443 HTTP/1.1\r\nHost: h%d.example.com:443\r\n\r\n" % (i, i)),
                (False, b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")]
    tape.connection([turn for i in range(num) for turn in asked(i)], port=8080)
    for i in range(num):
        tape.connection(asked(i), port=8080)


def headers(tape, num, _):
    """headers: a request for a tunnel with as many header lines."""
    lines = b"".join(b"X-%d: 1\r\n" % i for i in range(num))
    tape.connection([(True, b"CONNECT www.example.com:443 HTTP/1.1\r\n" + lines + b"\r\n"),
                     (False, b"HTTP/1.1 502 Bad Gateway\r\n" + lines + b"\r\n")], port=8080)


def hello13(name, padding=0):
    """hello13(name) is the record of a ClientHello for TLS 1.3, as OpenSSL's programs send it."""
    def listed(codes):
        return counted(2, b"".join(code.to_bytes(2, "big") for code in codes))
    extensions = b"\0\0" + counted(2, counted(2, b"\0" + counted(2, name))) + b"\0\x0b\0\4\3\0\1\2"
    extensions += b"\0\x0a" + counted(2, listed((29, 23, 30, 25, 24))) + b"\0\x23\0\0\0\x16\0\0\0\x17\0\0"
    extensions += b"\0\x0d" + counted(2, listed((0x0403, 0x0503, 0x0603, 0x0804, 0x0401))) + b"\0\x2b\0\5\4\3\4\3\3"
    extensions += b"\0\x2d\0\2\1\1\0\x33" + counted(2, counted(2, b"\0\x1d" + counted(2, bytes(32))))
    extensions += b"\0\x15" + counted(2, bytes(padding)) if padding else b""
    return record(22, b"\1" + counted(3, b"\3\3" + bytes(range(32)) + counted(1, bytes(32)) + listed((0x1302, 0x1303, 0x1301, 0xC02F))
                                      + b"\1\0" + counted(2, extensions)))


def silent(tape, num, _):
    """silent: a server shows as many certificates to clients of TLS 1.2, and as many of TLS 1.3 leave without a word."""
    dice = random.Random(5)
    key = rsa(dice, 1024)
    chosen = b"\2" + counted(3, b"\3\3" + bytes(32) + counted(1, bytes(32)) + b"\x13\2\0" +
                             counted(2, b"\0\x2b\0\2\3\4\0\x33" + counted(2, b"\0\x1d" + counted(2, bytes(32)))))
    for i in range(num):
        shown = certificate(dice, f"h{i % 7}.example.com", f"Example CA {i}", key, signature=128)
        name = f"h{i % 5}.example.com"
        turns = [(True, client_hello(name)), (False, server_flight([shown])), (True, record(21, bytes([2, 42 + i % 4])))]
        if i % 4:
            lengths = (23, 41 + 4 + len(shown), 153, 69)
            turns = [(True, hello13(name.encode())),
                     (False, record(22, chosen) + record(20, b"\1") + b"".join(record(23, bytes(size)) for size in lengths))]
            if i % 4 == 1:
                turns.append((True, record(20, b"\1") + record(23, bytes(69)) + record(23, bytes(19))))
            if i % 4 == 2:
                turns.append((True, record(21, b"\2\x2a")))
        tape.connection(turns)


def fallbacks(tape, num, _):
    """fallbacks: a client asks as many times over QUIC and then over TCP, and succeeds each fourth time."""
    dice = random.Random(8)
    flight = record(22, b"\x10" + counted(3, bytes(33))) + record(20, b"\1") + record(22, bytes(40))
    for i in range(num):
        datagram(tape, True, (20000 + i, 443), b"\xc3\0\0\0\1\x08" + dice.randbytes(8) + b"\0\0\x44\x80" + dice.randbytes(1152))
        turns = [(True, client_hello()), (False, record(21, b"\2\x28"))]
        if i % 4 == 3:
            turns = [(True, client_hello()), (False, server_flight([b""])), (True, flight),
                     (False, record(20, b"\1") + record(22, bytes(40))), (True, record(23, bytes(90))),
                     (False, record(23, bytes(900)))]
        tape.number = i  # the same client, another port
        tape.connection(turns)


def moment(tape, num, folder):
    """moment: as many clients are refused within seconds, and the server's log says as much of clients at that time."""
    line = ("2023/11/14 22:13:{:02} [info] 21#21: *{} SSL_do_handshake() failed (SSL: error:0A0000C1:SSL routines::no shared "
            "cipher) while SSL handshaking, client: {}, server: 0.0.0.0:443\n")
    text = []
    for i in range(num):
        tape.micros = 20_000_000 + i * 100
        tape.refused_hello()
        text.append(line.format(20 + i % 3, i, ipaddress.IPv4Address("198.18.0.0") if i % 2 else "203.0.113.9"))
    (folder / "error.log").write_text("".join(text))
    (folder / "system.txt").write_text("".join(
        f"Event[{i}]:\n  Log Name: System\n  Source: Schannel\n  Date: 2023-11-14T22:13:{20 + i % 3}.000\n  Event ID: 36874\n"
        "  Description: \nnone\n\n" for i in range(num)))


def synacks(tape, num, _):
    """synacks: a server answers one SYN as many times with other numbers, and resets the client's answers."""
    ends = ((int.from_bytes(CLIENT, "big"), 40000), (int.from_bytes(SERVER, "big"), 443))
    tape.frame(ends, (1000, 0), SYN)
    for i in range(num):
        tape.frame(ends[::-1], (5000 + 7919 * i, 1001), SYN | ACK)
        tape.frame(ends, (1001, 5001 + 7919 * (i // 2)), ACK)
    tape.frame(ends, (1001, 5001), PSH | ACK, client_hello())
    tape.frame(ends[::-1], (5001, 1001), RST | ACK)


def extensions(tape, num, _):
    """extensions: a ClientHello with as many names, protocols and unknown extensions."""
    names = b"\0\0" + counted(2, counted(2, b"".join(b"\0" + counted(2, b"h%d.a" % i) for i in range(num // 2))))
    protocols = b"\0\x10" + counted(2, counted(2, b"".join(counted(1, b"p%d" % i) for i in range(num // 2))))
    unknown = b"".join((4096 + i).to_bytes(2, "big") + b"\0\0" for i in range(num))
    body = b"\3\3" + bytes(32) + b"\0\0\4\xc0\x2f\xc0\x30\1\0" + counted(2, names + protocols + unknown)
    tape.connection([(True, record(22, b"\1" + counted(3, body))), (False, record(21, b"\2\x28"))])


def problems(folder, num):
    """problems(folder, num) writes lines for ssltrouble-reduce, each of another problem, server, client and file."""
    with (folder / "lines").open("w") as out:
        for i in range(num):
            address = str(ipaddress.IPv4Address("198.19.0.0") + i)
            client = str(ipaddress.IPv4Address("10.0.0.0") + i)
            out.write(json.dumps({
                "file": f"{i}.pcap", "stream": i, "transport": "tcp", "client": f"{client}:40000", "client_ip": client,
                "server": f"{address}:443", "sni": f"h{i}.example.com", "outcome": "failed", "cause": "cipher_mismatch",
                "confidence": "likely", "title": f"No cipher {i}", "why": f"None is common, {i}.", "recovered_by": None,
                "time": "2023-11-14T22:13:20.000000Z", "evidence": [{"frame": 1, "text": f"no {i}"}],
                "checks": [f"Look {i}"], "commands": [f"ls {i}"], "fix": f"Do {i}", "excluded": []}, separators=(",", ":")) + "\n")


STORMS = {
    "state": (300, authentications(lambda i: b"always the same")),
    "stateless": (300, authentications(lambda i: b"")),
    "states": (300, authentications(lambda i: b"%d" % i)),
    "resets": (300, resets),
    "initials": (300, initials(1)),
    "coalesced": (600, initials(25)),
    "cookies": (300, cookies),
    "fragments": (400, fragments),
    "listed": (1000, capabilities(16000)),
    "dripped": (1000, capabilities(40)),
    "lists": (150, lists),
    "connects": (150, connects),
    "headers": (1000, headers),
    "silent": (150, silent),
    "fallbacks": (100, fallbacks),
    "moment": (200, moment),
    "synacks": (500, synacks),
    "extensions": (1000, extensions),
}
