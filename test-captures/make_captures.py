#!/usr/bin/env python3
"""Makes the captures in this folder: real servers and clients in network namespaces, one scenario per file.

    sudo ./make_captures.py                  all captures and README.md
    sudo ./make_captures.py NAME...          only these (shell patterns allowed), and README.md
    ./make_captures.py --list                what there is
    ./make_captures.py --readme              README.md only

Needs root (namespaces, dumpcap) and the Debian packages it names when one is missing; it installs nothing.
DTLS 1.3 needs more: WOLFSSL names the folder in which the source of wolfSSL (Debian's source package) was
configured with --enable-dtls --enable-dtls13 --enable-dtlscid --enable-psk --enable-sni --enable-static
--disable-shared, and built. TEAP: HOSTAP, that of hostapd and wpa_supplicant, with CONFIG_EAP_TEAP=y.
"""

import argparse
import concurrent.futures
import fnmatch
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from generator import readme, scenarios  # noqa: E402
from generator.lab import Lab  # noqa: E402
from generator.pki import Pki  # noqa: E402
from generator.registry import CAPTURES  # noqa: E402

PROGRAMS = {
    "openssl": "openssl",
    "nginx": "nginx-light",
    "apache2": "apache2",
    "haproxy": "haproxy",
    "ethtool": "ethtool",
    "stunnel4": "stunnel4",
    "botan": "botan",
    "gnutls-serv": "gnutls-bin",
    "selfserv": "libnss3-tools",
    "javac": "default-jdk-headless",
    "go": "golang-go",
    "/usr/share/gocode/src/github.com/lucas-clemente/quic-go": "golang-github-lucas-clemente-quic-go-dev",
    "gtlsclient": "ngtcp2-client",
    "/usr/sbin/gtlsserver": "ngtcp2-server",
    "curl": "curl",
    "sslscan": "sslscan",
    "wget": "wget",
    "aria2c": "aria2",
    "chromium": "chromium",
    "node": "nodejs",
    "faketime": "faketime",
    "nft": "nftables",
    "ip": "iproute2",
    "iptables": "iptables",
    "dumpcap": "wireshark-common",
    "tshark": "tshark",
    "sshd": "openssh-server",
    "slapd": "slapd",
    "vsftpd": "vsftpd",
    "lftp": "lftp",
    "mariadb": "mariadb-client",
    "mariadbd": "mariadb-server",
    "dovecot": "dovecot-imapd",
    "prosody": "prosody",
    "aiosmtpd": "python3-aiosmtpd",
    "/usr/lib/python3/dist-packages/grpc": "python3-grpcio",
    "erl": "erlang-base",
    "pg_ctlcluster": "postgresql",
    "ldapsearch": "ldap-utils",
    "redis-server": "redis-server",
    "tsql": "freetds-bin",
    "openvpn": "openvpn",
    "freeradius": "freeradius",
    "eapol_test": "eapoltest",
    "hostapd": "hostapd",
    "radsecproxy": "radsecproxy",
    "wpa_supplicant": "wpasupplicant",
    "/usr/include/mbedtls": "libmbedtls-dev",
    "/usr/include/wolfssl": "libwolfssl-dev",
    "coap-server-gnutls": "libcoap3-bin",
    "chromium": "chromium",
    "xrdp": "xrdp",
    "xfreerdp": "freerdp2-x11",
    "freerdp-shadow-cli": "freerdp2-shadow-x11",
    "rdesktop": "rdesktop",
    "ike-scan": "ike-scan",
    "sstpc": "sstp-client",
    "vpnserver": "softether-vpnserver",
    "vpncmd": "softether-vpncmd",
    "/usr/lib/python3/dist-packages/aiortc": "python3-aiortc",
    "wg": "wireguard-tools",
    "wireguard-go": "wireguard-go",
    "xvfb-run": "xvfb",
    "mosquitto": "mosquitto",
    "postfix": "postfix",
    "syslog-ng": "syslog-ng-core",
}


def missing_packages():
    """missing_packages() lists the Debian packages whose programs are not installed."""
    path = "/usr/sbin:/usr/bin:/sbin:/bin"
    return sorted({package for program, package in PROGRAMS.items()
                   if not shutil.which(program, path=path) and not Path(program).is_dir()})


def build_helpers(pki):
    """build_helpers(pki) compiles the peers in C, Go and Java into the work folder."""
    peers = HERE / "generator" / "peers"
    env = dict(os.environ, GOCACHE=pki["gocache"], GOFLAGS="-mod=mod", GOTOOLCHAIN="local")
    subprocess.run(["go", "build", "-o", pki["gopeer"], "."], cwd=peers / "go", env=env, check=True)
    old = dict(env, GO111MODULE="off", GOPATH="/usr/share/gocode", GOFLAGS="")  # Debian's packages of Go libraries
    subprocess.run(["go", "build", "-o", pki["quicpeer"], "main.go"], cwd=peers / "quic", env=old, check=True)
    wolfssl = ["-lwolfssl"]
    if "WOLFSSL" in os.environ:
        folder = Path(os.environ["WOLFSSL"])
        wolfssl = [f"-I{folder}", folder / "src" / ".libs" / "libwolfssl.a", "-lm", "-lpthread"]
    for name, libraries in (("mbedtls", ["-lmbedtls", "-lmbedx509", "-lmbedcrypto"]), ("wolfssl", wolfssl)):
        source = peers / "dtls" / f"{name}.c"
        subprocess.run(["gcc", "-o", pki[f"{name}peer"], source, *libraries], check=True)
    subprocess.run(["javac", "-d", pki["java"], str(peers / "java" / "Peer.java")], check=True)


def make(row, pki, work):
    """make(row) makes one capture; returns an error text or None."""
    target = HERE / f"{row.name}.pcapng"
    try:
        with Lab(pki, work / row.name) as lab:
            row.function(lab)
            lab.finish(target)
    except Exception as error:  # every scenario is reported, none stops the others
        return f"{type(error).__name__}: {error}"
    os.chmod(target, 0o644)
    return None


def main():
    """main() reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="list the captures and what they show")
    parser.add_argument("--readme", action="store_true", help="write README.md and stop")
    parser.add_argument(
        "--work", metavar="DIR", help="keep certificates and logs here (and reuse the certificates)"
    )
    parser.add_argument("--jobs", type=int, default=3, help="scenarios at the same time (default 3)")
    args = parser.parse_args()
    scenarios.load()
    if args.list:
        for row in CAPTURES.values():
            print(f"{row.name:45} {row.about}")
        return
    if args.readme:
        readme.write(HERE)
        return
    names = [name for name in CAPTURES if not args.names or any(fnmatch.fnmatch(name, n) for n in args.names)]
    if not names:
        sys.exit(f"no capture is called {' '.join(args.names)}; see --list")
    if os.geteuid() != 0:
        sys.exit("network namespaces and dumpcap need root")
    if missing_packages():
        sys.exit(f"missing; install with: apt-get install {' '.join(missing_packages())}")
    work = Path(args.work or tempfile.mkdtemp(prefix="make_captures."))
    certificates = work / "pki"
    pki = Pki(certificates)
    if not Path(pki["gopeer"]).exists():
        build_helpers(pki)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        jobs = {pool.submit(make, CAPTURES[name], pki, work): name for name in names}
        for job in concurrent.futures.as_completed(jobs):
            error = job.result()
            failed += error is not None
            print(f"{jobs[job]}: {error or 'ok'}", flush=True)
    readme.write(HERE)
    if not args.work:
        shutil.rmtree(work)
    sys.exit(f"{failed} not made" if failed else 0)


if __name__ == "__main__":
    main()
