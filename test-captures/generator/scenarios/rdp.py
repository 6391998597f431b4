"""TLS inside RDP: xrdp and FreeRDP's shadow server, FreeRDP and rdesktop."""

import re
from pathlib import Path

from ..registry import capture

# "alice" with the password "x": its NT hash is MD4 of the password in UTF-16LE
SAM = "alice:::a9f0dd57e1edab5bb55a9ac0a99c15ec:::\n"


def xrdp(lab, layer, leaf="www", protocols="TLSv1.2, TLSv1.3", ciphers="HIGH"):
    """xrdp(lab, layer, leaf, protocols, ciphers) starts xrdp with this security layer (negotiate, tls, rdp)."""
    text = Path("/etc/xrdp/xrdp.ini").read_text()
    settings = {"security_layer": layer, "certificate": lab.pki[f"{leaf}.pem"], "key_file": lab.pki[f"{leaf}.key"],
                "port": 3389, "ssl_protocols": protocols, "tls_ciphers": ciphers,
                "LogFile": lab.dir / "xrdp.log"}  # fmt: skip
    for name, value in settings.items():
        text = re.sub(rf"(?m)^#?{name}=.*$", f"{name}={value}", text, count=1)
    (lab.dir / "xrdp.ini").write_text(text)
    lab.serve(["xrdp", "--nodaemon", "-c", lab.dir / "xrdp.ini"], port=3389)


def shadow(lab, *options):
    """shadow(lab, option...) starts FreeRDP's shadow server, which makes its own certificate."""
    sam = lab.dir / "SAM"
    sam.write_text(SAM)
    home = lab.dir / "server"
    home.mkdir()
    lab.serve(["xvfb-run", "-a", "freerdp-shadow-cli", "/port:3389", "/bind-address:198.51.100.20", f"/sam-file:{sam}",
               *options], port=3389, env={"HOME": home})  # fmt: skip


def freerdp(lab, *options, password="x", name="www.example.com", **env):
    """freerdp(lab, option...) runs xfreerdp for some seconds."""
    lab.run(["xvfb-run", "-a", "xfreerdp", f"/v:{name}", "/u:alice", f"/p:{password}", *options], timeout=5,
            env={"HOME": lab.dir, **env})  # fmt: skip


@capture("ok_rdp")
def _(lab):
    """Healthy: xrdp and FreeRDP agree on TLS."""
    xrdp(lab, "negotiate")
    freerdp(lab, "/cert:ignore", "/sec:tls")


@capture("ok_rdp.negotiated")
def _(lab):
    """Healthy: FreeRDP offers all that it knows, xrdp takes TLS 1.2."""
    xrdp(lab, "negotiate", protocols="TLSv1.2")
    freerdp(lab, "/cert:ignore")


@capture("ok_rdp.nla")
def _(lab):
    """Healthy: FreeRDP's shadow server wants Network Level Authentication, and FreeRDP has it."""
    shadow(lab, "/sec:nla")
    freerdp(lab, "/cert:ignore", "/sec:nla", "+auth-only")


@capture("ok_rdp.nla_wrong_password")
def _(lab):
    """Healthy as TLS: Network Level Authentication fails behind the handshake for a wrong password."""
    shadow(lab, "/sec:nla")
    freerdp(lab, "/cert:ignore", "/sec:nla", "+auth-only", password="y")


@capture("ok_rdp.rdesktop")
def _(lab):
    """Healthy: rdesktop (GnuTLS) and xrdp agree on TLS."""
    xrdp(lab, "negotiate")
    lab.run(["sh", "-c", "yes yes | xvfb-run -a rdesktop -u alice -p x www.example.com"], timeout=5, env={"HOME": lab.dir})


@capture("ok_rdp.plain")
def _(lab):
    """No TLS: xrdp is set to RDP's own security; FreeRDP, which offers TLS, goes on without it."""
    xrdp(lab, "rdp")
    freerdp(lab, "/cert:ignore")


@capture("rdp_security_mismatch.second_try")
def _(lab):
    """FreeRDP's shadow server has RDP's own security alone and refuses TLS; FreeRDP comes again without it."""
    shadow(lab, "/sec:rdp")
    freerdp(lab, "/cert:ignore")


@capture("rdp_security_mismatch")
def _(lab):
    """FreeRDP's shadow server requires Network Level Authentication, FreeRDP offers TLS alone: failure code 5."""
    shadow(lab, "/sec:nla")
    freerdp(lab, "/cert:ignore", "/sec:tls")


@capture("rdp_security_mismatch.tls_required")
def _(lab):
    """FreeRDP's shadow server requires TLS, FreeRDP asks for RDP's own security alone: failure code 1."""
    shadow(lab, "/sec:tls")
    freerdp(lab, "/cert:ignore", "/sec:rdp")


@capture("rdp_security_mismatch.tls_not_allowed")
def _(lab):
    """FreeRDP's shadow server has RDP's own security alone, FreeRDP insists on TLS: failure code 2."""
    shadow(lab, "/sec:rdp")
    freerdp(lab, "/cert:ignore", "/sec:tls")


@capture("rdp_security_mismatch.rdp_only")
def _(lab):
    """xrdp is set to RDP's own security and answers so without a failure code; FreeRDP insists on TLS and leaves."""
    xrdp(lab, "rdp")
    freerdp(lab, "/cert:ignore", "/sec:tls")


@capture("rdp_security_mismatch.nla_only")
def _(lab):
    """xrdp takes TLS, FreeRDP insists on Network Level Authentication, which xrdp lacks, and leaves."""
    xrdp(lab, "tls")
    freerdp(lab, "/cert:ignore", "/sec:nla")


@capture("certificate_expired.rdp")
def _(lab):
    """xrdp (TLS 1.2) with an expired certificate; FreeRDP finishes the handshake and leaves."""
    xrdp(lab, "negotiate", leaf="expired", protocols="TLSv1.2")
    freerdp(lab, "/cert:deny", "/sec:tls", SSL_CERT_FILE=lab.pki["root.pem"])


@capture("certificate_rejected.rdp")
def _(lab):
    """xrdp (TLS 1.3, without keys); FreeRDP, which trusts nobody, finishes the handshake and leaves."""
    xrdp(lab, "negotiate")
    freerdp(lab, "/cert:deny", "/sec:tls")


@capture("certificate_untrusted_root.rdp")
def _(lab):
    """xrdp (TLS 1.2); FreeRDP, which trusts nobody, finishes the handshake and leaves."""
    xrdp(lab, "negotiate", protocols="TLSv1.2")
    freerdp(lab, "/cert:deny", "/sec:tls")


@capture("certificate_name_mismatch.rdp")
def _(lab):
    """xrdp (TLS 1.2); FreeRDP trusts the authority, and asks for a name that is not in the certificate."""
    xrdp(lab, "negotiate", protocols="TLSv1.2")
    freerdp(lab, "/cert:deny", "/sec:tls", name="www2.example.com", SSL_CERT_FILE=lab.pki["root.pem"])


@capture("cipher_mismatch.rdp")
def _(lab):
    """xrdp has one suite of TLS 1.2, FreeRDP another one: alert 40."""
    xrdp(lab, "negotiate", protocols="TLSv1.2", ciphers="ECDHE-RSA-AES256-GCM-SHA384")
    freerdp(lab, "/cert:ignore", "/sec:tls", "/tls-ciphers:ECDHE-RSA-AES128-GCM-SHA256")


@capture("protocol_version_rejected_by_client.rdp")
def _(lab):
    """xrdp has TLS 1.1 alone and takes it, which FreeRDP does not any more."""
    xrdp(lab, "negotiate", protocols="TLSv1.1", ciphers="ALL:@SECLEVEL=0")
    freerdp(lab, "/cert:ignore", "/sec:tls")


@capture("rdp_security_mismatch.plain")
def _(lab):
    """xrdp requires TLS; FreeRDP asks for RDP's own security, which xrdp confirms, and ends the session as it begins."""
    xrdp(lab, "tls")
    freerdp(lab, "/cert:ignore", "/sec:rdp")


@capture("tcp_connect_timeout.rdp")
def _(lab):
    """A filter drops what is sent to the port of RDP, where TLS begins behind a negotiation. FreeRDP."""
    lab.nft("tcp dport 3389 drop")
    freerdp(lab)


@capture("certificate_self_signed.rdp_asked")
def _(lab):
    """FreeRDP's shadow server wants Network Level Authentication; FreeRDP asks its user about the certificate, who says no
    after some seconds."""
    shadow(lab, "/sec:nla")
    lab.run(["sh", "-c", "(sleep 9; echo N; sleep 1) | xvfb-run -a xfreerdp /v:www.example.com /u:alice /p:x /sec:nla"],
            timeout=14, env={"HOME": lab.dir})  # fmt: skip
