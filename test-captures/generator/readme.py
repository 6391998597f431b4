"""Writes README.md from the table of captures, so that the two cannot drift apart."""

import re
import subprocess

from .registry import CAPTURES

HEAD = """# Test captures

Every file is one scenario, made by `make_captures.py` in this folder: real servers and real clients in three
network namespaces with a routing hop in between (client 192.0.2.10 and 2001:db8:1::10, server 198.51.100.20
and 2001:db8:2::20), captured by dumpcap on the client's interface unless the row says otherwise.
`<cause>.pcapng` shows the cause, a `<cause>.<variant>.pcapng` shows it as another product shows it, an
`ok_<what>.pcapng` holds no failed connection. What the plugin must say about each file is in
`../tests/captures/`.

*stand-in* marks a file in which one endpoint or a box on the path is a small program of ours
(`generator/peers/`) with the behaviour of a product that no Debian package contains (HTTP.sys, a firewall
that injects resets); what it does is in the row. After the capture only section options that name the
capturing machine are removed; rows say what else was cut.

A capture that is made again may have other frame numbers: `tests/captures/run.py NAME` shows where its
expectation has to follow. Check it against the packets, not against the plugin.

This file is written by `make_captures.py --readme` from the descriptions in the generator: change them there.
"""
# What carries TLS besides TCP as it is: words of a file's name, and the programs at both ends.
CARRIERS = {
    "DTLS": ("dtls", "OpenSSL, GnuTLS, mbedTLS, wolfSSL, libcoap, aiortc"),
    "QUIC": ("quic", "quic-go, ngtcp2, Chromium"),
    "TDS": ("tds", "FreeTDS, python-tds; a stand-in for SQL Server with OpenSSL"),
    "EAP": ("eap eapol", "FreeRADIUS, hostapd; eapol_test, wpa_supplicant"),
    "OpenVPN": ("openvpn", "OpenVPN"),
    "RDP": ("rdp", "xrdp, FreeRDP's shadow server; FreeRDP, rdesktop"),
    "RadSec": ("radsec", "radsecproxy, FreeRADIUS, stunnel"),
    "SSTP": ("sstp", "SoftEther VPN; sstp-client, and s_client, gnutls-cli and curl with SSTP's first request"),
}
VERSIONS = [
    ("OpenSSL", ["openssl", "version"]),
    ("nginx", ["nginx", "-v"]),
    ("Apache", ["apache2", "-v"]),
    ("HAProxy", ["haproxy", "-v"]),
    ("GnuTLS", ["gnutls-cli", "--version"]),
    ("Go", ["go", "version"]),
    ("Botan", ["botan", "version"]),
    ("Java", ["java", "-version"]),
    ("curl", ["curl", "--version"]),
    ("Wget", ["wget", "--version"]),
    ("Node.js", ["node", "--version"]),
    ("dumpcap", ["dumpcap", "--version"]),
    ("NSS", ["dpkg-query", "-Wf", "${Version}", "libnss3"]),
    ("OpenSSH", ["ssh", "-V"]),
    ("OpenLDAP", ["slapd", "-V"]),
    ("Dovecot", ["dovecot", "--version"]),
    ("Prosody", ["dpkg-query", "-Wf", "${Version}", "prosody"]),
    ("PostgreSQL", ["dpkg-query", "-Wf", "${Version}", "postgresql-15"]),
    ("Erlang/OTP", ["dpkg-query", "-Wf", "${Version}", "erlang-base"]),
    ("Redis", ["dpkg-query", "-Wf", "${Version}", "redis-server"]),
    ("Mosquitto", ["dpkg-query", "-Wf", "${Version}", "mosquitto"]),
    ("vsftpd", ["dpkg-query", "-Wf", "${Version}", "vsftpd"]),
    ("aiosmtpd", ["dpkg-query", "-Wf", "${Version}", "python3-aiosmtpd"]),
    ("gRPC", ["dpkg-query", "-Wf", "${Version}", "python3-grpcio"]),
]


def carriers():
    """carriers() is the table of captures by what carries TLS: what fails, by its label, and what is healthy."""
    lines = ["## Carriers", "", "The label of a capture that fails is its name up to the first dot. `tests/docs/run.py` counts.", "",
             "| carrier | programs | failing | which | healthy | which |", "|---|---|---|---|---|---|"]
    for carrier, (words, programs) in CARRIERS.items():
        of_it = [row for row in CAPTURES.values() if set(words.split()) & set(re.split("[._]", row.name))]
        names = [sorted(row.name for row in of_it if bool(row.cause) == failing) for failing in (True, False)]
        lines.append(f"| {carrier} | {programs} | " + " | ".join(f"{len(part)} | {', '.join(part)}" for part in names) + " |")
    return [*lines, ""]


def write(folder):
    """write(folder) writes folder/README.md."""
    lines = [HEAD, *carriers()]
    for title, wanted in (("Failures", lambda row: row.cause), ("Healthy", lambda row: not row.cause)):
        lines += [f"## {title}", "", "| file | cause | what was done |", "|---|---|---|"]
        for row in sorted(filter(wanted, CAPTURES.values()), key=lambda row: row.name):
            mark = "*stand-in.* " if row.standin else ""
            lines.append(
                f"| {row.name} | {row.cause or 'healthy'} | {mark}{row.about.replace('|', chr(92) + '|')} |"
            )
        lines.append("")
    lines += ["## Versions", "", "The programs when this file was last written:", ""]
    lines += [f"- {name}: {version(command)}" for name, command in VERSIONS]
    (folder / "README.md").write_text("\n".join(lines) + "\n")


def version(command):
    """version(command) is the first line that a program prints about itself."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        )
    except OSError:
        return "not installed"
    text = (done.stdout + done.stderr).strip()
    return text.splitlines()[0].replace("Running as user", "").strip() if text else "?"
