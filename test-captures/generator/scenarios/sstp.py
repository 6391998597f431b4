"""SSTP ([MS-SSTP]), a VPN over HTTPS: SoftEther VPN as the server; sstp-client without pppd, and clients of HTTP that send its
first request."""

import time
from pathlib import Path

from ..lab import SERVER, LabError
from ..programs import curl, gnutls_cli, peer, s_client
from ..registry import capture

PATH = "/sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/"
REQUEST = (f"SSTP_DUPLEX_POST {PATH} HTTP/1.1\r\nHost: www.example.com\r\n"
           "SSTPCORRELATIONID: {00000000-0000-0000-0000-000000000001}\r\nContent-Length: 18446744073709551615\r\n\r\n").encode()  # fmt: skip
TCP = {"capture_filter": "tcp or icmp"}
START = """mkdir -p /run/softether "$0"
mount --bind "$0" /run/softether && mount --bind "$0" /var/lib/softether && exec vpnserver execsvc"""


def softether(lab, leaf="www", chain="issuing"):
    """softether(lab, leaf, chain) starts SoftEther VPN with a certificate and, unless chain is None, its issuer's."""
    lab.capture_at(**TCP)
    chains = lab.dir / "softether" / "chain_certs"
    chains.mkdir(parents=True)
    if chain:
        (chains / "issuing.crt").write_bytes(Path(lab.pki[chain + ".crt"]).read_bytes())
    lab.serve(["sh", "-c", START, lab.dir / "softether"])
    command = (f"vpncmd localhost:443 /SERVER /CMD ServerCertSet /LOADCERT:{lab.pki[leaf + '.crt']} "
               f"/LOADKEY:{lab.pki[leaf + '.key']}")  # fmt: skip
    for _ in range(5):
        if "completed successfully" in lab.sh(command, "server"):
            return
        time.sleep(1)
    raise LabError("vpncmd sets no certificate")


def sstpc(lab, name="www.example.com", ca="root.crt", timeout=4):
    """sstpc(lab, name) is sstp-client, which has no pppd to start."""
    lab.run(["sstpc", "--nolaunchpppd", "--tls-ext", "--priv-user", "root", "--priv-dir", lab.dir, "--ca-cert", lab.pki[ca],
             "--user", "alice", "--password", "x", name], timeout=timeout)  # fmt: skip


def request(lab, *options, name="www.example.com", **more):
    """request(lab, option...) is s_client with the first request of SSTP."""
    lab.run(s_client(lab.pki, *options, name=name, **more), stdin=REQUEST, timeout=3)


def nginx(lab, answer="return 404;"):
    """nginx(lab, answer) is a proxy in front of the VPN server that ends TLS itself."""
    text = (f"daemon off;\nerror_log stderr info;\npid {lab.dir}/nginx.pid;\nevents {{}}\nhttp {{ access_log off;\n"
            f"server {{ listen 443 ssl; ssl_certificate {lab.pki['www.pem']}; ssl_certificate_key {lab.pki['www.key']};\n"
            f"location / {{ {answer} }} }} }}\n")  # fmt: skip
    (lab.dir / "nginx.conf").write_text(text)
    lab.serve(["nginx", "-p", lab.dir, "-c", lab.dir / "nginx.conf"])


@capture("ok_sstp", standin=True)
def _(lab):
    """Healthy: SSTP (a VPN over HTTPS), sstp-client without pppd; the server is Python's ssl with the answer to
    SSTP_DUPLEX_POST."""
    lab.start(peer("sstp_server", lab.pki["www.pem"], lab.pki["www.key"]), port=443)
    sstpc(lab)


@capture("ok_sstp.softether")
def _(lab):
    """Healthy: SSTP, sstp-client at SoftEther VPN, TLS 1.3."""
    softether(lab)
    sstpc(lab)


@capture("ok_sstp.tls12")
def _(lab):
    """Healthy: the first request of SSTP by s_client at SoftEther VPN, TLS 1.2."""
    softether(lab)
    request(lab, "-tls1_2")


@capture("ok_sstp.gnutls")
def _(lab):
    """Healthy: the first request of SSTP by gnutls-cli at SoftEther VPN."""
    softether(lab)
    lab.run(gnutls_cli(lab.pki), stdin=REQUEST, timeout=3)


@capture("ok_sstp.curl")
def _(lab):
    """Healthy: the first request of SSTP by curl at SoftEther VPN, which does not answer it; curl gives up."""
    softether(lab)
    lab.run(curl(lab.pki, "-g", "-X", "SSTP_DUPLEX_POST", "-m", "2", url=f"https://www.example.com{PATH}"), timeout=5)


@capture("ok_sstp.proxy")
def _(lab):
    """Healthy as TLS: nginx in front of the VPN server ends TLS and knows no SSTP (405); sstp-client leaves."""
    nginx(lab)
    sstpc(lab)


@capture("ok_sstp.snaplen")
def _(lab):
    """As ok_sstp.softether, captured with a snapshot length of 128 bytes."""
    lab.capture_at(snaplen=128, **TCP)
    softether(lab)
    lab.capture_at(snaplen=128, **TCP)
    sstpc(lab)


@capture("certificate_incomplete_chain.sstp")
def _(lab):
    """SSTP: s_client with its first request, TLS 1.2; SoftEther's folder chain_certs lacks the intermediate: alert 48."""
    softether(lab, chain=None)
    request(lab, "-tls1_2")


@capture("certificate_untrusted_root.sstp")
def _(lab):
    """SSTP: s_client with its first request does not know the root of SoftEther's certificate: alert 48."""
    softether(lab, leaf="untrusted", chain="otherroot")
    request(lab, "-tls1_2")


@capture("certificate_expired.sstp")
def _(lab):
    """SSTP: s_client with its first request, TLS 1.2; SoftEther's certificate has expired: alert 45."""
    softether(lab, leaf="expired")
    request(lab, "-tls1_2")


@capture("certificate_name_mismatch.sstp")
def _(lab):
    """SSTP: curl with its first request asks for a name that SoftEther's certificate does not have, TLS 1.2."""
    softether(lab)
    lab.run(curl(lab.pki, "-g", "-X", "SSTP_DUPLEX_POST", "--tls-max", "1.2", url=f"https://db.example.com{PATH}"), timeout=5)


@capture("protocol_version_mismatch.sstp")
def _(lab):
    """SSTP: s_client with its first request offers TLS 1.1 alone, SoftEther has TLS 1.2 and newer: alert 70."""
    softether(lab)
    request(lab, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")


@capture("cipher_mismatch.sstp")
def _(lab):
    """SSTP: s_client with its first request offers one suite of TLS 1.2 that SoftEther does not take."""
    softether(lab)
    request(lab, "-tls1_2", "-cipher", "CAMELLIA256-SHA@SECLEVEL=0")


@capture("port_closed.sstp")
def _(lab):
    """SSTP: sstp-client where no VPN server runs."""
    sstpc(lab)


@capture("tcp_connect_timeout.sstp")
def _(lab):
    """SSTP: sstp-client, and a firewall that drops what goes to port 443."""
    lab.nft("tcp dport 443 drop")
    sstpc(lab, timeout=6)


@capture("middlebox_reset.sstp")
def _(lab):
    """SSTP through a filter that resets what it takes for a VPN: the ClientHello of sstp-client at SoftEther."""
    softether(lab)
    lab.nft("tcp dport 443 meta length > 200 reject with tcp reset")
    sstpc(lab)


@capture("not_tls_response.sstp")
def _(lab):
    """SSTP: sstp-client at a web server without TLS on port 443."""
    lab.serve(["python3", "-m", "http.server", "443", "--bind", SERVER])
    sstpc(lab)
