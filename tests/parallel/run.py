#!/usr/bin/env python3
"""Runs the README's lines for a folder of captures: GNU parallel makes one file of JSON lines, jq asks it.

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

REPORT = ("find captures -name '*.pcap*' | sort | parallel -k "
          "'tshark -r {} -q -z ssltrouble,json | jq -c --arg file {} \"{file: \\$file} + .\"' > all.jsonl")
COUNT = "jq -r 'select(.outcome == \"failed\") | .cause' all.jsonl | sort | uniq -c | sort -rn"
SERVERS = ("jq -rs '[.[] | select(.outcome == \"failed\")] | group_by(.server)[] | "
           "[length, .[0].server, ([.[].cause] | unique | join(\" \"))] | @tsv' all.jsonl | sort -rn")


def main():
    """main() runs the three lines and compares their sums with each other."""
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
        for line in (REPORT, COUNT, SERVERS):
            prefix = runner.command[:-1] if runner.root else []
            done = subprocess.run([*prefix, "sh", "-c", line], cwd=work, env=runner.env, capture_output=True, text=True,
                                  check=False)
            if done.returncode:
                problems.append(f"{line}: exit code {done.returncode}: {done.stderr[-300:]}")
            outputs.append(done.stdout)
        items = [json.loads(line) for line in (work / "all.jsonl").read_text().splitlines()]
        failed = [item for item in items if item["outcome"] == "failed"]
        files = {item["file"] for item in items}
        sums = [sum(int(line.split()[0]) for line in output.splitlines()) for output in outputs[1:]]
        if sums != [len(failed)] * 2 or not failed or len(files) < 20:
            problems.append(f"{len(failed)} of {len(items)} connections in {len(files)} files failed, jq counts {sums}")
    print("\n".join(problems) if problems else outputs[1])
    print(f"{int(not problems)} passed, {int(bool(problems))} failed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
