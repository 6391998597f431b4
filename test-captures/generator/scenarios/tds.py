"""TLS inside SQL Server's TDS: FreeTDS and python-tds against a stand-in on OpenSSL (peers/tds_server.py)."""

from ..programs import PYTHON, peer
from ..registry import capture

PYTDS = """import sys, pytds
try:
    pytds.connect(sys.argv[1], port=int(sys.argv[3]), user="sa", password="x", cafile=sys.argv[2], login_timeout=5, timeout=5)
except Exception as error:
    print(type(error).__name__, error)
"""


def server(lab, *options, leaf="www", port=1433):
    """server(lab, option...) starts the stand-in."""
    command = peer("tds_server", lab.pki[f"{leaf}.pem"], lab.pki[f"{leaf}.key"], "--port", port, *options)
    lab.serve(command, port=port)


def tsql(lab, *settings, name="www.example.com", port=1433):
    """tsql(lab, setting...) runs FreeTDS's client with these lines in freetds.conf."""
    lines = [f"[server]\nhost = {name}\nport = {port}\ntds version = 7.4", *settings]
    (lab.dir / "freetds.conf").write_text("\n".join(lines) + "\n")
    lab.run(["tsql", "-S", "server", "-U", "sa", "-P", "x"], stdin=b"exit\n", env={"FREETDSCONF": lab.dir / "freetds.conf"})


def pytds(lab, env=None, port=1433):
    """pytds(lab) connects with python-tds (pyOpenSSL), which checks the certificate."""
    lab.run([PYTHON, "-c", PYTDS, "www.example.com", lab.pki["root.crt"], port], env=env)


def checked(lab):
    """checked(lab) are the settings of a client that checks the certificate."""
    return ("encryption = require", f"ca file = {lab.pki['root.crt']}", "check certificate hostname = yes")


@capture("ok_tds", standin=True)
def _(lab):
    """Healthy: FreeTDS asks for the login to be encrypted, and what follows is plain (ENCRYPT_OFF on both sides); then it
    encrypts everything and checks the certificate."""
    server(lab)
    server(lab, "--encrypt", "req", port=1434)
    tsql(lab, "encryption = request")
    tsql(lab, *checked(lab), port=1434)


@capture("ok_tds_plain", standin=True)
def _(lab):
    """No TLS wanted: FreeTDS without encryption, and a server that has none."""
    server(lab, "--encrypt", "not_sup")
    tsql(lab, "encryption = off")


@capture("tds_encryption_mismatch", standin=True)
def _(lab):
    """FreeTDS without encryption (ENCRYPT_NOT_SUP); the server requires it, closes, and resets the ClientHello that FreeTDS
    sends all the same."""
    server(lab, "--encrypt", "req")
    tsql(lab, "encryption = off")


@capture("tds_encryption_mismatch.server_without", standin=True)
def _(lab):
    """FreeTDS requires encryption; the server has none (ENCRYPT_NOT_SUP)."""
    server(lab, "--encrypt", "not_sup")
    tsql(lab, "encryption = require")


@capture("certificate_self_signed.tds", standin=True)
def _(lab):
    """The server has the certificate that SQL Server makes for itself (SSL_Self_Signed_Fallback); python-tds checks it and
    leaves without a word, then FreeTDS."""
    lab.pki.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=SSL_Self_Signed_Fallback", "-days", "365",
                    "-keyout", lab.pki["sqlfallback.key"], "-out", lab.pki["sqlfallback.pem"])
    server(lab, "--encrypt", "on", leaf="sqlfallback")
    pytds(lab)
    tsql(lab, *checked(lab))


@capture("certificate_untrusted_root.tds", standin=True)
def _(lab):
    """The server's certificate is of a root that FreeTDS does not know; on port 1434, as a named instance."""
    server(lab, leaf="untrusted", port=1434)
    tsql(lab, *checked(lab), port=1434)


@capture("certificate_name_mismatch.tds", standin=True)
def _(lab):
    """FreeTDS asks for db.example.com; the certificate is for www.example.com."""
    server(lab)
    tsql(lab, *checked(lab), name="db.example.com")


@capture("certificate_expired.tds", standin=True)
def _(lab):
    """FreeTDS refuses an expired certificate."""
    server(lab, leaf="expired")
    tsql(lab, *checked(lab))


@capture("protocol_version_rejected_by_client.tds", standin=True)
def _(lab):
    """The server has TLS 1.0 only; python-tds (OpenSSL, MinProtocol = TLSv1.2) wants TLS 1.2 at least."""
    server(lab, "--tls1_0", "--encrypt", "on")
    (lab.dir / "openssl.cnf").write_text(
        "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nMinProtocol = TLSv1.2\n"
    )
    pytds(lab, env={"OPENSSL_CONF": lab.dir / "openssl.cnf"})


@capture("server_reset_after_client_hello.tds", standin=True)
def _(lab):
    """The server resets after the ClientHello, as SQL Server does when it cannot use its certificate's key. FreeTDS."""
    lab.windows()
    server(lab, "--reset")
    tsql(lab, "encryption = request")


@capture("server_closed_after_client_hello.tds", standin=True)
def _(lab):
    """The server closes after the ClientHello. FreeTDS."""
    lab.windows()
    server(lab, "--close", "--encrypt", "req")
    tsql(lab, *checked(lab))


@capture("ok_tds.python", standin=True)
def _(lab):
    """Healthy: python-tds checks the certificate; the server has encryption on."""
    server(lab, "--encrypt", "on")
    pytds(lab)


@capture("ok_tds.required", standin=True)
def _(lab):
    """Healthy: the server requires encryption, with TLS 1.2 alone; FreeTDS and python-tds, on ports 1433 and 15001."""
    server(lab, "--encrypt", "req", "--tls1_2")
    server(lab, "--encrypt", "req", "--tls1_2", port=15001)
    pytds(lab)
    tsql(lab, *checked(lab), port=15001)


@capture("ok_tds.loss", standin=True)
def _(lab):
    """Healthy: one of seven packets of the server is lost on the way to FreeTDS."""
    server(lab, "--encrypt", "on")
    lab.nft("tcp sport 1433 numgen inc mod 7 == 3 drop")
    tsql(lab, *checked(lab))


@capture("ok_tds.old", standin=True)
def _(lab):
    """Healthy: the server has TLS 1.0 only, and FreeTDS takes it."""
    server(lab, "--encrypt", "on", "--tls1_0")
    tsql(lab, *checked(lab))


@capture("certificate_rejected.tds", standin=True)
def _(lab):
    """python-tds looks at the name behind the handshake: the certificate is for www.example.com, it asked for
    db.example.com, which is not in the packets, and leaves without a login."""
    server(lab, "--encrypt", "on")
    lab.run([PYTHON, "-c", PYTDS, "db.example.com", lab.pki["root.crt"]])


@capture("ok_tds.snaplen", standin=True)
def _(lab):
    """Healthy: as ok_tds.python, captured with a snapshot length of 96 bytes."""
    lab.capture_at(snaplen=96)
    server(lab, "--encrypt", "on")
    pytds(lab)


@capture("port_closed.tds")
def _(lab):
    """SQL Server's port is closed; TLS would have begun there behind PRELOGIN. FreeTDS."""
    tsql(lab, "encryption = require")


@capture("ok_tds.pieces", standin=True)
def _(lab):
    """Healthy: FreeTDS and python-tds through a relay that hands on what it gets in pieces of 5 bytes (peers/pieces.py)."""
    server(lab, "--encrypt", "on")
    lab.serve(peer("pieces", 1500, 1433, 5), port=1500)
    pytds(lab, port=1500)
    tsql(lab, *checked(lab), port=1500)


@capture("certificate_untrusted_root.tds_pieces", standin=True)
def _(lab):
    """The server's certificate is of a root that FreeTDS does not know; a relay hands on what it gets byte by byte."""
    server(lab, leaf="untrusted")
    lab.serve(peer("pieces", 1500, 1433, 1), port=1500)
    tsql(lab, *checked(lab), port=1500)
