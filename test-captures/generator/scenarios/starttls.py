"""TLS that begins inside another protocol: STARTTLS of several protocols, HTTP CONNECT."""

import os
import pwd
import shutil
import signal

from ..programs import PYTHON, curl, peer, s_client
from ..registry import capture
from .connection import aiosmtpd, apache, https_block, nginx

PROXY = "ProxyRequests On\nAllowCONNECT 443\nProxyVia Off\n"


@capture("ok_starttls_smtp")
def _(lab):
    """aiosmtpd and `openssl s_client -starttls smtp`: EHLO, STARTTLS, TLS, EHLO, QUIT."""
    aiosmtpd(lab)
    lab.run(
        s_client(lab.pki, "-starttls", "smtp", port=587, name="mail.example.com"),
        stdin=b"EHLO client.example.com\r\nQUIT\r\n",
        timeout=3,
    )


@capture("ok_starttls_pieces")
def _(lab):
    """Healthy: aiosmtpd behind a relay that hands on what it gets in pieces, at port 587 byte by byte, at port 1587 by ten
    (peers/pieces.py); Python's smtplib."""
    aiosmtpd(lab, port=2587)
    script = "import smtplib, sys; s = smtplib.SMTP('mail.example.com', int(sys.argv[1])); s.starttls(); s.quit()"
    for port, size in ((587, 1), (1587, 10)):
        lab.serve(peer("pieces", port, 2587, size), port=port)
        lab.run([PYTHON, "-c", script, port])


def dovecot(lab, ssl="yes", extra=""):
    """dovecot(lab) starts Dovecot's IMAP with STARTTLS and no users; `ssl` is its setting of that name."""
    text = f"""base_dir = {lab.dir}/dovecot
state_dir = {lab.dir}/dovecot
log_path = /dev/stderr
protocols = imap
ssl = {ssl}
ssl_cert = <{lab.pki['services.pem']}
ssl_key = <{lab.pki['services.key']}
ssl_cipher_list = ECDHE-RSA-AES256-GCM-SHA384
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 143
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password=none
}}
{extra}"""
    (lab.dir / "dovecot.conf").write_text(text)
    lab.serve(["dovecot", "-F", "-c", lab.dir / "dovecot.conf"], port=143)


@capture("certificate_name_mismatch.curl_imap")
def _(lab):
    """Dovecot (TLS 1.3) with a certificate for other names; `curl imap://` looks at the name when the handshake is complete,
    and leaves without a word."""
    dovecot(lab, extra="service imap-login {\n  inet_listener imaps {\n    port = 993\n    ssl = yes\n  }\n}\n")
    for scheme in ("imap", "imaps"):
        options = ["--ssl-reqd", "--cacert", lab.pki["root.crt"], "-u", "user:none"]
        lab.run(["curl", "-sS", *options, f"{scheme}://www.example.com/"])


@capture("ok_health_check")
def _(lab):
    """Dovecot and a health check with Node.js (TLS 1.3): it waits 0.3 s for the greeting and leaves without a word."""
    dovecot(lab, extra="service imap-login {\n  inet_listener imaps {\n    port = 993\n    ssl = yes\n  }\n}\n")
    script = (
        "const fs = require('fs'), tls = require('tls'); const s = tls.connect({host: 'mail.example.com', port: 993, "
        f"servername: 'mail.example.com', ca: fs.readFileSync('{lab.pki['root.crt']}')}}, "
        "() => setTimeout(() => s.end(), 300));"
    )
    lab.run(["node", "-e", script])


@capture("ok_starttls_imap")
def _(lab):
    """Dovecot and `openssl s_client -starttls imap`: banner, CAPABILITY, STARTTLS, TLS, LOGOUT."""
    dovecot(lab)
    lab.run(
        s_client(lab.pki, "-starttls", "imap", port=143, name="mail.example.com"),
        stdin=b"a LOGOUT\r\n",
        timeout=3,
    )


@capture("cipher_mismatch.starttls_imap")
def _(lab):
    """Dovecot with ECDHE-RSA-AES256-GCM-SHA384 only and `s_client -starttls imap -tls1_2 -cipher
    AES128-SHA256`: it closes without an alert."""
    dovecot(lab)
    lab.run(
        s_client(
            lab.pki,
            "-starttls",
            "imap",
            "-tls1_2",
            "-cipher",
            "AES128-SHA256",
            port=143,
            name="mail.example.com",
        ),
        timeout=3,
    )


@capture("certificate_untrusted_root.starttls_smtp")
def _(lab):
    """aiosmtpd and `openssl s_client -starttls smtp -tls1_2` that trusts another root: alert 48."""
    aiosmtpd(lab)
    lab.run(
        s_client(
            lab.pki, "-starttls", "smtp", "-tls1_2", port=587, name="mail.example.com", ca="otherroot.crt"
        ),
        timeout=3,
    )


def slapd(lab, tls=True, settings="", implicit=False):
    """slapd(lab) starts OpenLDAP with an empty directory, TLS unless told otherwise, and more settings; `implicit`: on
    port 636, too."""
    files = f"TLSCertificateFile {lab.pki['services.pem']}\nTLSCertificateKeyFile {lab.pki['services.key']}\n"
    config = f"""include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_ldif
pidfile {lab.dir}/slapd.pid
{files if tls else ""}{settings}database ldif
directory {lab.dir}/ldap
suffix "dc=example,dc=com"
"""
    (lab.dir / "ldap").mkdir()
    (lab.dir / "slapd.conf").write_text(config)
    places = "ldap://0.0.0.0:389/" + (" ldaps://0.0.0.0:636/" if implicit else "")
    lab.serve(["slapd", "-d", "0", "-f", lab.dir / "slapd.conf", "-h", places], port=389)


@capture("ok_starttls_ldap")
def _(lab):
    """OpenLDAP slapd and `ldapsearch -ZZ`: StartTLS extended operation, TLS, search."""
    slapd(lab)
    lab.run(
        ["ldapsearch", "-x", "-ZZ", "-H", "ldap://ldap.example.com", "-b", "dc=example,dc=com"],
        env={"LDAPTLS_CACERT": lab.pki["root.crt"]},
    )


@capture("non_tls_client.starttls")
def _(lab):
    """OpenLDAP slapd; `ldapsearch -ZZ` asks for StartTLS on port 636, where TLS begins with the first byte, then comes as
    ldaps:// does."""
    slapd(lab, implicit=True)
    for options in (["-ZZ", "-H", "ldap://ldap.example.com:636"], ["-H", "ldaps://ldap.example.com"]):
        lab.run(
            ["ldapsearch", "-x", *options, "-b", "dc=example,dc=com"],
            env={"LDAPTLS_CACERT": lab.pki["root.crt"]},
        )


def postgres(lab, *options):
    """postgres(lab, setting...) starts PostgreSQL with these settings; returns the folders of its programs and of its data."""
    user = pwd.getpwnam("postgres")
    home = lab.dir / "postgres"
    data = home / "data"
    home.mkdir()
    binaries = next(
        path for path in ("/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/17/bin") if os.path.isdir(path)
    )
    drop = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    for path in (lab.dir.parent, lab.dir):
        path.chmod(0o755)
    shutil.chown(home, "postgres")
    lab.start(
        [
            *drop,
            f"{binaries}/initdb",
            "-D",
            data,
            "-A",
            "scram-sha-256",
            "--no-sync",
            "--pwfile",
            "/proc/self/cmdline",
        ]
    ).wait()
    for name in ("pem", "key"):
        shutil.copy(lab.pki[f"services.{name}"], data / f"server.{name}")
        shutil.chown(data / f"server.{name}", "postgres")
        (data / f"server.{name}").chmod(0o600)
    settings = ["listen_addresses=*", *options]
    lab.serve(
        [
            *drop, f"{binaries}/postgres", "-D", data, "-k", home,
            *(part for setting in settings for part in ("-c", setting)),
        ],
        port=5432,
    )
    return binaries, data


def psql_at_hostssl(lab, mode):
    """psql_at_hostssl(lab, mode) asks a PostgreSQL that takes TLS alone (hostssl in pg_hba.conf) with this sslmode."""
    binaries, data = postgres(lab, "ssl=on", "ssl_cert_file=server.pem", "ssl_key_file=server.key")
    (data / "pg_hba.conf").write_text("hostssl all all all scram-sha-256\n")
    lab.run([f"{binaries}/psql", "-w", f"host=db.example.com sslmode={mode} user=postgres"])


@capture("client_local_failure.starttls")
def _(lab):
    """PostgreSQL and psql sslmode=verify-full, whose file of CAs (sslrootcert) does not exist: SSLRequest, S, and psql
    closes."""
    psql_at_hostssl(lab, "verify-full sslrootcert=/nonexistent/root.crt")


@capture("ok_starttls_postgres")
def _(lab):
    """PostgreSQL and psql sslmode=require: SSLRequest, S, TLS, authentication refused inside."""
    psql_at_hostssl(lab, "require")


@capture("starttls_refused")
def _(lab):
    """PostgreSQL without TLS answers N: psql sslmode=require gives up, with sslmode=prefer it goes on without
    TLS. Then OpenLDAP slapd without a certificate and `ldapsearch -ZZ`: StartTLS is refused, unbind."""
    binaries, _ = postgres(lab, "ssl=off")
    for mode in ("require", "prefer"):
        lab.run([f"{binaries}/psql", "-w", f"host=db.example.com sslmode={mode} user=postgres"])
    slapd(lab, tls=False)
    lab.run(["ldapsearch", "-x", "-ZZ", "-H", "ldap://ldap.example.com", "-b", "dc=example,dc=com"])


SMTP = "import smtplib\nwith smtplib.SMTP('mail.example.com', 587) as c:\n "
IMAP = "import imaplib\nwith imaplib.IMAP4('mail.example.com') as c:\n "


@capture("starttls_refused.list")
def _(lab):
    """Dovecot with `ssl = no` does not list STARTTLS: curl --ssl-reqd and Python's imaplib ask for the list and leave. Then
    imaplib logs in without TLS, and a client reads the greeting and says LOGOUT."""
    dovecot(lab, ssl="no", extra="disable_plaintext_auth = no\n")
    lab.run(["curl", "-sS", "--ssl-reqd", "-u", "user:none", "imap://mail.example.com/"])
    lab.run([PYTHON, "-c", IMAP + "c.starttls()"])
    lab.run([PYTHON, "-c", IMAP + "c.login('user', 'none')"])
    greeting = "s.recv(999); s.sendall(b'a1 LOGOUT\\r\\n'); s.recv(999)"
    lab.run([PYTHON, "-c", f"import socket\ns = socket.create_connection(('mail.example.com', 143)); {greeting}"])


@capture("starttls_refused.list_changed")
def _(lab):
    """aiosmtpd with STARTTLS and Python's smtplib; then aiosmtpd without a certificate, and smtplib, which says QUIT when
    STARTTLS is not listed."""
    server = aiosmtpd(lab)
    lab.run([PYTHON, "-c", SMTP + "c.starttls()"])
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    aiosmtpd(lab, tls=False)
    lab.run([PYTHON, "-c", SMTP + "c.starttls()"])


@capture("starttls_refused.masked", standin=True)
def _(lab):
    """A box on the path (peers/meddler.py mask-starttls) writes XXXXXXXA for STARTTLS, as inspection of ESMTP by Cisco's
    firewalls does; aiosmtpd with STARTTLS. curl --ssl-reqd and Python's smtplib leave, `openssl s_client -starttls smtp`
    asks all the same. Then smtplib sends a mail without TLS."""
    aiosmtpd(lab)
    lab.serve(peer("meddler", "mask-starttls", "--listen", "8587", "--to", "198.51.100.20:587"), port=8587,
              where="router")
    lab.redirect(587, 8587)
    mail = ["--mail-from", "a@example.com", "--mail-rcpt", "b@example.com", "-T", "/etc/hostname"]
    lab.run(["curl", "-sS", "--ssl-reqd", "smtp://mail.example.com:587", *mail])
    lab.run([PYTHON, "-c", SMTP + "c.starttls()"])
    lab.run(s_client(lab.pki, "-starttls", "smtp", port=587, name="mail.example.com"), timeout=3)
    lab.run([PYTHON, "-c", SMTP + "c.ehlo(); c.sendmail('a@example.com', 'b@example.com', 'hello')"])


@capture("starttls_refused.client_hello")
def _(lab):
    """aiosmtpd without a certificate answers STARTTLS with 454; `openssl s_client -starttls smtp` sends its ClientHello all
    the same, and gets "500 command not recognized"."""
    aiosmtpd(lab, tls=False)
    lab.run(s_client(lab.pki, "-starttls", "smtp", port=587, name="mail.example.com"), timeout=3)


@capture("starttls_required")
def _(lab):
    """vsftpd, aiosmtpd, Dovecot (ssl=required) and OpenLDAP slapd (security tls=1) demand TLS of clients that do not ask for
    it: `curl ftp://`, swaks, Python's imaplib (LOGIN), `ldapsearch -x`. Each server says so, and the client leaves."""
    vsftpd(lab)
    lab.run(["curl", "-sS", "ftp://ftp.example.com/"])
    aiosmtpd(lab)
    mail = ["--from", "a@example.com", "--to", "b@example.com", "--helo", "client.example.com"]
    lab.run(["swaks", "--server", "mail.example.com:587", *mail])
    dovecot(lab, ssl="required")
    login = "import imaplib; imaplib.IMAP4('mail.example.com').login('user', 'none')"
    lab.run([PYTHON, "-c", login])
    slapd(lab, settings="security tls=1\n")
    lab.run(["ldapsearch", "-x", "-H", "ldap://ldap.example.com", "-b", "dc=example,dc=com"])


@capture("starttls_required.postgres")
def _(lab):
    """PostgreSQL with hostssl alone in pg_hba.conf, and psql sslmode=disable: FATAL, no pg_hba.conf entry."""
    psql_at_hostssl(lab, "disable")


@capture("ok_starttls_after_demand")
def _(lab):
    """aiosmtpd and Python's smtplib: MAIL is answered with 530, then the client says STARTTLS and sends its mail."""
    aiosmtpd(lab)
    steps = "c.ehlo(); c.mail('a@example.com'); c.starttls(); c.sendmail('a@example.com', 'b@example.com', 'hello')"
    lab.run([PYTHON, "-c", f"import smtplib\nwith smtplib.SMTP('mail.example.com', 587) as c:\n {steps}"])


@capture("ok_starttls_not_offered")
def _(lab):
    """aiosmtpd without a certificate does not list STARTTLS: curl --ssl-reqd closes, Python's smtplib says QUIT. Then smtplib
    sends a mail without TLS."""
    aiosmtpd(lab, tls=False)
    mail = ["--mail-from", "a@example.com", "--mail-rcpt", "b@example.com", "-T", "/etc/hostname"]
    lab.run(["curl", "-sS", "--ssl-reqd", "smtp://mail.example.com:587", *mail])
    connect = "import smtplib\nwith smtplib.SMTP('mail.example.com', 587) as c:\n "
    lab.run([PYTHON, "-c", connect + "c.starttls()"])
    lab.run([PYTHON, "-c", connect + "c.ehlo(); c.sendmail('a@example.com', 'b@example.com', 'hello')"])


STREAM = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='example.com' version='1.0'>"


@capture("ok_starttls_wanted")
def _(lab):
    """Dovecot (ssl = required) and Prosody (c2s_require_encryption) take no login without STARTTLS, as LOGINDISABLED and
    <required/> say. curl and a small program for XMPP, neither told to use TLS, close without trying."""
    dovecot(lab, ssl="required")
    lab.run(["curl", "-sS", "imap://someone:secret@mail.example.com:143/"])
    (lab.dir / "prosody.cfg.lua").write_text(
        f"""daemonize = false
run_as_root = true
pidfile = "{lab.dir}/prosody.pid"
data_path = "{lab.dir}"
modules_enabled = {{ "tls", "saslauth" }}
modules_disabled = {{ "s2s" }}
c2s_require_encryption = true
log = {{ {{ levels = {{ min = "error" }}, to = "console" }} }}
VirtualHost "example.com"
    ssl = {{ certificate = "{lab.pki['services.pem']}", key = "{lab.pki['services.key']}" }}
"""
    )
    lab.serve(["prosody", "--config", lab.dir / "prosody.cfg.lua"], port=5222)
    lab.run([PYTHON, "-c", f"""import socket
s = socket.create_connection(("mail.example.com", 5222))
s.sendall(b"<?xml version='1.0'?>{STREAM}")
while b"</stream:features>" not in s.recv(4096):
    pass
s.sendall(b"</stream:stream>")
s.recv(4096)"""])


def vsftpd(lab, root="/srv"):
    """vsftpd(lab, root) starts vsftpd with anonymous logins over TLS only."""
    (lab.dir / "vsftpd.conf").write_text(
        f"""listen=YES
background=NO
anonymous_enable=YES
anon_root={root}
ssl_enable=YES
allow_anon_ssl=YES
force_anon_data_ssl=YES
force_anon_logins_ssl=YES
require_ssl_reuse=NO
secure_chroot_dir=/run
seccomp_sandbox=NO
rsa_cert_file={lab.pki['services.pem']}
rsa_private_key_file={lab.pki['services.key']}
"""
    )
    lab.serve(["vsftpd", lab.dir / "vsftpd.conf"], port=21)


@capture("ok_ftps_data")
def _(lab):
    """vsftpd, which asks for client certificates, and two lists by Python's ftplib (TLS 1.3): one of a folder with a file,
    one of an empty folder. The data connections end with a goodbye of the server right behind the handshake."""
    for name in ("full", "empty"):
        (lab.dir / "files" / name).mkdir(parents=True)
    (lab.dir / "files" / "full" / "readme.txt").touch()
    for path in (lab.dir.parent, lab.dir, lab.dir / "files"):
        path.chmod(0o755)
    vsftpd(lab, lab.dir / "files")
    for name in ("full", "empty"):
        script = (
            f"import ftplib, ssl; context = ssl.create_default_context(cafile='{lab.pki['root.crt']}'); "
            "ftp = ftplib.FTP_TLS('ftp.example.com', context=context); ftp.login(); ftp.prot_p(); "
            f"ftp.retrlines('LIST {name}'); ftp.quit()"
        )
        lab.run([PYTHON, "-c", script])


@capture("certificate_rejected.lftp")
def _(lab):
    """vsftpd (TLS 1.3) and lftp (GnuTLS), which trusts another root: its Finished, a command that had been waiting, its
    goodbye and its FIN leave in one segment. Then lftp with the right root, which works."""
    vsftpd(lab, lab.dir)
    for ca in ("otherroot.crt", "root.crt"):
        options = f"set ssl:ca-file {lab.pki[ca]}; set net:max-retries 1; set ftp:ssl-allow-anonymous yes; "
        lab.run(["lftp", "-c", options + "open ftp://ftp.example.com; ls; bye"], timeout=6)


def mariadb(lab, *options):
    """mariadb(lab, option...) starts MariaDB without users on port 3306 and returns its process."""
    data = lab.dir / "mariadb"
    data.mkdir(exist_ok=True)
    return lab.serve(
        ["mariadbd", "--no-defaults", f"--datadir={data}", "--skip-grant-tables", "--user=root", "--innodb=OFF",
         "--default-storage-engine=MyISAM", f"--socket={data}/socket", "--port=3306", "--bind-address=0.0.0.0",
         "--skip-name-resolve", *options],
        port=3306,
    )


def mariadb_tls(lab):
    """mariadb_tls(lab) are the options that give it the certificate of the services."""
    return [f"--ssl-cert={lab.pki['services.pem']}", f"--ssl-key={lab.pki['services.key']}",
            f"--ssl-ca={lab.pki['root.crt']}"]


@capture("certificate_name_mismatch.mariadb")
def _(lab):
    """MariaDB (TLS 1.3) with a certificate for other names; its own client, which sends no SNI, shows an empty certificate,
    finishes and resets in place of the login. Then the same with a name that the certificate has."""
    mariadb(lab, *mariadb_tls(lab))
    for name in ("www.example.com", "db.example.com"):
        lab.run(["mariadb", "--no-defaults", "-h", name, f"--ssl-ca={lab.pki['root.crt']}", "--ssl-verify-server-cert",
                 "-e", "select 1"], timeout=6)


@capture("starttls_refused.mariadb")
def _(lab):
    """MariaDB with a certificate serves its client with `--ssl`; then without TLS: no CLIENT_SSL in its greeting, and the
    client closes at once. Last a client without TLS is served."""
    client = ["mariadb", "--no-defaults", "-h", "db.example.com", f"--ssl-ca={lab.pki['root.crt']}", "-e", "select 1"]
    server = mariadb(lab, *mariadb_tls(lab))
    lab.run([*client, "--ssl-verify-server-cert"], timeout=6)
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    mariadb(lab)
    lab.run([*client, "--ssl-verify-server-cert"], timeout=6)
    lab.run(["mariadb", "--no-defaults", "-h", "db.example.com", "--skip-ssl", "-e", "select 1"], timeout=6)


@capture("cipher_mismatch.starttls_ftp")
def _(lab):
    """vsftpd (RSA certificate) and `s_client -starttls ftp -tls1_2` with an ECDSA suite only: alert 40 after
    AUTH TLS."""
    vsftpd(lab)
    lab.run(
        s_client(
            lab.pki,
            "-starttls",
            "ftp",
            "-tls1_2",
            "-cipher",
            "ECDHE-ECDSA-AES128-GCM-SHA256",
            port=21,
            name="ftp.example.com",
        ),
        timeout=3,
    )


@capture("ok_ftp_auth_tls")
def _(lab):
    """vsftpd and `curl --ssl-reqd ftp://`: AUTH TLS on the control connection, TLS on the data connection."""
    vsftpd(lab)
    lab.run(["curl", "-sS", "--ssl-reqd", "--cacert", lab.pki["root.crt"], "ftp://ftp.example.com/"])


@capture("ok_connect_proxy")
def _(lab):
    """`curl -x` through Apache mod_proxy_connect on the router to nginx with TLS."""
    nginx(lab, https_block(lab))
    apache(lab, PROXY, modules="proxy proxy_http proxy_connect", port=3128, where="router")
    lab.run(curl(lab.pki, "-x", "http://192.0.2.1:3128"))


@capture("ok_connect_proxy.beside_http")
def _(lab):
    """The same proxy gets a request for http:// on the same port, whose server (stopped) does not answer: curl leaves."""
    nginx(lab, https_block(lab))
    os.killpg(lab.serve([PYTHON, "-m", "http.server", "8080"], port=8080).pid, signal.SIGSTOP)
    apache(lab, PROXY, modules="proxy proxy_http proxy_connect", port=3128, where="router")
    lab.run(curl(lab.pki, "-x", "http://192.0.2.1:3128"))
    lab.run(curl(lab.pki, "-m", "2", "-x", "http://192.0.2.1:3128", url="http://www.example.com:8080/"))


@capture("ok_connect_proxy.begun_later")
def _(lab):
    """As ok_connect_proxy.beside_http; the capture began behind the first connection's SYN and SYN-ACK (editcap)."""
    nginx(lab, https_block(lab))
    os.killpg(lab.serve([PYTHON, "-m", "http.server", "8080"], port=8080).pid, signal.SIGSTOP)
    apache(lab, PROXY, modules="proxy proxy_http proxy_connect", port=3128, where="router")
    lab.run(curl(lab.pki, "-x", "http://192.0.2.1:3128"))
    lab.run(curl(lab.pki, "-m", "2", "-x", "http://192.0.2.1:3128", url="http://www.example.com:8080/"))
    lab.edit("editcap", "IN", "OUT", "1-2")


@capture("protocol_version_mismatch.connect_proxy")
def _(lab):
    """`curl -x --tlsv1.3` through Apache mod_proxy_connect to nginx with TLS 1.2 only: alert 70 inside the
    tunnel."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;"))
    apache(lab, PROXY, modules="proxy proxy_http proxy_connect", port=3128, where="router")
    lab.run(curl(lab.pki, "-x", "http://192.0.2.1:3128", "--tlsv1.3"))


IMAPS = "service imap-login {\n  inet_listener imaps {\n    port = 993\n    ssl = yes\n  }\n}\n"


@capture("group_mismatch.dovecot")
def _(lab):
    """Dovecot on port 993 with X25519 alone (ssl_curve_list) and `s_client -tls1_2 -groups P-384`: it closes without an
    alert."""
    dovecot(lab, extra=IMAPS + "ssl_curve_list = X25519\n")
    lab.run(s_client(lab.pki, "-tls1_2", "-groups", "P-384", port=993, name="mail.example.com"), timeout=3)


@capture("server_reset_after_client_hello.dovecot")
def _(lab):
    """Dovecot on port 993 waits for a PROXY header (haproxy = yes), s_client sends none: RST."""
    extra = IMAPS.replace("ssl = yes", "ssl = yes\n    haproxy = yes")
    dovecot(lab, extra="haproxy_trusted_networks = 192.0.2.0/24\n" + extra)
    lab.run(s_client(lab.pki, port=993, name="mail.example.com"), timeout=3)


def postfix(lab, service, port):
    """postfix(lab, service, port) starts Postfix with this line of master.cf and no mailboxes."""
    folders = [lab.dir / name for name in ("postfix", "queue", "data")]
    for folder in folders:
        folder.mkdir()
    config, queue, data = folders
    shutil.chown(data, "postfix")
    (config / "main.cf").write_text(
        f"compatibility_level = 3.6\nqueue_directory = {queue}\ndata_directory = {data}\nmyhostname = mail.example.com\n"
        f"inet_protocols = ipv4\nmydestination =\nmaillog_file = /dev/stdout\nalternate_config_directories = {config}\n"
        f"smtpd_tls_cert_file = {lab.pki['services.pem']}\nsmtpd_tls_key_file = {lab.pki['services.key']}\n"
    )
    others = "postlog unix-dgram n - n - 1 postlogd\nproxymap unix - - n - - proxymap\nanvil unix - - n - 1 anvil\n"
    (config / "master.cf").write_text(f"{service}\n{others}tlsmgr unix - - n 1000? 1 tlsmgr\n")
    lab.serve(["postfix", "-c", config, "start-fg"], port=port)


@capture("not_tls_response.postfix")
def _(lab):
    """Postfix on port 465 (smtpd_tls_wrappermode) waits for a PROXY header (smtpd_upstream_proxy_protocol), s_client sends
    none: "421 4.3.0 mail.example.com Server local error" in plaintext."""
    options = "-o smtpd_tls_wrappermode=yes -o smtpd_upstream_proxy_protocol=haproxy"
    postfix(lab, f"465 inet n - n - - smtpd {options}", 465)
    lab.run(s_client(lab.pki, port=465, name="mail.example.com"), timeout=4)
