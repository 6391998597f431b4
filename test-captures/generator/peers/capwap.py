"""Stand-in for the ends of CAPWAP (RFC 5415 section 4.2): capwap.py strip|add PORT HOST TARGET_PORT

Passes UDP datagrams from PORT on to HOST; `add` puts CAPWAP's DTLS header before what goes there and takes it off what
comes back, `strip` the reverse. Any DTLS program can stand behind it.
"""

import select
import socket
import sys

HEADER = b"\x01\0\0\0"


def passed(data, add):
    """passed(data, add) is a datagram with the header put on or taken off; None when there is none to take off."""
    if add:
        return HEADER + data
    return data[len(HEADER) :] if data.startswith(HEADER) else None


def main():
    """main() passes datagrams on until it is stopped."""
    add, port, target = sys.argv[1] == "add", int(sys.argv[2]), (sys.argv[3], int(sys.argv[4]))
    front, back = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    peer = None
    front.bind(("0.0.0.0", port))
    back.connect(target)
    while True:
        for ready in select.select([front, back], [], [])[0]:
            try:
                data, source = ready.recvfrom(65535)
            except ConnectionRefusedError:
                continue
            if ready is front:
                peer = source
            data = passed(data, add == (ready is front))
            if data is not None and peer:
                front.sendto(data, peer) if ready is back else back.send(data)


if __name__ == "__main__":
    main()
