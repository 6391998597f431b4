"""The same connections captured at several points: what a device between them did."""

import time

from ..programs import REQUEST, curl, peer, s_client, s_server
from ..registry import capture
from .connection import https_block, link, nginx
from .listener import httpsys
from .path import LONG_ALPN

CLIENT, SERVER = ("client", "eth0"), ("server", "eth0")
HOURS = 3 * 3600 + 0.08


def filter_name(lab, target, name="www.example.com"):
    """filter_name(lab, target) makes the router treat packets to port 443 that hold a name."""
    lab.sh(f"iptables -w -A FORWARD -p tcp --dport 443 -m string --algo bm --string {name} -j {target}")


def masquerade(lab):
    """masquerade(lab) lets the router translate the client's address to its own."""
    lab.sh("iptables -w -t nat -A POSTROUTING -o eth1 -j MASQUERADE")


def meddler(lab, how):
    """meddler(lab, how) puts peers/meddler.py between the client and port 443."""
    lab.serve(peer("meddler", how, "--listen", "10443", "--to", "198.51.100.20:443"), port=10443, where="router")
    lab.redirect(443, 10443)


@capture("middlebox_reset.two_points")
def _(lab):
    """Captured at client and server, clocks 80 ms apart: the router rejects the ClientHello for www2.example.com
    with a reset (iptables); the server (openssl s_server) never sees it. The other name passes. curl."""
    lab.serve(s_server(lab.pki))
    filter_name(lab, "REJECT --reject-with tcp-reset", "www2.example.com")
    lab.points(CLIENT, SERVER, shift=0.08)
    lab.run(curl(lab.pki))
    lab.run(curl(lab.pki, url="https://www2.example.com/"))


@capture("middlebox_reset.two_points_alike")
def _(lab):
    """As middlebox_reset.two_points, alone, clocks 3 hours apart, merged by mergecap's default: the two interfaces look
    alike and have become one."""
    lab.serve(s_server(lab.pki))
    filter_name(lab, "REJECT --reject-with tcp-reset")
    lab.points(CLIENT, SERVER, shift=HOURS, apart=False)
    lab.run(curl(lab.pki))


@capture("middlebox_reset.two_points_injected", standin=True)
def _(lab):
    """Captured at client and server: a box on the router (peers/injector.py) sends a RST with the TTL that the server's
    packets have to the client, before the server's answer, which has 20 ms to go; the server (openssl s_server) answers,
    and never sent one."""
    lab.serve(s_server(lab.pki))
    lab.sh("tc qdisc add dev eth1 root netem delay 20ms")
    lab.start(peer("injector", "eth0", "63"), where="router")
    time.sleep(0.5)
    lab.points(CLIENT, SERVER, shift=-HOURS)
    lab.run(curl(lab.pki))


@capture("ok_reset_too_late", standin=True)
def _(lab):
    """As middlebox_reset.two_points_injected, but the box is slower than the server: its RST is behind the window, and the
    client drops it (RFC 5961)."""
    lab.serve(s_server(lab.pki))
    lab.start(peer("injector", "eth0", "63", "late"), where="router")
    time.sleep(0.5)
    lab.points(CLIENT, SERVER, shift=-HOURS)
    lab.run(curl(lab.pki))


@capture("middlebox_reset.two_points_server", standin=True)
def _(lab):
    """Captured at client and server: the box resets the server alone, in the client's name."""
    lab.serve(s_server(lab.pki))
    lab.start(peer("injector", "eth0", "63", "server"), where="router")
    time.sleep(0.5)
    lab.points(CLIENT, SERVER)
    lab.run(curl(lab.pki, "-m", "5"))


@capture("middlebox_reset.two_points_nat")
def _(lab):
    """As middlebox_reset.two_points, clocks 3 hours apart, and the router translates the client's address."""
    lab.serve(s_server(lab.pki))
    masquerade(lab)
    filter_name(lab, "REJECT --reject-with tcp-reset", "www2.example.com")
    lab.points(CLIENT, SERVER, shift=HOURS)
    lab.run(curl(lab.pki))
    lab.run(curl(lab.pki, url="https://www2.example.com/"))


@capture("middlebox_reset.three_points")
def _(lab):
    """Captured at the client, behind the router and at the server: the router rejects the ClientHello with a reset."""
    lab.serve(s_server(lab.pki))
    filter_name(lab, "REJECT --reject-with tcp-reset")
    lab.points(CLIENT, ("router", "eth1"), SERVER, shift=0.08)
    lab.run(curl(lab.pki))


@capture("client_hello_lost.two_points")
def _(lab):
    """Captured at client and server, clocks 3 hours apart: the router drops what holds the name; curl -m 5."""
    lab.serve(s_server(lab.pki))
    filter_name(lab, "DROP")
    lab.points(CLIENT, SERVER, shift=HOURS)
    lab.run(curl(lab.pki, "-m", "5"))


@capture("client_hello_lost.two_points_mtu")
def _(lab):
    """Captured at client and server: a path-MTU black hole (router's link to the server has MTU 1000, no ICMP); s_client
    with a ClientHello of two segments, of which the full one never arrives."""
    lab.serve(s_server(lab.pki))
    lab.sh("ip link set eth1 mtu 1000")
    lab.nft("icmp type destination-unreachable drop", hook="output")
    lab.points(CLIENT, SERVER)
    lab.run(s_client(lab.pki, "-alpn", LONG_ALPN), stdin=REQUEST, timeout=8)


@capture("server_flight_lost.two_points")
def _(lab):
    """Captured at client and server: a path-MTU black hole towards the client; the full segments of the server's flight
    (openssl s_server, TLS 1.2) are sent again and again and never arrive. `curl -m 6`."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.sh("ip link set eth0 mtu 1000")
    lab.nft("icmp type destination-unreachable drop", hook="output")
    lab.points(CLIENT, SERVER, shift=0.08)
    lab.run(curl(lab.pki, "-m", "6"))


@capture("protocol_version_mismatch.two_points_reset", standin=True)
def _(lab):
    """Captured at client and server: openssl s_server refuses TLS 1.2 with alert 70, and a box between
    (peers/meddler.py) turns the alert into a reset."""
    lab.serve(s_server(lab.pki, "-tls1_3"))
    meddler(lab, "alert-to-reset")
    lab.points(CLIENT, SERVER)
    lab.run(s_client(lab.pki, "-tls1_2"), stdin=REQUEST)


@capture("downgrade_detected.two_points", standin=True)
def _(lab):
    """Captured at client and server: a box between (peers/meddler.py) removes TLS 1.3 from the ClientHello; openssl
    s_server and s_client, which sees the downgrade sentinel."""
    lab.serve(s_server(lab.pki))
    meddler(lab, "strip-1.3")
    lab.points(CLIENT, SERVER, shift=HOURS)
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("tls_interception_suspected.two_points", standin=True)
def _(lab):
    """Captured at client and server, TLS 1.2: a box between (peers/interceptor.py) opens TLS with a certificate of its
    own CA, which curl does not trust; it speaks to openssl s_server itself."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.serve(
        peer("interceptor", "10443", "198.51.100.20:443", lab.pki["untrusted.pem"], lab.pki["untrusted.key"]),
        port=10443,
        where="router",
    )
    lab.redirect(443, 10443)
    lab.points(CLIENT, SERVER, shift=0.08)
    lab.run(curl(lab.pki))


@capture("protocol_version_mismatch.two_points_nat")
def _(lab):
    """Captured at client and server, address translation, clocks 3 hours apart: openssl s_server refuses TLS 1.2 with
    alert 70; both points see the same."""
    lab.serve(s_server(lab.pki, "-tls1_3"))
    masquerade(lab)
    lab.points(CLIENT, SERVER, shift=HOURS)
    lab.run(s_client(lab.pki, "-tls1_2"), stdin=REQUEST)


@capture("server_reset_after_client_hello.two_points", standin=True)
def _(lab):
    """Captured at client and server: the server resets (stand-in for HTTP.sys), and both points see it."""
    httpsys(lab, "--default", "rst")
    lab.points(CLIENT, SERVER, shift=0.08)
    lab.run(curl(lab.pki))


@capture("server_reset_after_client_hello.two_points_lossy", standin=True)
def _(lab):
    """As server_reset_after_client_hello.two_points, but the capture at the server lacks its reset (a capture filter left
    it out): the packets do not prove that a device sent it."""
    httpsys(lab, "--default", "rst")
    lab.points(CLIENT, (*SERVER, "tcp[tcpflags] & tcp-rst == 0"), shift=0.08)
    lab.run(curl(lab.pki))


@capture("protocol_version_mismatch.two_points_lossy")
def _(lab):
    """Captured at client and server: openssl s_server refuses TLS 1.2; the capture at the server lacks the ClientHello (a
    capture filter left packets of more than 200 bytes out), though the server acknowledged and answered it."""
    lab.serve(s_server(lab.pki, "-tls1_3"))
    lab.points(CLIENT, (*SERVER, "tcp and less 200"), shift=0.08)
    lab.run(s_client(lab.pki, "-tls1_2"), stdin=REQUEST)


@capture("ok_two_points")
def _(lab):
    """Captured at client and server, clocks 80 ms apart, merged by mergecap's default: nginx and curl, healthy."""
    nginx(lab, https_block(lab))
    lab.points(CLIENT, SERVER, shift=0.08, apart=False)
    lab.run(curl(lab.pki))


@capture("ok_two_points_nat")
def _(lab):
    """Captured at client and server, address translation, clocks 3 hours apart: nginx and curl, healthy."""
    nginx(lab, https_block(lab))
    masquerade(lab)
    lab.points(CLIENT, SERVER, shift=HOURS)
    lab.run(curl(lab.pki))


@capture("protocol_version_mismatch.two_points_delay")
def _(lab):
    """Captured at client and server: the router (peers/link.py) holds each packet back for 450 ms; openssl s_server refuses
    TLS 1.2 at once, and the client sees it more than a second later."""
    lab.serve(s_server(lab.pki, "-tls1_3"))
    link(lab, "--delay", "450")
    lab.points(CLIENT, SERVER, shift=0.08)
    lab.run(s_client(lab.pki, "-tls1_2"), stdin=REQUEST)
