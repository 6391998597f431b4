"""RADIUS over TLS (RadSec): radsecproxy on both sides."""

import time

from ..lab import CLIENT, SERVER
from ..registry import capture

TLS = """tls default {{
 CACertificateFile {root}
 CertificateFile {certificate}
 CertificateKeyFile {key}
 {more}
}}
LogLevel 1
LogDestination file://{dir}/{role}.log
"""
SERVING = """ListenTLS {server}:2083
client {client} {{
 type tls
 secret radsec
 CertificateNameCheck off
}}
server 127.0.0.1 {{
 type udp
 secret testing123
}}
realm * {{
 server 127.0.0.1
}}
"""
ASKING = """ListenUDP 127.0.0.1:1812
client 127.0.0.1 {{
 type udp
 secret testing123
}}
server up {{
 host {name}
 type tls
 port 2083
 secret radsec
}}
realm * {{
 server up
}}
"""


def configure(lab, role, text, leaf, more="", **values):
    """configure(lab, role, text, leaf) writes a configuration of radsecproxy and returns the command that runs it."""
    pki = lab.pki
    text = TLS.format(root=pki["root.crt"], certificate=pki[f"{leaf}.pem"], key=pki[f"{leaf}.key"], more=more, dir=lab.dir,
                      role=role) + text.format(**values)  # fmt: skip
    path = lab.dir / f"{role}.conf"
    path.write_text(text)
    return ["radsecproxy", "-f", "-c", path]


def connect(lab, name="www.example.com", version=""):
    """connect(lab, name, version) lets a proxy connect to another one, for some seconds."""
    more = f"TlsVersion {version}" if version else ""
    lab.serve(configure(lab, "serving", SERVING, "www", more, server=SERVER, client=CLIENT), port=2083)
    lab.run(configure(lab, "asking", ASKING, "client", name=name), timeout=1.5)


def connect_udp(lab, name="www.example.com"):
    """connect_udp(lab, name) is connect() over DTLS."""
    serving, asking = (text.replace("type tls", "type dtls").replace("ListenTLS", "ListenDTLS") for text in (SERVING, ASKING))
    lab.start(configure(lab, "serving", serving, "www", server=SERVER, client=CLIENT))
    time.sleep(3)
    lab.run(configure(lab, "asking", asking, "client", name=name), timeout=8)


@capture("ok_radsec.dtls")
def _(lab):
    """Healthy: RADIUS over DTLS (RFC 7360), radsecproxy on both sides; nobody has a request, and the client stays."""
    connect_udp(lab)


@capture("certificate_rejected.radsec_dtls")
def _(lab):
    """RADIUS over DTLS: radsecproxy is set to db.example.com, which is not in the server's certificate; it finishes the
    handshake, leaves, and comes back each second or two."""
    connect_udp(lab, name="db.example.com")


@capture("ok_radsec")
def _(lab):
    """Healthy: RadSec, radsecproxy on both sides; nobody has a request, and the client stays."""
    connect(lab)


@capture("certificate_name_mismatch.radsec")
def _(lab):
    """RadSec, TLS 1.3: radsecproxy is set to db.example.com, which is not in the server's certificate nor in the packets; it
    finishes the handshake and leaves."""
    connect(lab, name="db.example.com")


@capture("certificate_rejected.radsec")
def _(lab):
    """As certificate_name_mismatch.radsec with TLS 1.2."""
    connect(lab, name="db.example.com", version="TLS1_2")
