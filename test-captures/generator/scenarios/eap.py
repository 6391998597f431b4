"""TLS inside EAP: FreeRADIUS and wpa_supplicant's eapol_test over RADIUS; hostapd and wpa_supplicant over a wire, and with
TEAP, which Debian's lack: HOSTAP names the source that has it (make_captures.py)."""

import os
import time
from pathlib import Path

from ..lab import CLIENT, SERVER
from ..registry import capture

RADIUSD = """
prefix = /usr
exec_prefix = /usr
libdir = /usr/lib/freeradius
raddbdir = {dir}
logdir = {dir}
run_dir = {dir}
pidfile = {dir}/radiusd.pid
max_requests = 1024
log {{ destination = files
 file = {dir}/radius.log
 auth = yes }}
security {{
 allow_core_dumps = no
}}
thread pool {{ start_servers = 1
 max_servers = 4 }}
client lab {{ ipaddr = 0.0.0.0/0
 secret = testing123 }}
modules {{
 mschap {{ }}
 eap {{
  default_eap_type = tls
  timer_expire = 60
  tls-config own {{
   private_key_file = {key}
   certificate_file = {certificate}
   ca_file = {ca}
   tls_min_version = "{minimum}"
   tls_max_version = "{maximum}"
   cipher_list = "{ciphers}"
   fragment_size = {fragment}
   ecdh_curve = "prime256v1"
  }}
  tls {{ tls = own }}
  peap {{ tls = own
   default_eap_type = mschapv2
   virtual_server = inner }}
  ttls {{ tls = own
   virtual_server = inner }}
  mschapv2 {{ }}
 }}
}}
server default {{
 listen {{ type = auth
  ipaddr = *
  port = 1812 }}
 authorize {{
  eap
 }}
 authenticate {{
  eap
 }}
}}
server inner {{
 authorize {{
  update control {{ Cleartext-Password := "secret" }}
  mschap
  eap
 }}
 authenticate {{
  Auth-Type MS-CHAP {{
   mschap
  }}
  eap
 }}
}}
"""


def freeradius(lab, leaf="www", minimum="1.2", maximum="1.2", ciphers="DEFAULT@SECLEVEL=0", fragment=1024, ca="root.crt"):
    """freeradius(lab, ...) starts FreeRADIUS with one certificate."""
    text = RADIUSD.format(
        dir=lab.dir, key=lab.pki[f"{leaf}.key"], certificate=lab.pki[f"{leaf}.pem"], ca=lab.pki[ca], minimum=minimum,
        maximum=maximum, ciphers=ciphers, fragment=fragment,
    )  # fmt: skip
    (lab.dir / "radiusd.conf").write_text(text)
    lab.start(["freeradius", "-f", "-d", lab.dir, "-n", "radiusd"])
    time.sleep(2)


def network(lab, *settings, eap="PEAP", identity="alice", ca="root.crt"):
    """network(lab, setting...) is a network block of wpa_supplicant."""
    lines = [f"eap={eap}", f'identity="{identity}"', "key_mgmt=IEEE8021X", *settings]
    if ca:
        lines.append(f'ca_cert="{lab.pki[ca]}"')
    return "network={\n" + "\n".join(lines) + "\n}\n"


def eapol_test(lab, *settings, timeout=10, **options):
    """eapol_test(lab, setting...) authenticates over RADIUS from the client."""
    (lab.dir / "network.conf").write_text(network(lab, *settings, **options))
    command = ["eapol_test", "-c", lab.dir / "network.conf", "-a", SERVER, "-A", CLIENT, "-s", "testing123",
               "-M", "02:00:5e:00:53:10", "-t", str(timeout)]  # fmt: skip
    return lab.run(command, timeout=timeout + 5)


PASSWORD = ('password="secret"', 'phase2="auth=MSCHAPV2"')


def own_certificate(lab, leaf="client"):
    """own_certificate(lab) are the settings of EAP-TLS with a certificate."""
    return (f'client_cert="{lab.pki[leaf + ".pem"]}"', f'private_key="{lab.pki[leaf + ".key"]}"')


@capture("ok_eap_peap")
def _(lab):
    """Healthy: PEAP with MSCHAPv2, FreeRADIUS and eapol_test."""
    freeradius(lab)
    eapol_test(lab, *PASSWORD)


@capture("ok_eap_tls")
def _(lab):
    """Healthy: EAP-TLS with a client certificate; TLS 1.2, fragments of 500 bytes."""
    freeradius(lab, fragment=500)
    eapol_test(lab, *own_certificate(lab), eap="TLS")


@capture("ok_eap_tls13")
def _(lab):
    """Healthy: EAP-TLS in TLS 1.3 (RFC 9190)."""
    freeradius(lab, minimum="1.3", maximum="1.3")
    eapol_test(lab, *own_certificate(lab), 'phase1="tls_disable_tlsv1_3=0"', eap="TLS")


@capture("ok_eap_ttls")
def _(lab):
    """Healthy: EAP-TTLS with MSCHAPv2."""
    freeradius(lab)
    eapol_test(lab, 'password="secret"', 'phase2="auth=MSCHAPV2"', eap="TTLS")


@capture("ok_eap_wrong_password")
def _(lab):
    """PEAP with a wrong password: TLS comes about, the method inside fails."""
    freeradius(lab)
    eapol_test(lab, 'password="wrong"', 'phase2="auth=MSCHAPV2"')


@capture("certificate_untrusted_root.eap")
def _(lab):
    """The supplicant does not know the root of the server's certificate: alert 48, and EAP-Failure."""
    freeradius(lab, leaf="untrusted")
    eapol_test(lab, *PASSWORD)


@capture("certificate_expired.eap")
def _(lab):
    """The server's certificate has expired: alert 45."""
    freeradius(lab, leaf="expired")
    eapol_test(lab, *PASSWORD)


@capture("certificate_name_mismatch.eap")
def _(lab):
    """The supplicant wants the server to be radius.example.com (domain_match); the certificate is for www.example.com."""
    freeradius(lab)
    eapol_test(lab, *PASSWORD, 'domain_match="radius.example.com"')


@capture("certificate_self_signed.eap")
def _(lab):
    """The server's certificate is self-signed."""
    lab.pki.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=radius.example.com", "-days", "365",
                    "-keyout", lab.pki["selfradius.key"], "-out", lab.pki["selfradius.pem"])  # fmt: skip
    freeradius(lab, leaf="selfradius")
    eapol_test(lab, *PASSWORD)


@capture("protocol_version_mismatch.eap")
def _(lab):
    """The server has TLS 1.2 only, the supplicant's OpenSSL up to TLS 1.1 (tls_disable_tlsv1_2=1)."""
    freeradius(lab)
    eapol_test(lab, *PASSWORD, 'phase1="tls_disable_tlsv1_2=1 tls_disable_tlsv1_3=1"',
               'openssl_ciphers="DEFAULT@SECLEVEL=0"')  # fmt: skip


@capture("cipher_mismatch.eap")
def _(lab):
    """The two have no cipher suite in common."""
    freeradius(lab, ciphers="ECDHE-RSA-AES256-GCM-SHA384")
    eapol_test(lab, *PASSWORD, 'openssl_ciphers="ECDHE-RSA-CHACHA20-POLY1305"', 'phase1="tls_disable_tlsv1_3=1"')


@capture("client_certificate_rejected.eap")
def _(lab):
    """EAP-TLS with a client certificate of a CA that the server does not know: alert 48 of the server."""
    freeradius(lab)
    eapol_test(lab, *own_certificate(lab, "client_untrusted"), eap="TLS")


@capture("eap_stalled")
def _(lab):
    """The server's packets of more than 1000 bytes are lost on the way to the authenticator: PEAP stops behind the
    ClientHello. FreeRADIUS and eapol_test."""
    freeradius(lab, fragment=1300)
    lab.nft("ip saddr 198.51.100.20 udp length > 1000 drop")
    eapol_test(lab, *PASSWORD, timeout=25)


HOSTAPD = """interface=wire1
driver=wired
ieee8021x=1
eap_server=1
use_pae_group_addr=1
eap_user_file={dir}/users
ca_cert={ca}
server_cert={certificate}
private_key={key}
{more}
"""


def wire(lab):
    """wire(lab) lays a wire between client and server beside the lab's network, and captures there."""
    lab.sh(
        "ip link add wire0 address 00:00:5e:00:53:10 type veth peer name wire1 address 00:00:5e:00:53:20; "
        f"ip link set wire0 netns {lab.ns['client']}; ip link set wire1 netns {lab.ns['server']}"
    )
    lab.sh("ip link set wire0 up", "client")
    lab.sh("ip link set wire1 up", "server")
    time.sleep(0.5)
    lab.capture_at("client", "wire0", "ether proto 0x888e")
    lab.capture()


TUNNELS = "eap_fast_a_id=101112131415161718191a1b1c1d1e1f\neap_fast_a_id_info=example\neap_fast_prov=3\n" \
          "pac_opaque_encr_key=000102030405060708090a0b0c0d0e0f"


def hostap(program):
    """hostap(program) is the program of HOSTAP's build, else of the system."""
    return str(Path(os.environ["HOSTAP"], "hostapd" if program == "hostapd" else "wpa_supplicant", program)) \
        if "HOSTAP" in os.environ else program


def tunnel(lab, method, *more, **options):
    """tunnel(lab, method, setting...) is hostapd() for TEAP or FAST."""
    hostapd(lab, TUNNELS, *more, users=f'* {method}\n"alice" MSCHAPV2 "secret" [2]\n', **options)


def enter(lab, method, *settings, **options):
    """enter(lab, method, setting...) is supplicant() for TEAP or FAST, which gets its PAC first."""
    supplicant(lab, PASSWORD[0], PASSWORD[1], f'phase1="{method.lower()}_provisioning=2"', f'pac_file="{lab.dir}/pac"',
               *settings, eap=method, **options)


def hostapd(lab, *more, leaf="www", ca="root.crt", users='* PEAP,TTLS,TLS\n"alice" MSCHAPV2,TTLS-MSCHAPV2 "secret" [2]\n'):
    """hostapd(lab, setting...) starts hostapd as authenticator with its own EAP server."""
    text = HOSTAPD.format(dir=lab.dir, ca=lab.pki[ca], certificate=lab.pki[f"{leaf}.pem"], key=lab.pki[f"{leaf}.key"],
                          more="\n".join(more))  # fmt: skip
    (lab.dir / "users").write_text(users)
    (lab.dir / "hostapd.conf").write_text(text)
    lab.start([hostap("hostapd"), lab.dir / "hostapd.conf"])
    time.sleep(1)


def supplicant(lab, *settings, timeout=6, **options):
    """supplicant(lab, setting...) runs wpa_supplicant on the wire."""
    text = network(lab, "eapol_flags=0", *settings, **options)
    (lab.dir / "supplicant.conf").write_text("ap_scan=0\n" + text)
    command = [hostap("wpa_supplicant"), "-D", "wired", "-i", "wire0", "-c", lab.dir / "supplicant.conf"]
    return lab.run(command, timeout=timeout)


@capture("ok_eapol_peap")
def _(lab):
    """Healthy: 802.1X on a wire, hostapd and wpa_supplicant, PEAP with MSCHAPv2."""
    wire(lab)
    hostapd(lab)
    supplicant(lab, *PASSWORD)


@capture("ok_eapol_tls")
def _(lab):
    """Healthy: 802.1X on a wire, EAP-TLS with a client certificate, fragments of 300 bytes."""
    wire(lab)
    hostapd(lab, "fragment_size=300")
    supplicant(lab, *own_certificate(lab), "fragment_size=300", eap="TLS")


@capture("certificate_untrusted_root.eapol")
def _(lab):
    """802.1X on a wire, PEAP: the supplicant does not know the root."""
    wire(lab)
    hostapd(lab)
    supplicant(lab, *PASSWORD, ca="otherroot.crt")


@capture("certificate_expired.eapol")
def _(lab):
    """802.1X on a wire, PEAP: the server's certificate has expired."""
    wire(lab)
    hostapd(lab, leaf="expired")
    supplicant(lab, *PASSWORD)


@capture("client_certificate_rejected.eapol")
def _(lab):
    """802.1X on a wire, EAP-TLS: the server does not know the CA of the client's certificate; EAP-Failure without an
    alert."""
    wire(lab)
    hostapd(lab)
    supplicant(lab, *own_certificate(lab, "client_untrusted"), eap="TLS")


@capture("ok_eapol_teap")
def _(lab):
    """Healthy: 802.1X on a wire, TEAP with MSCHAPv2 inside, hostapd and wpa_supplicant 2.10 with CONFIG_EAP_TEAP; then once
    more with the PAC that the first one got."""
    wire(lab)
    tunnel(lab, "TEAP")
    enter(lab, "TEAP", timeout=4)
    enter(lab, "TEAP", timeout=4)


@capture("ok_eapol_teap_wrong_password")
def _(lab):
    """802.1X on a wire, TEAP: TLS comes about, the password inside is wrong."""
    wire(lab)
    hostapd(lab, TUNNELS, users='* TEAP\n"alice" MSCHAPV2 "other" [2]\n')
    enter(lab, "TEAP")


@capture("ok_eapol_fast")
def _(lab):
    """Healthy: 802.1X on a wire, EAP-FAST with MSCHAPv2 inside, which gets a PAC over a certificate."""
    wire(lab)
    tunnel(lab, "FAST")
    enter(lab, "FAST")


@capture("certificate_untrusted_root.teap")
def _(lab):
    """802.1X on a wire, TEAP: the supplicant does not know the root."""
    wire(lab)
    tunnel(lab, "TEAP")
    enter(lab, "TEAP", ca="otherroot.crt")


@capture("certificate_expired.fast")
def _(lab):
    """802.1X on a wire, EAP-FAST: the server's certificate has expired."""
    wire(lab)
    tunnel(lab, "FAST", leaf="expired")
    enter(lab, "FAST")


@capture("certificate_untrusted_root.eap_snaplen")
def _(lab):
    """As certificate_untrusted_root.eap, captured with a snapshot length of 256 bytes: the server's packets are cut, the
    supplicant's alert is not."""
    lab.capture_at(snaplen=256)
    freeradius(lab, leaf="untrusted")
    eapol_test(lab, *PASSWORD)


@capture("client_certificate_rejected.eap_tls13")
def _(lab):
    """EAP-TLS in TLS 1.3, FreeRADIUS and eapol_test: the server does not know the CA of the client's certificate, and rejects
    without a word of TLS."""
    freeradius(lab, minimum="1.3", maximum="1.3")
    eapol_test(lab, *own_certificate(lab, "client_untrusted"), 'phase1="tls_disable_tlsv1_3=0"', eap="TLS")


@capture("eap_stalled.rounds")
def _(lab):
    """FreeRADIUS with a certificate of 14 kB and fragments of 200 bytes: it rejects after 50 rounds, in the midst of its own
    flight. eapol_test, PEAP."""
    freeradius(lab, leaf="many", fragment=200)
    eapol_test(lab, *PASSWORD, timeout=12)


@capture("ok_eap_snaplen")
def _(lab):
    """PEAP, captured with a snapshot length of 256 bytes, so that most of the server's packets are cut; the capture goes on
    for some seconds."""
    lab.capture_at(snaplen=256)
    freeradius(lab)
    eapol_test(lab, *PASSWORD)
    time.sleep(5)
    lab.run(["sh", "-c", f"echo later | nc -u -w1 {SERVER} 9"])


@capture("ok_eap_beginning")
def _(lab):
    """PEAP of which the first four packets were captured, and no more."""
    freeradius(lab)
    eapol_test(lab, *PASSWORD)
    lab.edit("editcap", "-r", "IN", "OUT", "1-4")


@capture("ok_eap_gap")
def _(lab):
    """Healthy: PEAP, of which one Access-Challenge was taken out of the capture; the capture goes on for some seconds."""
    lab.capture_at(snaplen=65535)
    freeradius(lab)
    eapol_test(lab, *PASSWORD)
    time.sleep(5)
    lab.run(["sh", "-c", f"echo later | nc -u -w1 {SERVER} 9"])
    lab.edit("editcap", "IN", "OUT", "8")


@capture("ok_eapol_snaplen")
def _(lab):
    """Healthy: as ok_eapol_tls, captured with a snapshot length of 256 bytes, so that the server's fragments are cut."""
    wire(lab)
    hostapd(lab, "fragment_size=300")
    supplicant(lab, *own_certificate(lab), "fragment_size=300", eap="TLS")
    lab.edit("editcap", "-s", "256", "IN", "OUT")


@capture("ok_eapol_gap")
def _(lab):
    """Healthy: 802.1X on a wire, EAP-TLS in TLS 1.3; the first fragment of the server's flight was taken out of the capture."""
    wire(lab)
    hostapd(lab, "tls_flags=[ENABLE-TLSv1.3]")
    supplicant(lab, *own_certificate(lab), 'phase1="tls_disable_tlsv1_3=0"', eap="TLS")
    lab.edit("editcap", "IN", "OUT", "8")


@capture("protocol_version_mismatch.eap_tls13_only")
def _(lab):
    """FreeRADIUS with TLS 1.3 alone, eapol_test without it, PEAP: Access-Reject at the ClientHello, and no alert."""
    freeradius(lab, minimum="1.3", maximum="1.3")
    eapol_test(lab, *PASSWORD)


@capture("protocol_version_mismatch.eap_snaplen")
def _(lab):
    """As protocol_version_mismatch.eap_tls13_only, captured with a snapshot length of 256 bytes, which cuts the ClientHello."""
    lab.capture_at(snaplen=256)
    freeradius(lab, minimum="1.3", maximum="1.3")
    eapol_test(lab, *PASSWORD)


@capture("certificate_name_mismatch.eapol")
def _(lab):
    """802.1X on a wire, PEAP: the supplicant wants the server to be radius.example.com (domain_match)."""
    wire(lab)
    hostapd(lab)
    supplicant(lab, *PASSWORD, 'domain_match="radius.example.com"')


@capture("certificate_untrusted_root.eapol_ttls")
def _(lab):
    """802.1X on a wire, EAP-TTLS: the server's certificate is of a root that the supplicant does not know."""
    wire(lab)
    hostapd(lab, leaf="untrusted")
    supplicant(lab, *PASSWORD, eap="TTLS")


@capture("cipher_mismatch.eapol")
def _(lab):
    """802.1X on a wire, EAP-TTLS: the two have no cipher suite in common."""
    wire(lab)
    hostapd(lab, "openssl_ciphers=ECDHE-RSA-AES256-GCM-SHA384")
    supplicant(lab, *PASSWORD, 'openssl_ciphers="ECDHE-RSA-CHACHA20-POLY1305"', eap="TTLS")


@capture("client_certificate_rejected.eapol_expired")
def _(lab):
    """802.1X on a wire, EAP-TLS: the client's certificate has expired."""
    wire(lab)
    hostapd(lab)
    supplicant(lab, *own_certificate(lab, "client_expired"), eap="TLS")
