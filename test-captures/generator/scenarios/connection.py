"""Scenario 0 and 3: no TCP connection, or something else than TLS on the port."""

import time

from ..lab import SERVER, SERVER_B
from ..programs import PYTHON, REQUEST, curl, gnutls_serv, go_client, go_server, peer, s_client, s_server
from ..registry import capture

NGINX = """daemon off; pid nginx.pid; error_log stderr; events {{}}
http {{ access_log off; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
uwsgi_temp_path t4; scgi_temp_path t5; default_type text/plain;
{servers} }}
"""


def nginx(lab, servers, port=443):
    """nginx(lab, servers) starts nginx with these server blocks."""
    (lab.dir / "nginx.conf").write_text(NGINX.format(servers=servers))
    return lab.serve(["nginx", "-p", lab.dir, "-c", lab.dir / "nginx.conf"], port=port)


def link(lab, *options, mirror=None):
    """link(lab, option...) replaces the router's kernel by peers/link.py."""
    if mirror:
        lab.sh(
            "ip link add mirror0 type veth peer name mirror1; ip link set mirror0 up mtu 1600; "
            "ip link set mirror1 up mtu 1600"
        )
        options += ("--mirror", "mirror0", "--wrap", mirror)
        lab.capture_at("router", "mirror1", "not ip6 and not arp")
    lab.sh("sysctl -qw net.ipv4.ip_forward=0")
    lab.start(peer("link", *options), where="router")
    time.sleep(0.4)


def https_block(lab, extra="", leaf="www", listen="443 ssl"):
    """https_block(lab) is an nginx server block with TLS."""
    return (
        f"server {{ listen {listen}; server_name www.example.com; ssl_certificate {lab.pki[leaf + '.pem']}; "
        f"ssl_certificate_key {lab.pki[leaf + '.key']}; {extra} location / {{ return 200 'hello\\n'; }} }}"
    )


@capture("tcp_connect_timeout")
def _(lab):
    """The router drops SYNs to port 443; `curl --connect-timeout 8` sends four SYNs."""
    lab.nft("tcp dport 443 drop")
    lab.run(curl(lab.pki, "--connect-timeout", "8"))


@capture("tcp_connect_timeout.port80_answers")
def _(lab):
    """As tcp_connect_timeout, but port 80 of the same address (nginx) answers curl meanwhile."""
    lab.nft("tcp dport 443 drop")
    nginx(lab, "server { listen 80; location / { return 200 'hello\\n'; } }", port=80)
    lab.run(curl(lab.pki, url="http://www.example.com/"))
    lab.run(curl(lab.pki, "--connect-timeout", "4"))


@capture("host_unreachable")
def _(lab):
    """The router has an `unreachable` route to the server and answers the SYN of curl with ICMP host
    unreachable."""
    lab.sh(f"ip route add unreachable {SERVER}/32")
    lab.run(curl(lab.pki, "--connect-timeout", "4"))


@capture("host_unreachable.ipv6")
def _(lab):
    """The router has no route to the address (`unreachable 2001:db8:2::20`): ICMPv6 no route to
    destination."""
    lab.sh("ip -6 route add unreachable 2001:db8:2::20/128")
    lab.run(curl(lab.pki, "-6", "--connect-timeout", "4", url="https://www6.example.com/"))


@capture("connection_filtered")
def _(lab):
    """The router rejects port 443 with ICMP communication administratively prohibited (nftables reject)."""
    lab.nft("tcp dport 443 reject with icmp type admin-prohibited")
    lab.run(curl(lab.pki, "--connect-timeout", "4"))


@capture("connection_filtered.tcp_reset")
def _(lab):
    """The router rejects port 443 with a TCP reset whose TTL is 64; port 80 of the server (initial TTL 128,
    nginx) answers with TTL 127."""
    lab.windows()
    lab.nft("tcp dport 443 reject with tcp reset")
    nginx(lab, "server { listen 80; location / { return 200 'hello\\n'; } }", port=80)
    lab.run(curl(lab.pki, url="http://www.example.com/"))
    lab.run(curl(lab.pki))


@capture("tcp_handshake_incomplete")
def _(lab):
    """The client's packet filter drops what comes from port 443 behind the capture point: SYN-ACKs repeat, no
    ACK."""
    lab.serve(s_server(lab.pki))
    lab.nft("tcp sport 443 drop", where="client", hook="prerouting")
    lab.run(curl(lab.pki, "--connect-timeout", "6"))


@capture("port_closed")
def _(lab):
    """Nothing listens on 443; port 80 (nginx) of the same address answers. curl."""
    nginx(lab, "server { listen 80; location / { return 200 'hello\\n'; } }", port=80)
    lab.run(curl(lab.pki, url="http://www.example.com/"))
    lab.run(curl(lab.pki))


@capture("port_closed.alone")
def _(lab):
    """Nothing listens on 443 and nothing else is in the capture. curl."""
    lab.run(curl(lab.pki))


@capture("iplisten_mismatch")
def _(lab):
    """The web server (nginx, as IIS with an IP listen list) listens on 198.51.100.21:443 only; curl asks .20
    and .21."""
    nginx(lab, https_block(lab, listen=f"{SERVER_B}:443 ssl"))
    lab.run(curl(lab.pki))
    lab.run(curl(lab.pki, "--resolve", f"www.example.com:443:{SERVER_B}"))


@capture("not_tls_response")
def _(lab):
    """nginx without TLS on 443 answers the ClientHello of curl with its HTTP 400 page."""
    nginx(lab, "server { listen 443; location / { return 200 'hello\\n'; } }")
    lab.run(curl(lab.pki))


def block_page(lab):
    """block_page(lab) lets the router answer ClientHellos to port 443 with an HTML page."""
    code = (
        "import socket\ns = socket.create_server(('', 8443))\n"
        "while True:\n c, _ = s.accept()\n c.recv(9999)\n"
        " c.sendall(b'<html><body>Access to this site is blocked</body></html>')\n c.close()"
    )
    lab.serve([PYTHON, "-c", code], port=8443, where="router")
    lab.redirect(443, 8443)


@capture("not_tls_response.block_page", standin=True)
def _(lab):
    """The router redirects port 443 to a small server that answers every ClientHello with an HTML page (a
    filter's block page); `openssl s_client`."""
    block_page(lab)
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("not_tls_response.plaintext_port")
def _(lab):
    """TLS to ports that do not speak it: redis-cli and then `openssl s_client` to redis-server on 6379, which waits
    for the end of a line; s_client to mosquitto on 1883, which closes."""
    lab.serve(["redis-server", "--bind", SERVER, "--port", "6379", "--protected-mode", "no", "--save", ""], port=6379)
    (lab.dir / "mosquitto.conf").write_text("listener 1883\nallow_anonymous true\n")
    lab.serve(["mosquitto", "-c", lab.dir / "mosquitto.conf"], port=1883)
    lab.run(["redis-cli", "-h", SERVER, "ping"])
    lab.run(s_client(lab.pki, port=6379), timeout=4)
    lab.run(s_client(lab.pki, port=1883), timeout=4)


@capture("server_speaks_first")
def _(lab):
    """sshd listens on 443 and sends its banner; Go's crypto/tls waits 0.5 s before its ClientHello."""
    sshd(lab)
    lab.run(go_client(lab.pki, "-delay", "500ms"))


def sshd(lab, port=443):
    """sshd(lab) starts OpenSSH's server."""
    lab.start(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", lab.dir / "hostkey"]).wait()
    (lab.dir / "sshd_config").write_text(
        f"Port {port}\nHostKey {lab.dir / 'hostkey'}\nPidFile none\n"
        "UsePAM no\nAuthorizedKeysFile none\nVersionAddendum none\n"
    )
    lab.start(["mkdir", "-p", "/run/sshd"]).wait()
    lab.serve(["/usr/sbin/sshd", "-D", "-e", "-f", lab.dir / "sshd_config"], port=port)


@capture("starttls_expected")
def _(lab):
    """`openssl s_client` (implicit TLS) to the submission port 587 of aiosmtpd, which wants STARTTLS: banner,
    then 500s."""
    aiosmtpd(lab)
    lab.run(
        s_client(lab.pki, port=587, name="mail.example.com"), stdin=b"EHLO client.example.com\r\n", timeout=4
    )


def aiosmtpd(lab, *options, port=587, tls=True):
    """aiosmtpd(lab) starts aiosmtpd's SMTP server with STARTTLS, unless told otherwise, and returns its process."""
    files = ["--tlscert", lab.pki["services.pem"], "--tlskey", lab.pki["services.key"]]
    return lab.serve(
        [
            "aiosmtpd",
            "-n",
            "-l",
            f"0.0.0.0:{port}",
            "-c",
            "aiosmtpd.handlers.Sink",
            *(files if tls else []),
            *options,
        ],
        port=port,
    )


@capture("http_sent_to_tls_port")
def _(lab):
    """`curl http://www.example.com:443/` to nginx with TLS: HTTP 400 page in the clear."""
    nginx(lab, https_block(lab))
    lab.run(curl(lab.pki, url="http://www.example.com:443/"))


@capture("http_sent_to_tls_port.openssl")
def _(lab):
    """`curl http://www.example.com:443/` to `openssl s_server`: FIN without a byte."""
    lab.serve(s_server(lab.pki))
    lab.run(curl(lab.pki, url="http://www.example.com:443/"))


@capture("http_sent_to_tls_port.gnutls")
def _(lab):
    """`curl http://www.example.com:443/` to gnutls-serv: readable alert unexpected_message (10)."""
    lab.serve(gnutls_serv(lab.pki))
    lab.run(curl(lab.pki, url="http://www.example.com:443/"))


@capture("http_sent_to_tls_port.go")
def _(lab):
    """`curl http://www.example.com:443/` to Go net/http with TLS: HTTP 400 in the clear."""
    lab.serve(go_server(lab.pki))
    lab.run(curl(lab.pki, url="http://www.example.com:443/"))


@capture("http_sent_to_tls_port.reset", standin=True)
def _(lab):
    """`curl http://www.example.com:443/` to a server that resets what is no ClientHello (as HTTP.sys is said
    to do)."""
    lab.windows()
    lab.serve(peer("listener", lab.pki["www.pem"], lab.pki["www.key"], "--default", "rst", "--peek", "40"))
    lab.run(curl(lab.pki, url="http://www.example.com:443/"))


@capture("non_tls_client")
def _(lab):
    """`ssh -p 443` to nginx with TLS."""
    nginx(lab, https_block(lab))
    lab.run(["ssh", "-p", "443", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "www.example.com"])


@capture("non_tls_client.proxy_protocol")
def _(lab):
    """HAProxy with `send-proxy` in front of a server without `accept-proxy`: PROXY v1 header before the
    ClientHello. Captured on the server."""
    lab.capture_at("server")
    lab.serve(s_server(lab.pki))
    haproxy(
        lab,
        f"listen pass\n mode tcp\n bind :8443\n server s {SERVER}:443 send-proxy\n",
        port=8443,
        where="router",
    )
    lab.run(s_client(lab.pki, host="192.0.2.1", port=8443), stdin=REQUEST, timeout=5)


def haproxy(lab, config, port=443, where="server"):
    """haproxy(lab, config) starts HAProxy with these sections."""
    text = "global\n log stderr local0\ndefaults\n timeout connect 2s\n timeout client 10s\n"
    text += " timeout server 10s\n"
    (lab.dir / "haproxy.cfg").write_text(text + config)
    return lab.serve(["haproxy", "-db", "-f", lab.dir / "haproxy.cfg"], port=port, where=where)


@capture("proxy_connect_failed")
def _(lab):
    """`curl -x` through Apache mod_proxy_connect on the router, which allows CONNECT to 8443 only: 403."""
    apache(
        lab,
        "ProxyRequests On\nAllowCONNECT 8443\nProxyVia Off\n",
        modules="proxy proxy_http proxy_connect",
        port=3128,
        where="router",
    )
    lab.run(curl(lab.pki, "-x", "http://192.0.2.1:3128"))


@capture("proxy_connect_failed.bad_gateway")
def _(lab):
    """`curl -x` through Apache mod_proxy_connect, but nothing listens on the origin's port: 503."""
    apache(
        lab,
        "ProxyRequests On\nAllowCONNECT 443\nProxyVia Off\n",
        modules="proxy proxy_http proxy_connect",
        port=3128,
        where="router",
    )
    lab.run(curl(lab.pki, "-x", "http://192.0.2.1:3128"))


def apache(lab, config, modules="", port=443, where="server"):
    """apache(lab, config) starts Apache with this configuration and the named modules besides mpm, authz and
    socache."""
    loaded = f"mpm_event authz_core authn_core alias socache_shmcb {modules}".split()
    (lab.dir / "www").mkdir(exist_ok=True)
    (lab.dir / "www" / "index.html").write_text("hello\n")
    text = [f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in loaded]
    text += [
        f"ServerRoot {lab.dir}",
        f"PidFile {lab.dir}/apache.pid",
        "ErrorLog /dev/stderr",
        f"Listen 0.0.0.0:{port}",
        "ServerName www.example.com",
        "User nobody",
        "Group nogroup",
        f"DocumentRoot {lab.dir}/www",
        f"DefaultRuntimeDir {lab.dir}",
        "KeepAlive Off",
        config,
    ]
    (lab.dir / "apache.conf").write_text("\n".join(text) + "\n")
    return lab.serve(["apache2", "-f", lab.dir / "apache.conf", "-DFOREGROUND"], port=port, where=where)


@capture("port_closed.ipv6")
def _(lab):
    """The server (nginx) listens on IPv4 only; curl tries IPv6 first, is refused, and succeeds over IPv4."""
    nginx(lab, https_block(lab))
    lab.run(curl(lab.pki, "--resolve", f"www.example.com:443:[2001:db8:2::20],{SERVER}"))
