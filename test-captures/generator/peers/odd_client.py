"""Stand-in for clients that misbehave; the bytes of their ClientHello are real ones of OpenSSL (see
hello.py).

    odd_client.py HOST PORT HOW [SECONDS]

half: send half a ClientHello, wait, close. duplicate: send a ClientHello with one extension twice. stall:
take the server's flight and never answer. sslv2: send an SSL 2.0 CLIENT-HELLO. garbage: 40 bytes of no
protocol. no-groups: send a ClientHello with ECDHE suites only and without supported_groups. twice:
send the ClientHello twice at once. twice-13: the same with TLS 1.3. quick: send a ClientHello and close at once. late: wait first. preconnect: connect, wait, close. half-close: a whole
HTTPS request, then close_notify and FIN, then read the answer. idle-reset: a whole HTTPS request and answer,
then wait and reset. choose: close when the server's flight is there, then a whole HTTPS request on another
connection. race: open two connections, close one right behind its ClientHello, a whole HTTPS request on the
other.
"""

import socket
import ssl
import struct
import sys
import time

import hello


def duplicate_extension(record):
    """duplicate_extension(record) repeats the last extension and corrects all four lengths."""
    message = bytearray(record[5:])
    found = list(hello.extensions(message))
    _, offset, length = found[-1]
    extra = bytes(message[offset - 4 : offset + length])
    start = found[0][1] - 6
    message += extra
    struct.pack_into(">H", message, start, struct.unpack_from(">H", message, start)[0] + len(extra))
    message[1:4] = (len(message) - 4).to_bytes(3, "big")
    return record[:3] + struct.pack(">H", len(message)) + bytes(message)


def without_groups():
    """without_groups() takes supported_groups (10) out of a TLS 1.2 ClientHello and corrects the lengths."""
    _, _, record = hello.make(highest=ssl.TLSVersion.TLSv1_2, ciphers="ECDHE+AESGCM")
    message = bytearray(record[5:])
    found = list(hello.extensions(message))
    start = found[0][1] - 6
    for kind, offset, length in found:
        if kind == 10:
            struct.pack_into(">H", message, start, struct.unpack_from(">H", message, start)[0] - length - 4)
            del message[offset - 4 : offset + length]
    message[1:4] = (len(message) - 4).to_bytes(3, "big")
    return record[:3] + struct.pack(">H", len(message)) + bytes(message)


def sslv2_hello():
    """sslv2_hello() is a CLIENT-HELLO of SSL 2.0 (draft-hickman-netscape-ssl-00): version 0x0002, three
    ciphers."""
    ciphers = bytes.fromhex("010080" "0700c0" "030080")
    body = struct.pack(">BHHHH", 1, 0x0002, len(ciphers), 0, 16) + ciphers + bytes(range(16))
    return struct.pack(">H", 0x8000 | len(body)) + body


def request(connection, half_close):
    """request(connection, half_close) sends one HTTPS request; OpenSSL works on memory, so that TCP is ours
    to close."""
    client, incoming, data = hello.make()
    connection.sendall(data)
    step, answered = client.do_handshake, False
    while True:
        try:
            data = step()
            if step == client.do_handshake:
                client.write(b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
                connection.sendall(hello.pending(client))
                if half_close:
                    finish(client)
                    connection.sendall(hello.pending(client))
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65536):
                        pass
                    return
                step = client.read
            elif data:
                answered = True
        except ssl.SSLWantReadError:
            if answered:
                return
            connection.sendall(hello.pending(client))
            incoming.write(connection.recv(65536))


def take_flight(connection):
    """take_flight(connection) sends a ClientHello and takes the server's flight."""
    client, incoming, data = hello.make()
    connection.sendall(data)
    while True:
        incoming.write(connection.recv(65536))
        try:
            client.do_handshake()
        except ssl.SSLWantReadError:
            pass
        if hello.pending(client):
            return


def finish(client):
    """finish(client) makes the close_notify."""
    try:
        client.unwrap()
    except ssl.SSLWantReadError:
        pass


def main():
    """main() connects and misbehaves."""
    host, port, how = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 1.0
    _, _, record = hello.make(highest=ssl.TLSVersion.TLSv1_2)
    connection = socket.create_connection((host, port), timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sends = {
        "half": record[: len(record) // 2],
        "duplicate": duplicate_extension(record),
        "stall": record,
        "sslv2": sslv2_hello(),
        "no-groups": without_groups(),
        "twice": record + record,
        "twice-13": hello.make()[2] * 2,
        "garbage": bytes(range(1, 41)),
        "quick": record,
        "late": record,
    }
    if how == "late":
        time.sleep(seconds)
    if how in sends:
        connection.sendall(sends[how])
    if how in ("half", "preconnect"):
        time.sleep(seconds)
    elif how in ("duplicate", "stall", "sslv2", "garbage", "no-groups", "twice", "twice-13"):
        while connection.recv(65536):
            pass
    elif how == "choose":
        take_flight(connection)
    elif how == "race":
        other = socket.create_connection((host, port), timeout=20)
        connection.sendall(hello.make()[2])
    elif how in ("half-close", "idle-reset"):
        request(connection, how == "half-close")
    if how == "idle-reset":
        time.sleep(seconds)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    if how == "choose":
        time.sleep(seconds)
        with socket.create_connection((host, port), timeout=20) as connection:
            request(connection, False)
    if how == "race":
        with other:
            request(other, False)


if __name__ == "__main__":
    main()
