"""Stand-in for a listener that decides by looking at the ClientHello, the way HTTP.sys or a load balancer
does.

    listener.py CERT KEY [--port N] [--default ACTION] [--if CONDITION ACTION]... [--tls-min V] [--tls-max V]

Actions: tls (answer, one HTTP exchange), rst (close with SO_LINGER 0, nothing read: what a kernel does whose
TLS layer gives up), fin (read, close), silent (never answer), late-rst (TLS, then RST after the first
request). Conditions: sni=NAME, nosni, size>N, min>V and max<V (lowest and highest offered version, as 1.2),
noalpn, any.
"""

import argparse
import socket
import ssl
import struct
import threading
import time

import hello

VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}


def matches(condition, seen):
    """matches(condition, hello) tells whether one --if condition holds for this ClientHello."""
    if condition == "any":
        return True
    if condition == "nosni":
        return seen.sni is None
    if condition.startswith("sni="):
        return seen.sni == condition[4:]
    if condition == "noalpn":
        return not seen.alpn
    if condition.startswith("size>"):
        return seen.size > int(condition[5:])
    if condition.startswith("min>"):
        return seen.lowest > condition[4:]
    if condition.startswith("max<"):
        return seen.highest < condition[4:]
    raise SystemExit(f"unknown condition {condition}")


def reset(connection):
    """reset(connection) closes with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def peek_hello(connection, enough):
    """peek_hello(connection) waits for the first record without taking it out of the socket; None if none
    came."""
    for _ in range(400):
        data = connection.recv(16384, socket.MSG_PEEK)
        if not data:
            return None
        if len(data) >= 5 and len(data) >= min(enough, 5 + struct.unpack(">H", data[3:5])[0]):
            return hello.parse(data)
        time.sleep(0.01)
    return None


def serve(connection, args, context):
    """serve(connection) handles one client."""
    seen = peek_hello(connection, args.peek)
    action = args.default
    for condition, wanted in args.rule or []:
        if seen and matches(condition, seen):
            action = wanted
            break
    if action == "rst" or seen is None:
        reset(connection)
    elif action == "fin":
        connection.recv(65536)
        connection.close()
    elif action == "silent":
        time.sleep(60)
    else:
        try:
            with context.wrap_socket(connection, server_side=True) as tls:
                tls.recv(4096)
                if action == "late-rst":
                    tls.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                tls.sendall(b"HTTP/1.0 200 OK\r\nServer: Microsoft-IIS/10.0\r\n\r\nhello\r\n")
                tls.unwrap()
        except (OSError, ssl.SSLError):
            pass


def main():
    """main() listens on IPv4 and serves each client in a thread."""
    parser = argparse.ArgumentParser()
    parser.add_argument("cert")
    parser.add_argument("key")
    parser.add_argument("--address", default="0.0.0.0")
    parser.add_argument("--port", type=int, default=443)
    parser.add_argument("--default", default="tls")
    parser.add_argument("--if", dest="rule", nargs=2, action="append")
    parser.add_argument("--tls-min", default="1.2")
    parser.add_argument("--tls-max", default="1.3")
    parser.add_argument("--peek", type=int, default=65536, help="decide when this many bytes have come")
    args = parser.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = VERSIONS[args.tls_min], VERSIONS[args.tls_max]
    context.load_cert_chain(args.cert, args.key)
    listener = socket.create_server((args.address, args.port), backlog=20)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, args, context), daemon=True).start()


if __name__ == "__main__":
    main()
