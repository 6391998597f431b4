"""What growth.py writes: elements of DER, certificates, records of TLS, and captures of TCP and UDP over IPv4."""

import ipaddress
import struct

START = 1700000000  # 2023-11-14 22:13:20 UTC
SYN, RST, FIN, PSH, ACK = 2, 4, 1, 8, 16


def counted(size, content):
    """counted(size, content) is a vector of TLS: its length in `size` bytes, then the content."""
    return len(content).to_bytes(size, "big") + content


def der(tag, *parts):
    """der(tag, *parts) is one DER element."""
    content = b"".join(parts)
    count = len(content)
    if count < 128:
        return bytes([tag, count]) + content
    octets = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def oid(text):
    """oid(text) is an object identifier: seven bits of an arc in each byte, the high bit on all but the last."""
    first, second, *rest = map(int, text.split("."))
    content = bytes([first * 40 + second])
    for arc in rest:
        sevens = range((max(arc.bit_length(), 1) - 1) // 7, -1, -1)
        content += bytes((arc >> 7 * place & 127) | (128 if place else 0) for place in sevens)
    return der(6, content)


def whole(value):
    """whole(value) is an INTEGER."""
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def named(text):
    """named(text) is a distinguished name of one common name."""
    return der(0x30, der(0x31, der(0x30, oid("2.5.4.3"), der(12, text.encode()))))


def rsa(dice, bits, exponent=65537):
    """rsa(dice, bits, exponent) is the SubjectPublicKeyInfo of a key that nobody owns."""
    modulus = dice.getrandbits(bits) | 0xFFFF << (bits - 16) | 1
    return der(0x30, der(0x30, oid("1.2.840.113549.1.1.1"), der(5)),
               der(3, b"\0", der(0x30, whole(modulus), whole(exponent))))


def extension(name, *parts):
    """extension(name, *parts) is an extension whose value is a SEQUENCE."""
    return der(0x30, oid(name), der(4, der(0x30, *parts)))


AUTHORITY = extension("2.5.29.19", der(1, b"\xff"))


def certificate(dice, subject, issuer, key, *extensions, signature=256):
    """certificate(...) is an X.509 certificate with a signature of so many random bytes."""
    algorithm = der(0x30, oid("1.2.840.113549.1.1.11"), der(5))
    dates = der(0x30, der(23, b"200101000000Z"), der(23, b"300101000000Z"))
    signed = der(0x30, der(0xA0, whole(2)), whole(dice.getrandbits(62)), algorithm, named(issuer), dates, named(subject), key,
                 der(0xA3, der(0x30, *extensions)) if extensions else b"")
    return der(0x30, signed, algorithm, der(3, b"\0\x7f", dice.randbytes(signature - 1)))


def record(kind, content):
    """record(kind, content) is TLS records of up to 16 KB each."""
    pieces = [content[at:at + 16384] for at in range(0, len(content), 16384)]
    return b"".join(bytes([kind, 3, 3]) + counted(2, piece) for piece in pieces)


def client_hello(name="www.example.com", groups=(29, 23), suites=(0xC02F, 0xC030), padding=0):
    """client_hello(...) is the record of a TLS 1.2 ClientHello."""
    def listed(codes):
        return counted(2, b"".join(code.to_bytes(2, "big") for code in codes))
    extensions = b"\0\0" + counted(2, counted(2, b"\0" + counted(2, name.encode())))
    extensions += b"\0\x0a" + counted(2, listed(groups)) + b"\0\x0d" + counted(2, listed((0x0804, 0x0401)))
    if padding:
        extensions += b"\0\x15" + counted(2, bytes(padding))
    body = b"\3\3" + bytes(range(32)) + b"\0" + listed(suites) + b"\1\0" + counted(2, extensions)
    return record(22, b"\1" + counted(3, body))


def server_flight(certificates, signature=b""):
    """server_flight(certificates, signature) is ServerHello, Certificate, perhaps ServerKeyExchange, and ServerHelloDone."""
    flight = b"\2" + counted(3, b"\3\3" + bytes(range(32)) + b"\0\xc0\x2f\0" + counted(2, b""))
    flight += b"\x0b" + counted(3, counted(3, b"".join(counted(3, one) for one in certificates)))
    if signature:
        flight += b"\x0c" + counted(3, b"\3\0\x1d" + counted(1, bytes(32)) + b"\4\1" + counted(2, signature))
    return record(22, flight + b"\x0e\0\0\0")


class Tape:
    """A capture that is being written: TCP over IPv4."""

    def __init__(self, path):
        self.out = path.open("wb")
        self.out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        self.micros = 0
        self.number = 0
        self.points = [0]  # where every segment is captured: what is added to the client's address there

    def raw(self, frame):
        """raw(frame) writes a frame, a millisecond after the one before."""
        self.micros += 1000
        self.out.write(struct.pack("<IIII", START + self.micros // 1000000, self.micros % 1000000, len(frame), len(frame)))
        self.out.write(frame)

    def frame(self, ends, sequence, flags, data=b""):
        """frame(ends, sequence, flags, data) writes a segment; ends: source, destination as (address, port)."""
        (source, source_port), (target, target_port) = ends
        tcp = struct.pack("!HHIIBBHHH", source_port, target_port, *sequence, 0x50, flags, 60000, 0, 0) + data
        for point, added in enumerate(self.points):
            ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64 - point, 6, 0)
            addresses = struct.pack("!II", source + added * (source_port > target_port), target + added * (target_port > source_port))
            self.raw(bytes([0, 0, 0, 0, 0, 2 * point] * 2) + b"\x08\0" + ip + addresses + tcp)

    def connection(self, turns, server="192.0.2.1", port=443):
        """connection(turns, server, port) writes a connection: turns are (from client, bytes), then both sides close."""
        self.number += 1
        client = (int(ipaddress.IPv4Address("198.18.0.0")) + self.number // 40000, 20000 + self.number % 40000)
        ends = [client, (int(ipaddress.IPv4Address(server)), port)]
        sent = [1001, 1001]
        self.frame(ends, (1000, 0), SYN)
        self.frame(ends[::-1], (1000, 1001), SYN | ACK)
        for from_client, data in turns:
            side = 0 if from_client else 1
            for at in range(0, len(data), 16000):
                piece = data[at:at + 16000]
                self.frame(ends[::-1] if side else ends, (sent[side], sent[1 - side]), PSH | ACK, piece)
                sent[side] += len(piece)
        for side in (0, 1):
            self.frame(ends[::-1] if side else ends, (sent[side], sent[1 - side]), FIN | ACK)

    def refused_certificates(self, certificates, alert=48, signature=b"", server="192.0.2.1"):
        """refused_certificates(...) writes a handshake that the client gives up at the server's certificates."""
        self.connection([(True, client_hello()), (False, server_flight(certificates, signature)),
                         (True, record(21, bytes([2, alert])))], server)

    def refused_hello(self, server="192.0.2.1", **hello):
        """refused_hello(server, **hello) writes a handshake that the server gives up at once."""
        self.connection([(True, client_hello(**hello)), (False, record(21, b"\2\x28"))], server)
