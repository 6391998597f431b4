"""One direction alone, as a mirror port or one of two asymmetric routes shows it: a readable alert tells."""

from ..lab import CLIENT, SERVER
from ..programs import REQUEST, curl, go_client, gnutls_serv, s_client, s_server
from ..registry import capture
from .client_certificates import apache_tls
from .connection import https_block, nginx
from .healthy import haproxy

FROM_CLIENT, FROM_SERVER = f"src host {CLIENT}", f"src host {SERVER}"


@capture("cipher_mismatch.one_way")
def _(lab):
    """gnutls-serv with AES-256-CBC alone and curl that offers ChaCha20 (TLS 1.2): alert 40. The capture filter lets
    only the server's packets through."""
    lab.capture_at(capture_filter=FROM_SERVER)
    lab.serve(gnutls_serv(lab.pki, "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-256-CBC"))
    lab.run(curl(lab.pki, "--tls-max", "1.2", "--ciphers", "ECDHE-RSA-CHACHA20-POLY1305"))


@capture("client_certificate_required.one_way")
def _(lab):
    """Apache (TLS 1.2, SSLVerifyClient require); curl without a client certificate: alert 40. The capture filter
    lets only the server's packets through, with the CertificateRequest."""
    lab.capture_at(capture_filter=FROM_SERVER)
    apache_tls(lab, "SSLProtocol TLSv1.2\nSSLVerifyClient require\n")
    lab.run(curl(lab.pki))


@capture("certificate_untrusted_root.one_way")
def _(lab):
    """openssl s_server with a certificate of another root; s_client (TLS 1.3) sends alert 48 in plaintext. The
    capture filter lets only the client's packets through."""
    lab.capture_at(capture_filter=FROM_CLIENT)
    lab.serve(s_server(lab.pki, leaf="untrusted"))
    lab.run(s_client(lab.pki), stdin=REQUEST)


@capture("certificate_rejected.one_way")
def _(lab):
    """openssl s_server (TLS 1.2) with a certificate of another root; a Go client sends alert 42. The capture filter
    lets only the client's packets through."""
    lab.capture_at(capture_filter=FROM_CLIENT)
    lab.serve(s_server(lab.pki, "-tls1_2", leaf="untrusted"))
    lab.run(go_client(lab.pki))


@capture("ok_haproxy_check.one_way")
def _(lab):
    """As ok_haproxy_check, without curl; the capture filter lets only the server's packets through: an alert for a client
    of which the acknowledgments say that it sent 126 bytes, as the check has."""
    lab.capture_at(capture_filter=FROM_SERVER)
    nginx(lab, https_block(lab))
    lab.capture()
    check = f"listen l\n mode tcp\n bind :8443\n option ssl-hello-chk\n server s {SERVER}:443 check inter 400ms\n"
    haproxy(lab, check, port=8443, where="client")
    lab.run(["sleep", "1"])
