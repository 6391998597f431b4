#!/usr/bin/env python3
"""Counts the instructions that the plugin costs, and fails when they pass the budget.

    run.py --plugin-dir DIR [--handshakes N] [--failing N] [--bulk N] [--plain N] [--dns N] [--functions N] [--keep DIR]

For captures of handshakes, bulk TLS data, TCP that is no TLS, and DNS, valgrind's callgrind counts the instructions of
    plain    tshark -q -z conv,tcp, without the plugin
    idle     the same with the plugin loaded
    report   tshark -q -z ssltrouble,json
    window   tshark -2, which reads as the window does
    columns  tshark -2 with the profile's columns
the last two against the same without the plugin; each less the same run over a capture of one connection of each sort:
what happens once (start-up, reading the system's
trust store, judging a certificate) is shown by itself. Counts, unlike times, are the same on a busy machine, and with steady.c
in every run.
--functions prints what the plugin's functions cost in each report. Needs valgrind.
"""

import argparse
import concurrent.futures
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "captures"))
import generate  # noqa: E402
from run import Runner  # noqa: E402  (tests/captures/run.py: the one place that knows how to run tshark unprivileged)

BUDGET = {  # instructions, as a multiple of the same without the plugin
    "handshakes": {"idle": 1.05, "report": 1.13},  # every second one fails, and its report is long
    "failing": {"report": 1.10, "window": 1.10, "columns": 1.21},
    "bulk": {"idle": 1.03, "report": 1.06},
    "plain": {"idle": 1.01, "report": 1.02},
    "dns": {"idle": 1.01, "report": 1.02},
}
TOLERANCE = 0.02
PREFERENCES = (HERE.parents[1] / "plugin/profile/preferences").read_text()
COLUMNS = re.search(r"^gui.column.format: *\n((?:\t.*\n)*)", PREFERENCES, re.M)[1]
COUNTED, TWICE, PROFILE = ["-q", "-z", "conv,tcp"], ["-2"], ["-2", "-o", f"gui.column.format:{''.join(COLUMNS.split())}"]
OPTIONS = {  # tshark's
    "plain": COUNTED, "idle": COUNTED, "report": ["-q", "-z", "ssltrouble,json"],
    "plain_window": TWICE, "window": TWICE, "plain_columns": PROFILE, "columns": PROFILE,
}


class Bench:
    """Counts instructions of tshark on generated captures."""

    def __init__(self, args, folder):
        self.folder = folder
        self.empty = folder / "none"
        shutil.rmtree(folder / "run", ignore_errors=True)
        for name in ("run", "none", "out"):
            (folder / name).mkdir(exist_ok=True)
        folder.chmod(0o755)
        self.runner = Runner(args.tshark, args.plugin_dir, generate.CAPTURES, folder / "run")
        if self.runner.root:
            shutil.chown(folder / "out", "nobody")
        steady = Path(args.plugin_dir).resolve().parent / "tests" / "bench" / "steady.so"
        self.runner.env.update(LD_PRELOAD=shutil.copy(steady, folder / "run"))
        (folder / "run" / steady.name).chmod(0o755)

    def capture(self, kind, count):
        """capture(kind, count) generates a capture and returns its path."""
        path = self.folder / f"{kind}{count}.pcap"
        with path.open("wb") as out:
            generate.write_capture(out, kind, count, generate.CAPTURES)
        path.chmod(0o644)
        return path

    def count(self, path, variant):
        """count(path, variant) returns the instructions of one run and callgrind's file."""
        env = dict(self.runner.env)
        if variant.startswith("plain"):
            env["WIRESHARK_PLUGIN_DIR"] = str(self.empty)
        result = self.folder / "out" / f"{path.stem}.{variant}"
        if variant.startswith("plain") and result.exists():
            return total(result), result  # of an earlier run with --keep
        *drop, tshark = self.runner.command
        done = subprocess.run(
            [*drop, "valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={result}", tshark,
             "-r", str(path), *OPTIONS[variant]],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=env, cwd="/", check=False)
        if done.returncode:
            sys.exit(f"{path.stem}, {variant}: exit code {done.returncode}: {done.stderr[-500:]}")
        return total(result), result


def without(variant):
    """without(variant) names the same run without the plugin."""
    return f"plain_{variant}" if f"plain_{variant}" in OPTIONS else "plain"


def total(result):
    """total(result) reads the sum from callgrind's file."""
    return int(re.search(r"^(?:summary|totals): (\d+)", result.read_text(errors="replace"), re.M)[1])


def functions(result, num):
    """functions(result, num) prints what the plugin's functions cost, callees included and not included."""
    for title, inclusive in (("with what they call", "yes"), ("alone", "no")):
        out = subprocess.run(["callgrind_annotate", f"--inclusive={inclusive}", "--threshold=100", str(result)],
                             capture_output=True, text=True, check=False).stdout
        print(f"   functions of the plugin, {title}:")
        for line in [line for line in out.splitlines() if "ssltrouble.so" in line][:num]:
            print("   ", re.sub(r"\[.*", "", re.sub(r"\?\?\?:|/\S*/(plugin/)", r"\1", line)).strip())


def main():
    """main() prints one row per capture and counts the budgets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugin-dir", required=True, help="what WIRESHARK_PLUGIN_DIR is set to")
    parser.add_argument("--tshark", default="tshark")
    parser.add_argument("--handshakes", type=int, default=400, help="connections (default %(default)s)")
    parser.add_argument("--failing", type=int, default=400, help="connections (default %(default)s)")
    parser.add_argument("--bulk", type=int, default=8, help="connections (default %(default)s)")
    parser.add_argument("--plain", type=int, default=120, help="connections (default %(default)s)")
    parser.add_argument("--dns", type=int, default=500, help="lookups (default %(default)s)")
    parser.add_argument("--functions", type=int, default=0, metavar="N", help="print the N dearest functions")
    parser.add_argument("--keep", help="a folder to work in, whose files stay; a second run there reuses the counts of plain")
    args = parser.parse_args()
    passed = failed = 0
    with contextlib.ExitStack() as stack:
        folder = Path(args.keep or stack.enter_context(tempfile.TemporaryDirectory(prefix="ssltrouble.")))
        folder.mkdir(exist_ok=True)
        bench = Bench(args, folder)
        kinds = [kind for kind in BUDGET if getattr(args, kind)]
        first = {kind: len(generate.sources(kind, generate.CAPTURES)) for kind in kinds}
        paths = {(kind, count): bench.capture(kind, count)
                 for kind in kinds for count in (first[kind], first[kind] + getattr(args, kind))}
        jobs = [(path, variant) for (kind, _), path in paths.items()
                for variant in {"plain", *BUDGET[kind], *map(without, BUDGET[kind])}]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            counts = dict(zip(jobs, pool.map(lambda job: bench.count(*job), jobs)))
        shown = ["idle", "report", "window", "columns"]
        print(f"{'capture':<18}{'plain':>12}{''.join(f'{v:>9}' for v in shown)}{'once':>8}"
              "   (million instructions; multiples of the same without the plugin; what the report costs once)")
        for kind in kinds:
            small, large = paths[kind, first[kind]], paths[kind, first[kind] + getattr(args, kind)]
            net = {variant: counts[large, variant][0] - counts[small, variant][0]
                   for variant in OPTIONS if (large, variant) in counts}
            once = counts[small, "report"][0] - counts[small, "plain"][0]
            ratio = {variant: net[variant] / net[without(variant)] for variant in BUDGET[kind]}
            over = [variant for variant in ratio if ratio[variant] > BUDGET[kind][variant] + TOLERANCE]
            note = f"   OVER BUDGET: {', '.join(f'{v} {BUDGET[kind][v]:.2f}' for v in over)}" if over else ""
            columns = "".join(f"{ratio[v]:>9.3f}" if v in ratio else f"{'-':>9}" for v in shown)
            print(f"{kind + ' ' + str(getattr(args, kind)):<18}{net['plain'] / 1e6:>12.1f}{columns}{once / 1e6:>8.1f}{note}")
            passed, failed = passed + len(ratio) - len(over), failed + len(over)
            if args.functions:
                functions(counts[large, "report"][1], args.functions)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
