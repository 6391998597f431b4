#!/usr/bin/env python3
"""Checks that nothing disturbs the plugin: leaks, other plugins, senseless preferences, what only looks like a file, absurd
keys and times, signals, many connections.

    run.py --plugin-dir DIR [--tshark CMD] [--sharkd CMD] [--connections N] [NAME...]

Each function test_NAME is one test. Needs valgrind and editcap.
"""

import argparse
import json
import os
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "bench"))
sys.path.insert(0, str(HERE.parent / "captures"))
import generate  # noqa: E402
import growth  # noqa: E402
from run import Runner  # noqa: E402  (tests/captures/run.py: the one place that knows how to run tshark unprivileged)

FAILED = ["protocol_version_mismatch", "certificate_untrusted_root", "client_certificate_required.decrypted13"]
PREFERENCES = ["silence:0", "silence:4294967295", "syn_silence:0", "syn_silence:4294967295", "tls_ports:", "tls_ports:0-65535",
               "tls_ports:1", "server_os:nonsense", "server_os:", "trust_store:/no/such/file", "trust_store:/",
               "trust_store:/dev/null", "evidence_dir:/no/such/folder", "evidence_dir:/dev/null", "trust_store:/proc/self",
               "evidence_dir:/proc/self", "evidence_dir:/dev", "evidence_dir:%s%n%d", "info_column:perhaps"]
REFUSED = ["silence:-1", "silence:x", "tls_ports:x", "tls_ports:443,443,,443", "no_such_preference:1"]  # by tshark


class Tools:
    """Runs tshark and sharkd with the plugin."""

    def __init__(self, args, temp):
        (temp / "run").mkdir()
        self.runner = Runner(args.tshark, args.plugin_dir, generate.CAPTURES, temp / "run")
        self.sharkd, self.temp, self.connections = shlex.split(args.sharkd), temp, args.connections
        self.reduce = Path(args.plugin_dir).resolve().parent / "bin" / "ssltrouble-reduce"
        self.drop = self.runner.command[:-1] if self.runner.root else []

    def capture(self, name):
        """capture(name) copies a test capture to where everybody can read it."""
        path = self.temp / f"{name}.pcapng"
        shutil.copy(generate.CAPTURES / path.name, path)
        path.chmod(0o644)
        return path

    def generated(self, kind, count):
        """generated(kind, count) makes a large capture."""
        path = self.temp / f"{kind}{count}.pcap"
        with path.open("wb") as out:
            generate.write_capture(out, kind, count, generate.CAPTURES)
        path.chmod(0o644)
        return path

    def run(self, *command, env=None, stdin=None):
        """run(word...) runs a command with the plugin."""
        return subprocess.run([*self.drop, *map(str, command)], env={**self.runner.env, **(env or {})}, cwd="/", input=stdin,
                              capture_output=True, text=True, errors="replace", check=False)

    def tshark(self, *options, env=None):
        """tshark(option...) runs tshark."""
        return self.run(*(self.runner.command[-1:] if self.runner.root else self.runner.command), *options, env=env)


def memcheck(tools, requests):
    """memcheck(tools, requests) runs sharkd under valgrind; returns the errors and leaks that pass through the plugin."""
    text = "".join(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}) + "\n"
                   for number, (method, parameters) in enumerate(requests, 1))
    # leaks are looked for at the end: a plugin that was unloaded by then would have lost its names
    done = tools.run("valgrind", "--leak-check=full", "--show-leak-kinds=definite,indirect", "--num-callers=40",
                     "--keep-debuginfo=yes", *tools.sharkd, "-", stdin=text,
                     env={"G_SLICE": "always-malloc", "WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple", "G_DEBUG": "gc-friendly"})
    assert done.returncode == 0, done.stderr[-1000:]
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(answers) >= len(requests) and not [answer for answer in answers if "error" in answer], done.stdout[-1000:]
    blocks, block = [], []
    for line in done.stderr.splitlines():
        line = line.split("== ", 1)[-1].rstrip()
        if line.startswith("==") or not line:
            blocks.append(block)
            block = []
        else:
            block.append(line)
    return ["\n".join(block) for block in [*blocks, block] if any("ssltrouble.so" in line or ": dx_" in line for line in block)]


def test_memcheck(tools):
    """Load, read, change a preference, load again, read, close: no error and no leak of ours."""
    requests = []
    for name in FAILED:
        path = str(tools.capture(name))
        requests += [("load", {"file": path}), ("frames", {"filter": "ssltrouble.failed"}),
                     ("setconf", {"name": "ssltrouble.silence", "value": "3"}),
                     ("setconf", {"name": "ssltrouble.tls_ports", "value": "443,4433"}),
                     ("load", {"file": path}), ("frames", {"filter": "ssltrouble.cause || ssltrouble.verdict"}),
                     ("frame", {"frame": 4, "proto": True})]
    found = memcheck(tools, requests)
    assert not found, "\n\n".join(found[:5])


def test_other_postdissectors(tools):
    """transum, mate and the Community ID at the same time do not change the report."""
    plugins = tools.temp / "all"
    shutil.copytree(tools.runner.env["WIRESHARK_PLUGIN_DIR"], plugins)
    folder = next(plugins.glob("*/epan"))
    bundled = subprocess.run(["pkg-config", "--variable=plugindir", "wireshark"], capture_output=True, text=True, check=True)
    for name in ("mate", "transum"):
        shutil.copy(Path(bundled.stdout.strip()) / "epan" / f"{name}.so", folder)
    env = {"WIRESHARK_PLUGIN_DIR": str(plugins)}
    config = tools.temp / "mate.cfg"
    config.write_text('Pdu tcp_pdu Proto tcp Transport ip { Extract addr From ip.addr; Extract port From tcp.port; };\n'
                      "Gop tcp_ses On tcp_pdu Match (addr, addr, port, port) { Start (); };\nDone;\n")
    config.chmod(0o644)
    for name in FAILED:
        path = tools.capture(name)
        plain = tools.tshark("-r", path, "-q", "-z", "ssltrouble,json")
        for passes in ([], ["-2"]):
            others = tools.tshark("-r", path, *passes, "--enable-protocol", "transum", "--enable-protocol", "communityid",
                                  "-o", f"mate.config:{config}", "-q", "-z", "ssltrouble,json", env=env)
            assert others.returncode == 0 and others.stdout == plain.stdout != "", f"{name}: {others.stderr[-500:]}"


def test_senseless_preferences(tools):
    """Senseless values do no harm; those that are none for their kind, tshark refuses."""
    path = tools.capture(FAILED[0])
    for preference in PREFERENCES + REFUSED:
        done = tools.tshark("-r", path, "-o", f"ssltrouble.{preference}", "-q", "-z", "ssltrouble,json", "-z",
                            "ssltrouble,report")
        wanted = (1, False) if preference in REFUSED else (0, True)
        found = (done.returncode, '"stream":0' in done.stdout)
        assert found == wanted, f"{preference}: exit code {done.returncode}, {done.stderr[-500:]}"


def test_odd_trust_stores(tools):
    """What only looks like a file of roots is not read: a pipe would never end, nor a device, nor gigabytes of nothing."""
    path, folder = tools.capture(FAILED[1]), tools.temp / "odd"
    folder.mkdir()
    folder.chmod(0o755)
    os.mkfifo(folder / "pipe")
    with (folder / "sparse").open("wb") as sparse:
        sparse.truncate(5 << 30)
    (folder / "dead").symlink_to("nowhere")
    (folder / "zero").symlink_to("/dev/zero")
    for name, reason in (("pipe", "not a regular file"), ("sparse", "larger than 64 MB"), ("zero", "not a regular file"),
                         ("dead", "cannot be opened"), ("", "holds no certificates")):
        begun = time.monotonic()
        done = tools.tshark("-r", path, "-o", f"ssltrouble.trust_store:{folder / name}", "-q", "-z", "ssltrouble,report")
        assert reason in " ".join(done.stdout.split()), f"{name}: {done.stdout[:800]}"
        assert time.monotonic() - begun < 60, f"{name}: took too long"


def written(tools, kind, count):
    """written(tools, kind, count) makes one of growth.py's captures."""
    path = tools.temp / f"{kind}{count}.pcap"
    tape = growth.Tape(path)
    growth.KINDS[kind][1](tape, count, tools.temp)
    tape.out.close()
    path.chmod(0o644)
    return path


def test_absurd_keys(tools):
    """A key with an exponent as long as itself is not used, and the verdict says so."""
    done = tools.tshark("-r", written(tools, "exponents", 4096), "-q", "-z", "ssltrouble,json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 4, done.stderr[-500:]
    for row in rows:
        assert "not everything was judged: a key is of absurd size" in row["certificate"]["status"], row["certificate"]
        assert any("a key is of absurd size" in line["text"] for line in row["evidence"]), row["evidence"]


def test_absurd_times(tools):
    """Times at the ends of 64 bits, in seconds, are taken for the ends of the years that people read."""
    path = tools.temp / "times.pcapng"
    frames = generate.read_capture(generate.CAPTURES / f"{FAILED[0]}.pcapng")

    def block(kind, content):
        content += bytes(-len(content) % 4)
        return struct.pack("<II", kind, 12 + len(content)) + content + struct.pack("<I", 12 + len(content))

    with path.open("wb") as out:
        out.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        out.write(block(1, struct.pack("<HHIHHB3xHH", 1, 0, 262144, 9, 1, 0, 0, 0)))  # if_tsresol 0: seconds
        for number, (_, frame) in enumerate(frames):
            when = (0, (1 << 63) - 1, 1 << 63, 1700000000)[number % 4]
            out.write(block(6, struct.pack("<IIIII", 0, when >> 32, when & 0xFFFFFFFF, len(frame), len(frame)) + frame))
    path.chmod(0o644)
    done = tools.tshark("-r", path, "-q", "-z", "ssltrouble,json", "-z", "ssltrouble,report")
    assert done.returncode == 0 and '"stream":0' in done.stdout, done.stderr[-500:]


def test_holes(tools):
    """Captures with holes blame nobody: some rounds of holes.py."""
    done = subprocess.run([sys.executable, str(HERE / "holes.py"), "--plugin-dir", tools.runner.env["WIRESHARK_PLUGIN_DIR"],
                           "--tshark", tools.runner.command[-1], "--rounds", "40"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-500:]


def ended(process, number, name):
    """ended(process, number, name) sends a signal and reads to the end; it must come within a second (two on a busy machine)."""
    begun = time.monotonic()
    process.send_signal(number)
    if process.stdin:
        process.stdin.close()
    process.stdout.read()
    code = process.wait()
    assert time.monotonic() - begun < 2, f"{name}, {number}: ended after {time.monotonic() - begun:.1f} s"
    return code


def test_signals(tools):
    """SIGINT and SIGTERM end tshark also while it judges and writes. While it reads, it reads no further and writes its
    report, as tshark does (its exit code may be 2 then); another signal ends that."""
    path = written(tools, "servers", 20000)
    for number in (signal.SIGINT, signal.SIGTERM):
        for words in (["-z", "ssltrouble,json"], ["-z", "ssltrouble,json,ssltrouble.failed"], ["-2", "-z", "ssltrouble,json"],
                      ["-z", "ssltrouble,report"], ["-z", "ssltrouble,html"], ["-z", "ssltrouble,tree"]):
            for pause in (None,) if "json" in words[-1] else (0.5, 1, 2):
                with subprocess.Popen([*tools.drop, tools.runner.command[-1], "-r", str(path), "-q", *words],
                                      env=tools.runner.env, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as tshark:
                    if pause is None:
                        assert tshark.stdout.read(1), f"{words}: no output"
                        code = ended(tshark, number, words)
                        assert code == -number, f"{words}, {number}: {code}"
                        continue
                    time.sleep(pause)
                    tshark.send_signal(number)
                    time.sleep(0.5)
                    code = ended(tshark, number, words)
                    assert code in (0, 2, -number), f"{words}, {number}: {code}"


def test_signals_reduce(tools):
    """SIGINT and SIGTERM end ssltrouble-reduce while it waits for lines."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # a shell's background job, which these tests may be, begins with SIGINT ignored, and so would its children
        with subprocess.Popen([str(tools.reduce)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)) as reduce:
            reduce.stdin.write(b"{}\n" * 1000)
            reduce.stdin.flush()
            time.sleep(0.2)
            assert ended(reduce, number, "reduce") == -number


def usage(tools, path, *options, env=None):
    """usage(tools, path, option...) returns tshark's seconds of processor time and its memory in KB."""
    done = tools.run("/usr/bin/time", "-f", "TIME %U %S %M", tools.runner.command[-1], "-r", path, *options, env=env)
    row = [line for line in done.stderr.splitlines() if line.startswith("TIME ")]
    assert done.returncode == 0 and row, done.stderr[-500:]
    _, user, system, kilobytes = row[0].split()
    return float(user) + float(system), int(kilobytes)


def least(tools, path, *options, env=None):
    """least(...) is usage of three runs: what a run takes by chance, of time or memory, it takes in addition."""
    runs = [usage(tools, path, *options, env=env) for _ in range(3)]
    return min(seconds for seconds, _ in runs), min(kilobytes for _, kilobytes in runs)


def test_scale(tools):
    """Time and memory grow with the number of connections; at most 1.08 KB for each healthy one."""
    empty = tools.temp / "none"
    empty.mkdir()
    empty.chmod(0o755)
    small = first = None
    for count in (tools.connections // 10, tools.connections * 3 // 10, tools.connections):
        path = tools.generated("healthy", count)
        base, base_kilobytes = least(tools, path, "-q", "-z", "conv,tcp", env={"WIRESHARK_PLUGIN_DIR": str(empty)})
        seconds, kilobytes = least(tools, path, "-q", "-z", "conv,tcp", "-z", "ssltrouble,json")
        first = first or (count, kilobytes - base_kilobytes)
        print(f"{count:>7} connections: without {base:.1f} s {base_kilobytes // 1024} MB, json {seconds:.1f} s "
              f"{kilobytes // 1024} MB", flush=True)
        small = small or (seconds / count)
        path.unlink()
    each = (kilobytes - base_kilobytes - first[1]) * 1024 / (count - first[0])  # what is not the plugin itself
    print(f"{each:.0f} bytes for each further connection")
    assert each <= 1110, f"{each:.0f} bytes for each further connection"
    assert seconds / count <= small * 1.5, f"{seconds / count:.6f} s for each of {count}, {small:.6f} s for each of few"


def main():
    """main() runs the tests that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugin-dir", required=True, help="what WIRESHARK_PLUGIN_DIR is set to")
    parser.add_argument("--tshark", default="tshark")
    parser.add_argument("--sharkd", default="sharkd")
    parser.add_argument("--connections", type=int, default=30000, help="the largest number (default %(default)s)")
    parser.add_argument("names", nargs="*", metavar="NAME", help="tests to run (default: all)")
    args = parser.parse_args()
    tests = {name[5:]: function for name, function in globals().items() if name.startswith("test_")}
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="ssltrouble.") as name:
        temp = Path(name)
        temp.chmod(0o755)
        tools = Tools(args, temp)
        for name in args.names or tests:
            try:
                tests[name](tools)
                passed += 1
            except AssertionError as problem:
                print(f"{name}: {problem}")
                failed += 1
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
