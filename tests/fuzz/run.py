#!/usr/bin/env python3
"""Runs every libFuzzer target for some seconds, from the seeds that seeds.py makes of the test captures.

    run.py [--targets DIR] [--seconds N | --runs N] [--seed N] [--corpus DIR] [--plugin-dir DIR] [NAME...]

DIR holds the fuzz_* programs of a build with -DDX_FUZZ=ON (default: build-fuzz/tests/fuzz). What a run learns goes to the
corpus folder (default: one that is thrown away), inputs that crash to the current folder, and the smaller ones in base64 to
the output. With --seconds every run is another. --runs N tries N inputs, the same on every machine: what a test needs, since
a fault that another run would have found must not fail a change that is innocent of it. --plugin-dir is ignored.
"""

import argparse
import base64
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def limits(args):
    """limits(args) is libFuzzer's options for how long to go on. What programs compare holds addresses, which are others in
    each process: without it the same seed makes the same inputs."""
    if args.runs:
        return [f"-runs={args.runs}", f"-seed={args.seed or 1}", "-use_cmp=0"]
    return [f"-max_total_time={args.seconds}", f"-seed={args.seed}"]


def show_crash(stderr):
    """show_crash(stderr) prints the input that crashed, as far as it can be copied from a log."""
    for line in stderr.splitlines():
        path = Path(line.partition("Test unit written to ")[2] or "/")
        if path.is_file() and path.stat().st_size <= 8192:
            print(f"{path.name}, base64: {base64.b64encode(path.read_bytes()).decode()}")


def main():
    """main() runs the targets one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--targets", type=Path, default=ROOT / "build-fuzz" / "tests" / "fuzz")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--runs", type=int)
    parser.add_argument("--seed", type=int, default=0, help="of the mutations; 0: another one each time")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--plugin-dir", help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*", metavar="NAME", help="targets to run (default: all)")
    args = parser.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="ssltrouble.") as temp:
        subprocess.run([sys.executable, str(HERE / "seeds.py"), f"{temp}/seeds"], check=True)
        for name in args.names or sorted(path.stem for path in HERE.glob("fuzz_*.c")):
            corpus = (args.corpus or Path(temp)) / name
            seeds = Path(temp) / "seeds" / name
            for folder in (corpus, seeds):
                folder.mkdir(parents=True, exist_ok=True)
            own = HERE / "corpus" / name
            given = sorted(seeds.iterdir()) + (sorted(own.iterdir()) if own.is_dir() else [])
            (Path(temp) / "given").write_text(",".join(map(str, given)), encoding="utf-8")  # folders have no order
            done = subprocess.run(
                [str(args.targets / name), *limits(args), f"-seed_inputs=@{temp}/given",
                 "-max_len=20000", "-timeout=60", "-rss_limit_mb=4096", "-print_final_stats=1", str(corpus)],
                capture_output=True, text=True, errors="replace", check=False)
            units = sum(int(line.split()[-1]) for line in done.stderr.splitlines() if "number_of_executed_units" in line)
            print(f"{name}: {units} inputs, {len(given)} of them given, exit code {done.returncode}", flush=True)
            good = done.returncode == 0 and units > len(given)  # else it only read the seeds
            if not good:
                print("\n".join(done.stderr.splitlines()[-60:]))
                show_crash(done.stderr)
            passed, failed = passed + good, failed + (not good)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
