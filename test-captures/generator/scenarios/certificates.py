"""Scenario 2, as far as alerts and closes tell it: the client does not accept the server's certificate."""

from pathlib import Path

from .. import defects
from ..lab import SERVER
from ..programs import (
    REQUEST,
    aria2,
    curl,
    gnutls_cli,
    gnutls_serv,
    go_client,
    go_server,
    java,
    peer,
    s_client,
    s_server,
    tstclnt,
)
from ..registry import capture
from .connection import haproxy, https_block, link, nginx
from .hidden import node


@capture("certificate_expired")
def _(lab):
    """openssl s_server (TLS 1.2) with a certificate that expired in January 2024; s_client sends alert 45."""
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="expired"))
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("certificate_expired.openssl13")
def _(lab):
    """As certificate_expired with TLS 1.3: s_client sends its alert 45 in plaintext."""
    lab.serve(s_server(lab.pki, "-tls1_3", leaf="expired"))
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("certificate_expired.go_server13")
def _(lab):
    """As certificate_expired.openssl13 with Go as server: its answer to the plaintext alert is
    bad_record_mac, encrypted."""
    lab.serve(go_server(lab.pki, "-min", "1.3", leaf="expired"))
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("certificate_untrusted_root")
def _(lab):
    """openssl s_server (TLS 1.2) sends a chain up to a root that s_client does not trust: alert 48."""
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="untrusted"))
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("certificate_untrusted_root.openssl13")
def _(lab):
    """As certificate_untrusted_root with TLS 1.3 and curl: alert 48 in plaintext."""
    lab.serve(s_server(lab.pki, "-tls1_3", leaf="untrusted"))
    lab.run(curl(lab.pki))


@capture("certificate_untrusted_root.decrypted13")
def _(lab):
    """openssl s_server (TLS 1.3, keys embedded in the file); NSS tstclnt sends alert 48 encrypted."""
    log = lab.dir / "keys.txt"
    lab.serve(s_server(lab.pki, "-tls1_3", "-keylogfile", log, leaf="untrusted"))
    lab.run(tstclnt(lab.pki, "-V", "tls1.3:tls1.3"), stdin=REQUEST, timeout=4)
    lab.keylog(log)


@capture("certificate_untrusted_root.http2")
def _(lab):
    """Go net/http with HTTP/2 (TLS 1.2) and a certificate of another root sends its settings right behind the
    handshake, before git (GnuTLS), which checks the certificate only then, leaves."""
    lab.serve(go_server(lab.pki, "-alpn", "h2,http/1.1", "-max", "1.2", leaf="untrusted"))
    lab.run(
        ["git", "ls-remote", "https://www.example.com/example.git"],
        env={"GIT_SSL_CAINFO": lab.pki["root.crt"], "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent"},
    )


@capture("certificate_untrusted_root.aria2")
def _(lab):
    """nginx (TLS 1.2) with a certificate of another root: aria2 finishes the handshake, says close_notify and leaves.
    Told to trust that root, it loads the page."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;", leaf="untrusted"))
    lab.run(aria2(lab.pki))
    lab.run(aria2(lab.pki, ca="otherroot.crt"))


@capture("certificate_wrong_usage")
def _(lab):
    """openssl s_server (TLS 1.2) with a certificate for client authentication only; s_client sends alert
    43."""
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="usage"))
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("certificate_unsupported")
def _(lab):
    """gnutls-serv (TLS 1.2) with a P-521 key; `s_client -curves X25519:P-256`, as browsers offer them, verifies no
    signature on a curve that it did not offer: alert 47."""
    lab.serve(gnutls_serv(lab.pki, "--priority", "NORMAL:-VERS-TLS1.3", leaf="www_p521"))
    lab.run(s_client(lab.pki, "-tls1_2", "-curves", "X25519:P-256"), stdin=REQUEST)


@capture("certificate_unsupported.strict")
def _(lab):
    """openssl s_server (TLS 1.2) with the certificate of an intermediate whose Basic Constraints are not critical;
    `s_client -x509_strict`, which checks as Python 3.13 does, sends alert 46, and s_client without it accepts the certificate."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="d_soft_ca"))
    lab.run(s_client(lab.pki, "-x509_strict"), stdin=REQUEST)
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("certificate_wrong_usage.issuer")
def _(lab):
    """openssl s_server (TLS 1.2) with a good certificate of an intermediate whose own Extended Key Usage is client authentication:
    s_client sends alert 43, Go 42, and Java, which looks at the certificate's own alone, goes on."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="d_usage_issuer"))
    lab.run(s_client(lab.pki), stdin=REQUEST)
    lab.run(go_client(lab.pki))
    lab.run(java(lab.pki, "client", leaf=None))


@capture("certificate_revoked")
def _(lab):
    """openssl s_server (TLS 1.2) with a revoked certificate; `s_client -crl_check` has the CRL and sends
    alert 44."""
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="revoked"))
    lab.run(s_client(lab.pki, "-crl_check", ca="root_and_crl.pem"), stdin=REQUEST)


@capture("certificate_corrupt.issuer12")
def _(lab):
    """nginx (TLS 1.2) with a good certificate, and an intermediate whose signature has a wrong byte; the root that made it
    is with the client alone. `openssl s_client` and curl send alert 51."""
    defects.make(lab.pki)
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;", leaf="d_corrupt_issuer"))
    lab.run(s_client(lab.pki), stdin=REQUEST)
    lab.run(curl(lab.pki))


@capture("key_mismatch")
def _(lab):
    """Go with www's certificate and another key (it does not compare them), TLS 1.2; s_client sends alert 51
    after the ServerKeyExchange."""
    lab.serve(
        [lab.pki["gopeer"], "server", "-cert", lab.pki["www.pem"], "-key", lab.pki["www2.key"], "-max", "1.2"]
    )
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("certificate_rejected")
def _(lab):
    """openssl s_server (TLS 1.2) with a good certificate; Go refuses it in VerifyPeerCertificate, as a pin
    does: alert 42."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.run(go_client(lab.pki, "-refuse"))


@capture("certificate_rejected.go13")
def _(lab):
    """As certificate_rejected with TLS 1.3: an encrypted alert (19 bytes) is Go's first record after the
    flight."""
    lab.serve(s_server(lab.pki, "-tls1_3"))
    lab.run(go_client(lab.pki, "-refuse"))


@capture("certificate_rejected.chromium_resumed")
def _(lab):
    """openssl s_server (TLS 1.3) with a certificate of another root, and Chromium whose user has chosen to go on
    (peers/chromium_proceeds.py): every load begins with a connection without that permission. From the second
    load on it resumes a session, and Chromium refuses the certificate all the same."""
    lab.serve(s_server(lab.pki, "-tls1_3", leaf="untrusted"))
    lab.run(peer("chromium_proceeds", "https://www.example.com/", 2, SERVER), timeout=40)


@capture("certificate_rejected.gnutls12")
def _(lab):
    """nginx (TLS 1.2) with a certificate of another root; gnutls-cli sends alert 42."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;", leaf="untrusted"))
    lab.run(gnutls_cli(lab.pki))


@capture("certificate_rejected.gnutls13")
def _(lab):
    """nginx (TLS 1.3) with a certificate of another root; gnutls-cli sends an encrypted alert (19 bytes)."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.3;", leaf="untrusted"))
    lab.run(gnutls_cli(lab.pki))


@capture("certificate_rejected.expired13")
def _(lab):
    """nginx (TLS 1.3) with a certificate that expired in January 2024; gnutls-cli and Go send encrypted alerts. What
    the server's files say of such a certificate: tests/evidence/store_expired."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.3;", leaf="expired"))
    lab.run(gnutls_cli(lab.pki))
    lab.run(go_client(lab.pki))


@capture("certificate_expired.shown_elsewhere")
def _(lab):
    """nginx with a certificate that expired in January 2024. gnutls-cli rejects it first in TLS 1.3, where certificate and
    alert are encrypted, then in TLS 1.2, where both can be read (alert 42)."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2 TLSv1.3;", leaf="expired"))
    lab.run(gnutls_cli(lab.pki))
    lab.run(gnutls_cli(lab.pki, "--priority", "NORMAL:-VERS-TLS1.3"))


@capture("certificate_rejected.jsse12")
def _(lab):
    """openssl s_server (TLS 1.2) with a certificate of another root; JSSE sends alert 46."""
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="untrusted"))
    lab.run(java(lab.pki, "client", leaf=None))


@capture("certificate_rejected.jsse13")
def _(lab):
    """openssl s_server (TLS 1.3) with a certificate of another root; JSSE sends an encrypted alert (35
    bytes)."""
    lab.serve(s_server(lab.pki, "-tls1_3", leaf="untrusted"))
    lab.run(java(lab.pki, "client", leaf=None))


@capture("certificate_rejected.nss12")
def _(lab):
    """openssl s_server (TLS 1.2) with a certificate of another root, behind peers/link.py with 20 ms delay;
    NSS tstclnt rejects it after its Finished, in an encrypted alert (26 bytes), before it has the server's
    Finished."""
    link(lab, "--delay", "20")
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="untrusted"))
    lab.run(tstclnt(lab.pki, "-V", "tls1.2:tls1.2"), stdin=REQUEST, timeout=4)


@capture("certificate_rejected.nss13")
def _(lab):
    """openssl s_server (TLS 1.3) with a certificate of another root; NSS tstclnt sends an encrypted alert (19
    bytes)."""
    lab.serve(s_server(lab.pki, "-tls1_3", leaf="untrusted"))
    lab.run(tstclnt(lab.pki, "-V", "tls1.3:tls1.3"), stdin=REQUEST, timeout=4)


@capture("certificate_rejected.node13")
def _(lab):
    """openssl s_server (TLS 1.3) with a certificate of another root; Node.js leaves with a FIN after the
    flight, no alert."""
    lab.serve(s_server(lab.pki, "-tls1_3", leaf="untrusted"))
    script = (
        "require('https').get({host: 'www.example.com', ca: require('fs').readFileSync('"
        + lab.pki["root.crt"]
        + "')}).on('error', e => console.log(e.code))"
    )
    lab.run(["node", "-e", script])


@capture("client_validation_stall")
def _(lab):
    """openssl s_server (TLS 1.2); Go takes 4 s to verify the certificate (as with an unreachable CRL) and
    then refuses it."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.run(go_client(lab.pki, "-stall", "4s", "-refuse"))


@capture("tls_interception_suspected")
def _(lab):
    """`s_client` of 192.0.2.10 gets the certificate of Example Issuing CA; then the router redirects port 443
    to an openssl s_server with a certificate of `Example Web Gateway CA` for the same name (TLS 1.2): alert
    48."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="regenerated", port=8443), port=8443, where="router")
    lab.run(s_client(lab.pki), stdin=REQUEST)
    lab.redirect(443, 8443)
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("tls_interception_suspected.node")
def _(lab):
    """openssl s_server (TLS 1.2) with a certificate of `Example Web Gateway CA`, which the client does not know. Node.js
    finishes the handshake, looks at the certificate and leaves without a word."""
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="regenerated"))
    lab.run(node(lab))


@capture("wrong_process_suspected")
def _(lab):
    """The port belongs to another program: openssl s_server (TLS 1.2) with a self-signed
    CN=SSL_Self_Signed_Fallback, as SQL Server has; s_client sends alert 48."""
    lab.serve(
        [
            "openssl",
            "s_server",
            "-accept",
            "443",
            "-cert",
            lab.pki["fallback.pem"],
            "-key",
            lab.pki["fallback.key"],
            "-tls1_2",
            "-www",
            "-quiet",
        ]
    )
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("certificate_untrusted_root.large_chain13")
def _(lab):
    """Go (TLS 1.3) with a certificate of 420 names, over many segments; s_client trusts another root: alert
    48."""
    lab.serve(go_server(lab.pki, leaf="many"))
    lab.run(s_client(lab.pki, ca="otherroot.crt"), stdin=REQUEST)


@capture("key_mismatch.openssl13")
def _(lab):
    """As key_mismatch with TLS 1.3: s_client sends alert 51 in plaintext after the CertificateVerify."""
    lab.serve([lab.pki["gopeer"], "server", "-cert", lab.pki["www.pem"], "-key", lab.pki["www2.key"]])
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("certificate_rejected.ccm8")
def _(lab):
    """gnutls-serv with AES-128-CCM-8 only (TLS 1.3) and a certificate of another root; gnutls-cli sends an
    encrypted alert of 11 bytes."""
    priority = "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-CCM-8"
    lab.serve(gnutls_serv(lab.pki, "--priority", priority, leaf="untrusted"))
    lab.run(gnutls_cli(lab.pki, "--priority", priority))


@capture("key_mismatch.elsewhere")
def _(lab):
    """As key_mismatch.openssl13; Go and Java refuse the same behind TLS 1.3's encryption, where neither the signature nor
    the alert can be read: the alert 51 of s_client tells why."""
    lab.serve([lab.pki["gopeer"], "server", "-cert", lab.pki["www.pem"], "-key", lab.pki["www2.key"]])
    lab.run(s_client(lab.pki), stdin=REQUEST)
    lab.run(go_client(lab.pki))
    lab.run(java(lab.pki, "client", leaf=None))


@capture("certificate_name_mismatch.served_late")
def _(lab):
    """HAProxy in http mode (TLS 1.2), and no name in common; curl looks at it behind its Finished and leaves, and HAProxy
    answers the client that has left with HTTP status 400."""
    both = "".join(Path(lab.pki[name]).read_text() for name in ("www.pem", "www.key"))
    (lab.dir / "both.pem").write_text(both)
    haproxy(
        lab,
        f"frontend f\n mode http\n bind :443 ssl crt {lab.dir}/both.pem ssl-max-ver TLSv1.2\n"
        " http-request return status 200 content-type text/plain string hello\n",
    )
    lab.run(curl(lab.pki, "--resolve", f"shop.example.com:443:{SERVER}", url="https://shop.example.com/"))


@capture("certificate_untrusted_root.proxy_backend")
def _(lab):
    """HAProxy on the router ends the client's TLS and verifies its backend (nginx, TLS 1.2) with another root: curl gets
    nothing, HAProxy's connections to nginx end with alert 48. Captured on the router, both legs."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;"))
    lab.capture_at("router", "any")
    haproxy(
        lab,
        f"""frontend web
    bind 198.51.100.1:443 ssl crt {lab.pki['www.both']}
    default_backend app
backend app
    server app1 198.51.100.20:443 ssl verify required ca-file {lab.pki['otherroot.crt']}
""",
        where="router",
    )
    lab.run(curl(lab.pki, "--resolve", "www.example.com:443:198.51.100.1"))
