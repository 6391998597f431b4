#!/usr/bin/env python3
"""Runs every libFuzzer target for some seconds, from the seeds that seeds.py makes of the test captures.

    run.py [--targets DIR] [--seconds N] [--seed N] [--corpus DIR] [--plugin-dir DIR] [NAME...]

DIR holds the fuzz_* programs of a build with -DDX_FUZZ=ON (default: build-fuzz/tests/fuzz). What a run learns goes to the
corpus folder (default: one that is thrown away), inputs that crash to the current folder. With the same --seed the same
inputs come in the same order; without it every run is another. --plugin-dir is ignored.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def main():
    """main() runs the targets one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--targets", type=Path, default=ROOT / "build-fuzz" / "tests" / "fuzz")
    parser.add_argument("--seconds", type=int, default=600)
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
            own = [str(folder) for folder in [HERE / "corpus" / name] if folder.is_dir()]
            done = subprocess.run(
                [str(args.targets / name), f"-max_total_time={args.seconds}", f"-seed={args.seed}",
                 "-max_len=20000", "-timeout=60", "-rss_limit_mb=4096", "-print_final_stats=1", str(corpus), str(seeds), *own],
                capture_output=True, text=True, errors="replace", check=False)
            units = sum(int(line.split()[-1]) for line in done.stderr.splitlines() if "number_of_executed_units" in line)
            given = sum(len(list(folder.iterdir())) for folder in [seeds, *map(Path, own)])
            print(f"{name}: {units} inputs, {given} of them given, exit code {done.returncode}", flush=True)
            good = done.returncode == 0 and units > given  # else it only read the seeds
            if not good:
                print("\n".join(done.stderr.splitlines()[-60:]))
            passed, failed = passed + good, failed + (not good)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
