"""Stand-in for SQL Server's network side: tds_server.py CERTIFICATE KEY [--port N] [--encrypt off|on|not_sup|req]
[--tls1_0] [--tls1_2] [--close] [--reset]

Speaks TDS 7.4 ([MS-TDS]): answers PRELOGIN, wraps TLS (OpenSSL) in packets of type 0x12 until the handshake is complete,
takes LOGIN7 over TLS and accepts it; with `off` on both sides what follows is plain. --close, --reset: after the
ClientHello.
"""

import argparse
import socket
import ssl
import struct
import threading

PRELOGIN, RESPONSE = 0x12, 0x04
ENCRYPT = {"off": 0, "on": 1, "not_sup": 2, "req": 3}
END = b"\xfd" + struct.pack("<HHQ", 0, 0, 0)


def packet(kind, payload):
    """packet(kind, payload) is one TDS packet."""
    return struct.pack(">BBHHBB", kind, 1, len(payload) + 8, 0, 1, 0) + payload


def read(connection, count):
    """read(connection, count) is that many bytes; raises EOFError at the end."""
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def read_packet(connection):
    """read_packet(connection) is (type, payload) of the next packet."""
    head = read(connection, 8)
    return head[0], read(connection, struct.unpack_from(">H", head, 2)[0] - 8)


def options(payload):
    """options(payload) is the table of a PRELOGIN message: token -> bytes."""
    table, at = {}, 0
    while payload[at] != 0xFF:
        token, offset, length = struct.unpack_from(">BHH", payload, at)
        table[token] = payload[offset : offset + length]
        at += 5
    return table


def prelogin(encryption):
    """prelogin(encryption) is the server's PRELOGIN message."""
    fields = [(0, bytes.fromhex("0f0007d00000")), (1, bytes([encryption])), (2, b"\0"), (3, b""), (4, b"\0")]
    at, table, data = 5 * len(fields) + 1, b"", b""
    for token, value in fields:
        table += struct.pack(">BHH", token, at + len(data), len(value))
        data += value
    return table + b"\xff" + data


def login_ack():
    """login_ack() accepts a login: LOGINACK and DONE."""
    name = "Microsoft SQL Server".encode("utf-16-le")
    body = b"\x01" + bytes.fromhex("74000004") + bytes([len(name) // 2]) + name + bytes.fromhex("0f0007d0")
    return b"\xad" + struct.pack("<H", len(body)) + body + END


def handshake(connection, context):
    """handshake(connection, context) does the wrapped handshake; returns the TLS object and its buffers."""
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(into, out, server_side=True)
    while True:
        try:
            tls.do_handshake()
            done = True
        except ssl.SSLWantReadError:
            done = False
        except ssl.SSLError:
            connection.sendall(packet(PRELOGIN, out.read()))
            raise
        if out.pending:
            connection.sendall(packet(PRELOGIN, out.read()))
        if done:
            return tls, into, out
        into.write(read_packet(connection)[1])


def serve(connection, args, context):
    """serve(connection, args, context) serves one client."""
    client = options(read_packet(connection)[1]).get(1, b"\2")[0] & 0x0F
    own = ENCRYPT[args.encrypt]
    connection.sendall(packet(RESPONSE, prelogin(own)))
    if 2 in (client, own):
        if {client, own} != {0, 2} and {client, own} != {2}:
            return  # one side wants what the other has not
        read_packet(connection)
        connection.sendall(packet(RESPONSE, login_ack()))
        connection.recv(4096)
        return
    if args.close or args.reset:
        read_packet(connection)
        if args.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return
    tls, into, out = handshake(connection, context)
    while True:
        try:
            tls.read(65536)
            break
        except ssl.SSLWantReadError:
            data = connection.recv(65536)
            if not data:
                return
            into.write(data)
    if client == own == 0:
        connection.sendall(packet(RESPONSE, login_ack()))
    else:
        tls.write(packet(RESPONSE, login_ack()))
        connection.sendall(out.read())
    connection.recv(4096)


def guarded(connection, args, context):
    """guarded(...) is serve() that ends quietly."""
    try:
        serve(connection, args, context)
    except (OSError, EOFError):
        pass
    finally:
        connection.close()


def main():
    """main() accepts clients."""
    parser = argparse.ArgumentParser()
    parser.add_argument("certificate")
    parser.add_argument("key")
    parser.add_argument("--port", type=int, default=1433)
    parser.add_argument("--encrypt", default="off", choices=ENCRYPT)
    for flag in ("--tls1_0", "--tls1_2", "--close", "--reset"):
        parser.add_argument(flag, action="store_true")
    args = parser.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(args.certificate, args.key)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    if args.tls1_0:
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    if args.tls1_2:
        context.minimum_version = ssl.TLSVersion.TLSv1_2
    listener = socket.create_server(("", args.port))
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=guarded, args=(connection, args, context), daemon=True).start()


if __name__ == "__main__":
    main()
