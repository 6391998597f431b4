"""Clients that refuse a certificate in their own way: other alerts than most, no word, or only after the handshake."""

from .. import defects
from ..lab import SERVER
from ..programs import REQUEST, curl, java, s_client, s_server
from ..registry import capture
from .connection import https_block, nginx
from .judged import WEAK, server
from .starttls import slapd


@capture("certificate_weak.botan71")
def _(lab):
    """openssl s_server (TLS 1.2) with an RSA key of 1024 bits; `botan tls_client` sends alert 71, which others
    send for cipher suites."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_2", *WEAK, leaf="d_rsa1024"))
    lab.run(["botan", "tls_client", "www.example.com", "--port=443", "--tls1.2",
             f"--trusted-cas={lab.pki['root.crt']}"], stdin=REQUEST)


@capture("certificate_name_mismatch.alone")
def _(lab):
    """openssl s_server (TLS 1.2) with a certificate for other.example.com; curl alone refuses it, behind the handshake
    and without a word, as a monitor would leave that minds nothing."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="d_name"))
    lab.run(curl(lab.pki, "--tls-max", "1.2"))


@capture("certificate_name_mismatch.own_check")
def _(lab):
    """openssl s_server (TLS 1.2) with a good certificate for www.example.com; stunnel asks for that name and has
    `checkHost = other.example.com`: OpenSSL sends alert 80 for the application's own check."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="d_good"))
    config = lab.dir / "stunnel.conf"
    config.write_text(f"foreground = yes\npid =\n[https]\nclient = yes\naccept = 127.0.0.1:8080\nconnect = {SERVER}:443\n"
                      f"sni = www.example.com\nsslVersionMax = TLSv1.2\nverifyChain = yes\nCAfile = {lab.pki['root.crt']}\n"
                      "checkHost = other.example.com\n")
    lab.start(["stunnel4", config], where="client", port=8080)
    lab.run(["curl", "-sS", "-m", "5", "http://127.0.0.1:8080/"])


@capture("certificate_name_mismatch.address_as_name")
def _(lab):
    """nginx (TLS 1.2) with a good certificate for www.example.com; stunnel, which connects to the address and so
    sends it as the server name, compares no name but has another certificate pinned (`verifyPeer`): alert 42."""
    defects.make(lab.pki)
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;"))
    config = lab.dir / "stunnel.conf"
    config.write_text(f"foreground = yes\npid =\n[https]\nclient = yes\naccept = 127.0.0.1:8080\nconnect = {SERVER}:443\n"
                      f"verifyPeer = yes\nCAfile = {lab.pki['d_good.crt']}\n")
    lab.start(["stunnel4", config], where="client", port=8080)
    lab.run(["curl", "-sS", "-m", "5", "http://127.0.0.1:8080/"])


@capture("certificate_rejected.java_empty_store")
def _(lab):
    """nginx (TLS 1.2) with a good certificate; a Java client without a trusted root ("the trustAnchors parameter
    must be non-empty") sends alert 80."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;"))
    lab.run(java(lab.pki, "client", "root=", leaf=None))


@capture("certificate_issuer_expired.cross")
def _(lab):
    """openssl s_server (TLS 1.2) sends its certificate and, as the issuer's, a cross certificate that an old root
    signed; the old root expired in January 2024, is not sent, and is the only one that s_client has: alert 45."""
    pki, work = lab.pki, lab.dir
    authority = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign,cRLSign"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    pki.openssl("req", "-x509", *key, "-keyout", work / "old.key", "-out", work / "old.crt", "-subj",
                "/O=Example/CN=Example Old Root CA", "-days", 30, "-addext", "keyUsage=keyCertSign,cRLSign",
                at="2024-01-01 00:00:00")
    pki.openssl("req", "-x509", *key, "-keyout", work / "new.key", "-out", work / "new.crt", "-subj",
                "/O=Example/CN=Example New Root CA", "-days", 3650, "-CA", work / "old.crt", "-CAkey", work / "old.key",
                *authority)
    pki.openssl("req", "-x509", *key, "-keyout", work / "leaf.key", "-out", work / "leaf.crt", "-subj",
                "/O=Example/CN=www.example.com", "-days", 365, "-CA", work / "new.crt", "-CAkey", work / "new.key",
                "-addext", "subjectAltName=DNS:www.example.com", "-addext", "basicConstraints=critical,CA:FALSE")
    lab.serve(["openssl", "s_server", "-tls1_2", "-accept", 443, "-cert", work / "leaf.crt", "-key", work / "leaf.key",
               "-cert_chain", work / "new.crt", "-www", "-quiet"])
    command = s_client(pki)
    command[command.index("-CAfile") + 1] = work / "old.crt"
    lab.run(command, stdin=REQUEST)


@capture("certificate_untrusted_root.company_ca")
def _(lab):
    """openssl s_server (TLS 1.2) with a certificate that a company's own root, called "Example CA", signed directly;
    s_client and curl trust another root: alert 48."""
    pki, work = lab.pki, lab.dir
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    pki.openssl("req", "-x509", *key, "-keyout", work / "ca.key", "-out", work / "ca.crt", "-subj", "/O=Example/CN=Example CA",
                "-days", 3650)
    pki.openssl("req", "-x509", *key, "-keyout", work / "leaf.key", "-out", work / "leaf.crt", "-subj",
                "/O=Example/CN=www.example.com", "-days", 365, "-CA", work / "ca.crt", "-CAkey", work / "ca.key",
                "-addext", "subjectAltName=DNS:www.example.com", "-addext", "basicConstraints=critical,CA:FALSE")
    lab.serve(["openssl", "s_server", "-tls1_2", "-accept", 443, "-cert", work / "leaf.crt", "-key", work / "leaf.key",
               "-www", "-quiet"])
    lab.run(s_client(pki), stdin=REQUEST)
    lab.run(curl(pki))


@capture("certificate_incomplete_chain.finished12")
def _(lab):
    """openssl s_server (TLS 1.2) leaves out the intermediate; curl says 48, wget (GnuTLS) and Node.js finish the
    handshake and leave without a word."""
    defects.make(lab.pki)
    lab.serve(server(lab.pki, "-tls1_2", leaf="d_incomplete"))
    lab.run(curl(lab.pki))
    lab.run(["wget", "-q", "-O-", "--tries=1", f"--ca-certificate={lab.pki['root.crt']}", "https://www.example.com/"])
    script = ("require('https').get({host: 'www.example.com', maxVersion: 'TLSv1.2', "
              f"ca: require('fs').readFileSync('{lab.pki['root.crt']}')}}).on('error', console.error)")
    lab.run(["node", "-e", script])


@capture("certificate_key_usage_mismatch.finished12")
def _(lab):
    """openssl s_server (TLS 1.2) with a certificate whose key usage is that of an authority; Node.js finishes the
    handshake and leaves without a word."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="d_sign_usage"))
    script = ("require('https').get({host: 'www.example.com', maxVersion: 'TLSv1.2', "
              f"ca: require('fs').readFileSync('{lab.pki['root.crt']}')}}).on('error', console.error)")
    lab.run(["node", "-e", script])


@capture("certificate_expired.scanner")
def _(lab):
    """openssl s_server (TLS 1.2) with an expired certificate; sslscan looks for cipher suites, reads the server's flight
    and leaves without a word each time: it minds nothing."""
    lab.serve(s_server(lab.pki, "-tls1_2", "-cipher", "AES256-GCM-SHA384", leaf="expired"))
    lab.run(["sslscan", "--tls12", "--sni-name=www.example.com", "--no-fallback", "--no-renegotiation", "--no-compression",
             "--no-heartbleed", "--no-groups", "--no-check-certificate", f"{SERVER}:443"], timeout=60)


@capture("certificate_untrusted_root.starttls_ldap")
def _(lab):
    """OpenLDAP slapd (TLS 1.2) and `ldapsearch -ZZ` that has another root: it finishes the handshake, goes back to
    plain text for its unbind and leaves, as GnuTLS's programs do that check the certificate then."""
    slapd(lab)
    lab.run(
        ["ldapsearch", "-x", "-ZZ", "-H", "ldap://ldap.example.com", "-b", "dc=example,dc=com"],
        env={"LDAPTLS_CACERT": lab.pki["otherroot.crt"], "LDAPTLS_CIPHER_SUITE": "NORMAL:-VERS-TLS1.3"},
    )


@capture("certificate_rejected.finished13")
def _(lab):
    """nginx (TLS 1.3) with www's certificate; curl asks for www2.example.com, finishes the handshake and only
    then leaves without data (it checks the name afterwards); so does wget (GnuTLS)."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.3;"))
    lab.run(curl(lab.pki, url="https://www2.example.com/"))
    lab.run(
        [
            "wget",
            "-q",
            "-O",
            "-",
            "--tries=1",
            f"--ca-certificate={lab.pki['root.crt']}",
            "https://www2.example.com/",
        ]
    )
