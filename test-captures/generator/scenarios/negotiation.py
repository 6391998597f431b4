"""Scenario 5: versions, suites, groups, signatures, ALPN and other things to agree on."""

import base64
import struct
import time

from .. import defects
from ..lab import SERVER
from ..programs import (
    PYTHON,
    REQUEST,
    curl,
    gnutls_cli,
    gnutls_serv,
    go_client,
    go_server,
    java,
    peer,
    s_client,
    s_server,
    tstclnt,
)
from ..registry import capture
from .connection import haproxy, https_block, nginx
from .listener import httpsys

OLD = ("-cipher", "DEFAULT:@SECLEVEL=0")
AES256, CHACHA = "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305"


def java_security(lab, *lines):
    """java_security(lab, line...) writes a security properties file for JSSE and returns the system property
    for it."""
    path = lab.dir / "java.security"
    path.write_text("\n".join(lines) + "\n")
    return f"java.security.properties={path}"


@capture("protocol_version_mismatch")
def _(lab):
    """`openssl s_server -tls1_2` and `openssl s_client -tls1_3`: alert 70."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.run(s_client(lab.pki, "-tls1_3"), stdin=REQUEST)


@capture("protocol_version_mismatch.gnutls40")
def _(lab):
    """gnutls-serv with TLS 1.2 only answers `s_client -tls1_3` with alert 40; `s_client -tls1_2` works on the
    same port."""
    lab.serve(gnutls_serv(lab.pki, "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2"))
    lab.run(s_client(lab.pki, "-tls1_3"), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_2"), stdin=REQUEST)


@capture("protocol_version_mismatch.openssl80")
def _(lab):
    """`openssl s_server` with the default policy of OpenSSL 3 answers `s_client -tls1` with alert 80, not
    70."""
    lab.serve(s_server(lab.pki))
    lab.run(s_client(lab.pki, "-tls1", *OLD), stdin=REQUEST)


@capture("protocol_version_mismatch.nginx_old_client")
def _(lab):
    """nginx with `ssl_protocols TLSv1.2 TLSv1.3`; `s_client -tls1_1`: alert 70."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2 TLSv1.3;"))
    lab.run(s_client(lab.pki, "-tls1_1", *OLD), stdin=REQUEST)


@capture("protocol_version_mismatch.reset_contrast", standin=True)
def _(lab):
    """A server that has TLS 1.2 only resets clients that offer only TLS 1.3, without an alert, as Schannel
    does; Go with TLS 1.3 only, then the same client with TLS 1.2 only, which works."""
    httpsys(lab, "--if", "min>1.2", "rst", "--tls-max", "1.2")
    lab.run(go_client(lab.pki, "-min", "1.3"))
    lab.run(go_client(lab.pki, "-min", "1.2", "-max", "1.2"))


@capture("protocol_version_mismatch.silence_contrast", standin=True)
def _(lab):
    """A server with TLS 1.0 only never answers a ClientHello without TLS 1.0 (SQL Server 2008 R2 was seen
    to); Go with TLS 1.2 gives up after 12 s, `s_client` with TLS 1.0 works meanwhile."""
    httpsys(lab, "--if", "min>1.0", "silent", "--tls-min", "1.0", "--tls-max", "1.0")
    lab.begin(["timeout", "12", *go_client(lab.pki, "-min", "1.2")])
    time.sleep(0.5)
    lab.run(s_client(lab.pki, "-tls1", *OLD), stdin=REQUEST)
    lab.run(["sleep", "12"])


@capture("protocol_version_mismatch.recovered")
def _(lab):
    """A client falls back: openssl s_server with TLS 1.2 only refuses Go with TLS 1.3 only, which is run
    again at once with TLS 1.2."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.run(go_client(lab.pki, "-min", "1.3"))
    lab.run(go_client(lab.pki, "-max", "1.2"))


@capture("protocol_version_rejected_by_client")
def _(lab):
    """`openssl s_server -tls1` chooses TLS 1.0 for `s_client -tls1_2`: the client sends alert
    70."""
    lab.serve(s_server(lab.pki, "-tls1", *OLD))
    lab.run(s_client(lab.pki, "-tls1_2", *OLD), stdin=REQUEST)


@capture("downgrade_detected", standin=True)
def _(lab):
    """A box on the path (peers/meddler.py) removes TLS 1.3 from the ClientHello; openssl s_server marks its
    random, s_client sends alert 47."""
    lab.serve(s_server(lab.pki))
    meddle(lab, "strip-1.3")
    lab.run(s_client(lab.pki), stdin=REQUEST)


def meddle(lab, how, *options):
    """meddle(lab, how) puts peers/meddler.py into the path of port 443."""
    lab.serve(peer("meddler", how, *options), port=8443, where="router")
    lab.redirect(443, 8443)


@capture("fallback_rejected")
def _(lab):
    """`s_client -no_tls1_3 -fallback_scsv` to a server with TLS 1.3 (openssl s_server): alert 86."""
    lab.serve(s_server(lab.pki))
    lab.run(s_client(lab.pki, "-no_tls1_3", "-fallback_scsv"), stdin=REQUEST)


@capture("cipher_mismatch")
def _(lab):
    """`openssl s_server -tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384`, `s_client -cipher
    ECDHE-RSA-CHACHA20-POLY1305`: 40."""
    lab.serve(s_server(lab.pki, "-tls1_2", "-cipher", AES256))
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", CHACHA), stdin=REQUEST)


@capture("cipher_mismatch.contrast")
def _(lab):
    """As cipher_mismatch, and then the same client with the server's suite works."""
    lab.serve(s_server(lab.pki, "-tls1_2", "-cipher", AES256))
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", CHACHA), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", AES256), stdin=REQUEST)


@capture("cipher_mismatch.tls13")
def _(lab):
    """`s_server -tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384` refuses TLS_CHACHA20_POLY1305_SHA256 (alert
    40); a client with both works."""
    lab.serve(s_server(lab.pki, "-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"))
    lab.run(s_client(lab.pki, "-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_3"), stdin=REQUEST)


@capture("cipher_mismatch.certificate_kind")
def _(lab):
    """HAProxy with an ECDSA certificate and TLS 1.2 and 1.3 refuses `s_client -tls1_2` with an ECDHE_RSA suite (alert
    40); curl gets through with TLS 1.3, which does not make it a matter of versions."""
    haproxy(lab, f"listen tls\n mode http\n bind :443 ssl crt {lab.pki['www_ec.both']}\n"
                 " http-request return status 200\n")
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"), stdin=REQUEST)
    lab.run(curl(lab.pki))


@capture("cipher_mismatch.reset_contrast", standin=True)
def _(lab):
    """As cipher_mismatch.contrast, but the server resets without an alert, as Schannel does (peers/meddler.py
    turns the alert of openssl s_server into a reset)."""
    lab.windows()
    lab.serve(s_server(lab.pki, "-tls1_2", "-cipher", AES256, port=8443), port=8443)
    lab.serve(peer("meddler", "alert-to-reset", "--listen", "443", "--to", "198.51.100.20:8443"))
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", CHACHA), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", AES256), stdin=REQUEST)


@capture("group_mismatch")
def _(lab):
    """`openssl s_server -tls1_3 -groups P-384` refuses `s_client -groups X25519` (alert 40); the next client,
    with X25519 and P-384, works through a HelloRetryRequest."""
    lab.serve(s_server(lab.pki, "-tls1_3", "-groups", "P-384"))
    lab.run(s_client(lab.pki, "-tls1_3", "-groups", "X25519"), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_3", "-groups", "X25519:P-384"), stdin=REQUEST)


@capture("group_mismatch.tls12")
def _(lab):
    """Go with TLS 1.2 and P-384 only refuses `s_client -groups P-256` with one ECDHE suite (alert 40); with
    `-groups P-384` it works."""
    lab.serve(go_server(lab.pki, "-max", "1.2", "-groups", "24"))
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", AES256, "-groups", "P-256"), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", AES256, "-groups", "P-384"), stdin=REQUEST)


@capture("group_mismatch.narrow")
def _(lab):
    """openssl s_server with P-384 only refuses `s_client -groups X25519`, which offers all usual versions and
    suites, and `s_client -tls1_2 -groups X448`: 40, and nobody else shows what the server has."""
    lab.serve(s_server(lab.pki, "-groups", "P-384", "-cipher", "ECDHE"))
    lab.run(s_client(lab.pki, "-groups", "X25519"), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_2", "-groups", "X448"), stdin=REQUEST)


@capture("group_mismatch.none_sent", standin=True)
def _(lab):
    """peers/odd_client.py offers ECDHE suites only and no supported_groups; openssl s_server (TLS 1.2) says
    40."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.run(peer("odd_client", SERVER, "443", "no-groups"))


@capture("group_mismatch.two_differences")
def _(lab):
    """openssl s_server (TLS 1.2) serves `s_client` with ECDHE-RSA-AES128-GCM-SHA256 and x25519; then `s_client
    -groups X448` with other suites, all of which the server has: 40. Suites and group differ from the
    success."""
    lab.serve(s_server(lab.pki, "-tls1_2", "-groups", "X25519:P-256"))
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_2", "-groups", "X448", "-cipher", f"{AES256}:{CHACHA}"), stdin=REQUEST)


@capture("signature_algorithm_mismatch.p521")
def _(lab):
    """openssl s_server with a P-521 certificate refuses `s_client -sigalgs` without ecdsa_secp521r1_sha512 in
    TLS 1.3 (alert 40); with TLS 1.2, where the curve does not bind the scheme, the same list works."""
    lab.serve(s_server(lab.pki, leaf="www_p521"))
    schemes = ("-sigalgs", "ECDSA+SHA256:ECDSA+SHA384:RSA+SHA256")
    lab.run(s_client(lab.pki, *schemes), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_2", *schemes), stdin=REQUEST)


@capture("signature_algorithm_mismatch")
def _(lab):
    """openssl s_server with an ECDSA certificate and TLS 1.3 refuses `s_client -sigalgs rsa_pss_rsae_sha256`
    (alert 40); the next client, which also offers ecdsa_secp256r1_sha256, works."""
    lab.serve(s_server(lab.pki, "-tls1_3", leaf="www_ec"))
    lab.run(s_client(lab.pki, "-tls1_3", "-sigalgs", "rsa_pss_rsae_sha256:rsa_pkcs1_sha256"), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_3"), stdin=REQUEST)


@capture("signature_algorithm_mismatch.curve")
def _(lab):
    """openssl s_server (TLS 1.2) with a certificate on brainpoolP256r1, on port 8443 with one on P-521, refuses an s_client whose
    groups are without that curve (alert 40); the next one has it and works."""
    defects.make(lab.pki)
    for port, leaf, curve in ((443, "d_brainpool", "brainpoolP256r1"), (8443, "www_p521", "P-521")):
        lab.serve(s_server(lab.pki, "-tls1_2", leaf=leaf, port=port), port=port)
        lab.run(s_client(lab.pki, "-curves", "X25519:P-256:P-384", port=port), stdin=REQUEST)
        lab.run(s_client(lab.pki, "-curves", f"X25519:P-256:P-384:{curve}", port=port), stdin=REQUEST)


@capture("signature_algorithm_mismatch.certificate_list")
def _(lab):
    """JSSE sends a list for certificates (signature_algorithms_cert) without MD5: openssl s_server (TLS 1.2), whose certificate is
    signed with MD5, refuses it (alert 40); s_client sends no such list and works. On port 8443 gnutls-serv, which does not look
    at the list, shows a certificate signed with SHA-512 to a JSSE that is told to offer SHA-256 only, and is refused."""
    defects.make(lab.pki)
    weak = ("-cipher", "DEFAULT:@SECLEVEL=0")
    lab.serve(s_server(lab.pki, "-tls1_2", *weak, leaf="d_md5"))
    lab.serve(gnutls_serv(lab.pki, leaf="d_sha512", port=8443), port=8443)
    lab.run(java(lab.pki, "client", leaf=None))
    lab.run(s_client(lab.pki, *weak), stdin=REQUEST)
    few = "jdk.tls.client.SignatureSchemes=ecdsa_secp256r1_sha256,rsa_pss_rsae_sha256,rsa_pkcs1_sha256"
    lab.run(java(lab.pki, "client", "protocols=TLSv1.2", leaf=None, port=8443, properties=[few]))


@capture("alpn_mismatch")
def _(lab):
    """`openssl s_server -alpn h2`, `s_client -alpn http/1.1`: alert 120."""
    lab.serve(s_server(lab.pki, "-alpn", "h2"))
    lab.run(s_client(lab.pki, "-alpn", "http/1.1"), stdin=REQUEST)


@capture("alpn_mismatch.grpc")
def _(lab):
    """gRPC core (python3-grpcio) at an openssl s_server that chooses no protocol (TLS 1.2, then 1.3): it finishes the
    handshake, misses ALPN and closes ("Cannot check peer: missing selected ALPN property"); it tries again by itself."""
    for port, version in ((443, "-tls1_2"), (8443, "-tls1_3")):
        script = (
            f"import grpc\nroots = open('{lab.pki['root.crt']}', 'rb').read()\n"
            "name = [('grpc.ssl_target_name_override', 'www.example.com')]\n"
            f"channel = grpc.secure_channel('{SERVER}:{port}', grpc.ssl_channel_credentials(roots), name)\n"
            "try:\n grpc.channel_ready_future(channel).result(timeout=2)\nexcept grpc.FutureTimeoutError:\n pass\n"
        )
        lab.serve(s_server(lab.pki, version, port=port), port=port)
        lab.run([PYTHON, "-c", script])


@capture("alpn_mismatch.go13")
def _(lab):
    """Go with `NextProtos: h2` and TLS 1.3 answers `s_client -alpn spdy/3` after its ServerHello with an
    encrypted alert (19 bytes); `s_client -alpn h2` then works."""
    lab.serve(go_server(lab.pki, "-alpn", "h2"))
    lab.run(s_client(lab.pki, "-alpn", "spdy/3"), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-alpn", "h2"), stdin=REQUEST, timeout=3)


@capture("cipher_mismatch.erlang71")
def _(lab):
    """Erlang/OTP ssl (as RabbitMQ) with AES-GCM suites only answers `s_client -cipher AES128-SHA` (TLS 1.2)
    with alert 71, as it does whatever it cannot agree on."""
    code = (
        "ssl:start(), {ok, L} = ssl:listen(443, [{reuseaddr, true}, {versions, ['tlsv1.2']}, "
        f'{{certfile, "{lab.pki["www.pem"]}"}}, {{keyfile, "{lab.pki["www.key"]}"}}, '
        '{ciphers, ["ECDHE-RSA-AES256-GCM-SHA384"]}]), '
        "F = fun F() -> {ok, S} = ssl:transport_accept(L), ssl:handshake(S), F() end, F()."
    )
    lab.serve(["erl", "-noshell", "-noinput", "-eval", code], env={"HOME": str(lab.dir)})
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", "AES128-SHA"), stdin=REQUEST)


@capture("weak_dh_parameters")
def _(lab):
    """`openssl s_server` with 1024-bit DH parameters and DHE; s_client at security level 2 sends alert 40
    after the ServerKeyExchange."""
    weak_dh_server(lab)
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384"), stdin=REQUEST)


def weak_dh_server(lab):
    """weak_dh_server(lab) is openssl s_server with the 1024-bit MODP group of RFC 2409 (Oakley group 2)."""
    pem = lab.dir / "dh1024.pem"
    prime = (
        "0xFFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
        "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
        "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF"
    )
    (lab.dir / "dh.cnf").write_text(f"asn1=SEQUENCE:dh\n[dh]\np=INTEGER:{prime}\ng=INTEGER:2\n")
    lab.start(
        ["openssl", "asn1parse", "-genconf", lab.dir / "dh.cnf", "-noout", "-out", lab.dir / "dh.der"]
    ).wait()
    lab.start(["openssl", "dhparam", "-inform", "DER", "-in", lab.dir / "dh.der", "-out", pem]).wait()
    lab.serve(s_server(lab.pki, "-tls1_2", "-dhparam", pem, "-cipher", "DHE:@SECLEVEL=0"))


@capture("weak_dh_parameters.jsse71")
def _(lab):
    """As weak_dh_parameters with JSSE, told to refuse DH below 2048 bits: it answers with alert 71."""
    weak_dh_server(lab)
    setting = java_security(lab, "jdk.tls.disabledAlgorithms=DH keySize < 2048")
    lab.run(
        java(
            lab.pki,
            "client",
            "protocols=TLSv1.2",
            "suites=TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
            leaf=None,
            properties=[setting],
        )
    )


@capture("insufficient_security")
def _(lab):
    """openssl s_server (TLS 1.2) with a Diffie-Hellman group of 2048 bits, which nobody calls weak; JSSE is told to
    refuse DH below 3072 bits and answers with alert 71."""
    lab.serve(s_server(lab.pki, "-tls1_2", "-cipher", "DHE"))
    setting = java_security(lab, "jdk.tls.disabledAlgorithms=DH keySize < 3072")
    lab.run(java(lab.pki, "client", "protocols=TLSv1.2", "suites=TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", leaf=None,
                 properties=[setting]))


@capture("weak_dh_parameters.gnutls")
def _(lab):
    """As weak_dh_parameters with gnutls-cli, told to require 2048 bits (%PROFILE_MEDIUM)."""
    weak_dh_server(lab)
    lab.run(
        gnutls_cli(lab.pki, "--priority", "NORMAL:-KX-ALL:+DHE-RSA:-VERS-ALL:+VERS-TLS1.2:%PROFILE_MEDIUM")
    )


@capture("sslv2_hello", standin=True)
def _(lab):
    """A CLIENT-HELLO of SSL 2.0 (bytes made by peers/odd_client.py after the specification: no packaged
    client has it) to nginx: alert 70."""
    nginx(lab, https_block(lab))
    lab.run(peer("odd_client", "198.51.100.20", "443", "sslv2"))


@capture("cipher_mismatch.nginx_two")
def _(lab):
    """nginx with an RSA certificate; two openssl s_client on one host, one after the other: TLS 1.2 with an
    ECDSA suite alone, then TLS 1.3 with an ECDSA signature algorithm alone. Both get alert 40."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2 TLSv1.3;"))
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_3", "-sigalgs", "ECDSA+SHA256"), stdin=REQUEST)


@capture("sslv2_hello.compatible")
def _(lab):
    """JSSE with SSLv2Hello and TLSv1 enabled sends a ClientHello in SSL 2.0 framing; openssl s_server has TLS
    1.2 and 1.3."""
    lab.serve(s_server(lab.pki))
    setting = java_security(lab, "jdk.tls.disabledAlgorithms=SSLv3")
    lab.run(java(lab.pki, "client", "protocols=SSLv2Hello,TLSv1", leaf=None, properties=[setting]))


@capture("hello_retry_failed", standin=True)
def _(lab):
    """A server answers with a HelloRetryRequest for a group the client never offered (peers/raw_server.py; no
    packaged server does); openssl s_client sends alert 47."""
    lab.serve(peer("raw_server", "hello-retry"))
    lab.run(s_client(lab.pki, "-tls1_3", "-groups", "X25519:P-256"), stdin=REQUEST)


@capture("hello_retry_failed.second_lost")
def _(lab):
    """openssl s_server asks for P-384 by HelloRetryRequest; the router drops the second ClientHello and its
    repetitions."""
    lab.serve(s_server(lab.pki, "-tls1_3", "-groups", "P-384"))
    lab.nft("ip saddr 192.0.2.10 tcp dport 443 ct original packets > 4 ip length > 200 drop")
    lab.run(s_client(lab.pki, "-tls1_3", "-groups", "X25519:P-384"), stdin=REQUEST, timeout=15)


@capture("handshake_protocol_error", standin=True)
def _(lab):
    """A ClientHello of OpenSSL in which one extension stands twice (peers/odd_client.py) to openssl s_server:
    alert 47."""
    lab.serve(s_server(lab.pki))
    lab.run(peer("odd_client", "198.51.100.20", "443", "duplicate"))


@capture("handshake_protocol_error.unoffered_suite", standin=True)
def _(lab):
    """A server that chooses a suite the client did not offer (peers/raw_server.py): openssl s_client sends
    alert 47."""
    lab.serve(peer("raw_server", "unoffered-suite"))
    lab.run(s_client(lab.pki, "-tls1_2"), stdin=REQUEST)


@capture("encrypted_alert.twice", standin=True)
def _(lab):
    """A client that sends its TLS 1.3 ClientHello twice at once (peers/odd_client.py) to openssl s_server: behind its flight the
    server sends alert 10, which is encrypted, and closes."""
    lab.serve(s_server(lab.pki))
    lab.run(peer("odd_client", SERVER, 443, "twice-13"))


@capture("handshake_protocol_error.early_data", standin=True)
def _(lab):
    """A box on the path (peers/meddler.py) puts a record of data in front of the ChangeCipherSpec of openssl s_server
    (TLS 1.2): s_client, gnutls-cli and Go refuse it by an alert, which is encrypted."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    meddle(lab, "early-data")
    lab.run(s_client(lab.pki), stdin=REQUEST)
    lab.run(gnutls_cli(lab.pki), stdin=REQUEST)
    lab.run(go_client(lab.pki))


@capture("handshake_protocol_error.twice", standin=True)
def _(lab):
    """A client that sends its ClientHello twice at once (peers/odd_client.py) to openssl s_server (TLS 1.2): behind its
    flight the server sends alert 70, about the version of the second one's record."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    lab.run(peer("odd_client", SERVER, 443, "twice"))


@capture("group_mismatch.chosen")
def _(lab):
    """JSSE goes on with x25519 though `openssl s_client -groups brainpoolP512r1` does not offer it: alert 47."""
    lab.serve(java(lab.pki, "server", "protocols=TLSv1.2"))
    lab.run(s_client(lab.pki, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256", "-groups", "brainpoolP512r1"),
            stdin=REQUEST)


@capture("legacy_renegotiation_rejected")
def _(lab):
    """gnutls-serv with TLS 1.2 and %DISABLE_SAFE_RENEGOTIATION; openssl s_client sends alert 40 after its
    ServerHello."""
    lab.serve(gnutls_serv(lab.pki, "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2:%DISABLE_SAFE_RENEGOTIATION"))
    lab.run(s_client(lab.pki, "-tls1_2"), stdin=REQUEST)


@capture("extended_master_secret_required")
def _(lab):
    """JSSE with -Djdk.tls.allowLegacyMasterSecret=false and Go 1.19, which has no extended master secret, in
    TLS 1.2."""
    lab.serve(go_server(lab.pki, "-max", "1.2"))
    lab.run(
        java(
            lab.pki,
            "client",
            "protocols=TLSv1.2",
            leaf=None,
            properties=["jdk.tls.allowLegacyMasterSecret=false"],
        )
    )


@capture("http2_inadequate_cipher")
def _(lab):
    """Go net/http with HTTP/2; curl --http2 offers only ECDHE-RSA-AES128-SHA, so that h2 is chosen with a
    suite on HTTP/2's black list: the server sends GOAWAY and closes."""
    lab.serve(go_server(lab.pki, "-alpn", "h2,http/1.1", "-max", "1.2"))
    lab.run(
        [
            "curl",
            "-sS",
            "--http2",
            "--cacert",
            lab.pki["root.crt"],
            "--tls-max",
            "1.2",
            "--ciphers",
            "ECDHE-RSA-AES128-SHA",
            "https://www.example.com/",
        ]
    )


@capture("psk_unknown.other_key")
def _(lab):
    """`openssl s_server -psk` and `s_client -psk` with another key: alert 20 after the client's Finished in TLS 1.2,
    alert 47 at the binder of the ClientHello in TLS 1.3; with the right key it works."""
    lab.serve(["openssl", "s_server", "-accept", 443, "-nocert", "-psk", "aabbccdd", "-www", "-quiet"])
    for options in (("11223344", "-tls1_2"), ("11223344", "-tls1_3"), ("aabbccdd",)):
        lab.run(["openssl", "s_client", "-connect", f"{SERVER}:443", "-quiet", "-psk", *options], stdin=REQUEST, timeout=4)


@capture("psk_unknown.rsa_psk")
def _(lab):
    """stunnel and `openssl s_client`, RSA_PSK (a certificate beside the key): an identity that stunnel does not know
    (alert 115), then another key (alert 20)."""
    (lab.dir / "psk.txt").write_text("known:0123456789abcdef0123456789abcdef\n")
    (lab.dir / "stunnel.conf").write_text(
        f"foreground = yes\npid =\n[psk]\naccept = 443\nconnect = 198.51.100.20:80\ncert = {lab.pki['www.pem']}\n"
        f"key = {lab.pki['www.key']}\nsslVersionMax = TLSv1.2\nciphers = kRSAPSK\nPSKsecrets = {lab.dir}/psk.txt\n"
    )
    lab.serve(["stunnel4", lab.dir / "stunnel.conf"])
    for identity, key in (("stranger", "0123"), ("known", "ff23")):
        options = ("-tls1_2", "-cipher", "kRSAPSK", "-psk_identity", identity, "-psk", key + "456789abcdef0123456789abcdef")
        lab.run(s_client(lab.pki, *options), stdin=REQUEST, timeout=4)


@capture("group_mismatch.jsse10")
def _(lab):
    """Java (JSSE) with `jdk.tls.namedGroups=secp384r1` and NSS's `tstclnt -I x25519`, TLS 1.3: alert 10 ("No common
    named group")."""
    lab.serve(java(lab.pki, "server", properties=("jdk.tls.namedGroups=secp384r1",)))
    lab.run(tstclnt(lab.pki, "-I", "x25519"), stdin=REQUEST)


@capture("signature_algorithm_mismatch.rsa_only")
def _(lab):
    """Go with an ECDSA certificate; `s_client -sigalgs RSA-PSS+SHA256:RSA+SHA256`; TLS 1.3: alert 40."""
    lab.serve(go_server(lab.pki, leaf="www_ec"))
    lab.run(s_client(lab.pki, "-sigalgs", "RSA-PSS+SHA256:RSA+SHA256"), stdin=REQUEST)


@capture("psk_unknown.no_key")
def _(lab):
    """`openssl s_server -nocert` without a key; s_client with one, which offers the suites for it among all others,
    and (TLS 1.2) nothing but these: alert 40."""
    lab.serve(["openssl", "s_server", "-accept", 443, "-nocert", "-tls1_2", "-www", "-quiet"])
    for options in ((), ("-tls1_2", "-cipher", "PSK")):
        lab.run(["openssl", "s_client", "-connect", f"{SERVER}:443", "-quiet", "-psk", "aabbccdd", *options], timeout=4)


@capture("psk_unknown")
def _(lab):
    """stunnel with PSKsecrets that do not know the identity of `openssl s_client -psk_identity stranger` (TLS
    1.2): 115."""
    (lab.dir / "psk.txt").write_text("known:0123456789abcdef0123456789abcdef\n")
    (lab.dir / "stunnel.conf").write_text(
        f"foreground = yes\npid =\n[psk]\naccept = 443\nconnect = 198.51.100.20:80\n"
        f"sslVersionMax = TLSv1.2\nciphers = PSK\nPSKsecrets = {lab.dir}/psk.txt\n"
    )
    lab.serve(["stunnel4", lab.dir / "stunnel.conf"])
    lab.run(
        [
            "openssl",
            "s_client",
            "-connect",
            "198.51.100.20:443",
            "-tls1_2",
            "-cipher",
            "PSK",
            "-psk_identity",
            "stranger",
            "-psk",
            "0123456789abcdef0123456789abcdef",
            "-quiet",
        ]
    )


@capture("session_resumption_failed")
def _(lab):
    """openssl s_server (TLS 1.2): a full handshake with extended master secret; s_client resumes it without
    (a configuration of OpenSSL 3), which the server refuses (RFC 7627 section 5.3); the next full handshake
    works."""
    lab.serve(s_server(lab.pki, "-tls1_2"))
    config = lab.dir / "noems.cnf"
    config.write_text(
        "openssl_conf=o\n[o]\nssl_conf=s\n[s]\nsystem_default=d\n[d]\nOptions=-ExtendedMasterSecret\n"
    )
    session = lab.dir / "session.pem"
    lab.run(s_client(lab.pki, "-tls1_2", "-sess_out", session), stdin=REQUEST)
    lab.run(
        s_client(lab.pki, "-tls1_2", "-sess_in", session), stdin=REQUEST, env={"OPENSSL_CONF": str(config)}
    )
    lab.run(s_client(lab.pki, "-tls1_2"), stdin=REQUEST, env={"OPENSSL_CONF": str(config)})


@capture("ech_rejected")
def _(lab):
    """NSS tstclnt with an ECHConfig (public name www.example.com) that the server does not know; openssl
    s_server (TLS 1.3, keys embedded) has no ECH, so that the outer hello counts: the client sends Finished
    and then ech_required (121). Without keys nothing tells this from a normal close."""
    log = lab.dir / "keys.txt"
    key = lab.dir / "ech.key"
    lab.start(["openssl", "genpkey", "-algorithm", "X25519", "-out", key]).wait()
    public = lab.dir / "ech.pub"
    lab.start(["openssl", "pkey", "-in", key, "-pubout", "-outform", "DER", "-out", public]).wait()
    name = b"www.example.com"
    config = (
        b"\x01\x00\x20\x00\x20"
        + public.read_bytes()[-32:]
        + b"\x00\x04\x00\x01\x00\x01\x40"
        + bytes([len(name)])
        + name
        + b"\x00\x00"
    )
    entry = b"\xfe\x0d" + struct.pack(">H", len(config)) + config
    encoded = base64.b64encode(struct.pack(">H", len(entry)) + entry).decode()
    lab.serve(s_server(lab.pki, "-tls1_3", "-keylogfile", log))
    lab.keylog(log)
    lab.run(
        tstclnt(lab.pki, "-V", "tls1.3:tls1.3", "-o", "-N", encoded, name="www2.example.com"),
        stdin=REQUEST,
        timeout=4,
    )


@capture("client_local_failure")
def _(lab):
    """`openssl s_client -tls1_2` with an ECDSA suite and RSA signatures only cannot build a ClientHello and
    sends alert 80 first."""
    lab.serve(s_server(lab.pki))
    lab.run(
        s_client(lab.pki, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256", "-sigalgs", "RSA+SHA256"),
        stdin=REQUEST,
    )


@capture("sni_unrecognized.warning")
def _(lab):
    """openssl s_server (TLS 1.2) with a second certificate for db.example.com (-servername, -cert2) warns a client that
    asks for www.example.com (alert 112): Java gives up at it, curl goes on."""
    second = ["-servername", "db.example.com", "-cert2", lab.pki["services.pem"], "-key2", lab.pki["services.key"]]
    lab.serve(s_server(lab.pki, "-tls1_2", *second))
    lab.run(java(lab.pki, "client", leaf=None))
    lab.run(curl(lab.pki))
