"""Certificates that can be read (TLS 1.2, or TLS 1.3 with the keys in the file): every defect against every client."""

import time
from pathlib import Path

from .. import defects
from ..lab import SERVER
from ..programs import PYTHON, REQUEST, curl, gnutls_cli, go_client, java, s_client, s_server, tstclnt
from ..registry import capture
from .connection import https_block, nginx
from .hidden import node, wget

# In this order: streams 0 to 5. NSS has the intermediate in its database, the others only the root.
CLIENTS = "s_client, curl, gnutls-cli, Go, JSSE and NSS tstclnt, one after the other"
WEAK = ["-cipher", "DEFAULT:@SECLEVEL=0"]

# leaf -> what it is (defects.py)
DEFECTS = {
    "certificate_expired": ("d_expired", "a certificate that expired in January 2024"),
    "certificate_not_yet_valid": ("d_not_yet_valid", "a certificate that becomes valid in 2045"),
    "certificate_issuer_expired": ("d_old_issuer", "a good certificate of an intermediate that expired in January 2024"),
    "certificate_self_signed": ("d_self_signed", "a self-signed certificate"),
    "certificate_untrusted_root": ("d_untrusted", "a certificate of another root, which is sent with it"),
    "certificate_incomplete_chain": ("d_incomplete", "its certificate but not the intermediate that issued it"),
    "certificate_name_mismatch": ("d_name", "a certificate for other.example.com"),
    "certificate_no_san": ("d_no_san", "a certificate that has its name in the subject only"),
    "certificate_wrong_usage": ("d_usage", "a certificate for client authentication"),
    "certificate_wrong_usage.no_ca": ("d_no_ca", "a good certificate of an intermediate that is no CA"),
    "certificate_wrong_usage.constrained": (
        "d_constrained", "a good certificate of an intermediate whose name constraints permit example.net only"),
    "certificate_key_usage_mismatch": ("d_key_usage", "an RSA certificate whose key usage is key encipherment only"),
    "certificate_weak": ("d_sha1", "a certificate signed with SHA-1"),
    "certificate_weak.rsa1024": ("d_rsa1024", "a certificate with an RSA key of 1024 bits"),
    "certificate_unsupported.critical": (
        "d_critical", "a certificate with a critical extension that nobody knows (1.2.3.4.5)"),
    "certificate_corrupt": ("d_corrupt", "a certificate whose signature has a wrong byte"),
}


def run_clients(lab, version):
    """run_clients(lab, "1.2") runs all clients with one version of TLS."""
    pki, dotted = lab.pki, f"-tls{version.replace('.', '_')}"
    priority = f"NORMAL:-VERS-ALL:+VERS-TLS{version}"
    lab.run(s_client(pki, dotted, "-verify_hostname", "www.example.com"), stdin=REQUEST)
    lab.run(curl(pki, "--tls-max", version, f"--tlsv{version}"))
    lab.run(gnutls_cli(pki, "--priority", priority), stdin=REQUEST)
    lab.run(go_client(pki, "-min", version, "-max", version))
    lab.run(java(pki, "client", f"protocols=TLSv{version}", leaf=None))
    lab.run(tstclnt(pki, "-V", f"tls{version}:tls{version}"), stdin=REQUEST, timeout=4)


def server(pki, *options, leaf, port=443):
    """server(pki, option...) is s_server that sends no further certificate when there is none to send."""
    command = s_server(pki, *options, leaf=leaf, port=port)
    if leaf in ("d_self_signed", "d_incomplete"):
        at = command.index("-cert_chain")
        del command[at : at + 2]
    return command


def add(name, leaf, what, version):
    """add(...) registers one capture."""
    short = version.replace(".", "")

    def scenario(lab):
        defects.make(lab.pki)
        log = lab.dir / "keys.txt"
        keys = ["-keylogfile", log] if version == "1.3" else []
        lab.serve(server(lab.pki, f"-tls{version.replace('.', '_')}", *WEAK, *keys, leaf=leaf))
        if name == "certificate_incomplete_chain":
            # another server shows the intermediate, before the first failure
            lab.serve(s_server(lab.pki, "-tls1_2", leaf="d_good", port=8443), port=8443)
        run_clients(lab, version)
        if name == "certificate_incomplete_chain":
            lab.run(s_client(lab.pki, "-tls1_2", port=8443), stdin=REQUEST)
        if keys:
            lab.keylog(log)

    extra = "; then another server (port 8443) sends it" if name == "certificate_incomplete_chain" else ""
    readable = ", keys embedded in the file" if version == "1.3" else ""
    scenario.__doc__ = f"openssl s_server (TLS {version}{readable}) presents {what}{extra}. Clients: {CLIENTS}."
    capture(f"{name}{'_' if '.' in name else '.'}clients{short}")(scenario)


for _name, (_leaf, _what) in DEFECTS.items():
    for _version in ("1.2", "1.3"):
        add(_name, _leaf, _what, _version)


# kind of key, options of s_client; TLS 1.0 and 1.1 have one scheme per kind.
OLD = ["-cipher", "ALL:@SECLEVEL=0"]
SCHEMES = [
    ("rsa", "-tls1", *OLD),
    ("rsa", "-tls1_1", *OLD),
    *(("rsa", "-tls1_2", "-sigalgs", f"RSA+SHA{size}", *OLD) for size in (1, 224, 256, 384, 512)),
    *(("rsa", "-tls1_2", "-sigalgs", f"rsa_pss_rsae_sha{size}", *OLD) for size in (256, 384, 512)),
    ("rsa", "-tls1_2", "-sigalgs", "RSA+SHA256", "-cipher", "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"),
    ("pss", "-tls1_2", "-sigalgs", "rsa_pss_pss_sha256", *OLD),
    ("ec256", "-tls1", *OLD),
    *(("ec256", "-tls1_2", "-sigalgs", f"ECDSA+SHA{size}", *OLD) for size in (1, 256, 384, 512)),
    ("ec384", "-tls1_2", "-sigalgs", "ECDSA+SHA384", *OLD),
    ("ec521", "-tls1_2", "-sigalgs", "ECDSA+SHA512", *OLD),
    ("dsa", "-tls1", "-cipher", "DHE-DSS-AES128-SHA:@SECLEVEL=0"),
    ("dsa", "-tls1_2", "-sigalgs", "DSA+SHA256", "-cipher", "DHE-DSS-AES128-GCM-SHA256:@SECLEVEL=0"),
    ("ed25519", "-tls1_2", "-sigalgs", "ed25519", *OLD),
    ("ed448", "-tls1_2", "-sigalgs", "ed448", *OLD),
    *(("rsa", "-tls1_3", "-sigalgs", f"rsa_pss_rsae_sha{size}") for size in (256, 384, 512)),
    ("rsa", "-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256"),
    ("rsa", "-tls1_3", "-curves", "X25519:P-521"),  # a HelloRetryRequest: the server has P-521 only
    *(("pss", "-tls1_3", "-sigalgs", f"rsa_pss_pss_sha{size}") for size in (256, 384, 512)),
    ("ec256", "-tls1_3"),
    ("ec384", "-tls1_3"),
    ("ec521", "-tls1_3"),
    ("ed25519", "-tls1_3"),
    ("ed448", "-tls1_3"),
]
KINDS = ["rsa", "pss", "ec256", "ec384", "ec521", "dsa", "ed25519", "ed448"]


def run_schemes(lab, key, ca):
    """run_schemes(lab, "w", ...) serves certificate k_KIND with key w_KIND and runs a client per signature scheme."""
    defects.make(lab.pki)
    log = lab.dir / "keys.txt"
    preload = {"LD_PRELOAD": lab.pki["wrong_key.so"]}
    for number, kind in enumerate(KINDS):
        command = s_server(lab.pki, "-cipher", "ALL:@SECLEVEL=0", "-verify", "1", leaf=f"k_{kind}", port=44300 + number)
        command[command.index("-key") + 1] = lab.pki[f"{key}_{kind}.key"]
        lab.serve(command, port=44300 + number, env=preload)
    command = s_server(lab.pki, "-curves", "P-521", leaf="k_rsa", port=44400)
    command[command.index("-key") + 1] = lab.pki[f"{key}_rsa.key"]
    lab.serve(command, port=44400, env=preload)
    for kind, *options in SCHEMES:
        port = 44400 if "X25519:P-521" in options else 44300 + KINDS.index(kind)
        lab.run(s_client(lab.pki, *options, "-keylogfile", log, port=port, ca=ca), stdin=REQUEST)
    lab.keylog(log)


@capture("key_mismatch.schemes")
def _(lab):
    """openssl s_server with a key that is not its certificate's (peers/wrong_key.c makes it take it): every signature
    scheme of TLS 1.0 to 1.3 with every kind of key, one connection each, keys embedded in the file. s_client sends alert 51."""
    run_schemes(lab, "w", "root.crt")


@capture("certificate_untrusted_root.schemes")
def _(lab):
    """As key_mismatch.schemes with the right keys; s_client trusts another root: alert 48. The report says each time that the
    server owns the key."""
    run_schemes(lab, "k", "otherroot.crt")


@capture("certificate_rejected.self_signed13")
def _(lab):
    """nginx (TLS 1.3) with a self-signed certificate; gnutls-cli and Go send encrypted alerts. What the server's files
    say of such a certificate: tests/evidence/store_self_signed."""
    defects.make(lab.pki)
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.3;", leaf="d_self_signed"))
    lab.run(gnutls_cli(lab.pki))
    lab.run(go_client(lab.pki))


@capture("certificate_self_signed.openssl13")
def _(lab):
    """openssl s_server (TLS 1.3, nothing decrypted) with a self-signed certificate; s_client sends alert 48 in plain text. The
    record of the Certificate is too short for two of them, and for one of a public CA."""
    defects.make(lab.pki)
    lab.serve(server(lab.pki, "-tls1_3", leaf="d_self_signed"))
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("certificate_weak.openssl13")
def _(lab):
    """openssl s_server (TLS 1.3, nothing decrypted) with an RSA key of 1024 bits; s_client sends alert 42 in plain text. The key's
    length shows in that of the signature."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_3", *WEAK, leaf="d_rsa1024"))
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("certificate_not_yet_valid.openssl13")
def _(lab):
    """openssl s_server (TLS 1.3, nothing decrypted) with a certificate that becomes valid in 2045; curl, which compares names only
    after the handshake and offers h2, sends alert 42 in plain text."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_3", leaf="d_not_yet_valid"))
    lab.run(curl(lab.pki, "--http2"))


@capture("certificate_name_mismatch.openssl13")
def _(lab):
    """openssl s_server (TLS 1.3, nothing decrypted) with a certificate for other.example.com; s_client -verify_hostname sends alert
    42 in plain text."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_3", leaf="d_name"))
    lab.run(s_client(lab.pki, "-verify_hostname", "www.example.com"), stdin=REQUEST)


@capture("certificate_chain_misordered")
def _(lab):
    """openssl s_server (TLS 1.2, peers/wrong_key.c) with the intermediate first and the server's own certificate second;
    the key is the server's. s_client sends alert 51."""
    defects.make(lab.pki)
    command = s_server(lab.pki, "-tls1_2", leaf="k_rsa")
    command[command.index("-cert") + 1] = lab.pki["issuing.crt"]
    command[command.index("-cert_chain") + 1] = lab.pki["k_rsa.crt"]
    lab.serve(command, env={"LD_PRELOAD": lab.pki["wrong_key.so"]})
    lab.run(s_client(lab.pki, "-tls1_2"), stdin=REQUEST)


@capture("ok_certificate_misordered")
def _(lab):
    """openssl s_server (TLS 1.2) sends the root before the intermediate: all six clients of judged.py sort the list."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="d_misordered"))
    run_clients(lab, "1.2")


@capture("certificate_name_mismatch.address")
def _(lab):
    """openssl s_server (TLS 1.2) with the certificate of www.example.com; Go, which is given the address and so sends no name, wants it in the
    certificate: alert 42. On port 8443 the certificate bears the address."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="services", port=8443), port=8443)
    lab.run(go_client(lab.pki, name=SERVER))
    lab.run(go_client(lab.pki, name=SERVER, port=8443))


@capture("sni_wrong_certificate.no_name")
def _(lab):
    """`openssl s_server -servername` (TLS 1.2) with the certificates mixed up: without a name the client gets
    www.example.com's, asking for www.example.com it gets other.example.com's and sends alert 42."""
    defects.make(lab.pki)
    pki = lab.pki
    lab.serve(s_server(pki, "-tls1_2", "-servername", "www.example.com", "-cert2", pki["d_name.crt"], "-key2",
                       pki["d_name.key"], leaf="d_good"))
    lab.run(s_client(pki, name=None), stdin=REQUEST)
    lab.run(s_client(pki, "-verify_hostname", "www.example.com", ca="authorities.pem"), stdin=REQUEST)


def pool(lab, first, second):
    """pool(lab, first, second): s_client asks twice, and the router hands the second connection to another s_server (TLS 1.2)
    with the certificate `second`."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf=first))
    lab.serve(s_server(lab.pki, "-tls1_2", leaf=second, port=8443), port=8443, where="router")
    lab.run(s_client(lab.pki), stdin=REQUEST)
    lab.redirect(443, 8443)
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("certificate_inconsistent")
def _(lab):
    """One member of a pool was forgotten at the renewal: s_client gets the good certificate (TLS 1.2); then the router hands
    port 443 to another s_server with the expired one of the same issuer and name: alert 45."""
    pool(lab, "d_good", "d_expired")


@capture("certificate_expired.renewed")
def _(lab):
    """s_client rejects an expired certificate (TLS 1.2, alert 45); 12 seconds later s_server was restarted with the newer one of
    the same issuer and name, which it accepts: renewed while the capture ran."""
    defects.make(lab.pki)
    server = lab.serve(s_server(lab.pki, "-tls1_2", leaf="d_expired"))
    lab.run(s_client(lab.pki), stdin=REQUEST)
    server.terminate()
    server.wait()
    time.sleep(12)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="d_good"))
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("certificate_inconsistent.newer_second")
def _(lab):
    """As certificate_inconsistent, and the client reaches the member with the expired certificate first."""
    pool(lab, "d_expired", "d_good")


@capture("client_clock_wrong")
def _(lab):
    """openssl s_server (TLS 1.2) with a good certificate; the client's clock stands in 2046 (faketime): alert 45. Then a client
    with a right clock works."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="d_good"))
    lab.run(["faketime", "2046-01-01 00:00:00", *s_client(lab.pki)], stdin=REQUEST)
    lab.run(curl(lab.pki))


@capture("client_clock_wrong.behind")
def _(lab):
    """openssl s_server (TLS 1.2) with a good certificate; the client's clock stands in 2016 (faketime): s_client says 42, as
    OpenSSL does to what is not yet valid."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="d_good"))
    lab.run(["faketime", "2016-01-01 00:00:00", *s_client(lab.pki)], stdin=REQUEST)


@capture("client_clock_wrong.late12")
def _(lab):
    """nginx (TLS 1.2) with a good certificate; the clocks of Node.js and wget stand in 2046 (faketime): both leave
    behind their Finished without a word, as they do for everything."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;"))
    lab.run(["faketime", "2046-01-01 00:00:00", *node(lab)])
    lab.run(["faketime", "2046-01-01 00:00:00", *wget(lab)])


@capture("revocation_check_failed.expired_crl")
def _(lab):
    """openssl s_server (TLS 1.2) with a good certificate; `s_client -crl_check` has a CRL that expired in January 2025: alert
    45, as if the certificate had."""
    pki, directory = lab.pki, lab.dir
    pki.openssl("ca", "-config", pki["ca.cnf"], "-keyfile", pki["root.key"], "-cert", pki["root.crt"], "-gencrl", "-crldays",
                "1", "-out", directory / "old.crl", at="2025-01-01 00:00:00")
    (directory / "old.pem").write_text(Path(pki["root.crt"]).read_text() + (directory / "old.crl").read_text())
    pki.leaf("direct", "/CN=www.example.com", "subjectAltName=DNS:www.example.com", parent="root")
    lab.serve([part for part in s_server(pki, "-tls1_2", leaf="direct") if part not in ("-cert_chain", pki["direct.rest"])])
    command = [str(directory / "old.pem") if part == pki["root.crt"] else part for part in s_client(pki, "-crl_check")]
    lab.run(command, stdin=REQUEST)


@capture("certificate_name_mismatch.monitor")
def _(lab):
    """openssl s_server (TLS 1.2) with a certificate for other.example.com; s_client -verify_hostname says alert 42. A monitor
    beside it (Python's ssl without verification, for HTTP) minds nothing, closes at once, and leaves the packets of one that does."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="d_name"))
    lab.run(s_client(lab.pki, "-verify_hostname", "www.example.com", ca="authorities.pem"), stdin=REQUEST)
    script = ("import socket, ssl; c = ssl._create_unverified_context(); c.set_alpn_protocols(['http/1.1']); "
              "c.post_handshake_auth = True; "
              f"s = c.wrap_socket(socket.create_connection(('{SERVER}', 443)), server_hostname='www.example.com'); s.close()")
    lab.run([PYTHON, "-c", script])


@capture("certificate_wrong_usage.openssl46")
def _(lab):
    """openssl s_server (TLS 1.3, nothing decrypted) presents a certificate of an intermediate whose name constraints forbid it, and
    on port 8443 one with a critical extension that nobody knows; s_client sends alert 46 to both, in plain text."""
    defects.make(lab.pki)
    for port, leaf in ((443, "d_constrained"), (8443, "d_critical")):
        lab.serve(s_server(lab.pki, "-tls1_3", leaf=leaf, port=port), port=port)
        lab.run(s_client(lab.pki, port=port), stdin=REQUEST)


@capture("ok_expired_unused")
def _(lab):
    """openssl s_server (TLS 1.2) with an expired certificate; a monitor (Python's ssl without verification) holds the connection for
    3 s and closes it without having sent anything: whether it minds the certificate is not known."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="d_expired"))
    script = ("import socket, ssl, time; c = ssl._create_unverified_context(); "
              f"s = c.wrap_socket(socket.create_connection(('{SERVER}', 443)), server_hostname='www.example.com'); "
              "time.sleep(3); s.close()")
    lab.run([PYTHON, "-c", script])


@capture("certificate_revoked.staple")
def _(lab):
    """`openssl s_server -status_file` (TLS 1.2) staples an OCSP response that calls the certificate revoked; gnutls-cli
    sends alert 42."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_2", "-status_file", lab.pki["revoked.staple"], leaf="d_good"))
    lab.run(gnutls_cli(lab.pki), stdin=REQUEST)


@capture("ocsp_staple_problem")
def _(lab):
    """openssl s_server (TLS 1.2) with a certificate that demands stapling (RFC 7633) and no staple; gnutls-cli refuses it."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="d_must_staple"))
    lab.run(gnutls_cli(lab.pki), stdin=REQUEST)


@capture("certificate_message_too_large")
def _(lab):
    """openssl s_server (TLS 1.2) sends 82 certificates in 60 KB; JSSE takes ten and 32 KB."""
    defects.make(lab.pki)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="d_many"))
    lab.run(java(lab.pki, "client", leaf=None))


@capture("revocation_check_failed")
def _(lab):
    """openssl s_server (TLS 1.2); while Go verifies the certificate for 4 s, curl on the same machine tries to fetch a CRL from
    198.51.100.22, where the router drops everything; then Go refuses the certificate: alert 42."""
    lab.nft("ip daddr 198.51.100.22 drop")
    lab.serve(s_server(lab.pki, "-tls1_2"))
    client = lab.begin(go_client(lab.pki, "-stall", "4s", "-refuse"))
    time.sleep(0.8)
    lab.run(["curl", "-sS", "-m", "2", "http://198.51.100.22/issuing.crl"])
    client.wait(timeout=15)


@capture("client_validation_stall.closed")
def _(lab):
    """openssl s_server (TLS 1.2); Go takes its time to verify the certificate, as while a user is asked, and is ended after 4 s."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.run(["timeout", "4", *go_client(lab.pki, "-stall", "20s")])


@capture("certificate_self_signed.ingress", standin=True)
def _(lab):
    """nginx with a certificate as ingress-nginx makes it for itself ("Kubernetes Ingress Controller Fake Certificate", here of
    openssl): what it sends for a host without a usable Secret. curl
    (www.example.com) and openssl s_client without a name leave."""
    lab.pki.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "365", "-addext",
                    "subjectAltName=DNS:ingress.local", "-subj", "/O=Acme Co/CN=Kubernetes Ingress Controller Fake Certificate",
                    "-keyout", lab.pki["ingress.key"], "-out", lab.pki["ingress.pem"])  # fmt: skip
    nginx(lab, https_block(lab, leaf="ingress", extra="ssl_protocols TLSv1.2;"))
    lab.run(curl(lab.pki))
    lab.run(s_client(lab.pki, "-verify_return_error", name=None), stdin=REQUEST)
