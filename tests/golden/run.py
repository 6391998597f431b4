#!/usr/bin/env python3
"""Compares the text report of test captures with the reports in this folder, one or more for each cause.

    run.py --plugin-dir DIR [--tshark CMD] [--captures DIR] [--write] [NAME...]

NAME.txt is what the report says of the capture of tests/captures/NAME.json, with its options, from "Summary" on. A
report is written by --write, read against the packets line by line, and only then committed; a change of a sentence
shows here as a difference, which is read in the same way. Besides, in every report: evidence stands in the order of the
frames, a command is whole on a line of its own, the fix (or what to find out) stands in the first eight lines, and no
word stands there that has a better one. The last checks are that no cause is without a report, and that entries are short;
how long they are is printed.
"""

import argparse
import concurrent.futures
import difflib
import json
import re
import statistics
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CAPTURES = HERE.parent / "captures"
sys.path.insert(0, str(CAPTURES))
from run import Runner  # noqa: E402  (the one place that knows how to run tshark unprivileged)

sys.path.insert(0, str(HERE.parent / "docs"))
from terms import better  # noqa: E402  (one word for one thing)

# update_regression is never the verdict: files that suggest it are in evidence.scenario6_update.
WITHOUT = {"update_regression"}
SCREEN = 8  # an entry's line with its fix, or with what to find out, at most; its title is the first
LINES, MEDIAN_LINES, MEDIAN_FIRST = 55, 30, 6  # of an entry, at most
PROGRAMS = re.compile(r"\b(netsh http|certutil -|httpcfg |openssl s_client|openssl x509|Get-WinEvent -|reg query|icacls |"
                      r"w32tm |nslookup (?!does )|Test-NetConnection )")


def squeezed(text):
    """squeezed(text) has one blank for every run of white space."""
    return " ".join(text.split())


def entries(report):
    """entries(report) gives each problem's lines, its title first."""
    lines, found, inside = report.splitlines(), [], False
    for number, line in enumerate(lines):
        if re.match(r"\d+\. ", line) and lines[number + 1].startswith("----"):
            found.append([])
            inside = True
        inside = inside and not re.match(r"(Details of|The other|The server's own|Notes:|====)", line)
        if inside:
            found[-1].append(line)
    for entry in found:
        while not entry[-1]:
            entry.pop()
    return found


def first_line(entry):
    """first_line(entry) gives the number of the line that says what to do first, its title's is 1; None: there is none."""
    return next((at for at, line in enumerate(entry, 1) if re.match(r"  (Fix|Find out) ", line)), None)


def lengths_faults():
    """lengths_faults() prints how long the entries of all reports are, and says what is wrong with that."""
    all_entries = [entry for path in HERE.glob("*.txt") for entry in entries(path.read_text())]
    lines, first = sorted(map(len, all_entries)), sorted(first_line(entry) or 0 for entry in all_entries)
    middle, begins = statistics.median(lines), statistics.median(first)
    print(f"{len(lines)} entries: {middle:g} lines (median, {lines[-1]} at most), what to do first on line {begins:g} ({first[-1]})")
    return ["the median entry is too long, or begins too late"] if middle > MEDIAN_LINES or begins > MEDIAN_FIRST else []


def section(entry, label):
    """section(entry, label) gives the lines of a label: its own, and those without one that follow."""
    inside, lines = False, []
    for line in entry:
        if re.match(r"  \S", line):
            inside = line[2:16].strip() == label
        if inside:
            lines.append(line)
    return lines


def layout_faults(report, items):
    """layout_faults(report, items) says what is wrong with how a report is laid out."""
    faults = []
    steps = [step for item in items for step in [*item["checks"], item["fix"] or ""]]
    for entry in entries(report):
        title = entry[0][:60].strip()
        first = first_line(entry)
        if len(entry) > LINES:
            faults.append(f"{title}: {len(entry)} lines")
        if first is None or first > SCREEN:
            faults.append(f"{title}: fix or what to find out on line {first}")
        frames = [int(number) for number in re.findall(r"^.{16}frame (\d+)", "\n".join(section(entry, "Evidence")), re.M)]
        if frames != sorted(frames):
            faults.append(f"{title}: evidence is not in the order of the frames: {frames}")
        for line in entry[2:]:
            command = re.match(r"    (\S.*)", line)
            if command and not any(command[1] in step for step in steps):
                faults.append(f"{title}: not a whole command of its steps: {command[1]}")
        for label in ("Fix", "Check", "Find out"):
            text = "\n".join(line for line in section(entry, label) if not re.match(r"    \S", line))
            faults += [f"{title}: {label}: a command in a sentence: {found}" for found in PROGRAMS.findall(text)]
    quoted = [line for entry in entries(report) for line in section(entry, "Users see")]  # what programs say
    words = "\n".join(line for line in report.splitlines() if line not in quoted and not re.match(r".{16}frame |    \S", line))
    faults += [f'"{word}": write {instead}' for word, instead in [*better(words), *((found, "group") for found in re.findall(r"(?i)\bscenario\b", words))]]
    return faults


def report_of(runner, name):
    """report_of(runner, name) returns (report from "Summary" on, objects of the JSON report, error or None)."""
    expected = json.loads((CAPTURES / f"{name}.json").read_text())
    options = [option.replace("EVIDENCE", str(runner.evidence)) for option in expected.get("args", [])]
    with runner.readable(expected.get("capture", name), name) as path:
        text, error = runner.report(path, *options, "-z", "ssltrouble,report")
    lines = text.splitlines()
    items = [json.loads(line) for line in lines if line.startswith('{"')]
    report = "\n".join(line for line in lines if not line.startswith('{"')) + "\n"
    report = report[report.find("\nSummary\n") + 1:].replace(str(runner.evidence), "EVIDENCE")
    return report, items, error


def judge(runner, name, write):
    """judge(runner, name, write) returns (failures, ids of the causes in the report)."""
    report, items, error = report_of(runner, name)
    if error:
        return [error], set()
    failures, file = layout_faults(report, items), HERE / f"{name}.txt"
    wanted = file.read_text() if file.exists() else ""
    if write:
        file.write_text(report)
    elif report != wanted:
        failures.append("\n" + "".join(difflib.unified_diff(wanted.splitlines(True), report.splitlines(True), "wanted", "found")))
    return failures, {item["cause"] for item in items if item["cause"]}


def main():
    """main() compares the reports that were asked for, two at a time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tshark", default="tshark", help="tshark, with options if any")
    parser.add_argument("--plugin-dir", required=True, help="what WIRESHARK_PLUGIN_DIR is set to")
    parser.add_argument("--captures", default=str(HERE.parent.parent / "test-captures"))
    parser.add_argument("--write", action="store_true", help="write the reports instead: read them before you commit them")
    parser.add_argument("names", nargs="*", metavar="NAME", help="reports to compare (default: all in this folder)")
    args = parser.parse_args()
    names = args.names or sorted(path.stem for path in HERE.glob("*.txt"))
    passed, failed, causes = 0, 0, set()
    with tempfile.TemporaryDirectory(prefix="ssltrouble.") as temp:
        runner = Runner(args.tshark, args.plugin_dir, args.captures, temp)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for name, (failures, seen) in zip(names, pool.map(lambda name: judge(runner, name, args.write), names)):
                for failure in failures:
                    print(f"{name}: {failure}")
                passed, failed, causes = passed + (not failures), failed + bool(failures), causes | seen
    if not args.names:
        readme = (HERE.parent.parent / "README.md").read_text()
        known = set(re.findall(r"^\| `([a-z0-9_]+)` \| ", readme.partition("## Causes")[2].partition("\n## ")[0], re.M))
        without = sorted(known - causes - WITHOUT)
        passed, failed = passed + (not without), failed + bool(without)
        too_long = lengths_faults()
        passed, failed = passed + (not too_long), failed + bool(too_long)
        for fault in too_long:
            print(fault)
        if without:
            print(f"causes without a report: {' '.join(without)}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
