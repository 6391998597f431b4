"""A relay that hands on what it gets in small pieces, as programs do that write byte by byte.

    pieces.py PORT TO SIZE

Listens on PORT and connects to TO of 127.0.0.1; what has more than 300 bytes goes on whole.
"""

import socket
import sys
import threading
import time

PORT, TO, SIZE = (int(argument) for argument in sys.argv[1:4])


def pump(source, target):
    """pump(source, target) hands on one direction to its end."""
    target.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        while data := source.recv(65536):
            size = SIZE if len(data) <= 300 else len(data)
            for at in range(0, len(data), size):
                target.sendall(data[at : at + size])
                time.sleep(0.003)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def main():
    """main() serves until it is killed."""
    listener = socket.create_server(("", PORT))
    while True:
        client, _ = listener.accept()
        server = socket.create_connection(("127.0.0.1", TO))
        for pair in ((client, server), (server, client)):
            threading.Thread(target=pump, args=pair, daemon=True).start()


if __name__ == "__main__":
    main()
