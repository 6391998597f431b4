"""Stand-in for servers that break the protocol: answers the ClientHello with a ServerHello of its own making.

    raw_server.py hello-retry | unoffered-suite

hello-retry: a HelloRetryRequest (RFC 8446 section 4.1.4) for secp521r1. unoffered-suite: TLS 1.2 with a suite
that was not offered (0xC0AD, an ECDSA suite with CCM). It then waits for the client to leave.
"""

import os
import socket
import struct
import sys

RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


def extension(kind, body):
    """extension(kind, body) is one extension."""
    return struct.pack(">HH", kind, len(body)) + body


def server_hello(random, session, suite, extensions):
    """server_hello(...) is a record with a ServerHello."""
    body = b"\x03\x03" + random + bytes([len(session)]) + session + struct.pack(">HB", suite, 0)
    body += struct.pack(">H", len(extensions)) + extensions
    message = b"\x02" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x03" + struct.pack(">H", len(message)) + message


def main():
    """main() answers every client the same way."""
    listener = socket.create_server(("", 443))
    while True:
        connection, _ = listener.accept()
        data = connection.recv(16384)
        session = data[44 : 44 + data[43]]
        if sys.argv[1] == "hello-retry":
            answer = server_hello(
                RETRY, session, 0x1302, extension(43, b"\x03\x04") + extension(51, b"\x00\x19")
            )
        else:
            answer = server_hello(os.urandom(32), session, 0xC0AD, extension(0xFF01, b"\x00"))
        connection.sendall(answer)
        while connection.recv(16384):
            pass
        connection.close()


if __name__ == "__main__":
    main()
