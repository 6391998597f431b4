#!/usr/bin/env python3
"""The TLS of an SSTP server with the answer to its first request ([MS-SSTP] section 3.3): sstp_server.py CERTIFICATE KEY"""

import socket
import ssl
import sys

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
listener = socket.create_server(("0.0.0.0", 443))
while True:
    plain, _ = listener.accept()
    try:
        with context.wrap_socket(plain, server_side=True) as tls:
            if tls.recv(4096).startswith(b"SSTP_DUPLEX_POST"):
                tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\nServer: Microsoft-HTTPAPI/2.0\r\n\r\n")
                while tls.recv(4096):
                    pass
    except OSError as error:
        print(error, flush=True)
