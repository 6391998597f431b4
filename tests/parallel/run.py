#!/usr/bin/env python3
"""Runs the README's commands for a folder of captures: GNU parallel makes one file of JSON lines, others ask it.

    run.py --plugin-dir DIR [--tshark CMD] [--captures DIR]

ssltrouble-reduce (of the same build), jq and pandas must count what the lines hold, and of one capture its report must say
what tshark's says, section by section. Needs GNU parallel, jq and Debian's python3-pandas.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "captures"))
from run import Runner  # noqa: E402  (tests/captures/run.py: the one place that knows how to run tshark unprivileged)

# The commands, in the order in which they are run, by what they begin and end with.
COMMANDS = {"make": r"find captures .*> all\.tsv$", "jq": r"cut -f2- all\.tsv \| jq ", "text": r"ssltrouble-reduce all\.tsv",
            "html": r"ssltrouble-reduce --html all\.tsv", "split": r"cut -f2- all\.tsv > all\.json$", "pandas": r"python3 -c \"import pandas"}


def readme_commands():
    """readme_commands() returns the README's command for each of COMMANDS."""
    text = (HERE.parent.parent / "README.md").read_text()
    lines = [line.strip() for line in text.splitlines() if line.startswith("    ")] + re.findall(r"`(cut [^`]*)`", text)
    found = {}
    for name, pattern in COMMANDS.items():
        matching = [line for line in lines if re.match(pattern, line)]
        if len(matching) != 1:
            sys.exit(f"README.md shows {len(matching)} commands for {name}")
        found[name] = matching[0]
    return found


LEAST_COMPARED = 10

SAME = ("Problem", "Fix", "Find out", "Check", "Candidates", "Other causes", "Evidence", "Server files", "Compare", "Supplicant",
        "Windows log", "Group")


def sections(report):
    """sections(report) gives for each problem {label: its lines}, without those that two reports need not share."""
    found, label, lines = [], None, report.splitlines()
    for line, below in zip(lines, lines[1:] + [""]):
        labeled = re.match(r"  ([A-Z][A-Za-z ]{1,12}?)(?:  +|$)(.*)", line)
        if re.match(r"(Details of|The other|The server's own|Notes:|====)", line):
            label = None
        elif re.match(r"\d+\. ", line) and below.startswith("----"):
            found.append({"title": line.split(" ", 1)[1]})
            label = "title"
        elif label and labeled:
            label = labeled[1]
            found[-1][label] = [labeled[2].strip()]
        elif label and label != "title" and line.strip():
            found[-1][label].append(line.strip())
    for problem in found:  # the heading has a time: that of the report is of the first packet, the other's of the connection
        log = problem.get("Windows log", [])
        while log and not log.pop(0).endswith("UTC:"):
            pass
    return found


def differences(whole, reduced):
    """differences(whole, reduced) names what the report of one capture says otherwise than that of its lines of JSON."""
    ours, theirs = sections(whole), sections(reduced)
    if len(ours) != 1 or len(theirs) != 1:
        return [f"{len(ours)} problems, reduced {len(theirs)}"]
    return [f"{label}: {ours[0].get(label)}, reduced {theirs[0].get(label)}" for label in ("title", *SAME)
            if ours[0].get(label) != theirs[0].get(label)]


def counted(name, output):
    """counted(name, output) is how many failed connections a command's output has."""
    if name == "text":
        return int(re.search(r"^ +(\d+)  failed$", output, re.M)[1]) + sum(
            int(number) for number in re.findall(r"^ +(\d+)  failed, later succeeded$", output, re.M))
    if name == "html":
        return sum(int(number) for number in re.findall(r"<b>(\d+)</b> failed", output))
    column = 0 if name == "jq" else -1
    return sum(int(line.split()[column]) for line in output.splitlines() if re.search(r"(possible|likely|confirmed)\s", line + " "))


def main():
    """main() runs the commands and compares the sums of each with what the first wrote."""
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
        programs = temp / "programs"
        programs.mkdir()
        shutil.copy(Path(args.plugin_dir).resolve().parent / "bin" / "ssltrouble-reduce", programs)
        (programs / "python3").symlink_to("/usr/bin/python3")  # Debian's, which has its packages
        subprocess.run(["chmod", "-R", "a+rX", str(work), str(programs)], check=True)
        runner.env["PATH"] = f"{programs}:{os.environ['PATH']}"
        prefix = runner.command[:-len(shlex.split(args.tshark))]
        num_compared = 0
        for path in sorted((work / "captures").glob("*.pcapng"))[::6]:
            whole, reduced = [subprocess.run([*prefix, "sh", "-c", f"{args.tshark} -q -r {path} -z ssltrouble,{how}"], cwd=work,
                                             env=runner.env, capture_output=True, text=True, check=False).stdout
                              for how in ("report", "json | ssltrouble-reduce")]
            if len(sections(whole)) == 1:
                num_compared += 1
                problems += [f"{path.name}: {difference}" for difference in differences(whole, reduced)]
        if num_compared < LEAST_COMPARED:
            problems.append(f"{num_compared} reports were compared with those of ssltrouble-reduce, {LEAST_COMPARED} are wanted")
        outputs = {}
        for name, line in readme_commands().items():
            line = re.sub(r"(?<![\w./-])tshark ", f"{args.tshark} ", line.removesuffix(" > all.html"))
            done = subprocess.run([*prefix, "sh", "-c", line], cwd=work, env=runner.env, capture_output=True, text=True,
                                  check=False)
            if done.returncode:
                problems.append(f"{line}: exit code {done.returncode}: {done.stderr[-300:]}")
            outputs[name] = done.stdout
        rows = [line.split("\t", 1) for line in (work / "all.tsv").read_text().splitlines()]
        files, items = {file for file, _ in rows}, [json.loads(text) for _, text in rows]
        failed = [item for item in items if item["outcome"] == "failed"]
        if not failed or len(files) < 20:
            problems.append(f"{len(failed)} of {len(items)} connections in {len(files)} files failed")
        for name in ("jq", "text", "html", "pandas"):
            if not problems and counted(name, outputs[name]) != len(failed):
                problems.append(f"{name} counts {counted(name, outputs[name])} of {len(failed)}: {outputs[name][:2000]}")
        if f"{len(rows)} lines, connections: {len(rows)}," not in outputs["text"]:
            problems.append(f"ssltrouble-reduce reads: {outputs['text'][:600]}")
    print("\n".join(problems) if problems else outputs["text"][:3000])
    print(f"{int(not problems)} passed, {int(bool(problems))} failed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
