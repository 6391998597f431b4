"""TLS over UDP: DTLS between openssl and GnuTLS, healthy and not."""

import time

from ..lab import SERVER
from ..programs import peer, s_client, s_server
from ..registry import capture

PSK = "00112233445566778899aabbccddeeff"


def serve(lab, *options, leaf="www"):
    """serve(lab, option...) starts openssl s_server for DTLS, which has no socket to wait for."""
    command = [part for part in s_server(lab.pki, *(options or ("-dtls",)), leaf=leaf) if part != "-www"]
    process = lab.start(command, stdin=-1)
    time.sleep(0.5)
    return process


def ask(lab, *options, wait=0.5, timeout=15, ca="root.crt", send="Q"):
    """ask(lab, option...) runs openssl s_client for DTLS, which leaves after `wait` seconds."""
    command = [part for part in s_client(lab.pki, *(options or ("-dtls",)), ca=ca) if part != "-quiet"]
    return lab.run(["sh", "-c", f'(sleep {wait}; echo {send}) | "$@"', "sh", *command], timeout=timeout)


def gnutls_serve(lab, *options, leaf="www"):
    """gnutls_serve(lab, option...) starts gnutls-serv --udp --echo."""
    lab.start(["gnutls-serv", "--udp", "--echo", "-q", "--port", "443", "--x509certfile", lab.pki[f"{leaf}.pem"],
               "--x509keyfile", lab.pki[f"{leaf}.key"], *options])
    time.sleep(0.7)


def gnutls_ask(lab, *options, timeout=15, ca="root.crt"):
    """gnutls_ask(lab, option...) runs gnutls-cli --udp, which says a word and leaves."""
    command = ["gnutls-cli", "--udp", "www.example.com", "--port", "443", "--x509cafile", lab.pki[ca], *options]
    return lab.run(["sh", "-c", '(sleep 0.5; echo hello; sleep 0.5) | "$@"', "sh", *command], timeout=timeout)


@capture("udp_port_closed")
def _(lab):
    """Nothing has UDP port 443; `openssl s_client -dtls` gets ICMP "port unreachable"."""
    ask(lab)


@capture("udp_unanswered")
def _(lab):
    """A firewall drops UDP to port 443; gnutls-cli --udp repeats its ClientHello in vain."""
    gnutls_serve(lab, "--disable-client-cert")
    lab.nft("udp dport 443 drop")
    gnutls_ask(lab, timeout=14)


@capture("connection_filtered.udp")
def _(lab):
    """A router answers UDP to port 443 with ICMP "communication administratively prohibited"."""
    serve(lab)
    lab.nft("udp dport 443 reject with icmp type admin-prohibited")
    ask(lab)


@capture("host_unreachable.udp")
def _(lab):
    """A router answers UDP to port 443 with ICMP "host unreachable"."""
    serve(lab)
    lab.nft("udp dport 443 reject with icmp type host-unreachable")
    ask(lab)


@capture("protocol_version_mismatch.dtls")
def _(lab):
    """`openssl s_server -dtls1_2`, and s_client that speaks DTLS 1.0 alone."""
    serve(lab, "-dtls1_2")
    ask(lab, "-dtls1", "-cipher", "DEFAULT:@SECLEVEL=0")


@capture("cipher_mismatch.dtls")
def _(lab):
    """`openssl s_server -dtls` with one cipher suite, s_client with another."""
    serve(lab, "-dtls", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256")
    ask(lab, "-dtls", "-cipher", "DHE-RSA-AES256-SHA256")


@capture("certificate_untrusted_root.dtls")
def _(lab):
    """`openssl s_server -dtls`; s_client knows another root and says alert 48."""
    serve(lab)
    ask(lab, ca="otherroot.crt")


@capture("certificate_expired.dtls")
def _(lab):
    """`openssl s_server -dtls` with an expired certificate; s_client says alert 45."""
    lab.pki.leaf("dtls_expired", "/CN=www.example.com", "subjectAltName=DNS:www.example.com", at="2024-01-01 00:00:00",
                 days=30)
    serve(lab, leaf="dtls_expired")
    ask(lab)


@capture("psk_unknown.dtls")
def _(lab):
    """`openssl s_server -dtls` and s_client with different pre-shared keys: the server drops the client's Finished
    without a word, as DTLS wants it."""
    serve(lab, "-dtls", "-nocert", "-psk", PSK, "-cipher", "PSK-AES128-GCM-SHA256")
    ask(lab, "-dtls", "-psk", "ff" + PSK[2:], "-cipher", "PSK-AES128-GCM-SHA256", wait=12.5, timeout=16)


@capture("client_certificate_required.dtls")
def _(lab):
    """`openssl s_server -dtls -Verify 1`; s_client has no certificate and gets an alert."""
    serve(lab, "-dtls", "-Verify", "1", "-CAfile", lab.pki["root.crt"])
    ask(lab)


@capture("alpn_mismatch.dtls")
def _(lab):
    """`openssl s_server -dtls -alpn coap`, and s_client that offers webrtc: alert 120."""
    serve(lab, "-dtls", "-alpn", "coap")
    ask(lab, "-dtls", "-alpn", "webrtc")


@capture("server_flight_lost.dtls")
def _(lab):
    """`openssl s_server -dtls`; a firewall drops its datagrams of more than 150 bytes, so that s_client repeats its
    ClientHello; captured before the firewall."""
    serve(lab, "-dtls")
    lab.nft("udp sport 443 udp length > 150 drop")
    lab.capture_at("router", "eth1")
    ask(lab, wait=13, timeout=16)


@capture("server_flight_lost.dtls_fragments")
def _(lab):
    """`openssl s_server -dtls -mtu 300`; a firewall lets two datagrams of the server through, a cookie and the beginning of
    its flight; s_client repeats its ClientHello and is stopped after eight seconds."""
    serve(lab, "-dtls", "-mtu", "300")
    lab.nft("udp sport 443 limit rate over 1/minute burst 2 packets drop")
    ask(lab, "-dtls", "-mtu", "300", wait=9, timeout=8)


@capture("udp_handshake_stalled")
def _(lab):
    """gnutls-serv --udp; a firewall drops the client's second flight, captured at the server, the client falls silent
    and the server repeats its own."""
    gnutls_serve(lab, "--disable-client-cert")
    lab.capture_at("server")
    lab.nft("udp dport 443 @th,64,8 22 @th,168,8 16 drop", "udp dport 443 @th,64,8 20 drop",
            "udp dport 443 @th,88,16 1 drop")
    gnutls_ask(lab, timeout=14)


@capture("ok_dtls.gnutls")
def _(lab):
    """gnutls-serv --udp and gnutls-cli --udp: a cookie, DTLS 1.2, data both ways."""
    gnutls_serve(lab, "--disable-client-cert")
    gnutls_ask(lab)


@capture("ok_dtls.version_1_0")
def _(lab):
    """`openssl s_server -dtls1` and `s_client -dtls1`."""
    serve(lab, "-dtls1", "-cipher", "DEFAULT:@SECLEVEL=0")
    ask(lab, "-dtls1", "-cipher", "DEFAULT:@SECLEVEL=0", send="hello")


@capture("ok_dtls.fragments")
def _(lab):
    """`openssl s_server -dtls -mtu 300` and `s_client -dtls -mtu 300`: every message in fragments, a client
    certificate, too."""
    serve(lab, "-dtls", "-mtu", "300", "-Verify", "1", "-CAfile", lab.pki["root.crt"])
    ask(lab, "-dtls", "-mtu", "300", "-cert", lab.pki["client.crt"], "-key", lab.pki["client.key"], send="hello")


@capture("ok_dtls.retransmission")
def _(lab):
    """gnutls-serv --udp and gnutls-cli --udp; a firewall drops each second datagram of the server for some seconds, so
    that flights are sent again."""
    gnutls_serve(lab, "--disable-client-cert")
    lab.nft("udp sport 443 numgen inc mod 2 == 0 limit rate over 1/second burst 1 packets drop", hook="forward")
    gnutls_ask(lab, timeout=14)


@capture("ok_dtls.psk")
def _(lab):
    """`openssl s_server -dtls` and s_client with the same pre-shared key."""
    serve(lab, "-dtls", "-nocert", "-psk", PSK, "-cipher", "PSK-AES128-GCM-SHA256")
    ask(lab, "-dtls", "-psk", PSK, "-cipher", "PSK-AES128-GCM-SHA256", send="hello")


@capture("ok_dtls.resumption")
def _(lab):
    """`openssl s_server -dtls`, and s_client twice: the second takes the session up."""
    serve(lab)
    session = str(lab.dir / "session.pem")
    ask(lab, "-dtls", "-sess_out", session, send="hello")
    ask(lab, "-dtls", "-sess_in", session, send="hello")


def other(lab, program, role, *options, leaf=None, ca=None):
    """other(lab, program, role, option...) runs peers/dtls/PROGRAM.c: a server that stays, or a client."""
    address = SERVER if role == "client" or program == "mbedtls" else "0.0.0.0"
    command = [lab.pki[f"{program}peer"], role, address, "443", *options]
    command += [f"cert={lab.pki[leaf + '.pem']}", f"key={lab.pki[leaf + '.key']}"] if leaf else []
    command += [f"ca={lab.pki[ca]}"] if ca else []
    if role == "client":
        return lab.run(command, timeout=20)
    lab.start(command)
    time.sleep(0.6)
    return None


@capture("ok_dtls.mbedtls")
def _(lab):
    """mbedTLS on both sides, fragments of 400 bytes."""
    other(lab, "mbedtls", "server", "mtu=400", leaf="www")
    other(lab, "mbedtls", "client", "mtu=400", ca="root.crt")


@capture("ok_dtls.wolfssl")
def _(lab):
    """wolfSSL on both sides."""
    other(lab, "wolfssl", "server", leaf="www")
    other(lab, "wolfssl", "client", ca="root.crt")


@capture("ok_dtls.coap")
def _(lab):
    """CoAP on port 5684: libcoap with GnuTLS as server, with OpenSSL as client, a pre-shared key."""
    lab.start(["coap-server-gnutls", "-k", "secret", "-h", "hint"])
    time.sleep(1)
    lab.run(["coap-client-openssl", "-k", "secret", "-u", "device", f"coaps://{SERVER}/"], timeout=8)


def other13(lab, role, *options, **more):
    """other13(lab, role, option...) is wolfSSL with DTLS 1.3."""
    return other(lab, "wolfssl", role, "version=13", *options, **more)


@capture("ok_dtls.version_1_3")
def _(lab):
    """Healthy: wolfSSL 5.7 on both sides, DTLS 1.3: a cookie in a HelloRetryRequest, records with short headers, ACKs."""
    other13(lab, "server", leaf="www")
    other13(lab, "client", ca="root.crt")


@capture("ok_dtls.version_1_3_connection_ids")
def _(lab):
    """Healthy: as ok_dtls.version_1_3, with a connection ID of each side and a client certificate."""
    other13(lab, "server", "cid=server", "mutual=1", leaf="www", ca="root.crt")
    other13(lab, "client", "cid=ab", leaf="client", ca="root.crt")


@capture("ok_dtls.version_1_3_loss")
def _(lab):
    """Healthy: as ok_dtls.version_1_3; a firewall drops each fourth datagram of the server for some seconds, so that
    flights are sent again and acknowledged in part."""
    lab.nft("udp sport 443 numgen inc mod 4 == 2 drop", hook="forward")
    other13(lab, "server", leaf="www")
    other13(lab, "client", ca="root.crt")


@capture("certificate_rejected.dtls13")
def _(lab):
    """wolfSSL 5.7 on both sides, DTLS 1.3: the client knows another root; its alert is encrypted, and the last packet."""
    other13(lab, "server", leaf="www")
    other13(lab, "client", ca="otherroot.crt")


@capture("client_certificate_required.dtls13")
def _(lab):
    """wolfSSL 5.7 on both sides, DTLS 1.3: the server requires a certificate, the client has none; the server's alert is
    encrypted, and the last packet."""
    other13(lab, "server", "mutual=1", leaf="www", ca="root.crt")
    other13(lab, "client", ca="root.crt")


@capture("psk_unknown.dtls13")
def _(lab):
    """wolfSSL 5.7 on both sides, DTLS 1.3 with different pre-shared keys: alert 47 to the second ClientHello, whose binder
    does not verify."""
    other13(lab, "server", "psk=secret")
    other13(lab, "client", "psk=other")


@capture("protocol_version_rejected_by_client.dtls13")
def _(lab):
    """`openssl s_server -dtls` asks a wolfSSL client of DTLS 1.3 for a cookie in the way of DTLS 1.2: alert 70."""
    serve(lab, "-dtls")
    other13(lab, "client", ca="root.crt")


@capture("certificate_expired.dtls_wolfssl")
def _(lab):
    """wolfSSL on both sides; the server's certificate has expired."""
    lab.pki.leaf("wolf_expired", "/CN=www.example.com", "subjectAltName=DNS:www.example.com", at="2024-01-01 00:00:00",
                 days=30)
    other(lab, "wolfssl", "server", leaf="wolf_expired")
    other(lab, "wolfssl", "client", ca="root.crt")


@capture("client_certificate_required.dtls_mbedtls")
def _(lab):
    """mbedTLS on both sides; the server requires a client certificate, and drops an empty one without a word."""
    other(lab, "mbedtls", "server", "verify=required", leaf="www", ca="root.crt")
    other(lab, "mbedtls", "client", ca="root.crt")


@capture("psk_unknown.dtls_coap")
def _(lab):
    """libcoap with GnuTLS on both sides, CoAP; the keys differ: the server is silent for five seconds, then says
    close_notify."""
    lab.start(["coap-server-gnutls", "-k", "secret", "-h", "hint"])
    time.sleep(1)
    lab.run(["coap-client-gnutls", "-k", "other", "-u", "device", "-B", "12", f"coaps://{SERVER}/"], timeout=20)


@capture("udp_handshake_stalled.dtls_gnutls")
def _(lab):
    """gnutls-serv --udp and gnutls-cli --udp have no cipher suite in common; the server begins anew without a word."""
    gnutls_serve(lab, "--disable-client-cert", "--priority", "NORMAL:-CIPHER-ALL:+AES-256-GCM")
    gnutls_ask(lab, "--priority", "NORMAL:-CIPHER-ALL:+CHACHA20-POLY1305", timeout=14)


@capture("ok_dtls.webrtc")
def _(lab):
    """Healthy: WebRTC (aiortc on both sides), STUN and DTLS 1.2 on the same ports, a client certificate, a data channel."""
    answer = lab.begin(peer("webrtc", "answer", lab.dir), where="server")
    lab.run(peer("webrtc", "offer", lab.dir), timeout=12)
    answer.wait(timeout=12)


@capture("ok_dtls.finished_fragments")
def _(lab):
    """Healthy: `openssl s_server -dtls -mtu 283` and s_client, which says nothing: the server's Finished comes in two
    records."""
    serve(lab, "-dtls", "-mtu", "283")
    ask(lab, "-dtls", "-mtu", "283", wait=0)


@capture("ok_dtls.some_messages")
def _(lab):
    """Healthy, and exported by a filter: gnutls-serv --udp and gnutls-cli --udp; a firewall drops each second datagram of the
    server for some seconds; of that ClientHello, ServerHello and Certificate alone."""
    gnutls_serve(lab, "--disable-client-cert")
    lab.nft("udp sport 443 numgen inc mod 2 == 0 limit rate over 1/second burst 1 packets drop", hook="forward")
    gnutls_ask(lab, timeout=14)
    wanted = "dtls.handshake.type==1 or dtls.handshake.type==2 or dtls.handshake.type==11"
    lab.edit("tshark", "-r", "IN", "-Y", wanted, "-w", "OUT")


@capture("certificate_untrusted_root.dtls_snaplen")
def _(lab):
    """As certificate_untrusted_root.dtls, captured with a snapshot length of 128 bytes: the alert is readable, the hellos
    and the certificate are not."""
    lab.capture_at(snaplen=128)
    serve(lab)
    ask(lab, ca="otherroot.crt")


@capture("ok_dtls.without_finished")
def _(lab):
    """Healthy: `openssl s_server -dtls`, and s_client twice, once with data; the server's datagrams with a ChangeCipherSpec,
    and the Finished behind it, were taken out of the capture."""
    serve(lab)
    ask(lab, send="hello")
    ask(lab)
    taken = "dtls.record.content_type == 20 and udp.srcport == 443"
    lab.edit("tshark", "-r", "IN", "-Y", f"not ({taken})", "-w", "OUT")


@capture("ok_dtls.snaplen")
def _(lab):
    """Healthy: as ok_dtls.resumption, captured with a snapshot length of 96 bytes."""
    lab.capture_at(snaplen=96)
    serve(lab)
    session = str(lab.dir / "session.pem")
    ask(lab, "-dtls", "-sess_out", session, send="hello")
    ask(lab, "-dtls", "-sess_in", session, send="hello")
