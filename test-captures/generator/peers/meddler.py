"""A box on the path: a TCP proxy that passes TLS on and meddles with it in one way.

    meddler.py HOW [--listen PORT] [--to HOST:PORT]

mangle-large: zeroes what of a ClientHello does not fit the first packet. strip-1.3: removes TLS 1.3 from supported_versions. flip-data: flips a bit in the client's first application
data record. split-reset: resets when the client's first data record is one of a 1/n-1 split (CBC, 32 or 36
bytes). split-close: closes (FIN) then. split-mute: loses such a record and all that follows. cut-flight: passes the first half of the server's first answer, then closes. alert-to-reset: turns the
server's first alert into a reset. early-data: puts a record of data in front of the server's ChangeCipherSpec. mask-starttls: writes XXXXXXXA for STARTTLS, both ways, as inspection of ESMTP
by Cisco's firewalls does.
"""

import argparse
import select
import socket
import struct
import threading

import hello


EARLY_DATA = b"\x17\x03\x03\x00\x28" + bytes(range(40))


def reset(connection):
    """reset(connection) closes with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def strip_13(record):
    """strip_13(record) overwrites TLS 1.3 in supported_versions with a GREASE value (RFC 8701)."""
    out = bytearray(record)
    for kind, offset, length in hello.extensions(record[5:]):
        if kind == 43:
            at = 5 + offset
            out[at : at + length] = bytes(out[at : at + length]).replace(b"\x03\x04", b"\x0a\x0a")
    return bytes(out)


class Pair:
    """The two connections of one client."""

    def __init__(self, how, client, server):
        self.how, self.client, self.server = how, client, server
        self.first = {"client": True, "server": True}
        self.done = False
        self.buffer = b""

    def from_client(self, data):
        """from_client(data) returns what the server gets."""
        first, self.first["client"] = self.first["client"], False
        if self.how == "mask-starttls":
            return data.replace(b"STARTTLS", b"XXXXXXXA")
        if self.how == "strip-1.3" and first:
            return strip_13(data)
        if self.how == "mangle-large" and first:
            return data[:1448] + bytes(max(0, len(data) - 1448))
        if self.how == "split-mute" and self.done:
            return b""
        if self.how in ("flip-data", "split-reset", "split-close", "split-mute") and not self.done:
            for offset, kind, length in records(data):
                if kind == 23:
                    self.done = True
                    if self.how == "flip-data":
                        at = offset + 4 + length
                        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
                    if length in (32, 36) and self.how == "split-mute":
                        return data[:offset]
                    if length in (32, 36) and self.how == "split-close":
                        return None
                    if length in (32, 36):
                        reset(self.client)
                        return None
        return data

    def from_server(self, data):
        """from_server(data) returns what the client gets."""
        first, self.first["server"] = self.first["server"], False
        if self.how == "mask-starttls":
            return data.replace(b"STARTTLS", b"XXXXXXXA")
        if self.how == "cut-flight" and first:
            self.client.sendall(data[: len(data) // 2])
            return None
        if self.how == "early-data" and not self.done:
            for offset, kind, _ in records(data):
                if kind == 20:
                    self.done = True
                    return data[:offset] + EARLY_DATA + data[offset:]
        if self.how == "alert-to-reset" and first and data[:1] == b"\x15":
            reset(self.client)
            return None
        return data


def records(data):
    """records(data) yields (offset, type, length) of the records that begin in this piece."""
    offset = 0
    while offset + 5 <= len(data):
        kind, _, length = struct.unpack_from(">BHH", data, offset)
        if kind not in range(20, 25):
            return
        yield offset, kind, length
        offset += 5 + length


def relay(pair):
    """relay(pair) copies both directions until one side or the meddling ends it."""
    ends = {pair.client: (pair.server, pair.from_client), pair.server: (pair.client, pair.from_server)}
    try:
        while ends:
            for source in select.select(list(ends), [], [])[0]:
                target, change = ends[source]
                data = source.recv(65536)
                if not data:
                    target.shutdown(socket.SHUT_WR)
                    del ends[source]
                    continue
                data = change(data)
                if data is None:
                    return
                target.sendall(data)
    except OSError:
        pass
    finally:
        pair.client.close()
        pair.server.close()


def main():
    """main() accepts clients."""
    parser = argparse.ArgumentParser()
    parser.add_argument("how")
    parser.add_argument("--listen", type=int, default=8443)
    parser.add_argument("--to", default="198.51.100.20:443")
    args = parser.parse_args()
    host, port = args.to.rsplit(":", 1)
    listener = socket.create_server(("", args.listen))
    while True:
        client, _ = listener.accept()
        server = socket.create_connection((host, int(port)))
        for item in (client, server):
            item.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        pair = Pair(args.how, client, server)
        threading.Thread(target=relay, args=(pair,), daemon=True).start()


if __name__ == "__main__":
    main()
