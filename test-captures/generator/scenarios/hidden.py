"""Scenario 2 in TLS 1.3, which hides the certificate: what other clients of the same server let be known of it."""

from .. import defects
from ..lab import SERVER
from ..programs import REQUEST, curl, gnutls_cli, go_client, s_server
from ..registry import capture
from .connection import https_block, nginx


def wget(lab, url="https://www.example.com/"):
    """wget(lab) is wget (GnuTLS), which looks at the certificate behind its Finished."""
    return ["wget", "-q", "-O", "-", "--tries=1", f"--ca-certificate={lab.pki['root.crt']}", url]


def node(lab, host="www.example.com"):
    """node(lab) is a request of Node.js, which looks at the certificate last and leaves with a FIN."""
    script = (
        f"require('https').get({{host: '{host}', ca: require('fs').readFileSync('"
        + lab.pki["root.crt"]
        + "')}).on('error', e => console.log(e.code))"
    )
    return ["node", "-e", script]


@capture("certificate_name_mismatch.shown_late")
def _(lab):
    """nginx with a certificate for other.example.com. wget finishes the handshake in TLS 1.3 and leaves; curl that knows TLS 1.2
    only is shown the certificate."""
    defects.make(lab.pki)
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2 TLSv1.3;", leaf="d_name"))
    lab.run(wget(lab))
    lab.run(curl(lab.pki, "--tls-max", "1.2"))


@capture("certificate_name_mismatch.heard13")
def _(lab):
    """nginx (TLS 1.3) with a certificate for other.example.com. curl finishes the handshake, compares the name and leaves;
    Node.js leaves without a word."""
    defects.make(lab.pki)
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.3;", leaf="d_name"))
    lab.run(curl(lab.pki))
    lab.run(node(lab))


@capture("certificate_wrong_usage.heard13")
def _(lab):
    """openssl s_server (TLS 1.3) with a certificate for client authentication alone. gnutls-cli sends an encrypted alert, curl
    (OpenSSL) alert 43, Node.js leaves without a word."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_3", leaf="d_usage"))
    lab.run(gnutls_cli(lab.pki), stdin=REQUEST)
    lab.run(curl(lab.pki))
    lab.run(node(lab))


@capture("certificate_unsupported.heard13")
def _(lab):
    """openssl s_server (TLS 1.3) with a certificate that has a critical extension which nobody knows. curl (OpenSSL) sends alert 46,
    Go an encrypted one."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_3", leaf="d_critical"))
    lab.run(curl(lab.pki))
    lab.run(go_client(lab.pki))


@capture("certificate_not_yet_valid.heard13")
def _(lab):
    """nginx (TLS 1.3) with a certificate that becomes valid in 2045. wget finishes the handshake and leaves; curl, which compares
    names only after the handshake, sends alert 42."""
    defects.make(lab.pki)
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.3;", leaf="d_not_yet_valid"))
    lab.run(wget(lab))
    lab.run(curl(lab.pki, "--http2"))


@capture("certificate_corrupt.heard13")
def _(lab):
    """nginx (TLS 1.3) with a certificate whose signature has a wrong byte. curl (OpenSSL) sends alert 51; wget finishes the
    handshake, for which it must verify the server's own signature, and leaves."""
    defects.make(lab.pki)
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.3;", leaf="d_corrupt"))
    lab.run(curl(lab.pki))
    lab.run(wget(lab))


@capture("ocsp_staple_problem.demanded13")
def _(lab):
    """nginx (TLS 1.3) without stapling. `curl --cert-status` asks for a staple, finishes the handshake and leaves; curl without it
    is served."""
    defects.make(lab.pki)
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.3;", leaf="d_good"))
    lab.run(curl(lab.pki, "--cert-status"))
    lab.run(curl(lab.pki))


@capture("certificate_name_mismatch.by_address13")
def _(lab):
    """nginx (TLS 1.3) with www's certificate, asked for https://198.51.100.20/. curl, which names no server then, finishes the
    handshake and leaves; Node.js leaves with a FIN."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.3;"))
    lab.run(curl(lab.pki, "--http2", url=f"https://{SERVER}/"))
    lab.run(node(lab, SERVER))
