"""Connections that came about: the features of TLS that look like trouble to a careless rule."""

import os
import signal
import subprocess
import time

from ..lab import SERVER
from ..programs import (
    PYTHON,
    REQUEST,
    curl,
    gnutls_cli,
    go_client,
    go_server,
    java,
    peer,
    s_client,
    s_server,
    tstclnt,
)
from ..registry import capture
from .client_certificates import apache_tls, identity, verifying
from .connection import haproxy, https_block, nginx, sshd
from .negotiation import OLD
from .rdp import freerdp, xrdp


@capture("ok_tls12")
def _(lab):
    """nginx and curl with TLS 1.2, twice: full handshake, one request."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;"))
    lab.run(curl(lab.pki))
    lab.run(curl(lab.pki, "--tls-max", "1.2"))


@capture("ok_tls13")
def _(lab):
    """nginx (TLS 1.3) and curl, then Go: full handshake, one request."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.3;"))
    lab.run(curl(lab.pki))
    lab.run(go_client(lab.pki))


def twice(lab, *options):
    """twice(lab, option...) makes a full handshake with s_client and then resumes the session."""
    session = lab.dir / "session.pem"
    lab.run(s_client(lab.pki, *options, "-sess_out", session), stdin=REQUEST)
    lab.run(s_client(lab.pki, *options, "-sess_in", session), stdin=REQUEST)


@capture("ok_resumption12")
def _(lab):
    """nginx and s_client with TLS 1.2: a full handshake, then a resumption by ticket; with tickets off, by
    session id."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2; ssl_session_cache shared:a:1m;"))
    twice(lab, "-tls1_2")
    twice(lab, "-tls1_2", "-no_ticket")


@capture("ok_resumption13")
def _(lab):
    """nginx and s_client with TLS 1.3: a full handshake, then a resumption by PSK."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.3;"))
    twice(lab, "-tls1_3")


@capture("ok_typed_later")
def _(lab):
    """openssl s_server that answers nothing, and s_client with TLS 1.0 and AES-CBC (empty fragment first): a
    line is typed 4 s after the handshake, and 4 s later the client says goodbye."""
    server = " ".join(str(word) for word in s_server(lab.pki, "-tls1", *OLD) if word != "-www")
    lab.serve(["sh", "-c", f"sleep 30 | {server}"])
    client = " ".join(map(str, s_client(lab.pki, "-tls1", "-no_ign_eof", *OLD)))
    lab.run(["sh", "-c", f"(sleep 4; echo a line that somebody typed; sleep 4) | {client}"])


@capture("ok_hello_retry")
def _(lab):
    """openssl s_server with P-384 only, s_client with X25519 and P-384: HelloRetryRequest, second
    ClientHello, success."""
    lab.serve(s_server(lab.pki, "-tls1_3", "-groups", "P-384"))
    lab.run(s_client(lab.pki, "-groups", "X25519:P-384"), stdin=REQUEST)


@capture("ok_early_data")
def _(lab):
    """openssl s_server -early_data and s_client -early_data (0-RTT) after a full handshake."""
    lab.serve([part for part in s_server(lab.pki, "-tls1_3", "-early_data") if part != "-www"], stdin=-1)
    session, early = lab.dir / "session.pem", lab.dir / "early.txt"
    early.write_bytes(b"GET / HTTP/1.0\r\n\r\n")
    client = [part for part in s_client(lab.pki) if part != "-quiet"]
    lab.run(
        ["sh", "-c", '(sleep 0.5; echo hello; sleep 0.3; echo Q) | "$@"', "sh", *client, "-sess_out", session]
    )
    lab.run(
        [
            "sh",
            "-c",
            '(sleep 0.5; echo hello; sleep 0.3; echo Q) | "$@"',
            "sh",
            *client,
            "-sess_in",
            session,
            "-early_data",
            early,
        ]
    )


@capture("ok_client_certificate12")
def _(lab):
    """Apache (TLS 1.2, SSLVerifyClient require) and curl with a good client certificate."""
    apache_tls(lab, "SSLProtocol TLSv1.2\nSSLVerifyClient require\n")
    lab.run(curl(lab.pki, "--cert", lab.pki["client.pem"], "--key", lab.pki["client.key"]))


@capture("ok_client_certificate13")
def _(lab):
    """`openssl s_server -Verify 2` (TLS 1.3) and curl with a good client certificate."""
    lab.serve(verifying(lab, "-tls1_3"))
    lab.run(curl(lab.pki, "--cert", lab.pki["client.pem"], "--key", lab.pki["client.key"]))


def syslog_goodbye(lab):
    """syslog_goodbye(lab) lets socat show a certificate to syslog-ng, send a line and close a second later."""
    key, certificate, authority = (lab.pki[name] for name in ("client.key", "client.pem", "root.crt"))
    (lab.dir / "syslog-ng.conf").write_text(
        '@version: 3.38\nsource s { network(transport("tls") port(6514) tls(\n'
        f'key-file("{lab.pki["www.key"]}") cert-file("{lab.pki["www.pem"]}") ca-file("{authority}")\n'
        'peer-verify(required-trusted))); };\n'
        f'destination d {{ file("{lab.dir}/messages"); }};\nlog {{ source(s); destination(d); }};\n'
    )
    places = ["-R", lab.dir / "persist", "-p", lab.dir / "pid", "-c", lab.dir / "control"]
    lab.serve(["syslog-ng", "-F", "-f", lab.dir / "syslog-ng.conf", "--no-caps", *places], port=6514)
    target = f"OPENSSL:www.example.com:6514,cafile={authority},cert={certificate},key={key}"
    lab.run(["sh", "-c", f"(echo '<13>a line'; sleep 1) | socat -T5 - {target}"])


@capture("ok_client_certificate_goodbye")
def _(lab):
    """syslog-ng asks for a certificate (TLS 1.3), gives no tickets and says nothing; socat shows one, sends a line and a
    second later close_notify, which the server answers."""
    syslog_goodbye(lab)


@capture("ok_client_certificate_optional")
def _(lab):
    """`openssl s_server -verify 2` asks for a client certificate but does not insist: curl sends an empty
    Certificate with TLS 1.2 and 1.3, data flows."""
    lab.serve(s_server(lab.pki, "-verify", "2"))
    lab.run(curl(lab.pki, "--tls-max", "1.2"))
    lab.run(curl(lab.pki))


@capture("ok_client_certificate_renegotiation")
def _(lab):
    """Apache (TLS 1.2) asks for a client certificate for `<Location />` only; s_client -cert renegotiates,
    data flows."""
    apache_tls(lab, "SSLProtocol TLSv1.2\n<Location />\nSSLVerifyClient require\n</Location>\n")
    lab.run(curl(lab.pki, "--cert", lab.pki["client.pem"], "--key", lab.pki["client.key"]))


@capture("ok_post_handshake_auth")
def _(lab):
    """Apache (TLS 1.3) asks for a client certificate after the request; `s_client -enable_pha` gives one,
    data flows."""
    apache_tls(lab, "SSLProtocol TLSv1.3\n<Location />\nSSLVerifyClient require\n</Location>\n")
    lab.run(
        s_client(lab.pki, "-enable_pha", *identity(lab, "client"), "-cert_chain", lab.pki["client.rest"]),
        stdin=REQUEST,
    )


@capture("ok_half_close")
def _(lab):
    """peers/odd_client.py (OpenSSL through Python) sends its request, close_notify and FIN; nginx answers
    afterwards."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;"))
    lab.run(peer("odd_client", "198.51.100.20", "443", "half-close"))


@capture("ok_rst_after_close_notify")
def _(lab):
    """Go answers, sends close_notify and closes; the close_notify of s_client then meets a closed socket:
    RST."""
    lab.serve(go_server(lab.pki))
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("ok_slow_server")
def _(lab):
    """openssl s_server is stopped (SIGSTOP) for 4 s after the ClientHello, then goes on; curl waits."""
    server = lab.serve(s_server(lab.pki))
    os.killpg(server.pid, signal.SIGSTOP)
    lab.begin(curl(lab.pki))
    time.sleep(4)
    os.killpg(server.pid, signal.SIGCONT)
    time.sleep(0.7)


@capture("ok_warning_alert")
def _(lab):
    """`openssl s_server -servername www2.example.com` (not fatal, TLS 1.2) sends alert 112 at warning level
    before its ServerHello; s_client goes on."""
    lab.serve(
        s_server(
            lab.pki,
            "-tls1_2",
            "-servername",
            "www2.example.com",
            "-cert2",
            lab.pki["www2.crt"],
            "-key2",
            lab.pki["www2.key"],
        )
    )
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("ok_jsse_user_canceled")
def _(lab):
    """`openssl s_server -rev` (TLS 1.3, keys embedded) and JSSE, which closes with user_canceled (90) and
    close_notify; then the same without keys on port 8443."""
    log = lab.dir / "keys.txt"
    for port, extra in ((443, ["-keylogfile", log]), (8443, [])):
        command = s_server(lab.pki, "-tls1_3", "-rev", *extra, port=port)
        lab.serve([part for part in command if part != "-www"], port=port)
        lab.run(java(lab.pki, "client", "leave=1", leaf=None, port=port))
    lab.keylog(log)


@capture("ok_preconnect", standin=True)
def _(lab):
    """peers/odd_client.py connects, sends nothing for 1.5 s and closes, as a browser's spare connection; curl
    beside it."""
    nginx(lab, https_block(lab))
    lab.run(peer("odd_client", "198.51.100.20", "443", "preconnect", "1.5"))
    lab.run(curl(lab.pki))


@capture("ok_preconnect_alert", standin=True)
def _(lab):
    """As ok_preconnect with openssl s_server, which takes the end without a ClientHello for an error and answers the
    FIN with alert 50."""
    lab.serve(s_server(lab.pki))
    lab.run(peer("odd_client", "198.51.100.20", "443", "preconnect", "0.5"))


@capture("ok_health_probe")
def _(lab):
    """HAProxy on the router checks nginx every 300 ms by TCP connect (`check`). Captured on the server."""
    lab.capture_at("server")
    nginx(lab, https_block(lab))
    lab.capture()
    haproxy(
        lab,
        "listen l\n mode tcp\n bind :8443\n server s 198.51.100.20:443 check inter 300\n",
        port=8443,
        where="router",
    )
    time.sleep(1)


@capture("ok_tls10_record_split")
def _(lab):
    """openssl s_server (TLS 1.0, AES-CBC) and two clients that split 1/n-1 or 0/n: NSS tstclnt, openssl
    s_client."""
    lab.serve(s_server(lab.pki, "-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"))
    lab.run(tstclnt(lab.pki, "-V", "tls1.0:tls1.0"), stdin=REQUEST, timeout=4)
    lab.run(s_client(lab.pki, "-tls1", *OLD), stdin=REQUEST)


@capture("ok_keep_alive_idle_reset")
def _(lab):
    """peers/odd_client.py (OpenSSL through Python) makes one request to nginx, idles 2 s, and resets the
    connection."""
    nginx(lab, https_block(lab))
    lab.run(peer("odd_client", "198.51.100.20", "443", "idle-reset", "2"))


@capture("ok_http_plain80")
def _(lab):
    """curl and nginx on port 80 without TLS."""
    nginx(lab, "server { listen 80; location / { return 200 'hello\\n'; } }", port=80)
    lab.run(curl(lab.pki, url="http://www.example.com/"))


@capture("ok_non_tls_on_443")
def _(lab):
    """ssh to sshd on port 443: both sides agree on another protocol (up to the refused login)."""
    sshd(lab)
    lab.run(
        [
            "ssh",
            "-p",
            "443",
            "-o",
            "BatchMode=yes",
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
            "www.example.com",
        ]
    )


@capture("ok_certificate_clickthrough")
def _(lab):
    """nginx (TLS 1.2) with an expired certificate and one of another root on port 8443; `curl -k` does not
    mind."""
    nginx(
        lab,
        https_block(lab, "ssl_protocols TLSv1.2;", leaf="expired")
        + https_block(lab, "ssl_protocols TLSv1.2;", leaf="untrusted", listen="8443 ssl"),
    )
    lab.run(curl(lab.pki, "-k"))
    lab.run(curl(lab.pki, "-k", url="https://www.example.com:8443/"))


@capture("ok_big_certificate_chain")
def _(lab):
    """Go (TLS 1.2, then 1.3) with a certificate of 420 names: its Certificate message needs several records
    and segments."""
    lab.serve(go_server(lab.pki, leaf="many"))
    lab.run(curl(lab.pki, "--tls-max", "1.2"))
    lab.run(curl(lab.pki))


@capture("ok_decrypted13")
def _(lab):
    """nginx (TLS 1.3) and curl, keys embedded (SSLKEYLOGFILE)."""
    log = lab.dir / "keys.txt"
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.3;"))
    lab.run(curl(lab.pki), env={"SSLKEYLOGFILE": str(log)})
    lab.keylog(log)


@capture("ok_two_byte_data")
def _(lab):
    """`openssl s_server -rev` (TLS 1.3) and s_client exchange a line of one letter: application data records
    of 19 bytes, the size of an alert."""
    lab.serve([part for part in s_server(lab.pki, "-tls1_3", "-rev") if part != "-www"])
    lab.run(s_client(lab.pki), stdin=b"a\n", timeout=2)


@capture("ok_slow_validation")
def _(lab):
    """openssl s_server (TLS 1.2, then 1.3); Go takes 3 s to verify the certificate (as with a slow CRL) and
    then accepts."""
    lab.serve(s_server(lab.pki))
    lab.run(go_client(lab.pki, "-stall", "3s", "-max", "1.2"))
    lab.run(go_client(lab.pki, "-stall", "3s"))


@capture("ok_handshake_only")
def _(lab):
    """openssl s_server and clients that finish the handshake and close without data, as monitoring does:
    s_client with TLS 1.2 and 1.3, gnutls-cli."""
    lab.serve(s_server(lab.pki))
    for version in ("-tls1_2", "-tls1_3"):
        lab.run([part for part in s_client(lab.pki, version) if part != "-quiet"])
    lab.run(gnutls_cli(lab.pki))


@capture("ok_fragmented_client_hello")
def _(lab):
    """`openssl s_client -max_send_frag 512` with 45 ALPN names: its ClientHello lies in five records; openssl
    s_server."""
    lab.serve(s_server(lab.pki))
    names = ",".join(f"example-application-protocol-number-{number:03}" for number in range(45))
    lab.run(s_client(lab.pki, "-max_send_frag", "512", "-alpn", names), stdin=REQUEST)


@capture("ok_psk")
def _(lab):
    """`openssl s_server -psk -nocert` and `s_client -psk` with TLS 1.2 and 1.3: handshakes without a
    certificate."""
    key = "0123456789abcdef0123456789abcdef"
    lab.serve(
        ["openssl", "s_server", "-accept", "443", "-nocert", "-psk", key, "-cipher", "PSK", "-www", "-quiet"]
    )
    for version in ("-tls1_2", "-tls1_3"):
        lab.run(
            [
                "openssl",
                "s_client",
                "-connect",
                "198.51.100.20:443",
                "-psk",
                key,
                "-cipher",
                "PSK",
                "-quiet",
                version,
            ],
            stdin=REQUEST,
        )


@capture("ok_record_sizes")
def _(lab):
    """nginx at security level 0 and s_client with suites whose records have other sizes: AES-CBC with SHA-1
    and SHA-256, ChaCha20-Poly1305, AES-CCM (TLS 1.2), AES-CBC (TLS 1.1), AES-128-CCM-8 (TLS 1.3)."""
    nginx(
        lab,
        https_block(
            lab,
            "ssl_protocols TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0; "
            "ssl_conf_command Ciphersuites TLS_AES_128_CCM_8_SHA256;",
        ),
    )
    for suite in ("AES128-SHA", "AES256-SHA256", "ECDHE-RSA-CHACHA20-POLY1305", "AES256-CCM"):
        lab.run(s_client(lab.pki, "-tls1_2", "-cipher", f"{suite}:@SECLEVEL=0"), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_1", *OLD), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_3", *OLD, "-ciphersuites", "TLS_AES_128_CCM_8_SHA256"), stdin=REQUEST)


@capture("ok_client_certificate_http400")
def _(lab):
    """nginx `ssl_verify_client on` and curl without a client certificate, TLS 1.2 and 1.3: the handshake
    comes about, the refusal is HTTP 400 inside."""
    nginx(
        lab,
        https_block(
            lab,
            f"ssl_protocols TLSv1.2 TLSv1.3; ssl_verify_client on; ssl_verify_depth 3; "
            f"ssl_client_certificate {lab.pki['root.crt']};",
        ),
    )
    lab.run(curl(lab.pki, "--tls-max", "1.2"))
    lab.run(curl(lab.pki))


@capture("ok_http2_cbc")
def _(lab):
    """nginx with HTTP/2 and ECDHE-RSA-AES128-SHA only (TLS 1.2), a suite that HTTP/2 forbids: curl does not mind
    and is served."""
    nginx(
        lab,
        https_block(
            lab,
            "ssl_protocols TLSv1.2; ssl_ciphers ECDHE-RSA-AES128-SHA:@SECLEVEL=0;",
            listen="443 ssl http2",
        ),
    )
    command = [part for part in curl(lab.pki, "--http2", "--tls-max", "1.2") if part != "--http1.1"]
    lab.run(command)


@capture("ok_dtls")
def _(lab):
    """`openssl s_server -dtls` and `s_client -dtls`: a cookie, DTLS 1.2, close_notify."""
    command = s_server(lab.pki, "-dtls")
    lab.start([part for part in command if part != "-www"], stdin=-1)
    time.sleep(0.5)
    lab.run(
        [
            "sh",
            "-c",
            '(sleep 0.5; echo Q) | "$@"',
            "sh",
            *[part for part in s_client(lab.pki, "-dtls") if part != "-quiet"],
        ]
    )


@capture("ok_certificate_looked_at")
def _(lab):
    """openssl s_server (TLS 1.2) with an expired certificate of another name; s_client that verifies nothing, with
    its input closed, and Python's ssl without verification, as monitors do: both finish, ask nothing, close."""
    lab.pki.leaf("looked_at", "/CN=www3.example.com", "subjectAltName=DNS:www3.example.com", at="2024-01-01 00:00:00", days=30)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="looked_at"))
    lab.run(["sh", "-c", f"openssl s_client -connect {SERVER}:443 -servername www.example.com </dev/null"])
    script = ("import socket, ssl; c = ssl._create_unverified_context(); "
              f"s = c.wrap_socket(socket.create_connection(('{SERVER}', 443)), server_hostname='www.example.com'); s.close()")
    lab.run([PYTHON, "-c", script])


def wireguard(lab, where, *peer):
    """wireguard(lab, where, word...) starts wireguard-go there; the words are those of `wg set ... peer`."""
    key = lab.dir / f"{where}.wg"
    lab.start(["wireguard-go", "-f", f"wg{where}"], where)
    time.sleep(0.5)
    lab.sh(f"wg set wg{where} listen-port 51820 private-key {key} peer {' '.join(peer)}; ip link set wg{where} up", where)


def wireguard_key(lab, where):
    """wireguard_key(lab, where) makes a private key and returns the public one."""
    private = subprocess.run(["wg", "genkey"], capture_output=True, text=True, check=True).stdout
    (lab.dir / f"{where}.wg").write_text(private)
    return subprocess.run(["wg", "pubkey"], input=private, capture_output=True, text=True, check=True).stdout.strip()


@capture("ok_not_tls")
def _(lab):
    """No TLS, and counted by name: SSH (sshd, ssh-keyscan), IKE (ike-scan), RDP's own security (xrdp, FreeRDP) and
    WireGuard (wireguard-go)."""
    keys = {where: wireguard_key(lab, where) for where in ("client", "server")}
    sshd(lab, port=22)
    xrdp(lab, "rdp")
    lab.run(["ssh-keyscan", "-t", "ed25519", "-T", "3", "www.example.com"])
    lab.run(["ike-scan", "--retry=1", "www.example.com"])
    freerdp(lab, "/cert:ignore", "/sec:rdp", "/timeout:1000")
    wireguard(lab, "server", keys["client"], "allowed-ips 203.0.113.1/32")
    wireguard(lab, "client", keys["server"], f"allowed-ips 203.0.113.2/32 endpoint {SERVER}:51820 persistent-keepalive 1")
    time.sleep(2)


@capture("ok_haproxy_check")
def _(lab):
    """HAProxy asks nginx by `option ssl-hello-chk` whether it lives: a ClientHello of SSL 3.0, which nginx refuses with an
    alert. That is the answer HAProxy wants: it calls the server up. curl is served."""
    nginx(lab, https_block(lab))
    lab.capture()
    haproxy(
        lab,
        f"listen l\n mode tcp\n bind :8443\n option ssl-hello-chk\n server s {SERVER}:443 check inter 400ms\n",
        port=8443,
        where="client",
    )
    lab.run(["sleep", "1"])
    lab.run(curl(lab.pki))
