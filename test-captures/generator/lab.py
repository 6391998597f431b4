"""A lab: three network namespaces (client, router, server), processes in them, and a capture.

    client eth0 192.0.2.10     ---- eth0 router eth1 ----  eth0 198.51.100.20 server
                2001:db8:1::10                                  2001:db8:2::20

Addresses are those for documentation (RFC 5737, RFC 3849, RFC 7042), names those of RFC 2606. The router is a
real hop: it lowers the TTL, sends ICMP and may drop, reject or redirect. Everything a scenario starts is
stopped when its lab is closed.
"""

import itertools
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from . import pcapng

CLIENT, CLIENT6 = "192.0.2.10", "2001:db8:1::10"
CLIENT_B = "192.0.2.11"
SERVER, SERVER6 = "198.51.100.20", "2001:db8:2::20"
SERVER_B = "198.51.100.21"
ROUTER, ROUTER6 = "192.0.2.1", "2001:db8:1::1"
ROUTER_S, ROUTER_S6 = "198.51.100.1", "2001:db8:2::1"
MAC = "00:00:5e:00:53:"
NAMES = (
    "www.example.com www2.example.com mail.example.com ldap.example.com ftp.example.com db.example.com "
    "www.example.net proxy.example.com"
)
PEERS = Path(__file__).parent / "peers"
FILTER = "tcp or udp or icmp or (icmp6 and ip6[40] < 128)"

_serial = itertools.count()


class LabError(Exception):
    """Something in the lab did not do what the scenario needs (a server that did not start, no
    packets...)."""


class Lab:
    """One scenario's namespaces, processes and capture; use as a context manager."""

    def __init__(self, pki, workdir):
        self.pki = pki
        self.dir = Path(workdir)
        shutil.rmtree(self.dir, ignore_errors=True)
        self.dir.mkdir(parents=True)
        tag = f"dx{os.getpid()}-{next(_serial)}"
        self.ns = {role: f"{tag}{role[0]}" for role in ("client", "router", "server")}
        self.processes = []
        self.captures = []
        self.edits = []
        self.where, self.interface, self.filter, self.snaplen = "client", "eth0", FILTER, 0
        self.shifts, self.apart = {}, False

    # -- namespaces ------------------------------------------------------------

    def __enter__(self):
        try:
            self._build()
        except Exception:
            self.__exit__()
            raise
        return self

    def _build(self):
        hosts = [f"{SERVER} {NAMES}", f"{SERVER6} www6.example.com", "127.0.0.1 localhost server.example.com"]
        (self.dir / "hosts").write_text("\n".join(hosts) + "\n")
        for name in self.ns.values():
            _check(["ip", "netns", "add", name])
        client, router, server = self.ns.values()
        peer = f"{MAC}{{0}} type veth peer name {{1}} address {MAC}{{2}} netns {router}"
        _batch(client, f"link add eth0 address {peer.format(10, 'eth0', '01')}")
        _batch(server, f"link add eth0 address {peer.format(20, 'eth1', '02')}")
        for role, devices in (("client", ["eth0"]), ("router", ["eth0", "eth1"]), ("server", ["eth0"])):
            self.sh("sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0", role)
            for device in ["all", "default", *devices]:
                settings = (
                    f"net.ipv6.conf.{device}.accept_dad=0 net.ipv6.conf.{device}.router_solicitations=0"
                )
                self.sh(f"sysctl -qw {settings}; ethtool -K {device} tso off gso off gro off tx off", role)
        # Static neighbours, so that the first packet of a capture does not wait for ARP.
        _batch(
            client,
            f"""link set lo up
            link set eth0 up
            address add {CLIENT}/24 dev eth0
            address add {CLIENT_B}/24 dev eth0
            address add {CLIENT6}/64 dev eth0
            route add default via {ROUTER}
            route add ::/0 via {ROUTER6}
            neigh replace {ROUTER} lladdr {MAC}01 dev eth0
            neigh replace {ROUTER6} lladdr {MAC}01 dev eth0""",
        )
        _batch(
            router,
            f"""link set lo up
            link set eth0 up
            link set eth1 up
            address add {ROUTER}/24 dev eth0
            address add {ROUTER6}/64 dev eth0
            address add {ROUTER_S}/24 dev eth1
            address add {ROUTER_S6}/64 dev eth1
            neigh replace {CLIENT} lladdr {MAC}10 dev eth0
            neigh replace {CLIENT_B} lladdr {MAC}10 dev eth0
            neigh replace {CLIENT6} lladdr {MAC}10 dev eth0
            neigh replace {SERVER} lladdr {MAC}20 dev eth1
            neigh replace {SERVER_B} lladdr {MAC}20 dev eth1
            neigh replace {SERVER6} lladdr {MAC}20 dev eth1""",
        )
        self.sh("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1", "router")
        _batch(
            server,
            f"""link set lo up
            link set eth0 up
            address add {SERVER}/24 dev eth0
            address add {SERVER_B}/24 dev eth0
            address add {SERVER6}/64 dev eth0
            route add default via {ROUTER_S}
            route add ::/0 via {ROUTER_S6}
            neigh replace {ROUTER_S} lladdr {MAC}02 dev eth0
            neigh replace {ROUTER_S6} lladdr {MAC}02 dev eth0""",
        )

    def __exit__(self, *_):
        for process in reversed(self.processes):
            _kill(process)
        for name in self.ns.values():
            left = subprocess.run(
                ["ip", "netns", "pids", name], capture_output=True, text=True
            ).stdout.split()
            for pid in left:
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)

    def sh(self, script, where="router"):
        """sh(script) runs a shell line in a namespace (default: the router) and returns its output."""
        return subprocess.run(
            ["ip", "netns", "exec", self.ns[where], "sh", "-c", script], capture_output=True, text=True
        ).stdout

    def nft(self, *rules, where="router", hook="forward", family="ip"):
        """nft(rule...) adds packet filter rules to one hook (default: what the router forwards)."""
        priority = {"prerouting": -150, "postrouting": 100}.get(hook, 0)
        script = f"table {family} lab_{hook} {{ chain c {{ type filter hook {hook} priority {priority};\n"
        script += "\n".join(rules) + "\n}\n}\n"
        _check(["ip", "netns", "exec", self.ns[where], "nft", "-f", "-"], script)

    def redirect(self, port, to):
        """redirect(port, to) makes the router hand connections to tcp `port` to a local process on port
        `to`."""
        script = (
            f"table ip lab_nat {{ chain c {{ type nat hook prerouting priority -100;\n"
            f"iifname eth0 tcp dport {port} redirect to :{to}\n}}\n}}\n"
        )
        _check(["ip", "netns", "exec", self.ns["router"], "nft", "-f", "-"], script)

    def windows(self):
        """windows() gives the server the initial TTL of Windows (for stand-ins of HTTP.sys)."""
        self.sh(
            "sysctl -qw net.ipv4.ip_default_ttl=128 net.ipv6.conf.all.hop_limit=128 "
            "net.ipv4.tcp_timestamps=0",
            "server",
        )

    # -- processes ------------------------------------------------------------

    def _argv(self, command, where):
        inner = 'hostname server.example.com; mount --bind "$0" /etc/hosts && exec "$@"'
        argv = [str(part) for part in command]
        return [
            "ip",
            "netns",
            "exec",
            self.ns[where],
            "unshare",
            "--uts",
            "sh",
            "-c",
            inner,
            str(self.dir / "hosts"),
            *argv,
        ]

    def start(self, command, where="server", port=None, env=None, stdin=subprocess.DEVNULL):
        """start(command) starts a process that stays, waits until `port` (if any) is listening, returns the
        Popen."""
        log = open(self.dir / f"log{len(self.processes)}.txt", "wb")
        process = subprocess.Popen(
            self._argv(command, where),
            stdin=stdin,
            stdout=log,
            stderr=log,
            cwd=self.dir,
            env=_env(env),
            start_new_session=True,
        )
        process.log = Path(log.name)
        self.processes.append(process)
        if port:
            self._wait_listening(process, port, command)
        return process

    def serve(self, command, port=443, **options):
        """serve(command) is start() with a port to wait for."""
        return self.start(command, port=port, **options)

    def run(self, command, where="client", timeout=15, stdin=b"", env=None):
        """run(command) runs a client to its end (or to the timeout, seconds) and returns its output; the
        capture is started first if it is not running yet."""
        self.capture()
        process = subprocess.Popen(
            self._argv(command, where),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.dir,
            env=_env(env),
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired:
            _kill(process)
            output, _ = process.communicate()
        with open(self.dir / "clients.txt", "ab") as log:
            log.write(
                f"\n$ {' '.join(map(str, command))}\n".encode()
                + output
                + f"\n=> {process.returncode}\n".encode()
            )
        return output.decode(errors="replace")

    def begin(self, command, where="client", env=None):
        """begin(command) starts a client in the background (stdin a pipe that stays open) and returns the
        Popen."""
        self.capture()
        return self.start(command, where, env=env, stdin=subprocess.PIPE)

    def _wait_listening(self, process, port, command):
        wanted = f":{port:04X}"
        for _ in range(300):
            time.sleep(0.05)
            if process.poll() is not None:
                break
            for table in ("tcp", "tcp6"):
                try:
                    lines = Path(f"/proc/{process.pid}/net/{table}").read_text().splitlines()[1:]
                except OSError:
                    continue
                if any(f[1].endswith(wanted) and f[3] == "0A" for f in (line.split() for line in lines)):
                    return
        raise LabError(
            f"{command[0]} does not listen on {port}: {process.log.read_text(errors='replace')[-600:]}"
        )

    # -- capture ------------------------------------------------------------

    def capture_at(self, where="client", interface="eth0", capture_filter=FILTER, snaplen=0):
        """capture_at(...) says where the capture will be taken (default: the client's eth0)."""
        self.where, self.interface, self.filter, self.snaplen = where, interface, capture_filter, snaplen

    def capture(self):
        """capture() starts the capture now, if it is not running."""
        if not self.captures:
            self.capture_also(self.where, self.interface)

    def points(self, *places, shift=0, apart=True):
        """points((where, interface[, filter])...) captures in several places at once, as people do who look for
        what a device between them does. `shift` seconds are added to the clock of all but the first place; with
        `apart` False mergecap makes one interface of interfaces that look alike, as it does by default."""
        for number, (where, interface, *capture_filter) in enumerate(places):
            self.capture_also(where, interface, *capture_filter)
            self.shifts[number] = shift if number else 0
        self.apart = apart

    def capture_also(self, where, interface, capture_filter=None):
        """capture_also(where, interface) captures in one more place; the files are merged by time."""
        path = self.dir / f"raw{len(self.captures)}.pcapng"
        command = [
            "ip",
            "netns",
            "exec",
            self.ns[where],
            "dumpcap",
            "-q",
            "-i",
            interface,
            "-f",
            capture_filter or self.filter,
            "-s",
            str(self.snaplen),
            "-w",
            str(path),
        ]
        log = open(self.dir / f"dumpcap{len(self.captures)}.txt", "wb")
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        self.captures.append((process, path))
        for _ in range(200):
            if b"File:" in Path(log.name).read_bytes():
                time.sleep(0.1)
                return
            if process.poll() is not None:
                break
            time.sleep(0.02)
        raise LabError(f"dumpcap: {Path(log.name).read_text(errors='replace')}")

    def stop_capture(self):
        """stop_capture() ends all captures after the packets still on their way have been written."""
        time.sleep(0.6)
        for process, _ in self.captures:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(timeout=10)

    def edit(self, *command):
        """edit(program, option..., IN, OUT) is applied to the finished capture (IN and OUT stand for the
        files)."""
        self.edits.append(command)

    def keylog(self, path):
        """keylog(path) embeds the secrets of a key log file in the capture."""
        self.edit("editcap", "--inject-secrets", f"tls,{path}", "IN", "OUT")

    def _shifted(self, number, path):
        if not self.shifts.get(number):
            return path
        shifted = path.with_suffix(".shifted.pcapng")
        _check(["editcap", "-t", str(self.shifts[number]), path, shifted])
        return shifted

    def finish(self, target):
        """finish(target) stops the capture, applies the edits and writes `target`."""
        self.stop_capture()
        if not self.captures:
            raise LabError("the scenario ran no client")
        current = self.captures[0][1]
        if len(self.captures) > 1:
            merged = self.dir / "merged.pcapng"
            paths = [self._shifted(number, path) for number, (_, path) in enumerate(self.captures)]
            _check(["mergecap", *(["-I", "none"] if self.apart else []), "-w", merged, *paths])
            current = merged
        for number, command in enumerate(self.edits):
            result = self.dir / f"edit{number}.pcapng"
            _check([str({"IN": current, "OUT": result}.get(part, part)) for part in command])
            current = result
        tidy = self.dir / "tidy.pcapng"
        if pcapng.tidy(current, tidy) == 0:
            raise LabError("the capture is empty")
        shutil.copy(tidy, target)


def _env(extra):
    env = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
        "OPENSSL_CONF": "/dev/null",
    }
    env.update(extra or {})
    return env


def _check(command, stdin=None):
    result = subprocess.run([str(part) for part in command], input=stdin, capture_output=True, text=True)
    if result.returncode:
        raise LabError(f"{' '.join(map(str, command))}: {result.stderr.strip()}")
    return result.stdout


def _batch(namespace, lines):
    _check(
        ["ip", "-n", namespace, "-batch", "-"], "\n".join(line.strip() for line in lines.splitlines()) + "\n"
    )


def _kill(process):
    for number in (signal.SIGTERM, signal.SIGCONT):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
    try:
        process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
