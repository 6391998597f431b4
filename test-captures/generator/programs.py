"""Command lines of the real programs, with the options that every scenario shares."""

from .lab import PEERS, SERVER

REQUEST = b"GET / HTTP/1.0\r\nHost: www.example.com\r\n\r\n"
PYTHON = "/usr/bin/python3"


def s_server(pki, *options, leaf="www", port=443):
    """s_server(pki, option...) is openssl s_server as a small HTTPS server."""
    return [
        "openssl",
        "s_server",
        "-accept",
        port,
        "-cert",
        pki[f"{leaf}.crt"],
        "-key",
        pki[f"{leaf}.key"],
        "-cert_chain",
        pki[f"{leaf}.rest"],
        "-www",
        "-quiet",
        *options,
    ]


def s_client(pki, *options, name="www.example.com", host=SERVER, port=443, ca="root.crt"):
    """s_client(pki, option...) is openssl s_client that verifies during the handshake; name None sends no
    SNI."""
    sni = ["-servername", name] if name else ["-noservername"]
    return [
        "openssl",
        "s_client",
        "-connect",
        f"{host}:{port}",
        *sni,
        "-CAfile",
        pki[ca],
        "-verify_return_error",
        "-quiet",
        *options,
    ]


def curl(pki, *options, url="https://www.example.com/"):
    """curl(pki, option...) is curl with the lab's root and HTTP/1.1."""
    return ["curl", "-sS", "--http1.1", "--cacert", pki["root.crt"], *options, url]


def aria2(pki, ca="root.crt"):
    """aria2(pki) is aria2c (GnuTLS), which tries once and keeps what it loads to itself."""
    return [
        "aria2c",
        "--quiet",
        "--async-dns=false",
        "--disable-ipv6=true",
        "--max-tries=1",
        "--connect-timeout=4",
        "--timeout=4",
        "--dry-run=true",
        f"--ca-certificate={pki[ca]}",
        "https://www.example.com/",
    ]


def gnutls_serv(pki, *options, leaf="www", port=443):
    """gnutls_serv(pki, option...) is gnutls-serv as a small HTTPS server."""
    return [
        "gnutls-serv",
        "--http",
        "-q",
        "--port",
        port,
        "--x509certfile",
        pki[f"{leaf}.pem"],
        "--x509keyfile",
        pki[f"{leaf}.key"],
        "--disable-client-cert",
        *options,
    ]


def gnutls_cli(pki, *options, name="www.example.com", port=443, ca="root.crt"):
    """gnutls_cli(pki, option...) is gnutls-cli."""
    return ["gnutls-cli", name, "--port", port, "--x509cafile", pki[ca], *options]


def tstclnt(pki, *options, name="www.example.com", port=443):
    """tstclnt(pki, option...) is the NSS test client."""
    return ["tstclnt", "-h", SERVER, "-p", port, "-a", name, "-d", f"sql:{pki['nssdb_client']}", *options]


def selfserv(pki, *options, port=443):
    """selfserv(pki, option...) is the NSS test server."""
    return ["selfserv", "-n", "www", "-p", port, "-d", f"sql:{pki['nssdb']}", "-w", "", *options]


def go_server(pki, *options, leaf="www", port=443):
    """go_server(pki, option...) is peers/go with crypto/tls as server."""
    return [
        pki["gopeer"],
        "server",
        "-listen",
        f":{port}",
        "-cert",
        pki[f"{leaf}.pem"],
        "-key",
        pki[f"{leaf}.key"],
        *options,
    ]


def go_client(pki, *options, name="www.example.com", host=SERVER, port=443, ca="root.crt"):
    """go_client(pki, option...) is peers/go with crypto/tls as client."""
    return [pki["gopeer"], "client", "-connect", f"{host}:{port}", "-sni", name, "-ca", pki[ca], *options]


def java(pki, role, *options, properties=(), leaf="www", name="www.example.com", port=443):
    """java(pki, role, option...) is peers/java with JSSE as server or client."""
    peer = ["port=%d" % port, f"host={SERVER}", f"name={name}", f"root={pki['root.crt']}"]
    peer += [f"store={pki[leaf + '.p12']}"] if leaf else []
    return [
        "java",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-Djava.net.preferIPv4Stack=true",
        *(f"-D{item}" for item in properties),
        "-cp",
        pki["java"],
        "Peer",
        role,
        *peer,
        *options,
    ]


def peer(program, *options):
    """peer(program, option...) is one of the small Python programs in peers/."""
    return [PYTHON, PEERS / f"{program}.py", *options]


__all__ = [name for name in dir() if not name.startswith("_")]
