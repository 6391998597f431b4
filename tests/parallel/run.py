#!/usr/bin/env python3
"""Runs the README's commands for a folder of captures: GNU parallel makes one file of JSON lines, jq asks it.

    run.py --plugin-dir DIR [--tshark CMD] [--captures DIR]

Needs GNU parallel and jq.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "captures"))
from run import Runner  # noqa: E402  (tests/captures/run.py: the one place that knows how to run tshark unprivileged)


def readme_lines():
    """readme_lines() returns the README's two commands: the one that makes all.tsv and the one that reads it."""
    lines = [line.strip() for line in (HERE.parent.parent / "README.md").read_text().splitlines() if line.startswith("    ")]
    make = [line for line in lines if line.startswith("find captures") and line.endswith("> all.tsv")]
    read = [line for line in lines if " all.tsv | jq " in line]
    if len(make) != 1 or len(read) != 1:
        sys.exit("README.md does not show the two commands")
    return make[0], read[0]


def main():
    """main() runs the two commands and compares the sums of the second with what the first wrote."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugin-dir", required=True, help="what WIRESHARK_PLUGIN_DIR is set to")
    parser.add_argument("--tshark", default="tshark")
    parser.add_argument("--captures", type=Path, default=HERE.parent.parent / "test-captures")
    args = parser.parse_args()
    problems = []
    with tempfile.TemporaryDirectory(prefix="ssltrouble.") as name:
        temp = Path(name)
        temp.chmod(0o755)
        (temp / "run").mkdir()
        runner = Runner(args.tshark, args.plugin_dir, args.captures, temp / "run")
        work = temp / "run" / "home" if runner.root else temp
        (work / "captures").mkdir()
        for path in args.captures.glob("*.pcapng"):
            if path.stem.count(".") == 0:
                shutil.copy(path, work / "captures")
        subprocess.run(["chmod", "-R", "a+rX", str(work)], check=True)
        outputs = []
        for line in readme_lines():
            prefix = runner.command[:-1] if runner.root else []
            done = subprocess.run([*prefix, "sh", "-c", line], cwd=work, env=runner.env, capture_output=True, text=True,
                                  check=False)
            if done.returncode:
                problems.append(f"{line}: exit code {done.returncode}: {done.stderr[-300:]}")
            outputs.append(done.stdout)
        rows = [line.split("\t", 1) for line in (work / "all.tsv").read_text().splitlines()]
        files, items = {file for file, _ in rows}, [json.loads(text) for _, text in rows]
        num_failed = sum(item["outcome"] == "failed" for item in items)
        counted = sum(int(line.split()[0]) for line in outputs[1].splitlines())
        if counted != num_failed or not num_failed or len(files) < 20:
            problems.append(f"{num_failed} of {len(items)} connections in {len(files)} files failed, jq counts {counted}")
    print("\n".join(problems) if problems else outputs[1])
    print(f"{int(not problems)} passed, {int(bool(problems))} failed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
