"""Reads what the stand-ins need from a ClientHello, and makes real ClientHellos with OpenSSL
(ssl.MemoryBIO)."""

import ssl
import struct
from collections import namedtuple

NAMES = {0x0300: "0.3", 0x0301: "1.0", 0x0302: "1.1", 0x0303: "1.2", 0x0304: "1.3"}
Hello = namedtuple("Hello", "sni highest lowest size alpn")
OUTGOING = {}


def extensions(message):
    """extensions(message) yields (type, offset of the body, length) of a ClientHello handshake message."""
    offset = 4 + 2 + 32
    offset += 1 + message[offset]
    offset += 2 + struct.unpack_from(">H", message, offset)[0]
    offset += 1 + message[offset]
    end = offset + 2 + struct.unpack_from(">H", message, offset)[0]
    offset += 2
    while offset + 4 <= min(end, len(message)):
        kind, length = struct.unpack_from(">HH", message, offset)
        yield kind, offset + 4, length
        offset += 4 + length


def parse(data):
    """parse(data) reads the first record of a client; None if it is no ClientHello."""
    if len(data) < 11 or data[0] != 22 or data[5] != 1:
        return None
    message = data[5:]
    sni, alpn, versions = None, False, [struct.unpack_from(">H", message, 4)[0]]
    for kind, offset, length in extensions(message):
        body = message[offset : offset + length]
        if kind == 0:
            sni = body[5 : 5 + struct.unpack_from(">H", body, 3)[0]].decode("ascii", "replace")
        elif kind == 16:
            alpn = True
        elif kind == 43:
            versions = [struct.unpack_from(">H", body, i)[0] for i in range(1, len(body), 2)]
    known = sorted(NAMES[version] for version in versions if version in NAMES)
    return Hello(sni, known[-1], known[0], len(data), alpn)


def make(name="www.example.com", highest=ssl.TLSVersion.TLSv1_3, ciphers=None):
    """make(name) returns (ssl object, incoming BIO, ClientHello bytes) of OpenSSL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = highest
    if ciphers:
        context.set_ciphers(ciphers)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname=name)
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    OUTGOING[client] = outgoing
    return client, incoming, outgoing.read()


def pending(client):
    """pending(client) takes the bytes that a client of make() wants to send."""
    return OUTGOING[client].read()
