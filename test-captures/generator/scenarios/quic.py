"""QUIC: quic-go (peers/quic) and ngtcp2 with GnuTLS, healthy and not."""

import time

from ..lab import SERVER
from ..programs import curl, s_server
from ..registry import capture
from .path import stop


def serve(lab, *options, leaf="www"):
    """serve(lab, option...) starts quic-go as a server."""
    process = lab.start([lab.pki["quicpeer"], "server", "-cert", lab.pki[f"{leaf}.pem"], "-key", lab.pki[f"{leaf}.key"],
                         *options])
    time.sleep(0.5)
    return process


def ask(lab, *options, ca="root.crt", timeout=14):
    """ask(lab, option...) runs quic-go as a client that says a word."""
    return lab.run([lab.pki["quicpeer"], "client", "-at", f"{SERVER}:443", "-ca", lab.pki[ca], *options], timeout=timeout)


def with_keys(lab):
    """with_keys(lab) embeds the client's secrets in the capture; returns the options for it."""
    path = lab.dir / "keys.txt"
    path.touch()
    lab.keylog(path)
    return ["-keylog", str(path)]


@capture("udp_unanswered.quic")
def _(lab):
    """A firewall drops UDP to port 443; quic-go's client repeats its Initial packet and gives up after ten seconds, and
    curl gets the page over TCP."""
    serve(lab)
    lab.serve(s_server(lab.pki))
    lab.nft("udp dport 443 drop")
    ask(lab)
    lab.run(curl(lab.pki))


@capture("udp_unanswered.fallback")
def _(lab):
    """A firewall drops UDP to port 443; quic-go's client is stopped after its first packets, and curl gets the page over
    TCP at once, as browsers do that try both."""
    serve(lab)
    lab.serve(s_server(lab.pki))
    lab.nft("udp dport 443 drop")
    ask(lab, timeout=0.15)
    lab.run(curl(lab.pki))


@capture("udp_unanswered.stopped")
def _(lab):
    """quic-go's server is stopped (SIGSTOP): its system takes the datagrams, nobody answers."""
    stop(serve(lab))
    ask(lab)


@capture("udp_port_closed.quic")
def _(lab):
    """Nothing has UDP port 443; quic-go's client gets ICMP "port unreachable", curl the page over TCP."""
    lab.serve(s_server(lab.pki))
    ask(lab, timeout=4)
    lab.run(curl(lab.pki))


@capture("quic_version_mismatch")
def _(lab):
    """quic-go: the server speaks draft 29 alone, the client version 1 alone; curl gets the page over TCP."""
    lab.serve(s_server(lab.pki))
    serve(lab, "-versions", "draft29")
    ask(lab)
    time.sleep(1)
    lab.run(curl(lab.pki))


@capture("alpn_mismatch.quic")
def _(lab):
    """quic-go: the server has h3, the client asks for doq: error 0x178."""
    serve(lab)
    ask(lab, "-alpn", "doq")


@capture("group_mismatch.quic")
def _(lab):
    """quic-go: the server has secp521r1 alone, the client x25519 alone: error 0x128."""
    serve(lab, "-group", "25")
    ask(lab, "-group", "29")


@capture("certificate_untrusted_root.quic")
def _(lab):
    """quic-go, with keys: the client knows another root."""
    serve(lab)
    ask(lab, *with_keys(lab), ca="otherroot.crt")


@capture("certificate_name_mismatch.quic")
def _(lab):
    """quic-go, with keys: the client asks for another name than the certificate has."""
    serve(lab)
    ask(lab, *with_keys(lab), "-sni", "shop.example.net")


@capture("certificate_expired.quic")
def _(lab):
    """quic-go, with keys: the server's certificate has expired."""
    lab.pki.leaf("quic_expired", "/CN=www.example.com", "subjectAltName=DNS:www.example.com", at="2024-01-01 00:00:00",
                 days=30)
    serve(lab, leaf="quic_expired")
    ask(lab, *with_keys(lab))


@capture("encrypted_alert.quic")
def _(lab):
    """quic-go without keys: the client knows another root and says so in a Handshake packet that nobody can read; the
    capture goes on for some seconds."""
    serve(lab)
    ask(lab, ca="otherroot.crt")
    time.sleep(5)
    lab.run(["sh", "-c", f"echo later | nc -u -w1 {SERVER} 9"])


@capture("client_certificate_required.quic")
def _(lab):
    """quic-go, with keys: the server requires a client certificate, the client has none."""
    serve(lab, "-ca", lab.pki["root.crt"])
    ask(lab, *with_keys(lab))


def later(lab):
    """later(lab) lets the capture go on for some seconds."""
    time.sleep(4)
    lab.run(["bash", "-c", f"echo later > /dev/udp/{SERVER}/9"])


@capture("client_certificate_required.quic_unread")
def _(lab):
    """quic-go without keys: the server requires a client certificate, the client has none. The server closes in
    Handshake packets, and the capture goes on."""
    serve(lab, "-ca", lab.pki["root.crt"])
    ask(lab)
    later(lab)


@capture("client_certificate_rejected.quic_unread")
def _(lab):
    """quic-go without keys: the client's certificate expired in January 2024. The server closes in Handshake packets, and
    the capture goes on."""
    serve(lab, "-ca", lab.pki["root.crt"])
    ask(lab, "-cert", lab.pki["client_expired.pem"], "-key", lab.pki["client_expired.key"])
    later(lab)


@capture("quic_version_mismatch.reserved")
def _(lab):
    """ngtcp2's client asks for a version that is reserved for this (0x1a2a3a4a), gets a list, and tries none of it."""
    lab.start(["/usr/sbin/gtlsserver", "-q", SERVER, "443", lab.pki["www.key"], lab.pki["www.pem"]])
    time.sleep(0.5)
    lab.run(["gtlsclient", "-q", "-v", "0x1a2a3a4a", "--timeout=3s", SERVER, "443", "https://www.example.com/"], timeout=8)


@capture("udp_handshake_stalled.quic")
def _(lab):
    """quic-go, captured at the server: a firewall behind it drops its full packets, so that it repeats its flight and the
    client asks on."""
    lab.capture_at("server")
    lab.nft("udp sport 443 meta length > 1000 drop")
    serve(lab)
    ask(lab)


@capture("udp_handshake_stalled.quic_probes")
def _(lab):
    """quic-go as server, gtlsclient (ngtcp2): a firewall lets the server's first packet through and drops the others, so
    that the client has a ServerHello and a part of the certificate, and probes for the rest until it gives up; then curl
    asks over TCP."""
    lab.nft("udp sport 443 limit rate over 1/hour burst 1 packets drop")
    serve(lab)
    lab.serve(s_server(lab.pki))
    ngtcp2_ask(lab, "--handshake-timeout=8s", "--timeout=8s")
    time.sleep(5)
    lab.run(curl(lab.pki))


@capture("quic_transport_error")
def _(lab):
    """quic-go: the server's program accepts nobody, so that its queue is full after 32 connections, and the next client
    gets CONNECTION_REFUSED."""
    serve(lab, "-hold", "1")
    lab.start([lab.pki["quicpeer"], "client", "-at", f"{SERVER}:443", "-ca", lab.pki["root.crt"], "-hold", "32"],
              where="client")
    time.sleep(4)
    ask(lab)


@capture("ok_quic")
def _(lab):
    """quic-go on both sides, version 1."""
    serve(lab)
    ask(lab)


@capture("ok_quic.version_2")
def _(lab):
    """quic-go on both sides, the draft of version 2 (RFC 9369)."""
    serve(lab, "-versions", "v2")
    ask(lab, "-versions", "v2")


@capture("ok_quic.draft_29")
def _(lab):
    """quic-go on both sides, draft 29."""
    serve(lab, "-versions", "draft29")
    ask(lab, "-versions", "draft29")


@capture("ok_quic.negotiated")
def _(lab):
    """quic-go: the client begins with draft 29, the server lists version 1, and the client takes that."""
    serve(lab)
    ask(lab, "-versions", "draft29,v1")


@capture("ok_quic.retry")
def _(lab):
    """quic-go: the server answers with a Retry first."""
    serve(lab, "-retry")
    ask(lab)


@capture("ok_quic.hello_retry")
def _(lab):
    """quic-go's server has secp384r1 alone; ngtcp2's client begins with a share of x25519: a HelloRetryRequest."""
    serve(lab, "-group", "24")
    lab.run(["gtlsclient", "-q", "--exit-on-all-streams-close", "--timeout=3s", SERVER, "443", "https://www.example.com/"],
            timeout=8)


@capture("ok_quic.client_certificate")
def _(lab):
    """quic-go on both sides, with keys: the client has a certificate."""
    serve(lab, "-ca", lab.pki["root.crt"])
    ask(lab, *with_keys(lab), "-cert", lab.pki["client.pem"], "-key", lab.pki["client.key"])


@capture("ok_quic.ngtcp2")
def _(lab):
    """ngtcp2 with GnuTLS on both sides, HTTP/3."""
    lab.start(["/usr/sbin/gtlsserver", "-q", SERVER, "443", lab.pki["www.key"], lab.pki["www.pem"]])
    time.sleep(0.5)
    lab.run(["gtlsclient", "-q", "--exit-on-all-streams-close", "--timeout=3s", SERVER, "443", "https://www.example.com/"],
            timeout=8)


def ngtcp2_serve(lab, leaf="www"):
    """ngtcp2_serve(lab) starts ngtcp2's HTTP/3 server with GnuTLS."""
    pages = lab.dir / "pages"
    pages.mkdir()
    (pages / "index.html").write_text("hello")
    (pages / "large").write_text("hello " * 3000)
    lab.start(["/usr/sbin/gtlsserver", "-q", "-d", pages, SERVER, "443", lab.pki[f"{leaf}.key"], lab.pki[f"{leaf}.pem"]])
    time.sleep(0.5)


def ngtcp2_ask(lab, *options, path="/"):
    """ngtcp2_ask(lab, option...) runs ngtcp2's HTTP/3 client."""
    lab.run(["gtlsclient", "-q", "--timeout=3s", *options, SERVER, "443", f"https://www.example.com{path}"], timeout=8)


@capture("ok_quic.zero_rtt")
def _(lab):
    """ngtcp2 with GnuTLS, HTTP/3: the second connection sends its request in 0-RTT; both sides clear the fixed bit
    (RFC 9287)."""
    ngtcp2_serve(lab)
    kept = [f"--session-file={lab.dir}/session", f"--tp-file={lab.dir}/parameters", "--exit-on-all-streams-close"]
    ngtcp2_ask(lab, *kept)
    ngtcp2_ask(lab, *kept)


@capture("ok_quic.migration")
def _(lab):
    """ngtcp2 with GnuTLS, HTTP/3: the client goes on from another port, with new connection IDs."""
    ngtcp2_serve(lab)
    ngtcp2_ask(lab, "--change-local-addr=500ms", "--delay-stream=1s")


@capture("ok_quic.key_update")
def _(lab):
    """ngtcp2 with GnuTLS, HTTP/3: new keys in the midst of the data, some packets of which are lost."""
    ngtcp2_serve(lab)
    lab.nft("udp sport 443 numgen inc mod 9 == 8 drop", hook="forward")
    ngtcp2_ask(lab, "--key-update=300ms", "--delay-stream=500ms", path="/large")


CHROMIUM = ("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--origin-to-force-quic-on=www.example.com:443", "--timeout=8000", "--dump-dom")  # fmt: skip


def chromium(lab, *options):
    """chromium(lab, option...) gets a page over QUIC and nothing else; the certificate is taken for good."""
    script = 'openssl x509 -in "$0" -pubkey -noout | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64'
    spki = lab.run(["sh", "-c", script, lab.pki["www.crt"]]).strip()
    lab.run([*CHROMIUM, f"--ignore-certificate-errors-spki-list={spki}", f"--user-data-dir={lab.dir}/profile", *options,
             "https://www.example.com/"], timeout=20, env={"HOME": lab.dir})  # fmt: skip


@capture("ok_quic.chromium")
def _(lab):
    """Chromium and ngtcp2's server: a ClientHello with ML-KEM in two datagrams, its bytes in no order."""
    ngtcp2_serve(lab)
    lab.capture_at(capture_filter="udp port 443")
    chromium(lab)


@capture("udp_unanswered.chromium")
def _(lab):
    """A firewall drops UDP to port 443; Chromium repeats its ClientHello, leaves out a packet number with each
    repetition, and closes after four seconds."""
    ngtcp2_serve(lab)
    lab.nft("udp dport 443 drop")
    lab.capture_at(capture_filter="udp port 443")
    chromium(lab)
