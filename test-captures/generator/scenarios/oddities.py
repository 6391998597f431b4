"""Captures that are odd themselves: encapsulated, cut, doubled, one-way, lossy; and odd networks with healthy
TLS."""

import time

from ..lab import SERVER
from ..programs import REQUEST, curl, gnutls_cli, go_client, peer, s_client, s_server
from ..registry import capture
from .connection import https_block, link, nginx
from .listener import httpsys
from .path import LONG_ALPN


@capture("ok_retransmissions")
def _(lab):
    """peers/link.py on the router loses, doubles and swaps packets of two curl requests to openssl s_server
    (TLS 1.2, then 1.3)."""
    link(lab, "--lose", "4,9,31", "--double", "6,12,40", "--swap", "14,36,44")
    lab.serve(s_server(lab.pki))
    lab.run(curl(lab.pki, "--tls-max", "1.2"))
    lab.run(curl(lab.pki))


@capture("ok_vlan", standin=True)
def _(lab):
    """nginx and curl; the capture is taken on a mirror port that tags packets with 802.1Q (peers/link.py)."""
    link(lab, mirror="vlan")
    nginx(lab, https_block(lab))
    lab.run(curl(lab.pki))


@capture("ok_gre", standin=True)
def _(lab):
    """nginx and curl; the capture is taken where a mirror session sends packets in GRE (peers/link.py)."""
    link(lab, mirror="gre")
    nginx(lab, https_block(lab))
    lab.run(curl(lab.pki))


@capture("ok_vxlan", standin=True)
def _(lab):
    """nginx and curl; the capture is taken where a mirror session sends packets in VXLAN (peers/link.py)."""
    link(lab, mirror="vxlan")
    nginx(lab, https_block(lab))
    lab.run(curl(lab.pki))


@capture("protocol_version_mismatch.vxlan", standin=True)
def _(lab):
    """As protocol_version_mismatch (alert 70), captured where a mirror session sends packets in VXLAN
    (peers/link.py)."""
    link(lab, mirror="vxlan")
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.run(s_client(lab.pki, "-tls1_3"), stdin=REQUEST)


@capture("ok_linux_cooked")
def _(lab):
    """nginx and curl, captured on the pseudo-interface `any`."""
    lab.capture_at("client", "any")
    nginx(lab, https_block(lab))
    lab.run(curl(lab.pki))


@capture("ok_ipv6")
def _(lab):
    """openssl s_server and curl over IPv6, TLS 1.3."""
    lab.serve(s_server(lab.pki))
    lab.run(curl(lab.pki, "--resolve", "www.example.com:443:[2001:db8:2::20]"))


@capture("ok_mid_stream")
def _(lab):
    """s_client is connected to `openssl s_server -rev` before the capture starts; then lines go back and
    forth."""
    lab.serve([part for part in s_server(lab.pki, "-rev") if part != "-www"])
    client = lab.start(s_client(lab.pki), "client", stdin=-1)
    time.sleep(0.7)
    lab.capture()
    for line in (b"hello\n", b"a\n", b"again\n"):
        client.stdin.write(line)
        client.stdin.flush()
        time.sleep(0.2)
    client.kill()


@capture("ok_mid_stream_reset")
def _(lab):
    """The capture begins when the connection of socat to nginx (TLS 1.2, initial TTL 128) has been idle for a while: one
    keep-alive probe and its answer, then the router answers a probe with a reset (iptables, TTL 64), as load balancers do
    that have forgotten a connection."""
    lab.windows()
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;"))
    lab.start(["socat", "-u", f"OPENSSL:{SERVER}:443,verify=0,so-keepalive,tcp-keepidle=2,tcp-keepintvl=2", "STDOUT"],
              where="client")
    time.sleep(1.3)
    lab.capture()
    time.sleep(1.5)
    lab.sh("iptables -A FORWARD -p tcp --dport 443 -j REJECT --reject-with tcp-reset")
    time.sleep(2.5)


@capture("ok_capture_end_in_handshake")
def _(lab):
    """nginx (TLS 1.2) and curl; the file was cut after the server's flight (editcap), as when a capture is
    stopped."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;"))
    lab.run(curl(lab.pki))
    lab.edit("editcap", "-r", "IN", "OUT", "1-9")


@capture("ok_capture_end_after_hello")
def _(lab):
    """nginx and curl; the file was cut right after the acknowledged ClientHello (editcap): nothing can be
    said."""
    nginx(lab, https_block(lab))
    lab.run(curl(lab.pki))
    lab.edit("editcap", "-r", "IN", "OUT", "1-5")


@capture("ok_one_way")
def _(lab):
    """nginx and curl; the capture filter lets only the client's packets through, as a one-way tap does."""
    lab.capture_at(capture_filter="src host 192.0.2.10")
    nginx(lab, https_block(lab))
    lab.run(curl(lab.pki))


@capture("ok_one_way_server")
def _(lab):
    """nginx and curl; the capture filter lets only the server's packets through."""
    lab.capture_at(capture_filter=f"src host {SERVER}")
    nginx(lab, https_block(lab))
    lab.run(curl(lab.pki))


@capture("ok_short_snaplen")
def _(lab):
    """nginx and curl with TLS 1.2, then 1.3, captured with a snapshot length of 96 bytes."""
    lab.capture_at(snaplen=96)
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2 TLSv1.3;"))
    lab.run(curl(lab.pki, "--tls-max", "1.2"))
    lab.run(curl(lab.pki))


@capture("ok_lost_by_capture")
def _(lab):
    """nginx (TLS 1.2) and curl; two packets are missing in the file (editcap) that arrived in truth: the one
    with the end of the server's flight, and the client's answer."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;"))
    lab.run(curl(lab.pki))
    lab.edit("editcap", "IN", "OUT", "8", "10")


@capture("ok_no_beginning")
def _(lab):
    """nginx (TLS 1.2) and curl; the file lacks the TCP handshake and the first segment of the server's flight, with
    the ServerHello (editcap): the next one begins in the middle of the certificate."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;"))
    lab.run(curl(lab.pki))
    lab.edit("editcap", "IN", "OUT", "1-3", "6")


@capture("ok_export_of_tls")
def _(lab):
    """nginx (TLS 1.2) and two requests of curl, 3 s apart, over packets of 1000 bytes; of the first the file has
    three packets (editcap), as after an export of what a filter shows: the ClientHello and the first and the last
    segment of the server's flight. The one between them and all acknowledgments are not there."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;"))
    lab.sh("ip link set eth0 mtu 1000", "client")
    lab.run(curl(lab.pki))
    lab.run(["sleep", "3"])
    lab.run(curl(lab.pki))
    lab.edit("editcap", "IN", "OUT", "1-3", "5", "7-9", "11-19")


@capture("protocol_version_mismatch.alert_not_captured")
def _(lab):
    """openssl s_server with TLS 1.2 only refuses `s_client -tls1_3`, and serves it with `-tls1_2`; the file lacks
    the packet with its alert (editcap), which the client acknowledges."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.run(s_client(lab.pki, "-tls1_3"), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_2"), stdin=REQUEST)
    lab.edit("editcap", "IN", "OUT", "6")


@capture("certificate_expired.no_clock")
def _(lab):
    """As certificate_expired, with the times of a device without a clock: they begin in 1970 (editcap -t)."""
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="expired"))
    lab.run(s_client(lab.pki), stdin=REQUEST)
    lab.edit("editcap", "-t", f"-{int(time.time())}", "IN", "OUT")


@capture("ok_port_reused")
def _(lab):
    """s_client from port 40000 to openssl s_server; the router drops all that it sends, the client's kernel gives
    the connection up (ss -K), the router lets pass again. The capture begins; s_client connects from port 40000: the
    server acknowledges the former connection, the client resets that and sends its SYN again."""
    lab.serve(s_server(lab.pki))
    bound = s_client(lab.pki, "-bind", "192.0.2.10:40000")
    client = lab.start(bound, "client", stdin=-1)
    time.sleep(0.7)
    lab.nft("ip saddr 192.0.2.10 drop")
    lab.sh("ss -K sport = 40000", where="client")
    client.kill()
    time.sleep(0.3)
    lab.sh("nft flush ruleset")
    lab.capture()
    lab.run(bound, stdin=REQUEST)


@capture("ok_second_syn_ack", standin=True)
def _(lab):
    """A box on the router (peers/injector.py) sends curl a second SYN-ACK with another sequence number behind its
    ClientHello, as one does that answers SYNs without a state and saw the SYN twice; the client ignores it, nginx
    answers."""
    nginx(lab, https_block(lab))
    lab.start(peer("injector", "eth0", "63", "syn"), where="router")
    time.sleep(0.5)
    lab.capture()
    lab.run(curl(lab.pki))


@capture("ok_duplicated_packets")
def _(lab):
    """nginx and curl, captured on both ends of the client's link and merged: every packet is there twice."""
    nginx(lab, https_block(lab))
    lab.capture()
    lab.capture_also("router", "eth0")
    lab.run(curl(lab.pki))


@capture("server_reset_after_client_hello.both_sides", standin=True)
def _(lab):
    """As server_reset_after_client_hello, captured on both sides of the router and merged: every packet
    twice, with two TTLs."""
    httpsys(lab, "--default", "rst")
    lab.capture()
    lab.capture_also("router", "eth1")
    lab.run(curl(lab.pki))


@capture("cipher_mismatch.duplicated")
def _(lab):
    """As cipher_mismatch, captured on both ends of the client's link and merged: every packet is there
    twice."""
    lab.serve(s_server(lab.pki, "-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384"))
    lab.capture()
    lab.capture_also("router", "eth0")
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305"), stdin=REQUEST)


@capture("ok_pmtu_discovery")
def _(lab):
    """The router's link to the server has MTU 1000; it says so by ICMP, and the large ClientHello of s_client
    is repeated in smaller segments: success."""
    lab.serve(s_server(lab.pki))
    lab.sh("ip link set eth1 mtu 1000")
    lab.sh("ip route replace default via 198.51.100.1 mtu lock 1000 advmss 1460", "server")
    lab.run(s_client(lab.pki, "-alpn", LONG_ALPN), stdin=REQUEST, timeout=5)


@capture("ok_happy_eyeballs")
def _(lab):
    """The router drops IPv6; curl tries IPv6 first, and IPv4 after 200 ms, which wins: the IPv6 attempt is no
    failure."""
    lab.serve(s_server(lab.pki))
    lab.nft("drop", family="ip6")
    lab.run(curl(lab.pki, "--resolve", f"www.example.com:443:[2001:db8:2::20],{SERVER}"))


@capture("protocol_version_mismatch.port_reused")
def _(lab):
    """openssl s_server with TLS 1.2 only; `s_client -bind 192.0.2.10:40000` with TLS 1.3 is refused, with TLS
    1.2 it works from the same port: one 4-tuple, two connections."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.run(s_client(lab.pki, "-bind", "192.0.2.10:40000", "-tls1_3"), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-bind", "192.0.2.10:40000", "-tls1_2"), stdin=REQUEST)


@capture("cipher_mismatch.retransmitted")
def _(lab):
    """As cipher_mismatch; peers/link.py loses the first ClientHello, doubles the second and loses the alert
    once."""
    link(lab, "--lose", "4,6", "--double", "5")
    lab.serve(s_server(lab.pki, "-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384"))
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305"), stdin=REQUEST)


@capture("certificate_expired.snaplen")
def _(lab):
    """As certificate_expired, captured with a snapshot length of 128 bytes: the alert is readable, the
    certificate is not."""
    lab.capture_at(snaplen=128)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="expired"))
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("certificate_untrusted_root.several_clients")
def _(lab):
    """openssl s_server (TLS 1.2) with a certificate of another root: s_client (48), Go (42) and gnutls-cli
    (42) refuse it, `curl -k` does not mind."""
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="untrusted"))
    lab.run(s_client(lab.pki), stdin=REQUEST)
    lab.run(go_client(lab.pki))
    lab.run(gnutls_cli(lab.pki))
    lab.run(curl(lab.pki, "-k"))


@capture("ok_backward_time")
def _(lab):
    """nginx (TLS 1.2) and two requests of curl; the second connection stands first in the file (mergecap -a):
    time jumps back."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;"))
    lab.run(curl(lab.pki))
    lab.run(curl(lab.pki, "-k"))
    lab.edit(
        "sh",
        "-c",
        'tshark -r "$0" -w "$0.a" tcp.stream==0 && tshark -r "$0" -w "$0.b" tcp.stream==1 && '
        'mergecap -a -w "$1" "$0.b" "$0.a"',
        "IN",
        "OUT",
    )


@capture("ok_taps_apart")
def _(lab):
    """nginx and curl with TLS 1.2, then 1.3, as two taps capture them, one for each direction, of which the one at
    the server's side is 20 ms behind (editcap, mergecap): answers stand in the file before what they answer."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2 TLSv1.3;"))
    lab.run(curl(lab.pki, "--tls-max", "1.2"))
    lab.run(curl(lab.pki))
    lab.edit(
        "sh",
        "-c",
        'tshark -r "$0" -w "$0.a" tcp.dstport==443 && tshark -r "$0" -w "$0.b" tcp.srcport==443 && '
        'editcap -t 0.02 "$0.b" "$0.c" && mergecap -w "$1" "$0.a" "$0.c"',
        "IN",
        "OUT",
    )


@capture("cipher_mismatch.hello_not_captured")
def _(lab):
    """As cipher_mismatch, but the ClientHello is missing in the file (editcap): nothing can be said for
    sure."""
    lab.serve(s_server(lab.pki, "-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384"))
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305"), stdin=REQUEST)
    lab.edit("editcap", "IN", "OUT", "4")
