"""A box that opens TLS on the path: interceptor.py LISTEN HOST:PORT CERT KEY.

It ends the client's TLS with a certificate of its own CA and speaks TLS of its own to the server, as
inspecting proxies do (OpenSSL both times).
"""

import socket
import ssl
import sys
import threading


def serve(client, target, context):
    """serve(client, target, context) opens one connection."""
    outer = ssl.create_default_context()
    outer.check_hostname, outer.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection(target) as plain:
            with outer.wrap_socket(plain, server_hostname="www.example.com") as server:
                with context.wrap_socket(client, server_side=True) as inner:
                    server.sendall(inner.recv(65536))
                    while data := server.recv(65536):
                        inner.sendall(data)
    except OSError:
        pass
    finally:
        client.close()


def main():
    """main() accepts clients."""
    port, target, certificate, key = sys.argv[1:]
    host, _, number = target.rpartition(":")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("", int(port)))
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, (host, int(number)), context), daemon=True).start()


if __name__ == "__main__":
    main()
