"""Scenario 4: the listener ends it before any ServerHello (bindings, SNI, internal errors)."""

from ..lab import SERVER
from ..programs import REQUEST, curl, go_client, go_server, gnutls_cli, gnutls_serv, peer, s_client, s_server
from ..registry import capture
from .connection import apache, haproxy, https_block, nginx


def httpsys(lab, *options, leaf="www", windows=True, **started):
    """httpsys(lab, option...) starts the stand-in for HTTP.sys (peers/listener.py) with the TTL of
    Windows."""
    if windows:
        lab.windows()
    lab.serve(peer("listener", lab.pki[f"{leaf}.pem"], lab.pki[f"{leaf}.key"], *options), **started)


def backend_down(lab, choice=""):
    """backend_down(lab, choice) starts HAProxy in TCP mode, which reads the ClientHello and closes: its server is down.
    choice: a line that chooses the server by the name."""
    haproxy(
        lab,
        "listen sni\n mode tcp\n bind :443\n tcp-request inspect-delay 2s\n"
        f" tcp-request content accept if {{ req.ssl_hello_type 1 }}\n{choice} server down 198.51.100.20:8443\n"
        " retries 0\n",
    )


@capture("server_reset_after_client_hello", standin=True)
def _(lab):
    """The server resets after every ClientHello without an alert, as HTTP.sys does when binding, key, version
    or cipher fail. curl."""
    httpsys(lab, "--default", "rst")
    lab.run(curl(lab.pki))


@capture("server_reset_after_client_hello.tls12_only", standin=True)
def _(lab):
    """As server_reset_after_client_hello with a client that offers TLS 1.2 and ECDHE_RSA with GCM only: the
    packets do not tell whether the version, the suites or the binding is at fault. s_client."""
    httpsys(lab, "--default", "rst")
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256"))


@capture("server_reset_after_client_hello.no_name", standin=True)
def _(lab):
    """The server resets what names no server, as HTTP.sys with bindings for names only; two probes of a load balancer
    (s_client) go to the address, and nobody gives a name."""
    httpsys(lab, "--if", "nosni", "rst")
    for _ in range(2):
        lab.run(s_client(lab.pki, name=None), stdin=REQUEST)


@capture("server_reset_after_client_hello.old_suites", standin=True)
def _(lab):
    """The server has no suite of this client, as Windows that was hardened (Schannel 36874), and resets; s_client
    offers TLS 1.2 with RSA key exchange and CBC only."""
    httpsys(lab, "--default", "rst")
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", "AES128-SHA:AES256-SHA:DES-CBC3-SHA:@SECLEVEL=0"))


@capture("server_reset_after_client_hello.proxy_header")
def _(lab):
    """nginx wants a PROXY header (`listen 443 ssl proxy_protocol`), and curl and s_client send none: it resets without a
    word ("broken header" in its log)."""
    block = https_block(lab, listen="443 ssl proxy_protocol")
    nginx(lab, block)
    lab.run(curl(lab.pki))
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("server_reset_after_client_hello.access_list")
def _(lab):
    """HAProxy turns 192.0.2.10 away by an access list (`tcp-request connection reject`): curl is reset behind its
    ClientHello. s_client from 192.0.2.11 is served."""
    lab.serve(s_server(lab.pki, port=9443), port=9443)
    haproxy(
        lab,
        "listen l\n mode tcp\n bind :443\n tcp-request connection reject if { src 192.0.2.10 }\n"
        " server s 127.0.0.1:9443\n",
    )
    lab.run(s_client(lab.pki, "-bind", "192.0.2.11:0"), stdin=REQUEST)
    lab.run(curl(lab.pki))


@capture("server_closed_after_client_hello.unread", standin=True)
def _(lab):
    """HAProxy chooses by req.ssl_sni without `tcp-request inspect-delay`: it looks before the ClientHello has come, finds
    no name and closes. peers/odd_client.py (its ClientHello made by OpenSSL) waits for 0.2 s with it: behind the server's
    FIN."""
    lab.serve(s_server(lab.pki, port=9443), port=9443)
    haproxy(
        lab,
        "frontend hasty\n mode tcp\n bind :443\n acl www req.ssl_sni -i www.example.com\n"
        " use_backend b if www\nbackend b\n mode tcp\n server s 127.0.0.1:9443\n",
    )
    lab.run(peer("odd_client", SERVER, "443", "late", "0.2"))


@capture("server_reset_after_client_hello.ports", standin=True)
def _(lab):
    """As server_reset_after_client_hello on the ports 443, 636 (LDAPS), 1433 (SQL Server, TLS first) and 8444
    (nobody's): what the server's files must be asked on each. s_client."""
    for port in (443, 636, 1433, 8444):
        httpsys(lab, "--port", str(port), "--default", "rst", windows=port == 443, port=port)
    for port in (443, 636, 1433, 8444):
        lab.run(s_client(lab.pki, port=port))


@capture("server_closed_after_client_hello")
def _(lab):
    """HAProxy in TCP mode routes by SNI; the backend for this name is down, so it reads the ClientHello and
    closes. curl."""
    backend_down(lab, " use-server down if { req.ssl_sni -i www.example.com }\n")
    lab.run(curl(lab.pki))


@capture("server_closed_after_client_hello.nodes")
def _(lab):
    """HAProxy in TCP mode sends connections in turn to two nodes, without health checks: one is s_server, which curl
    rejects (it knows another root), the other does not run, so that HAProxy closes at the ClientHello. curl four times,
    TLS 1.2."""
    lab.serve(s_server(lab.pki, port=9443), port=9443)
    haproxy(
        lab,
        "listen pass\n mode tcp\n bind :443\n balance roundrobin\n retries 0\n"
        " server one 127.0.0.1:9443\n server two 127.0.0.1:9444\n",
    )
    for _turn in range(4):
        lab.run(curl(lab.pki, "--cacert", lab.pki["otherroot.crt"], "--tls-max", "1.2"))


@capture("server_closed_after_client_hello.connect_proxy")
def _(lab):
    """curl through Apache mod_proxy_connect on the router; behind it HAProxy in TCP mode, whose backend for this name is
    down: the tunnel is opened and ends at the ClientHello."""
    backend_down(lab, " use-server down if { req.ssl_sni -i www.example.com }\n")
    apache(lab, "ProxyRequests On\nAllowCONNECT 443\nProxyVia Off\n", modules="proxy proxy_http proxy_connect", port=3128,
           where="router")
    lab.run(curl(lab.pki, "-x", "http://192.0.2.1:3128"))


@capture("server_closed_after_client_hello.reaction")
def _(lab):
    """As server_closed_after_client_hello with `openssl s_client`, which answers the FIN with alert 50 (a
    reaction)."""
    backend_down(lab)
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("server_closed_after_client_hello.gnutls")
def _(lab):
    """As server_closed_after_client_hello with gnutls-cli, which answers the FIN with alert 10 (a
    reaction)."""
    backend_down(lab)
    lab.run(gnutls_cli(lab.pki))


@capture("server_closed_after_client_hello.close_notify")
def _(lab):
    """InspIRCd with GnuTLS and Camellia alone; curl offers none. The server says close_notify and closes."""
    (lab.dir / "inspircd.conf").write_text(
        '<server name="irc.example.com" description="x" network="x"><admin name="a" email="a@example.com">\n'
        '<bind address="0.0.0.0" port="6697" type="clients" sslprofile="p"><module name="ssl_gnutls">\n'
        f'<sslprofile name="p" provider="gnutls" certfile="{lab.pki["www.pem"]}" keyfile="{lab.pki["www.key"]}"'
        ' priority="NORMAL:-VERS-TLS1.3:-CIPHER-ALL:+CAMELLIA-128-GCM">\n'
        f'<connect allow="*" resolvehostnames="no"><pid file="{lab.dir}/pid"><power diepass="x" restartpass="y">\n'
    )
    lab.serve(["inspircd", "--nofork", "--runasroot", f"--config={lab.dir}/inspircd.conf"], port=6697)
    lab.run(curl(lab.pki, url="https://www.example.com:6697/"))


@capture("server_closed_after_client_hello.signature")
def _(lab):
    """ngIRCd (OpenSSL) with an ECDSA certificate; `s_client -sigalgs RSA+SHA256` finds no signature algorithm in common: the
    server says close_notify and closes. With all of them s_client works."""
    (lab.dir / "ngircd.conf").write_text(
        "[Global]\nName = irc.example.com\nInfo = x\nListen = 0.0.0.0\n[Options]\nIdent = no\nPAM = no\nDNS = no\n"
        f"[SSL]\nCertFile = {lab.pki['www_ec.pem']}\nKeyFile = {lab.pki['www_ec.key']}\nPorts = 6697\n"
    )
    lab.serve(["ngircd", "-n", "-f", lab.dir / "ngircd.conf"], port=6697)
    for options in (("-sigalgs", "RSA+SHA256"), ()):
        lab.run(s_client(lab.pki, *options, port=6697), stdin=b"QUIT\r\n", timeout=3)


@capture("sni_unrecognized")
def _(lab):
    """HAProxy `strict-sni` with a certificate for www.example.com; curl asks for www2.example.com: alert
    112."""
    haproxy(lab, f"listen tls\n mode http\n bind :443 ssl crt {lab.pki['www.both']} strict-sni\n")
    lab.run(curl(lab.pki, url="https://www2.example.com/"))


@capture("sni_unrecognized.openssl")
def _(lab):
    """`openssl s_server -servername www2.example.com -servername_fatal`; s_client asks for www.example.com:
    alert 112."""
    lab.serve(
        s_server(
            lab.pki,
            "-servername",
            "www2.example.com",
            "-servername_fatal",
            "-cert2",
            lab.pki["www2.crt"],
            "-key2",
            lab.pki["www2.key"],
        )
    )
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("sni_unrecognized.gnutls")
def _(lab):
    """`gnutls-serv --sni-hostname www2.example.com --sni-hostname-fatal`; gnutls-cli asks for
    www.example.com: 112."""
    lab.serve(gnutls_serv(lab.pki, "--sni-hostname", "www2.example.com", "--sni-hostname-fatal"))
    lab.run(gnutls_cli(lab.pki))


@capture("sni_unrecognized.nginx")
def _(lab):
    """nginx `ssl_reject_handshake on` with TLS 1.2 and 1.3: alert 112, for s_client with both versions and
    with 1.3 only."""
    nginx(
        lab,
        "server { listen 443 ssl default_server; ssl_protocols TLSv1.2 TLSv1.3; ssl_reject_handshake on; }",
    )
    lab.run(s_client(lab.pki), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_3"), stdin=REQUEST)


@capture("protocol_version_mismatch.nginx_reject")
def _(lab):
    """nginx 1.22 `ssl_reject_handshake on` and its default ssl_protocols, which lack TLS 1.3: s_client with
    TLS 1.3 only gets alert 70, with TLS 1.2 alert 112."""
    nginx(lab, "server { listen 443 ssl default_server; ssl_reject_handshake on; }")
    lab.run(s_client(lab.pki, "-tls1_3"), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_2"), stdin=REQUEST)


@capture("sni_not_sent", standin=True)
def _(lab):
    """A listener with SNI bindings only resets a ClientHello without SNI (`s_client -noservername`) and
    serves the one with SNI that follows."""
    httpsys(lab, "--if", "nosni", "rst")
    lab.run(s_client(lab.pki, name=None), stdin=REQUEST)
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("sni_not_sent.haproxy112")
def _(lab):
    """HAProxy `strict-sni` answers `s_client -noservername` with alert 112, and serves the one with SNI that
    follows."""
    haproxy(lab, f"listen tls\n mode http\n bind :443 ssl crt {lab.pki['www.both']} strict-sni\n")
    lab.run(s_client(lab.pki, name=None), stdin=REQUEST)
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("server_reset_after_client_hello.by_shape", standin=True)
def _(lab):
    """A listener that resets whoever offers no ALPN: curl works, `s_client` with the same name, versions, suites
    and groups does not."""
    httpsys(lab, "--if", "noalpn", "rst")
    lab.run(curl(lab.pki))
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("protocol_version_mismatch.closed", standin=True)
def _(lab):
    """A listener that closes when a client has nothing above TLS 1.1; `s_client -tls1`, nothing to compare."""
    httpsys(lab, "--if", "max<1.2", "fin", windows=False)
    lab.run(s_client(lab.pki, "-tls1", "-cipher", "DEFAULT:@SECLEVEL=0"), stdin=REQUEST)


@capture("sni_binding_missing", standin=True)
def _(lab):
    """A listener with a binding for www.example.com and none for www2.example.com, no fallback: the second is
    reset. curl."""
    httpsys(lab, "--default", "rst", "--if", "sni=www.example.com", "tls")
    lab.run(curl(lab.pki))
    lab.run(curl(lab.pki, url="https://www2.example.com/"))
    lab.run(curl(lab.pki))


@capture("sslcert_binding_missing", standin=True)
def _(lab):
    """No certificate is bound to ip:443: all ClientHellos (curl, Go with TLS 1.2 and 1.3, another name) are
    reset, while http on port 80 answers `Server: Microsoft-IIS/10.0`."""
    httpsys(lab, "--default", "rst")
    lab.serve(peer("plain_http", "80"), port=80)
    lab.run(curl(lab.pki, url="http://www.example.com/"))
    lab.run(curl(lab.pki))
    lab.run(go_client(lab.pki))
    lab.run(go_client(lab.pki, "-max", "1.2"))
    lab.run(curl(lab.pki, url="https://www2.example.com/"))


@capture("sni_wrong_certificate")
def _(lab):
    """nginx serves the certificate of www.example.com for every name (one certificate per ip:port, as IIS 7.5
    must); Go with TLS 1.2 asks for www2.example.com and refuses it, for www.example.com it works. On
    198.51.100.21 the right certificate is served."""
    server_b = (
        f"server {{ listen 198.51.100.21:443 ssl; ssl_certificate {lab.pki['www2.pem']}; "
        f"ssl_certificate_key {lab.pki['www2.key']}; location / {{ return 200 'hello\\n'; }} }}"
    )
    nginx(lab, https_block(lab, listen="198.51.100.20:443 ssl") + server_b)
    lab.run(go_client(lab.pki, "-max", "1.2"))
    lab.run(go_client(lab.pki, "-max", "1.2", name="www2.example.com"))
    lab.run(go_client(lab.pki, "-max", "1.2", name="www2.example.com", host="198.51.100.21"))


@capture("server_internal_error")
def _(lab):
    """Go crypto/tls whose GetCertificate callback knows no such name: alert 80. curl."""
    lab.serve(go_server(lab.pki, "-sni", "www2.example.com"))
    lab.run(curl(lab.pki))
