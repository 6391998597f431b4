"""Scenario 6 and 8: updates, the path between the endpoints, silence, and what cannot be explained."""

import os
import signal

from ..lab import SERVER, SERVER_B
from ..programs import (
    PYTHON,
    REQUEST,
    aria2,
    curl,
    gnutls_cli,
    gnutls_serv,
    java,
    peer,
    s_client,
    s_server,
    tstclnt,
)
from ..registry import capture
from .client_certificates import identity, verifying
from .connection import aiosmtpd, https_block, link, nginx
from .listener import httpsys
from .negotiation import OLD, meddle

LONG_ALPN = ",".join(f"example-application-protocol-number-{number:03}" for number in range(45))


def with_chain(lab):
    """with_chain(lab) are the options that make s_client's flight longer than one segment."""
    return (*identity(lab, "client"), "-cert_chain", lab.pki["client.rest"])


def narrow_to_server(lab):
    """narrow_to_server(lab) lets the router forward no more than 1000 bytes to the server; the way back takes 1500."""
    lab.sh(f"ip route add {SERVER}/32 dev eth1 mtu 1000")


def stop(process):
    """stop(process) freezes a server, which goes on to own its sockets."""
    os.killpg(process.pid, signal.SIGSTOP)


@capture("client_hello_timeout")
def _(lab):
    """openssl s_server is stopped (SIGSTOP): its kernel accepts and acknowledges, nobody answers; `curl -m
    12`."""
    stop(lab.serve(s_server(lab.pki)))
    lab.run(curl(lab.pki, "-m", "12"))


@capture("client_hello_timeout.redis")
def _(lab):
    """redis-server without TLS on 6380, its port for TLS, waits for the end of a line; `openssl s_client` leaves
    after 12 s."""
    lab.serve(["redis-server", "--bind", SERVER, "--port", "6380", "--protected-mode", "no", "--save", ""], port=6380)
    lab.run(s_client(lab.pki, port=6380), timeout=12)


@capture("client_hello_intolerance.near_client", standin=True)
def _(lab):
    """A box near the client (peers/meddler.py) zeroes what of a ClientHello does not fit the first packet, for all
    servers: openssl s_server (443) and gnutls-serv (8443) refuse s_client with many ALPN names, and its small
    retry works; at a third server (9443, s_server) nothing small is tried."""
    lab.serve(s_server(lab.pki))
    lab.serve(gnutls_serv(lab.pki, port=8443), port=8443)
    lab.serve(s_server(lab.pki, port=9443), port=9443)
    for port in (443, 8443, 9443):
        lab.serve(
            peer("meddler", "mangle-large", "--listen", str(port + 10000), "--to", f"198.51.100.20:{port}"),
            port=port + 10000,
            where="router",
        )
    lab.redirect("{443, 8443, 9443}", "tcp dport map {443: 10443, 8443: 18443, 9443: 19443}")
    for port in (443, 8443):
        lab.run(s_client(lab.pki, "-alpn", LONG_ALPN, port=port), stdin=REQUEST)
        lab.run(s_client(lab.pki, port=port), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-alpn", LONG_ALPN, port=9443), stdin=REQUEST)


@capture("client_hello_lost")
def _(lab):
    """A path-MTU black hole: the router's link to the server has MTU 1000 and its ICMP is dropped; s_client
    offers so many ALPN names that its ClientHello takes two segments, the full one never arrives."""
    lab.serve(s_server(lab.pki))
    lab.sh("ip link set eth1 mtu 1000")
    lab.nft("icmp type destination-unreachable drop", hook="output")
    lab.run(s_client(lab.pki, "-alpn", LONG_ALPN), stdin=REQUEST, timeout=15)


@capture("client_hello_lost.single")
def _(lab):
    """The router drops every packet that holds the name www.example.com (iptables string match), as some
    filters do."""
    lab.serve(s_server(lab.pki))
    lab.sh("iptables -A FORWARD -p tcp --dport 443 -m string --algo bm --string www.example.com -j DROP")
    lab.run(curl(lab.pki, "-m", "15"), timeout=16)


@capture("middlebox_reset.by_name")
def _(lab):
    """The router (iptables string match on the SNI, REJECT --reject-with tcp-reset, the reset's TTL set to the server's)
    resets the name www2.example.com at two addresses; www.example.com is served at both. nginx; curl."""
    nginx(lab, https_block(lab))
    lab.sh(
        "iptables -A FORWARD -p tcp --dport 443 -m string --algo bm --string www2.example.com "
        "-j REJECT --reject-with tcp-reset; "
        "iptables -t mangle -A POSTROUTING -o eth0 -p tcp --tcp-flags RST RST -j TTL --ttl-set 63"
    )
    for address in (SERVER, SERVER_B):
        for name in ("www.example.com", "www2.example.com"):
            lab.run(curl(lab.pki, "--resolve", f"{name}:443:{address}", url=f"https://{name}/"))


@capture("server_flight_lost.all_large")
def _(lab):
    """The router drops what of the server is larger than 600 bytes (nftables), as a tunnel does whose ICMP is filtered:
    of the flight of nginx (TLS 1.3) nothing arrives, and its later small packets carry the numbers behind it. curl
    gives up after 5 s."""
    nginx(lab, https_block(lab))
    lab.nft("ip saddr 198.51.100.20 ip length > 600 drop")
    lab.run(curl(lab.pki, "-m", "5"), timeout=8)


@capture("client_hello_lost.by_name")
def _(lab):
    """The router drops every packet that holds the name www2.example.com (iptables string match); www.example.com is
    served: a filter of names, not the size. curl."""
    lab.serve(s_server(lab.pki))
    lab.sh("iptables -A FORWARD -p tcp --dport 443 -m string --algo bm --string www2.example.com -j DROP")
    lab.run(curl(lab.pki))
    lab.run(curl(lab.pki, "-m", "4", url="https://www2.example.com/"), timeout=6)


@capture("client_hello_incomplete", standin=True)
def _(lab):
    """peers/odd_client.py sends the first half of a ClientHello (made by OpenSSL), waits 3 s and closes;
    openssl s_server."""
    lab.serve(s_server(lab.pki))
    lab.run(peer("odd_client", "198.51.100.20", "443", "half", "3"))


@capture("client_hello_intolerance", standin=True)
def _(lab):
    """A server that resets when a ClientHello has more than 1000 bytes (as F5 and others did); s_client with
    45 ALPN names is reset, without them it works."""
    httpsys(lab, "--if", "size>1000", "rst")
    lab.run(s_client(lab.pki, "-alpn", LONG_ALPN), stdin=REQUEST)
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("server_flight_lost")
def _(lab):
    """A path-MTU black hole towards the client: the router's link to it has MTU 1000 and its ICMP is dropped;
    the full segments of the server's flight (openssl s_server, TLS 1.2) are lost, the last small one arrives.
    `curl -m 12`."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.sh("ip link set eth0 mtu 1000")
    lab.nft("icmp type destination-unreachable drop", hook="output")
    lab.run(curl(lab.pki, "-m", "12"))


@capture("client_flight_lost")
def _(lab):
    """A path-MTU black hole towards the server: the router's route to it has MTU 1000 and its ICMP is dropped; openssl
    s_server asks for a client certificate (TLS 1.2), and the full segments of s_client's answer are lost, the last
    small one arrives. The client waits 12 s."""
    lab.serve(verifying(lab, "-tls1_2"))
    narrow_to_server(lab)
    lab.nft("icmp type destination-unreachable drop", hook="output")
    lab.run(s_client(lab.pki, *with_chain(lab)), stdin=REQUEST, timeout=12)


@capture("client_flight_lost.tls13")
def _(lab):
    """As client_flight_lost in TLS 1.3: s_client believes the handshake complete and sends its request behind it."""
    lab.serve(verifying(lab))
    narrow_to_server(lab)
    lab.nft("icmp type destination-unreachable drop", hook="output")
    lab.run(s_client(lab.pki, *with_chain(lab)), stdin=REQUEST, timeout=12)


@capture("client_flight_lost.at_server")
def _(lab):
    """As client_flight_lost, captured on the server: only the last small segment of the client's flight arrives. nginx
    closes after 5 s."""
    lab.capture_at("server")
    verify = f"ssl_client_certificate {lab.pki['root.crt']}; ssl_verify_client on; ssl_verify_depth 3;"
    nginx(lab, https_block(lab, extra=f"ssl_protocols TLSv1.2; client_header_timeout 5s; {verify}"))
    narrow_to_server(lab)
    lab.nft("icmp type destination-unreachable drop", hook="output")
    lab.run(s_client(lab.pki, *with_chain(lab)), stdin=REQUEST, timeout=12)


@capture("client_flight_lost.icmp")
def _(lab):
    """As client_flight_lost, and the router's ICMP error reaches the client, whose system ignores it (nftables drops it
    at the client's input, behind the capture): curl 7.88 gives up after 6 s."""
    lab.serve(verifying(lab, "-tls1_2"))
    narrow_to_server(lab)
    lab.nft("icmp type destination-unreachable drop", hook="input", where="client")
    lab.run(curl(lab.pki, "-m", "6", "--cert", lab.pki["client.pem"], "--key", lab.pki["client.key"]), timeout=8)


@capture("server_flight_lost.goodbye")
def _(lab):
    """The same black hole before aria2 (GnuTLS), which says close_notify in clear when it has waited 4 seconds."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.sh("ip link set eth0 mtu 1000")
    lab.nft("icmp type destination-unreachable drop", hook="output")
    lab.run(aria2(lab.pki))


@capture("middlebox_reset")
def _(lab):
    """The router (iptables string match on the SNI, REJECT --reject-with tcp-reset, TTL 64) resets the
    ClientHello for www2.example.com; the server (initial TTL 128, openssl s_server) answers www.example.com
    with TTL 127. curl."""
    lab.windows()
    lab.serve(s_server(lab.pki))
    lab.sh(
        "iptables -A FORWARD -p tcp --dport 443 -m string --algo bm --string www2.example.com "
        "-j REJECT --reject-with tcp-reset"
    )
    lab.run(curl(lab.pki))
    lab.run(curl(lab.pki, url="https://www2.example.com/"))


@capture("middlebox_reset.router")
def _(lab):
    """The router (REJECT --reject-with tcp-reset, TTL 64) resets every packet with data for the server (openssl s_server), whose
    SYN-ACK arrives with TTL 63: one hop alone, and nothing behind it. curl."""
    lab.serve(s_server(lab.pki))
    lab.sh("iptables -A FORWARD -p tcp --dport 443 --tcp-flags PSH PSH -j REJECT --reject-with tcp-reset")
    lab.run(curl(lab.pki))


@capture("server_reset_after_client_hello.filtered")
def _(lab):
    """A rule on the server's host (iptables, REJECT --reject-with tcp-reset) resets every packet with data for port 6379;
    behind it listens openssl s_server. curl's ClientHello is reset without an acknowledgment."""
    lab.serve(s_server(lab.pki, port=6379), port=6379)
    lab.sh(
        "iptables -A INPUT -p tcp --dport 6379 --tcp-flags PSH PSH -j REJECT --reject-with tcp-reset",
        where="server",
    )
    lab.run(curl(lab.pki, url="https://www.example.com:6379/"))


@capture("middlebox_reset.injected", standin=True)
def _(lab):
    """A sniffing box on the router (peers/injector.py) sends a RST with TTL 200 to the client when it sees a
    ClientHello; the server's own answer (openssl s_server) arrives after the reset."""
    lab.serve(s_server(lab.pki))
    lab.start(peer("injector", "eth0", "200"), where="router")
    lab.run(["sleep", "0.5"])
    lab.run(curl(lab.pki))


@capture("client_aborted")
def _(lab):
    """openssl s_server is stopped (SIGSTOP); `curl -m 0.5` gives up long before an answer was due."""
    stop(lab.serve(s_server(lab.pki)))
    lab.run(curl(lab.pki, "-m", "0.5"))


@capture("client_aborted.killed")
def _(lab):
    """nginx (TLS 1.2, then 1.3) with a certificate of another root, behind peers/link.py with 100 ms delay; curl
    does not get to read the server's flight (SIGSTOP) and is killed 1.3 s after it: a reset without a word."""
    link(lab, "--delay", "100")
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2 TLSv1.3;", leaf="untrusted"))
    for version in ("1.2", "1.3"):
        client = " ".join(map(str, curl(lab.pki, "--tls-max", version)))
        lab.run(["sh", "-c", f"{client} & sleep 0.3; kill -STOP $!; sleep 1.4; kill -KILL $!"])


@capture("client_aborted.quick", standin=True)
def _(lab):
    """peers/odd_client.py sends a ClientHello (made by OpenSSL) and closes at once, as a browser does whose
    user leaves."""
    lab.serve(s_server(lab.pki))
    lab.run(peer("odd_client", "198.51.100.20", "443", "quick"))


@capture("ok_surplus", standin=True)
def _(lab):
    """peers/odd_client.py opens two connections at once, as browsers do, closes one right behind its ClientHello (made by
    OpenSSL) and gets the page on the other; packets take 20 ms more (peers/link.py)."""
    link(lab, "--delay", "20")
    lab.serve(s_server(lab.pki))
    lab.run(peer("odd_client", "198.51.100.20", "443", "race"))


@capture("server_handshake_timeout", standin=True)
def _(lab):
    """peers/odd_client.py sends a ClientHello and never answers the flight; nginx (TLS 1.2,
    client_header_timeout 3s) ends it."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2; client_header_timeout 3s;"))
    lab.run(peer("odd_client", "198.51.100.20", "443", "stall"))


@capture("encrypted_alert")
def _(lab):
    """JSSE (TLS 1.3) with an RSA certificate finds no signature algorithm that `s_client -sigalgs ecdsa`
    offers and says so after its ServerHello and EncryptedExtensions, in an encrypted alert (35 bytes)."""
    lab.serve(java(lab.pki, "server"))
    lab.run(s_client(lab.pki, "-tls1_3", "-sigalgs", "ecdsa_secp256r1_sha256"), stdin=REQUEST)


@capture("unexplained_failure", standin=True)
def _(lab):
    """A box on the path (peers/meddler.py) passes half of the server's flight (openssl s_server, TLS 1.2),
    then closes."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    meddle(lab, "cut-flight")
    lab.run(curl(lab.pki))


@capture("record_corruption", standin=True)
def _(lab):
    """A box on the path (peers/meddler.py) flips one bit in curl's first application data record; openssl
    s_server (TLS 1.2, keys embedded) answers with alert bad_record_mac (20)."""
    log = lab.dir / "keys.txt"
    lab.serve(s_server(lab.pki, "-tls1_2", "-keylogfile", log))
    meddle(lab, "flip-data")
    lab.run(curl(lab.pki))
    lab.keylog(log)


@capture("record_splitting_intolerance.closed", standin=True)
def _(lab):
    """As record_splitting_intolerance.openssl, but what stands before the server closes (FIN); s_client answers
    that with an encrypted close_notify."""
    lab.serve(s_server(lab.pki, "-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"))
    meddle(lab, "split-close")
    lab.run(s_client(lab.pki, "-tls1", *OLD), stdin=REQUEST, timeout=4)


@capture("record_splitting_intolerance", standin=True)
def _(lab):
    """openssl s_server (TLS 1.0, AES-CBC) behind peers/meddler.py, which resets when the first data record
    holds one byte (old load balancers did); NSS tstclnt splits and is reset, gnutls-cli does not split and
    works."""
    lab.serve(s_server(lab.pki, "-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"))
    meddle(lab, "split-reset")
    lab.run(tstclnt(lab.pki, "-V", "tls1.0:tls1.0"), stdin=REQUEST, timeout=4)
    lab.run(
        gnutls_cli(lab.pki, "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.0:%COMPAT"), stdin=REQUEST, timeout=4
    )


@capture("record_splitting_intolerance.silence", standin=True)
def _(lab):
    """As record_splitting_intolerance.openssl, but what is split is never answered (peers/meddler.py loses it);
    the client leaves after 14 s. A slow server would look the same."""
    lab.serve(s_server(lab.pki, "-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"))
    meddle(lab, "split-mute")
    lab.run(s_client(lab.pki, "-tls1", "-ign_eof", *OLD), stdin=REQUEST, timeout=14)


@capture("record_splitting_intolerance.openssl")
def _(lab):
    """As record_splitting_intolerance with `openssl s_client -tls1` (empty fragment first: 36 and 68 bytes),
    no contrast."""
    lab.serve(s_server(lab.pki, "-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"))
    meddle(lab, "split-reset")
    lab.run(s_client(lab.pki, "-tls1", *OLD), stdin=REQUEST)


@capture("client_hello_lost.at_server")
def _(lab):
    """Captured on the server (nginx): the router drops every packet of the client that holds bytes; nginx closes after 3 s,
    and numbers of curl's last packet tell of a ClientHello that never came."""
    lab.capture_at("server")
    nginx(lab, https_block(lab, extra="client_header_timeout 3s;"))
    lab.nft("tcp dport 443 meta length > 100 drop")
    lab.run(curl(lab.pki, "-m", "6"), timeout=8)


@capture("middlebox_reset.at_server")
def _(lab):
    """Captured on the server (nginx, TLS 1.2): the router answers the server's flight with a reset in the client's name
    (nftables reject), one hop nearer than the client; curl, which knows nothing of it, closes seconds later."""
    lab.capture_at("server")
    nginx(lab, https_block(lab, extra="ssl_protocols TLSv1.2;"))
    lab.nft("tcp sport 443 @th,256,8 22 reject with tcp reset")
    lab.run(curl(lab.pki, "-m", "4"), timeout=6)


@capture("middlebox_reset.at_router")
def _(lab):
    """The same, captured on that router on all interfaces: the reset has the TTL of one of the client's packets, and the
    client goes on seconds behind it."""
    lab.capture_at("router", "any")
    nginx(lab, https_block(lab, extra="ssl_protocols TLSv1.2;"))
    lab.nft("tcp sport 443 @th,256,8 22 reject with tcp reset")
    lab.run(curl(lab.pki, "-m", "4"), timeout=6)


@capture("client_hello_lost.starttls")
def _(lab):
    """The router drops packets that begin with a TLS record: aiosmtpd agrees to STARTTLS, and the ClientHello of Python's
    smtplib never arrives."""
    aiosmtpd(lab)
    lab.nft("tcp dport 587 @th,256,8 22 drop")
    lab.run([PYTHON, "-c", "import smtplib; smtplib.SMTP('mail.example.com', 587).starttls()"], timeout=7)
