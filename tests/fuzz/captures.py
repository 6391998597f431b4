#!/usr/bin/env python3
"""Feeds damaged captures to tshark with a plugin that was built with sanitizers.

    captures.py --plugin-dir DIR [--rounds N] [--seed N] [--keep DIR]

The test captures, merged into two files, go through `editcap -E` with 1 to 5% of their bytes damaged, then through tshark
in one pass and in two, with all reports, the packet tree and expert infos by turns. A finding is an exit code other than
0, 30 seconds of processor time, a sanitizer's message, a "Dissector bug" that tshark without the plugin does not have on
the same file, and JSON that is none. The captures of findings are kept. The last line counts the runs.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "captures"))
from run import Runner  # noqa: E402  (tests/captures/run.py: the one place that knows how to run tshark unprivileged)

CPU_SECONDS = 30
REPORTS = ["-q", "-z", "ssltrouble,json", "-z", "ssltrouble,report", "-z", "ssltrouble,tree"]
VARIANTS = [
    REPORTS,
    ["-2", *REPORTS],
    ["-2", "-V", "-O", "ssltrouble"],
    ["-q", "-z", "expert", "-z", "ssltrouble,json,ssltrouble.failed"],
    ["-2", "-R", "tcp", "-T", "pdml", "-J", "ssltrouble"],
]


def sanitized_environment(env):
    """sanitized_environment(env) is what tshark needs to load a plugin built with gcc's sanitizers."""
    library = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True)
    return dict(env, LD_PRELOAD=library.stdout.strip(), ASAN_OPTIONS="detect_leaks=0:abort_on_error=0",
                UBSAN_OPTIONS="print_stacktrace=1", WIRESHARK_DEBUG_WMEM_OVERRIDE="simple",
                WIRESHARK_ABORT_ON_DISSECTOR_BUG="1")


def merge(captures, folder):
    """merge(captures, folder) returns two files that hold all captures one after the other."""
    paths = sorted(captures.glob("*.pcapng"))
    merged = []
    for number in range(2):
        merged.append(folder / f"merged{number}.pcapng")
        subprocess.run(["mergecap", "-a", "-F", "pcapng", "-w", str(merged[-1]), *map(str, paths[number::2])],
                       check=True, capture_output=True)
    return merged


class Runs:
    """Runs tshark and says what is wrong with a run."""

    def __init__(self, args, temp):
        self.runner = Runner(args.tshark, args.plugin_dir, args.captures, temp / "run")
        library = next(Path(args.plugin_dir).glob("*/epan/ssltrouble.so"))
        sanitized = b"libasan.so" in library.read_bytes()
        self.env = sanitized_environment(self.runner.env) if sanitized else dict(self.runner.env)
        self.temp, self.keep, self.seed = temp, args.keep, args.seed
        (temp / "none").mkdir()
        self.theirs = collections.Counter()

    def without(self, path, options, *unset):
        """without(path, options, unset...) reads the capture without the plugin in the same passes; returns (exit code, errors).
        It needs a reason to dissect, as the plugin's reports give it one: -V."""
        env = dict(self.env, WIRESHARK_PLUGIN_DIR=str(self.temp / "none"))
        for name in ("LD_PRELOAD", "ASAN_OPTIONS", "UBSAN_OPTIONS", *unset):
            env.pop(name, None)
        passes = options[:3] if "-R" in options else options[:1] if "-2" in options else []
        done = subprocess.run([*self.runner.command, "-r", str(path), *passes, "-V"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, cwd="/", env=env, timeout=600, check=False)
        return done.returncode, done.stderr.decode(errors="replace")

    def fails_without(self, path, options, place):
        """fails_without(path, options, place) tells whether tshark fails at `place`, as in "packet-tls.c:2386", without
        the plugin too."""
        code, errors = self.without(path, options)
        return code != 0 and place in errors

    def complaint(self, path, options, errors):
        """complaint(path, options, errors) is what GLib says is wrong, and says not without the plugin; or None."""
        said = re.findall(r"(?:CRITICAL|GLib-)\S* *(.*)", errors)
        theirs = self.without(path, options, "WIRESHARK_ABORT_ON_DISSECTOR_BUG")[1] if said else ""
        return next((one for one in said if one not in theirs), None)

    def run(self, path, options, env=None, said=None):
        """run(path, options, env, said) returns what is wrong with one run, or None; `said` gets what tshark writes."""
        def limit():
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        try:
            done = subprocess.run([*self.runner.command, "-r", str(path), *options], capture_output=True, cwd="/",
                                  env=env or self.env, preexec_fn=limit, timeout=600, check=False)
        except subprocess.TimeoutExpired:
            return "hangs"
        errors = done.stderr.decode(errors="replace")
        for sign in ("ERROR: AddressSanitizer", "runtime error:", self.complaint(path, options, errors)):
            if sign and sign in errors:
                return f"{sign}: {errors[errors.index(sign):][:1500]}"
        place = re.search(r"epan/dissectors/(packet-[\w-]+\.c:\d+)", errors)
        if done.returncode and env is None and place and self.fails_without(path, options, place[1]):
            self.theirs[place[1]] += 1  # not our doing; without the abort the run goes on to the end
            return self.run(path, options, {name: value for name, value in self.env.items()
                                            if name != "WIRESHARK_ABORT_ON_DISSECTOR_BUG"}, said)
        if done.returncode:
            return f"exit code {done.returncode}: {errors[-500:]}"
        for line in done.stdout.split(b"\n"):
            if line.startswith(b'{"stream"'):
                try:
                    json.loads(line)
                except ValueError as problem:
                    return f"not JSON ({problem}): {line[:300]}"
        if said is not None:
            said.append(done.stdout)
        return None


class Fuzzer(Runs):
    """Runs the rounds."""

    def __init__(self, args, temp):
        super().__init__(args, temp)
        self.merged = merge(Path(args.captures), temp)

    def round(self, number):
        """round(number) damages both files in one way and runs two variants on each; returns (runs, findings)."""
        chance = random.Random(self.seed + number)
        findings, runs = [], 0
        for which, merged in enumerate(self.merged):
            path = self.temp / f"round{number}.{which}.pcapng"
            rate = chance.choice(["0.01", "0.02", "0.03", "0.04", "0.05"])
            subprocess.run(["editcap", "-E", rate, "--seed", str(self.seed + number), str(merged), str(path)],
                           check=True, capture_output=True)
            path.chmod(0o644)
            for options in (VARIANTS[0], VARIANTS[1 + (number + which) % (len(VARIANTS) - 1)]):
                runs += 1
                problem = self.run(path, options)
                if problem:
                    kept = Path(self.keep) / path.name
                    shutil.copy(path, kept)
                    findings.append(f"{' '.join(options)} -r {kept}: {problem}")
            path.unlink()
        return runs, findings


def main(kind, about, rounds):
    """main(kind, about, rounds) runs the rounds of a kind of Runs, some at a time; both fuzzers of captures have these options."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugin-dir", required=True, help="the plugin folder of a build, best one with -DDX_SANITIZE=ON")
    parser.add_argument("--tshark", default="tshark")
    parser.add_argument("--captures", default=str(HERE.parent.parent / "test-captures"))
    parser.add_argument("--rounds", type=int, default=rounds, help="default %(default)s")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", default=tempfile.gettempdir(), help="where captures of findings go")
    args = parser.parse_args()
    start, runs, failed = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory(prefix="ssltrouble.") as name:
        temp = Path(name)
        temp.chmod(0o755)
        (temp / "run").mkdir()
        fuzzer = kind(args, temp)
        with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
            for done, findings in pool.map(fuzzer.round, range(args.rounds)):
                runs, failed = runs + done, failed + len(findings)
                for finding in findings:
                    print(finding, flush=True)
    theirs = ", ".join(f"{place} {count} times" for place, count in sorted(fuzzer.theirs.items())) or "none"
    print(f"{args.rounds} rounds in {(time.monotonic() - start) / 60:.1f} minutes; "
          f"assertions that fail without the plugin too: {theirs}")
    print(f"{runs - failed} passed, {failed} failed")
    sys.exit(1 if failed or not runs else 0)


if __name__ == "__main__":
    main(Fuzzer, __doc__, 200)
