"""RADIUS over TLS (RadSec): radsecproxy on both sides."""

import time

from ..lab import CLIENT, SERVER
from ..registry import capture

TLS = """tls default {{
 CACertificateFile {root}
 CertificateFile {certificate}
 CertificateKeyFile {key}
 {more}
}}
LogLevel 1
LogDestination file://{dir}/{role}.log
"""
SERVING = """ListenTLS {server}:2083
client {client} {{
 type tls
 secret radsec
 CertificateNameCheck off
}}
server 127.0.0.1 {{
 type udp
 secret testing123
}}
realm * {{
 server 127.0.0.1
}}
"""
ASKING = """ListenUDP 127.0.0.1:1812
client 127.0.0.1 {{
 type udp
 secret testing123
}}
server up {{
 host {name}
 type tls
 port 2083
 secret radsec
}}
realm * {{
 server up
}}
"""


def configure(lab, role, text, leaf, more="", **values):
    """configure(lab, role, text, leaf) writes a configuration of radsecproxy and returns the command that runs it."""
    pki = lab.pki
    text = TLS.format(root=pki["root.crt"], certificate=pki[f"{leaf}.pem"], key=pki[f"{leaf}.key"], more=more, dir=lab.dir,
                      role=role) + text.format(**values)  # fmt: skip
    path = lab.dir / f"{role}.conf"
    path.write_text(text)
    return ["radsecproxy", "-f", "-c", path]


def connect(lab, name="www.example.com", version=""):
    """connect(lab, name, version) lets a proxy connect to another one, for some seconds."""
    more = f"TlsVersion {version}" if version else ""
    lab.serve(configure(lab, "serving", SERVING, "www", more, server=SERVER, client=CLIENT), port=2083)
    lab.run(configure(lab, "asking", ASKING, "client", name=name), timeout=1.5)


def connect_udp(lab, name="www.example.com"):
    """connect_udp(lab, name) is connect() over DTLS."""
    serving, asking = (text.replace("type tls", "type dtls").replace("ListenTLS", "ListenDTLS") for text in (SERVING, ASKING))
    lab.start(configure(lab, "serving", serving, "www", server=SERVER, client=CLIENT))
    time.sleep(3)
    lab.run(configure(lab, "asking", asking, "client", name=name), timeout=8)


@capture("ok_radsec.dtls")
def _(lab):
    """Healthy: RADIUS over DTLS (RFC 7360), radsecproxy on both sides; nobody has a request, and the client stays."""
    connect_udp(lab)


@capture("certificate_rejected.radsec_dtls")
def _(lab):
    """RADIUS over DTLS: radsecproxy is set to db.example.com, which is not in the server's certificate; it finishes the
    handshake, leaves, and comes back each second or two."""
    connect_udp(lab, name="db.example.com")


@capture("ok_radsec")
def _(lab):
    """Healthy: RadSec, radsecproxy on both sides; nobody has a request, and the client stays."""
    connect(lab)


@capture("certificate_name_mismatch.radsec")
def _(lab):
    """RadSec, TLS 1.3: radsecproxy is set to db.example.com, which is not in the server's certificate nor in the packets; it
    finishes the handshake and leaves."""
    connect(lab, name="db.example.com")


@capture("certificate_rejected.radsec")
def _(lab):
    """As certificate_name_mismatch.radsec with TLS 1.2."""
    connect(lab, name="db.example.com", version="TLS1_2")


RADIUSD = """
prefix = /usr
exec_prefix = /usr
libdir = /usr/lib/freeradius
raddbdir = {dir}
logdir = {dir}
run_dir = {dir}
pidfile = {dir}/{role}.pid
max_requests = 1024
log {{ destination = files
 file = {dir}/{role}.log
 auth = yes }}
security {{
 allow_core_dumps = no
}}
thread pool {{ start_servers = 1
 max_servers = 4 }}
modules {{
 pap {{ }}
}}
{more}
"""
RADIUSD_SERVING = """
clients radsec {{
 client lab {{ ipaddr = 0.0.0.0/0
  proto = tls
  secret = radsec }}
}}
server default {{
 listen {{ type = auth
  ipaddr = *
  port = 2083
  proto = tcp
  clients = radsec
  tls {{
   {tls}
  }}
 }}
 authorize {{
  update control {{ Cleartext-Password := "secret" }}
  pap
 }}
 authenticate {{
  pap
 }}
}}
"""
RADIUSD_ASKING = """
client local {{ ipaddr = 127.0.0.1
 secret = testing123 }}
home_server up {{ ipaddr = {server}
 port = 2083
 type = auth
 proto = tcp
 secret = radsec
 status_check = none
 tls {{
  {tls}
 }}
}}
home_server_pool up {{ type = fail-over
 home_server = up }}
realm up {{ auth_pool = up
 nostrip
}}
server default {{
 listen {{ type = auth
  ipaddr = 127.0.0.1
  port = 1812 }}
 authorize {{
  update control {{ Proxy-To-Realm := up }}
 }}
}}
"""


def certificates(lab, leaf, *more, ca="root.crt"):
    """certificates(lab, leaf, setting...) are FreeRADIUS' settings of TLS with a certificate, or without one (leaf None)."""
    own = [f"private_key_file = {lab.pki[leaf + '.key']}", f"certificate_file = {lab.pki[leaf + '.pem']}"] if leaf else []
    return [*own, f"ca_file = {lab.pki[ca]}", 'ecdh_curve = "prime256v1"', *more]


def freeradius(lab, role, text, settings):
    """freeradius(lab, role, text, settings) writes a configuration of FreeRADIUS and returns the command that runs it."""
    text = text.format(tls="\n".join(settings), server=SERVER)
    (lab.dir / f"{role}.conf").write_text(RADIUSD.format(dir=lab.dir, role=role, more=text))
    return ["freeradius", "-f", "-d", lab.dir, "-n", role]


def serve(lab, *settings, leaf="www", **options):
    """serve(lab, setting...) starts FreeRADIUS as a server of RadSec."""
    lab.serve(freeradius(lab, "radiusd", RADIUSD_SERVING, certificates(lab, leaf, *settings, **options)), port=2083)


def ask(lab, *more, leaf="client", password="secret", host="www.example.com", root="root"):
    """ask(lab, setting...) sends one request through radsecproxy, whose TLS has these settings."""
    asking = ASKING.replace("server up {{", "server up {{\n " + "\n ".join(m for m in more if m.startswith("CertificateName")))
    command = configure(lab, "asking", asking, leaf, "\n ".join(m for m in more if not m.startswith("CertificateName")), name=host)
    text = (lab.dir / "asking.conf").read_text().replace(lab.pki["root.crt"], lab.pki[f"{root}.crt"])
    (lab.dir / "asking.conf").write_text(text)
    lab.begin(command)
    time.sleep(1)
    request(lab, password)


def request(lab, password="secret", port=1812):
    """request(lab, password) is a request of radclient's to the proxy beside it."""
    lab.run(["radclient", "-r", "1", "-t", "2", f"127.0.0.1:{port}", "auth", "testing123"],
            stdin=f'User-Name = "alice", User-Password = "{password}"\n'.encode())  # fmt: skip


def ask_freeradius(lab, *settings):
    """ask_freeradius(lab, setting...) sends one request through a FreeRADIUS that is a client of RadSec."""
    lab.capture()
    lab.begin(freeradius(lab, "proxy", RADIUSD_ASKING, settings))
    time.sleep(2)
    request(lab)


def stunnel(lab, role, *settings):
    """stunnel(lab, role, setting...) writes a configuration of stunnel and returns the command that runs it."""
    path = lab.dir / f"{role}.conf"
    path.write_text("foreground = yes\npid =\n[radsec]\n" + "\n".join(settings) + "\n")
    return ["stunnel4", path]


def ask_stunnel(lab, *settings):
    """ask_stunnel(lab, setting...) sends one request through a radsecproxy of type tcp, whose TLS a stunnel makes."""
    lab.begin(stunnel(lab, "client", "client = yes", "accept = 127.0.0.1:2084", f"connect = {SERVER}:2083", *settings))
    time.sleep(0.5)
    asking = ASKING.replace("type tls\n port 2083", "type tcp\n port 2084")
    lab.begin(configure(lab, "asking", asking, "client", name="127.0.0.1"))
    time.sleep(1)
    request(lab)


def with_psk(lab, identity="proxy", key="00112233445566778899aabbccddeeff"):
    """with_psk(lab, identity, key) starts stunnel with one shared key before a radsecproxy, and asks with another."""
    (lab.dir / "keys").write_text("proxy:00112233445566778899aabbccddeeff\n")
    (lab.dir / "key").write_text(f"{identity}:{key}\n")
    for name in ("keys", "key"):
        (lab.dir / name).chmod(0o600)
    serving = SERVING.replace("ListenTLS {server}:2083", "ListenTCP 127.0.0.1:2085").replace("type tls", "type tcp")
    lab.serve(configure(lab, "serving", serving, "www", client="127.0.0.1"), port=2085)
    lab.serve(stunnel(lab, "server", "accept = 2083", "connect = 127.0.0.1:2085", "ciphers = PSK", "sslVersionMax = TLSv1.2",
                      f"PSKsecrets = {lab.dir / 'keys'}"), port=2083)  # fmt: skip
    ask_stunnel(lab, "ciphers = PSK", f"PSKsecrets = {lab.dir / 'key'}", f"PSKidentity = {identity}")


@capture("ok_radsec.freeradius")
def _(lab):
    """Healthy: RadSec, radsecproxy at FreeRADIUS, TLS 1.2: Access-Accept inside."""
    serve(lab, 'tls_max_version = "1.2"')
    ask(lab)


@capture("ok_radsec.reject")
def _(lab):
    """Healthy: RadSec, radsecproxy at FreeRADIUS: a wrong password, Access-Reject inside TLS."""
    serve(lab)
    ask(lab, password="wrong")


@capture("ok_radsec.psk")
def _(lab):
    """Healthy: RadSec with a shared key (RFC 4279), TLS 1.2, stunnel before a radsecproxy on both sides."""
    with_psk(lab)


@capture("ok_radsec.stunnel")
def _(lab):
    """Healthy: RadSec, where stunnel makes the TLS of a radsecproxy that speaks RADIUS over TCP; FreeRADIUS."""
    serve(lab)
    ask_stunnel(lab, f"CAfile = {lab.pki['root.crt']}", "verifyChain = yes", "checkHost = www.example.com",
                f"cert = {lab.pki['client.pem']}", f"key = {lab.pki['client.key']}")  # fmt: skip


@capture("certificate_untrusted_root.radsec")
def _(lab):
    """RadSec, TLS 1.2: radsecproxy does not know the root of FreeRADIUS' certificate: alert 48."""
    serve(lab, 'tls_max_version = "1.2"', leaf="untrusted")
    ask(lab)


@capture("certificate_expired.radsec")
def _(lab):
    """RadSec, TLS 1.3: the certificate of FreeRADIUS has expired; radsecproxy says so in plaintext (alert 45)."""
    serve(lab, leaf="expired")
    ask(lab)


@capture("certificate_wrong_usage.radsec")
def _(lab):
    """RadSec, TLS 1.2: FreeRADIUS has a certificate that is for clients alone: radsecproxy says alert 43."""
    serve(lab, 'tls_max_version = "1.2"', leaf="usage")
    ask(lab)


@capture("client_certificate_rejected.radsec")
def _(lab):
    """RadSec, TLS 1.2: FreeRADIUS does not know the root of radsecproxy's certificate: alert 48."""
    serve(lab, 'tls_max_version = "1.2"', "require_client_cert = yes")
    ask(lab, leaf="client_untrusted")


@capture("client_certificate_rejected.radsec_expired")
def _(lab):
    """RadSec, TLS 1.3: radsecproxy's certificate has expired: FreeRADIUS' alert is encrypted."""
    serve(lab, "require_client_cert = yes")
    ask(lab, leaf="client_expired")


@capture("client_certificate_required.radsec")
def _(lab):
    """RadSec, TLS 1.2: FreeRADIUS as a client without a certificate at one that wants it: alert 40."""
    serve(lab, 'tls_max_version = "1.2"', "require_client_cert = yes")
    ask_freeradius(lab, *certificates(lab, None))


@capture("protocol_version_mismatch.radsec")
def _(lab):
    """RadSec: a radsecproxy that takes TLS 1.3 alone, and one that is set to TLS 1.2: alert 70."""
    lab.serve(configure(lab, "serving", SERVING, "www", "TlsVersion TLS1_3", server=SERVER, client=CLIENT), port=2083)
    ask(lab, "TlsVersion TLS1_2")


@capture("server_closed_after_client_hello.radsec")
def _(lab):
    """RadSec: FreeRADIUS takes TLS 1.3 alone, radsecproxy is set to TLS 1.2: FreeRADIUS closes without an alert."""
    serve(lab, 'tls_min_version = "1.3"', 'tls_max_version = "1.3"')
    ask(lab, "TlsVersion TLS1_2")


@capture("cipher_mismatch.radsec")
def _(lab):
    """RadSec, TLS 1.2: FreeRADIUS has AES-256-GCM alone, radsecproxy ChaCha20: alert 40."""
    serve(lab, 'tls_max_version = "1.2"', 'cipher_list = "ECDHE-RSA-AES256-GCM-SHA384"')
    ask(lab, "TlsVersion TLS1_2", 'CipherList "ECDHE-RSA-CHACHA20-POLY1305"')


@capture("psk_unknown.radsec")
def _(lab):
    """As ok_radsec.psk with an identity that the server does not have: alert 115."""
    with_psk(lab, identity="other")


@capture("psk_unknown.radsec_key")
def _(lab):
    """As ok_radsec.psk with another key: the server cannot read the client's Finished, alert 20."""
    with_psk(lab, key="ffeeddccbbaa99887766554433221100")


@capture("port_closed.radsec")
def _(lab):
    """RadSec: no server on port 2083."""
    ask(lab)


@capture("non_tls_client.radsec")
def _(lab):
    """RADIUS over TCP, in plaintext, to the port of RadSec: radsecproxy of type tcp at FreeRADIUS."""
    serve(lab)
    asking = ASKING.replace("type tls\n port", "type tcp\n port")
    lab.begin(configure(lab, "asking", asking, "client", name="www.example.com"))
    time.sleep(1)
    request(lab)


@capture("server_reset_after_client_hello.radsec")
def _(lab):
    """RadSec: the client's address is not among FreeRADIUS' clients: FreeRADIUS closes with the
    ClientHello unread, so that its system sends RST."""
    text = RADIUSD_SERVING.replace("0.0.0.0/0", "203.0.113.0/24")
    lab.serve(freeradius(lab, "radiusd", text, certificates(lab, "www")), port=2083)
    ask(lab)


@capture("server_closed_after_client_hello.radsec_client")
def _(lab):
    """RadSec: the client's address is not in a client block of the serving radsecproxy, which closes without an
    alert."""
    lab.serve(configure(lab, "serving", SERVING, "www", server=SERVER, client="203.0.113.7"), port=2083)
    ask(lab)


@capture("middlebox_reset.radsec")
def _(lab):
    """RadSec through a filter that resets what it takes for TLS on this port."""
    serve(lab)
    lab.nft("tcp dport 2083 @th,96,8 & 0xff != 0 meta length > 200 reject with tcp reset")
    ask(lab)
