"""Scenarios 1 and 2: the server cannot use its certificate, or the certificate's key."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from ..programs import REQUEST, curl, go_client, go_server, java, s_client
from ..registry import capture
from .connection import nginx
from .listener import httpsys


def by_name(lab, with_key):
    """by_name(lab, ...) runs nginx, which chooses certificate and key by the client's name and so reads them at the handshake,
    with workers that are not root; then curl, and s_client with TLS 1.2. `with_key`: a key is there, for root alone."""
    with tempfile.TemporaryDirectory() as temp:
        folder = Path(temp)
        folder.chmod(0o755)
        shutil.copy(lab.pki["www.pem"], folder / "www.example.com.pem")
        (folder / "www.example.com.pem").chmod(0o644)
        if with_key:
            shutil.copy(lab.pki["www.key"], folder / "www.example.com.key")
            (folder / "www.example.com.key").chmod(0o600)
        nginx(
            lab,
            f"server {{ listen 443 ssl; ssl_certificate {folder}/$ssl_server_name.pem; "
            f"ssl_certificate_key {folder}/$ssl_server_name.key; location / {{ return 200 'hello\\n'; }} }}",
        )
        lab.run(curl(lab.pki))
        lab.run(s_client(lab.pki, "-tls1_2"), stdin=REQUEST)


@capture("private_key_missing")
def _(lab):
    """nginx chooses key files by name (`ssl_certificate_key .../$ssl_server_name.key`), and there is none for this name: alert
    internal_error to curl, and to s_client with TLS 1.2."""
    by_name(lab, with_key=False)


@capture("private_key_inaccessible")
def _(lab):
    """As private_key_missing, but the key is there, and nginx's workers may not read it."""
    by_name(lab, with_key=True)


@capture("private_key_inaccessible.go")
def _(lab):
    """A Go server whose key is in a token that is gone. In TLS 1.3 the alert stands, encrypted, where the
    CertificateVerify should; in TLS 1.2 alert 40 follows the Certificate."""
    lab.serve(go_server(lab.pki, "-lostkey"))
    lab.run(s_client(lab.pki, "-tls1_3"), stdin=REQUEST)
    lab.run(s_client(lab.pki, "-tls1_2"), stdin=REQUEST)


@capture("private_key_unsuitable", standin=True)
def _(lab):
    """The server resets after every ClientHello, as HTTP.sys whose key is with a provider that Schannel cannot use. curl, and
    s_client with TLS 1.2."""
    httpsys(lab, "--default", "rst")
    lab.run(curl(lab.pki))
    lab.run(s_client(lab.pki, "-tls1_2"), stdin=REQUEST)


@capture("encrypted_alert.java_dsa")
def _(lab):
    """JSSE (TLS 1.3) with a key store whose only key is DSA, as keytool once made it: a ServerHello, EncryptedExtensions and
    an encrypted alert. curl."""
    subprocess.run(
        ["keytool", "-genkeypair", "-alias", "www", "-keyalg", "DSA", "-keysize", "2048", "-dname", "CN=www.example.com",
         "-storetype", "PKCS12", "-keystore", lab.pki["dsa.p12"], "-storepass", "changeit"],
        check=True,
    )
    lab.serve(java(lab.pki, "server", leaf="dsa"))
    lab.run(curl(lab.pki))


@capture("server_certificate_missing", standin=True)
def _(lab):
    """The server closes after every ClientHello, as a domain controller without a certificate for LDAPS. ldapsearch (GnuTLS),
    and s_client."""
    httpsys(lab, "--port", "636", "--default", "fin", port=636)
    lab.run(["ldapsearch", "-x", "-H", "ldaps://ldap.example.com", "-b", "dc=example,dc=com"])
    lab.run(s_client(lab.pki, name="ldap.example.com", port=636), stdin=REQUEST)


@capture("server_closed_after_client_hello.fin_not_captured", standin=True)
def _(lab):
    """As server_certificate_missing, and the capture lacks the server's FINs (tshark): the client's next segments
    acknowledge them, so that it was the server who closed."""
    httpsys(lab, "--port", "636", "--default", "fin", port=636)
    lab.run(["ldapsearch", "-x", "-H", "ldaps://ldap.example.com", "-b", "dc=example,dc=com"])
    lab.run(s_client(lab.pki, name="ldap.example.com", port=636), stdin=REQUEST)
    lab.edit("tshark", "-r", "IN", "-w", "OUT", "!(tcp.flags.fin == 1 && tcp.srcport == 636)")


@capture("server_certificate_missing.java")
def _(lab):
    """Java's HttpsServer with a key store that holds a certificate and no key (peers/java/Keyless.java), TLS 1.3: it closes
    behind its EncryptedExtensions, without an alert. curl and Go."""
    lab.serve(["java", Path(__file__).parent.parent / "peers/java/Keyless.java", lab.pki["www.pem"], "443"])
    lab.run(curl(lab.pki))
    lab.run(go_client(lab.pki))
