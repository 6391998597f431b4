"""Scenario 7: the server wants a client certificate, and gets none or one it does not like."""

import shutil
import time

from ..lab import SERVER
from ..programs import (
    PYTHON,
    REQUEST,
    curl,
    gnutls_cli,
    gnutls_serv,
    go_client,
    go_server,
    java,
    peer,
    s_client,
    s_server,
    selfserv,
    tstclnt,
)
from ..registry import capture
from .connection import apache, https_block, nginx
from .listener import httpsys

VERIFY = ("-Verify", "2", "-verify_return_error")


def verifying(lab, *options, **more):
    """verifying(lab, option...) is an openssl s_server command line that requires a client certificate of the
    lab's root."""
    return s_server(lab.pki, *VERIFY, "-CAfile", lab.pki["root.crt"], *options, **more)


def identity(lab, name):
    """identity(lab, name) are the options that give openssl s_client or curl a client certificate."""
    return ["-cert", lab.pki[f"{name}.crt"], "-key", lab.pki[f"{name}.key"]]


def apache_tls(lab, config):
    """apache_tls(lab, config) is Apache mod_ssl with the certificate of www.example.com."""
    apache(
        lab,
        f"SSLEngine On\nSSLCertificateFile {lab.pki['www.pem']}\nSSLCertificateKeyFile {lab.pki['www.key']}\n"
        f"SSLCACertificateFile {lab.pki['root.crt']}\nSSLSessionCache none\nSSLVerifyDepth 3\n{config}",
        modules="ssl",
    )


@capture("client_certificate_required")
def _(lab):
    """Apache (TLS 1.2, SSLVerifyClient require); curl without a client certificate: alert 40 after its
    Finished."""
    apache_tls(lab, "SSLProtocol TLSv1.2\nSSLVerifyClient require\n")
    lab.run(curl(lab.pki))


@capture("client_certificate_required.asyncio13")
def _(lab):
    """Python's asyncio with CERT_REQUIRED (as uvicorn); curl without a client certificate: in TLS 1.3 it closes
    behind the client's Finished, without an alert and without tickets."""
    lab.serve(
        [
            PYTHON,
            "-c",
            f"""import asyncio, ssl
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("{lab.pki['www.pem']}", "{lab.pki['www.key']}")
context.load_verify_locations("{lab.pki['root.crt']}")
context.verify_mode = ssl.CERT_REQUIRED
async def main():
    await (await asyncio.start_server(lambda r, w: w.close(), "0.0.0.0", 443, ssl=context)).serve_forever()
asyncio.run(main())""",
        ]
    )
    lab.run(curl(lab.pki))


@capture("client_certificate_required.openssl12")
def _(lab):
    """`openssl s_server -Verify 2` (TLS 1.2); s_client without certificate: alert 40."""
    lab.serve(verifying(lab, "-tls1_2"))
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("client_certificate_required.openssl13")
def _(lab):
    """`openssl s_server -Verify 2` (TLS 1.3); curl sends an empty Certificate (25 bytes), Finished and its
    request, then gets an encrypted alert (19 bytes; 116)."""
    lab.serve(verifying(lab, "-tls1_3"))
    lab.run(curl(lab.pki))


@capture("client_certificate_required.decrypted13")
def _(lab):
    """As client_certificate_required.openssl13, keys embedded: alert certificate_required (116) is
    readable."""
    log = lab.dir / "keys.txt"
    lab.serve(verifying(lab, "-tls1_3", "-keylogfile", log))
    lab.run(curl(lab.pki))
    lab.keylog(log)


@capture("client_certificate_required.go13")
def _(lab):
    """Go RequireAndVerifyClientCert (TLS 1.3); s_client without certificate: encrypted alert (19 bytes;
    42)."""
    lab.serve(go_server(lab.pki, "-clientca", lab.pki["root.crt"]))
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("client_certificate_required.go12")
def _(lab):
    """Go RequireAndVerifyClientCert (TLS 1.2); curl without certificate: alert 42."""
    lab.serve(go_server(lab.pki, "-clientca", lab.pki["root.crt"], "-max", "1.2"))
    lab.run(curl(lab.pki))


@capture("client_certificate_required.jsse13")
def _(lab):
    """JSSE setNeedClientAuth (TLS 1.3); curl without certificate: encrypted alert (35 bytes; 42)."""
    lab.serve(java(lab.pki, "server", "auth=1"))
    lab.run(curl(lab.pki))


@capture("client_certificate_required.jsse_both13")
def _(lab):
    """JSSE at both ends (TLS 1.3), no client certificate: empty Certificate of 41 bytes, then an alert of 35
    bytes."""
    lab.serve(java(lab.pki, "server", "auth=1"))
    lab.run(java(lab.pki, "client", leaf=None))


@capture("client_certificate_required.gnutls12")
def _(lab):
    """`gnutls-serv --require-client-cert` (TLS 1.2); s_client without certificate: alert 50."""
    command = gnutls_serv(
        lab.pki,
        "--require-client-cert",
        "--x509cafile",
        lab.pki["root.crt"],
        "--priority",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2",
    )
    lab.serve([part for part in command if part != "--disable-client-cert"])
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("client_certificate_required.nss")
def _(lab):
    """NSS selfserv -r -r (TLS 1.3) and tstclnt without certificate: empty Certificate and Finished in one
    record (61 bytes), then an encrypted alert (19 bytes; 116)."""
    lab.serve(selfserv(lab.pki, "-r", "-r", "-V", "tls1.3:tls1.3"))
    lab.run(tstclnt(lab.pki, "-V", "tls1.3:tls1.3"), stdin=REQUEST, timeout=4)


@capture("client_certificate_required.contrast13")
def _(lab):
    """`openssl s_server -Verify 2` (TLS 1.3): s_client without certificate fails, with certificate it
    works."""
    lab.serve(verifying(lab, "-tls1_3"))
    lab.run(s_client(lab.pki), stdin=REQUEST)
    lab.run(s_client(lab.pki, *identity(lab, "client"), "-cert_chain", lab.pki["client.rest"]), stdin=REQUEST)


@capture("client_certificate_rejected")
def _(lab):
    """Apache (TLS 1.2, SSLVerifyClient require); s_client has a certificate of another root: alert 48."""
    apache_tls(lab, "SSLProtocol TLSv1.2\nSSLVerifyClient require\n")
    lab.run(s_client(lab.pki, *identity(lab, "client_untrusted")), stdin=REQUEST)


@capture("client_certificate_rejected.expired")
def _(lab):
    """`openssl s_server -Verify 2` (TLS 1.2); the client certificate expired in January 2024: alert 45."""
    lab.serve(verifying(lab, "-tls1_2"))
    lab.run(
        s_client(lab.pki, *identity(lab, "client_expired"), "-cert_chain", lab.pki["client.rest"]),
        stdin=REQUEST,
    )


@capture("client_certificate_rejected.openssl13")
def _(lab):
    """`openssl s_server -Verify 2` (TLS 1.3); the client certificate is of another root: encrypted alert (19
    bytes; 48)."""
    lab.serve(verifying(lab, "-tls1_3"))
    lab.run(s_client(lab.pki, *identity(lab, "client_untrusted")), stdin=REQUEST)


@capture("client_certificate_rejected.gnutls13")
def _(lab):
    """gnutls-serv (TLS 1.3) refuses gnutls-cli's certificate of another CA: alert 49 and close_notify, both
    encrypted (19 bytes each), between them on the wire the request that was already on its way."""
    server = gnutls_serv(lab.pki, "--require-client-cert", "--verify-client-cert", "--x509cafile", lab.pki["root.crt"],
                         "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.3")
    server.remove("--disable-client-cert")
    lab.serve(server)
    lab.run(gnutls_cli(lab.pki, "--x509certfile", lab.pki["client_untrusted.pem"], "--x509keyfile",
                       lab.pki["client_untrusted.key"]), stdin=REQUEST)


@capture("client_certificate_rejected.gnutls12")
def _(lab):
    """`gnutls-serv --verify-client-cert` (TLS 1.2); the client certificate is of another root: alerts 49 and
    42."""
    command = gnutls_serv(
        lab.pki,
        "--require-client-cert",
        "--verify-client-cert",
        "--x509cafile",
        lab.pki["root.crt"],
        "--priority",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2",
    )
    lab.serve([part for part in command if part != "--disable-client-cert"])
    lab.run(
        gnutls_cli(
            lab.pki,
            "--x509certfile",
            lab.pki["client_untrusted.crt"],
            "--x509keyfile",
            lab.pki["client_untrusted.key"],
        )
    )


@capture("client_certificate_rejected.jsse12")
def _(lab):
    """JSSE setNeedClientAuth (TLS 1.2); s_client has a certificate of another root: alert 46."""
    lab.serve(java(lab.pki, "server", "auth=1", "protocols=TLSv1.2"))
    lab.run(s_client(lab.pki, *identity(lab, "client_untrusted")), stdin=REQUEST)


@capture("client_certificate_required.returns", standin=True)
def _(lab):
    """nginx (TLS 1.2, then TLS 1.3 on port 8443) asks for a client certificate; peers/odd_client.py closes at
    the server's flight, as Chromium does to let its user choose, and returns with an empty list."""
    optional = f"ssl_verify_client optional; ssl_verify_depth 3; ssl_client_certificate {lab.pki['root.crt']};"
    nginx(
        lab,
        https_block(lab, f"ssl_protocols TLSv1.2; {optional}")
        + https_block(lab, f"ssl_protocols TLSv1.3; {optional}", listen="8443 ssl"),
    )
    for port in (443, 8443):
        lab.run(peer("odd_client", SERVER, port, "choose"))


@capture("client_certificate_request_too_large")
def _(lab):
    """`openssl s_server` (TLS 1.2) names 131 CAs in 37 KB: JSSE takes 32,768 bytes and sends alert 10; s_client
    goes on. Then nginx (port 8443) wants to name 261 in 73 KB, more than a CertificateRequest holds: alert 80
    to s_client, after the ServerKeyExchange."""
    lab.serve(s_server(lab.pki, "-tls1_2", "-verify", "2", "-CAfile", lab.pki["list37.pem"]))
    nginx(
        lab,
        https_block(
            lab,
            f"ssl_protocols TLSv1.2; ssl_verify_client on; ssl_client_certificate {lab.pki['list70.pem']};",
            listen="8443 ssl",
        ),
        port=8443,
    )
    lab.run(java(lab.pki, "client"))
    lab.run(s_client(lab.pki, "-tls1_2"), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_2", port=8443), stdin=REQUEST)


@capture("client_certificate_rejected.reasons")
def _(lab):
    """`openssl s_server -Verify 2 -groups P-256` (TLS 1.2): s_client shows certificates with a key on
    secp521r1 (alert 47), without digitalSignature (43), and without Client Authentication (43)."""
    lab.serve(verifying(lab, "-tls1_2", "-groups", "P-256"))
    for name in ("client_p521", "client_usage", "www"):
        chain = ("-cert_chain", lab.pki[f"{name}.rest"])
        lab.run(s_client(lab.pki, *identity(lab, name), *chain), stdin=REQUEST)


@capture("client_certificate_rejected.elsewhere")
def _(lab):
    """`openssl s_server -Verify 2` (TLS 1.2), and s_client with certificates that have no fault: the server's CRL has
    expired (alert 45), it has that of another CA alone (port 8443, 48), and s_client sends no intermediate (port 9443,
    48)."""
    config = lab.dir / "ca.cnf"
    config.write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={lab.dir}/index.txt\ndefault_md=sha256\n")
    (lab.dir / "index.txt").write_text("")
    lab.pki.openssl(
        *("ca", "-config", config, "-gencrl", "-out", lab.dir / "issuing.crl"),
        *("-keyfile", lab.pki["issuing.key"], "-cert", lab.pki["issuing.crt"]),
        *("-crl_lastupdate", "20260101000000Z", "-crl_nextupdate", "20260201000000Z"),
    )
    lab.serve(verifying(lab, "-tls1_2", "-crl_check", "-CRL", lab.dir / "issuing.crl"))
    lab.serve(verifying(lab, "-tls1_2", "-crl_check", "-CRL", lab.pki["root.crl"], port=8443), port=8443)
    lab.serve(verifying(lab, "-tls1_2", port=9443), port=9443)
    chain = ("-cert_chain", lab.pki["client.rest"])
    lab.run(s_client(lab.pki, *identity(lab, "client"), *chain), stdin=REQUEST)
    lab.run(s_client(lab.pki, *identity(lab, "client"), *chain, port=8443), stdin=REQUEST)
    lab.run(s_client(lab.pki, *identity(lab, "client"), port=9443), stdin=REQUEST)


def exim(lab):
    """exim(lab) starts Exim (GnuTLS) on port 587; it wants a client certificate of the lab's root."""
    (lab.dir / "spool").mkdir()
    shutil.chown(lab.dir / "spool", "Debian-exim")
    for name in ("services.pem", "services.key", "root.crt"):
        shutil.copy(lab.pki[name], lab.dir / "spool")
        shutil.chown(lab.dir / "spool" / name, "Debian-exim")
    for path in (lab.dir.parent, lab.dir):
        path.chmod(0o755)
    files = lab.dir / "spool"
    (lab.dir / "exim.conf").write_text(
        f"primary_hostname=mail.example.com\nspool_directory={files}\nlog_file_path={files}/%slog\n"
        "daemon_smtp_ports=587\nlocal_interfaces=0.0.0.0\nrfc1413_query_timeout=0s\nhost_lookup=\n"
        f"tls_advertise_hosts=*\ntls_certificate={files}/services.pem\ntls_privatekey={files}/services.key\n"
        f"tls_verify_hosts=*\ntls_verify_certificates={files}/root.crt\n"
    )
    lab.serve(["exim4", "-bdf", "-q30m", "-C", lab.dir / "exim.conf"], port=587)


@capture("client_certificate_rejected.exim")
def _(lab):
    """Exim (GnuTLS, tls_verify_hosts) and `s_client -starttls smtp -tls1_2` with an expired certificate: an encrypted alert
    right behind the server's Finished."""
    exim(lab)
    starttls = ["-starttls", "smtp", "-tls1_2", *identity(lab, "client_expired")]
    lab.run(s_client(lab.pki, *starttls, port=587, name="mail.example.com"), timeout=4)


@capture("client_certificate_required.rsyslog")
def _(lab):
    """rsyslog (GnuTLS, x509/certvalid) and `gnutls-cli` with TLS 1.2 and no certificate: the server closes right behind its
    Finished, without an alert."""
    (lab.dir / "rsyslog.conf").write_text(
        f'global(DefaultNetstreamDriver="gtls" DefaultNetstreamDriverCAFile="{lab.pki["root.crt"]}" '
        f'DefaultNetstreamDriverCertFile="{lab.pki["services.pem"]}" '
        f'DefaultNetstreamDriverKeyFile="{lab.pki["services.key"]}" workDirectory="{lab.dir}")\n'
        'module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="x509/certvalid")\n'
        f'input(type="imtcp" port="6514")\n*.* action(type="omfile" file="{lab.dir}/log")\n'
    )
    lab.serve(["rsyslogd", "-n", "-f", lab.dir / "rsyslog.conf", "-i", lab.dir / "pid"], port=6514)
    lab.run(gnutls_cli(lab.pki, "--priority=NORMAL:-VERS-TLS1.3", name="mail.example.com", port=6514), timeout=3)


@capture("client_certificate_required.php")
def _(lab):
    """PHP (stream_socket_server with verify_peer, TLS 1.3): its OpenSSL lets a client without a certificate in and sends
    tickets, then PHP says goodbye; s_client would have asked for nothing for a second."""
    program = (
        "$c = stream_context_create(['ssl' => ['local_cert' => $argv[1], 'local_pk' => $argv[2], 'cafile' => $argv[3],"
        " 'verify_peer' => true, 'verify_peer_name' => false, 'capture_peer_cert' => true]]);"
        "$s = stream_socket_server('tcp://0.0.0.0:443', $e, $m, 12, $c);"
        "while (true) { $k = @stream_socket_accept($s, 60);"
        " if (@stream_socket_enable_crypto($k, true, STREAM_CRYPTO_METHOD_TLSv1_3_SERVER)) {"
        ' fread($k, 2000); fwrite($k, "HTTP/1.0 200 OK\\r\\n\\r\\nhello"); } fclose($k); }'
    )
    lab.serve(["php", "-r", program, "--", lab.pki["www.pem"], lab.pki["www.key"], lab.pki["root.crt"]])
    client = lab.begin(s_client(lab.pki))
    time.sleep(1)
    client.stdin.close()
    client.wait()


LATE = "SSLProtocol TLSv1.3\n<Location />\nSSLVerifyClient {}\n</Location>\nSSLCACertificateFile {}\n"


@capture("client_certificate_required.apache_late13")
def _(lab):
    """Apache (TLS 1.3) asks for a client certificate for `<Location />` only, after the handshake (post-handshake
    authentication); curl has none, and gets alert 116 behind its request. A second try shows the same."""
    apache_tls(lab, LATE.format("require", lab.pki["root.crt"]))
    lab.run(curl(lab.pki))
    lab.run(curl(lab.pki))


@capture("client_certificate_rejected.apache_late13")
def _(lab):
    """As client_certificate_required.apache_late13; curl has a certificate of another CA: alert 48 behind its
    request."""
    apache_tls(lab, LATE.format("require", lab.pki["root.crt"]))
    key = ("--cert", lab.pki["client_untrusted.pem"], "--key", lab.pki["client_untrusted.key"])
    lab.run(curl(lab.pki, *key))


@capture("ok_client_certificate.apache_late13")
def _(lab):
    """As client_certificate_required.apache_late13: curl with a certificate that Apache takes, then with
    `SSLVerifyClient optional` without one."""
    apache_tls(lab, LATE.format("require", lab.pki["root.crt"])
               + "<Location /any>\nSSLVerifyClient optional\n</Location>\n")
    lab.run(curl(lab.pki, "--cert", lab.pki["client.pem"], "--key", lab.pki["client.key"]))
    lab.run(curl(lab.pki, url="https://www.example.com/any"))


@capture("client_certificate_renegotiation.no_request")
def _(lab):
    """openssl s_server (TLS 1.2) is told to renegotiate before there is any request; `s_client
    -no_renegotiation` refuses with an encrypted alert."""
    server = lab.serve(
        [part for part in s_server(lab.pki, "-tls1_2") if part not in ("-www", "-quiet")], stdin=-1
    )
    client = lab.begin(s_client(lab.pki, "-no_renegotiation"))
    time.sleep(1)
    server.stdin.write(b"r\n")
    server.stdin.flush()
    time.sleep(1)
    client.stdin.close()
    client.wait()


@capture("client_certificate_renegotiation")
def _(lab):
    """Apache (TLS 1.2) asks for a client certificate for `<Location />` only, by renegotiation; curl has
    none."""
    apache_tls(lab, "SSLProtocol TLSv1.2\n<Location />\nSSLVerifyClient require\n</Location>\n")
    lab.run(curl(lab.pki))


@capture("client_certificate_renegotiation.refused")
def _(lab):
    """As client_certificate_renegotiation with Go, which never renegotiates and sends an encrypted alert."""
    apache_tls(lab, "SSLProtocol TLSv1.2\n<Location />\nSSLVerifyClient require\n</Location>\n")
    lab.run(go_client(lab.pki))


@capture("client_certificate_post_handshake", standin=True)
def _(lab):
    """TLS 1.3 with a client that has no post-handshake authentication (Go); the server resets after the first
    request, as Windows Server 2022 does when a URL wants a client certificate. A second try shows the
    same."""
    httpsys(lab, "--default", "late-rst")
    lab.run(go_client(lab.pki))
    lab.run(go_client(lab.pki))
