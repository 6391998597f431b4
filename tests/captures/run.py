#!/usr/bin/env python3
"""Runs the plugin over the test captures and compares its JSON report with the expectations in this folder.

    run.py --plugin-dir DIR [--tshark CMD] [--captures DIR] [--first] [--one-pass] [NAME...]
    run.py --plugin-dir DIR --show NAME...       what the report says, beside the packets
    run.py --plugin-dir DIR --accept [NAME...]   writes what the report says into the expectations

An expectation NAME.json holds

    about    what was done to the endpoints
    capture  the capture's stem when it is not NAME
    args     more options for tshark; EVIDENCE in them stands for tests/evidence
    needs    a library; skipped where the plugin was built without it
    checks   by hand: how many of the report's objects must match these dotted keys. A list means "one of"; for what the
             verdict is that takes a `reason`
    says     what the report says of every connection, in short (said.py); --accept writes it, and whoever
             accepts has looked at the packets (--show)
    before   a version of Wireshark: from it on it divides the packets into other streams, and `says` is not compared

The words of the sentences are held in words/<cause>.txt. Besides, every line must be valid JSON that fits schema.json, and
one pass and two passes (-2) must print the same, also for `-z expert` and for words with a filter on our fields (FILTERS).
Needs python3-jsonschema.
--plugin-dir installed: the plugin is where tshark finds it by itself. --keep FOLDER writes each report there.
"""

import argparse
import concurrent.futures
import contextlib
import functools
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema

import said

HERE = Path(__file__).resolve().parent
MISSING = object()
INSTALLED = "installed"
SECONDS = 120  # for one run of tshark; the longest takes two
# Fields of ours alone: others' would make tshark dissect every frame for them, and `-z expert` hear less in one pass.
FILTERS = ["ssltrouble.failed", "ssltrouble.established", "!ssltrouble.cause", "ssltrouble.recovered_by", "ssltrouble.advice",
           'ssltrouble.outcome in {"incomplete", "no_tcp", "not_tls"}', "ssltrouble.confidence >= 2 && !ssltrouble.why",
           "ssltrouble.shows && !ssltrouble.why && !ssltrouble.cert.subject", "ssltrouble.scenario in {1, 2, 7}",
           "ssltrouble.cert.status || ssltrouble.alert || ssltrouble.compare"]
DIVIDER = ["-z", "ssltrouble,tree,!ssltrouble"]  # prints a line that begins with "=", and no connection
FILTERED = [word for display_filter in FILTERS for word in ("-z", f"ssltrouble,json,{display_filter}", *DIVIDER)]


def lookup(item, dotted):
    """lookup(item, "alert.description") follows a dotted path; MISSING where the path leads nowhere."""
    for key in dotted.split("."):
        if isinstance(item, list) and key.isdigit() and int(key) < len(item):
            item = item[int(key)]
        elif isinstance(item, dict) and key in item:
            item = item[key]
        else:
            return MISSING
    return item


def same(actual, wanted):
    """same(actual, wanted) compares one value; a list is a choice, and true is not 1."""
    choices = wanted if isinstance(wanted, list) else [wanted]
    return any(type(actual) is type(choice) and actual == choice for choice in choices)


def matches(item, match):
    """matches(item, match) tells whether an object of the report has all wanted values."""
    return all(same(lookup(item, key), wanted) for key, wanted in match.items())


def describe(items, match):
    """describe(items, match) shows the values that the report has for the keys of a failed check."""
    keys = list(dict.fromkeys(["stream", "outcome", "cause", *match]))
    shown = [
        {key: (None if lookup(item, key) is MISSING else lookup(item, key)) for key in keys} for item in items
    ]
    return json.dumps(shown) if shown else "no objects"


class Runner:
    """Runs tshark with the plugin, as an unprivileged user when root calls (root's tshark ignores the plugin
    folder)."""

    def __init__(self, tshark, plugins, captures, temp):
        self.command, self.captures, self.temp = shlex.split(tshark), Path(captures), Path(temp)
        self.env = dict(os.environ)
        self.root = os.geteuid() == 0 and plugins != INSTALLED
        self.built = None
        if plugins != INSTALLED:
            self.env.update(WIRESHARK_PLUGIN_DIR=str(Path(plugins).resolve()))
            self.built = b"".join(path.read_bytes() for path in Path(plugins).rglob("ssltrouble.so"))
        self.evidence = HERE.parent / "evidence"
        if self.root:
            self.temp.chmod(0o755)
            shutil.copytree(plugins, self.temp / "plugins")
            shutil.copytree(self.evidence, self.temp / "evidence")
            self.evidence = self.temp / "evidence"
            (self.temp / "home").mkdir()
            shutil.chown(self.temp / "home", "nobody")
            subprocess.run(["chmod", "-R", "a+rX", str(self.temp)], check=True)
            self.env.update(WIRESHARK_PLUGIN_DIR=str(self.temp / "plugins"), HOME=str(self.temp / "home"))
            self.env.pop("XDG_CONFIG_HOME", None)
            group = subprocess.run(
                ["id", "-g", "nobody"], capture_output=True, text=True, check=True
            ).stdout.strip()
            self.command = ["setpriv", "--reuid=nobody", f"--regid={group}", "--clear-groups", *self.command]

    def version(self):
        """version() is the tshark's, as numbers; none when it does not say."""
        done = subprocess.run([*self.command, "--version"], capture_output=True, text=True, env=self.env, cwd="/")
        found = re.search(r"\(Wireshark\) (\d+)\.(\d+)", done.stdout)
        return tuple(map(int, found.groups())) if found else ()

    @functools.lru_cache
    def divides(self, before):
        """divides(before) tells whether the tshark is of this version of Wireshark or later."""
        return self.version() >= tuple(map(int, before.split(".")))

    @contextlib.contextmanager
    def readable(self, capture, name):
        """readable(capture, name) gives a path of the capture that the user who runs tshark may open; name is the
        expectation's, for several use one capture."""
        source = self.captures / f"{capture}.pcapng"
        if not self.root:
            yield source
            return
        copy = self.temp / f"{name}.pcapng"
        shutil.copy(source, copy)
        copy.chmod(0o644)
        yield copy
        copy.unlink()

    def report(self, path, *options):
        """report(path, option...) returns (stdout, error text or None)."""
        command = [*self.command, *options, "-r", str(path), "-q", "-z", "ssltrouble,json"]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, errors="replace", env=self.env, cwd="/", timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            return "", f"tshark does not end within {SECONDS} s"
        if done.returncode:
            return "", f"tshark exits with {done.returncode}: {done.stderr.strip()[:200]}"
        return done.stdout, None


def lacking(runner, names):
    """lacking(runner, names) returns the expectations that need a library which the plugin does not import; an installed
    plugin, which is not looked into, has them all."""
    if runner.built is None:
        return []
    needs = {name: json.loads((HERE / f"{name}.json").read_text(encoding="utf-8")).get("needs") for name in names}
    return [name for name, library in needs.items() if library and f"{library}.so".encode() not in runner.built]


def loose(check):
    """loose(check) tells whether a check leaves the verdict open without saying why."""
    keys = [key for key in ("cause", "confidence", "scenario") if isinstance(check["match"].get(key), list)]
    return keys if check["count"] and not check.get("reason") else []


class Outcome:
    """What came of one expectation: failures, one text each, and the report's objects."""

    def __init__(self, name, expected):
        self.name, self.expected, self.failures, self.items = name, expected, [], []
        self.divided = False

    def fail(self, text):
        self.failures.append(text)


def read_report(outcome, text, schema):
    """read_report(outcome, text, schema) reads the lines of a report."""
    for line in text.splitlines():
        try:
            outcome.items.append(json.loads(line))
        except ValueError as problem:
            outcome.fail(f"not JSON ({problem}): {line[:120]}")
            continue
        for problem in schema.iter_errors(outcome.items[-1]):
            outcome.fail(f"schema: {'.'.join(map(str, problem.absolute_path))}: {problem.message[:200]}")


def apart(text):
    """apart(text) returns the JSON of a run with FILTERED and `-z expert`, the connections that each filter selects, and the
    expert infos of ours. What tshark is told last it prints first."""
    lines = text.splitlines(keepends=True)
    parts = [""]
    for line in lines:
        if line.startswith("="):
            parts.append("")
        elif line.startswith("{"):
            parts[-1] += line
    return (parts[0], parts[1:1 + 2 * len(FILTERS)],  # a divider has two such lines; expert infos have more, behind them
            sorted(line.strip() for line in lines if " SSL Troubleshooter " in line and not line.startswith("{")))


def judge(runner, name, schema, vocabulary, args):
    """judge(runner, name, schema, vocabulary, args) runs one expectation and returns its Outcome."""
    expected = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    outcome = Outcome(name, expected)
    capture = expected.get("capture", name)
    if not (runner.captures / f"{capture}.pcapng").exists():
        outcome.fail("no such capture")
        return outcome
    options = [option.replace("EVIDENCE", str(runner.evidence)) for option in expected.get("args", [])]
    with runner.readable(capture, name) as path:
        options += [] if args.one_pass else ["-z", "expert", *FILTERED]
        first, error = runner.report(path, *options)
        second, error2 = (first, None) if args.one_pass else runner.report(path, "-2", *options)
    if error or error2:
        outcome.fail(error or error2)
        return outcome
    if args.keep:
        (Path(args.keep) / name).write_text(first, encoding="utf-8")
    (first, selected, experts), (second, selected2, experts2) = apart(first), apart(second)
    if first != second:
        outcome.fail("one pass and two passes (-2) print different reports")
    if selected != selected2:
        outcome.fail(f"one pass and two passes (-2) select different connections by one of {FILTERS}")
    if experts != experts2:
        outcome.fail(f"-z expert: one pass finds {experts}, two (-2) find {experts2}")
    read_report(outcome, first, schema)
    for check in expected["checks"]:
        found = sum(matches(item, check["match"]) for item in outcome.items)
        if found != check["count"]:
            outcome.fail(f"wanted {check['count']} of {json.dumps(check['match'])}, found {found} in "
                         f"{describe(outcome.items, check['match'])}")
        for key in loose(check):
            outcome.fail(f"{key} is one of several, and no reason says why")
    outcome.divided = "before" in expected and runner.divides(expected["before"])
    if not outcome.failures and not args.accept and not outcome.divided:
        for difference in said.differences(expected.get("says", []), said.rows(outcome.items)):
            outcome.fail(difference)
        for cause, lines in said.vocabulary(outcome.items).items():
            for line in sorted(lines - vocabulary.get(cause, set())):
                outcome.fail(f"words/{cause}.txt lacks: {line}")
    return outcome


def accept(outcomes, whole):
    """accept(outcomes, whole) writes what the reports say; `whole`: of all captures, so that other words go."""
    lines = {} if whole else said.read_words()
    for outcome in outcomes:
        outcome.expected["says"] = said.rows(outcome.items)
        said.write_expectation(HERE / f"{outcome.name}.json", outcome.expected)
        for cause, own in said.vocabulary(outcome.items).items():
            lines.setdefault(cause, set()).update(own)
    said.write_words(lines)


def show(runner, name):
    """show(runner, name) prints each connection's packets and what the report says of it."""
    expected = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    options = [option.replace("EVIDENCE", str(runner.evidence)) for option in expected.get("args", [])]
    with runner.readable(expected.get("capture", name), name) as path:
        report, error = runner.report(path, *options)
        print(f"=== {name}: {expected['about']}\n{error or ''}")
        for item in map(json.loads, report.splitlines()):
            frames = {str(one["frame"]) for one in item["evidence"]} | {str(item["frames"]["verdict"])}
            print(f"--- stream {item['stream']}: {item['client']} > {item['server']}, {item['outcome']}")
            columns = ["frame.number", "frame.time_relative", "ip.src", "ipv6.src", "_ws.col.Protocol", "_ws.col.Info"]
            packets = subprocess.run(
                [*runner.command, *options, "-r", str(path), "-Y", f"tcp.stream=={item['stream']}", "-T", "fields",
                 *[word for column in columns for word in ("-e", column)]],
                capture_output=True, text=True, errors="replace", env=runner.env, cwd="/", check=True)
            for line in packets.stdout.splitlines():
                print(("* " if line.split("\t")[0] in frames else "  ") + line.expandtabs(8)[:170])
            for key in ("cause", "confidence", "candidates", "why", "compare", "recovered_by", "advice", "excluded"):
                if item[key]:
                    print(f"{key:>12}: {item[key]}")
            for one in item["evidence"]:
                print(f"{one['frame'] or '':>12}: {one['text']}")
            for text in [*item["checks"][:1], item["fix"]] if item["cause"] else []:
                print(f"            > {text}")


def run(runner, names, args):
    """run(runner, names, args) yields the Outcome of each expectation, two at a time, in their order; with --first none
    after one that failed."""
    schema = jsonschema.Draft7Validator(json.loads((HERE / "schema.json").read_text(encoding="utf-8")))
    vocabulary = said.read_words()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(judge, runner, name, schema, vocabulary, args) for name in names]
        for future in waiting:
            outcome = future.result()
            yield outcome
            if outcome.failures and args.first:
                pool.shutdown(cancel_futures=True)
                return


def unused_words(outcomes):
    """unused_words(outcomes) returns the words that no capture says any more, one text each."""
    used = {}
    for outcome in outcomes:
        for cause, own in said.vocabulary(outcome.items).items():
            used.setdefault(cause, set()).update(said.read_words().get(cause, set()) if outcome.divided else own)
    return [f"words/{cause}.txt: no capture says: {line}" for cause, lines in sorted(said.read_words().items())
            for line in sorted(lines - used.get(cause, set()))]


def parse_arguments():
    """parse_arguments() reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tshark", default="tshark", help="tshark, with options if any")
    parser.add_argument("--plugin-dir", required=True, help="what WIRESHARK_PLUGIN_DIR is set to, or installed")
    parser.add_argument("--captures", default=str(HERE.parent.parent / "test-captures"))
    parser.add_argument("--first", action="store_true", help="end at the first failure")
    parser.add_argument("--one-pass", action="store_true", help="do not run tshark -2 besides")
    parser.add_argument("--keep", metavar="FOLDER", help="write each report to FOLDER/NAME")
    parser.add_argument("--accept", action="store_true", help="write what the reports say into the expectations")
    parser.add_argument("--show", action="store_true", help="print what the reports say beside the packets")
    parser.add_argument("names", nargs="*", metavar="NAME", help="expectations to run (default: all)")
    return parser.parse_args()


def main():
    """main() does what the command line asks for with the expectations that it names."""
    args = parse_arguments()
    known = sorted(path.stem for path in HERE.glob("*.json") if path.name != "schema.json")
    unknown = sorted(set(args.names) - set(known))
    if unknown:
        sys.exit(f"no expectation is called {' '.join(unknown)}")
    names = args.names or known
    failures = []
    without = sorted({path.stem for path in Path(args.captures).glob("*.pcapng")} - set(known))
    if without and not args.names:
        failures.append(f"captures without an expectation: {' '.join(without)}")
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="ssltrouble.") as temp:
        runner = Runner(args.tshark, args.plugin_dir, args.captures, temp)
        if args.show:
            for name in names:
                show(runner, name)
            return
        skipped = lacking(runner, names)
        for outcome in run(runner, [name for name in names if name not in skipped], args):
            outcomes.append(outcome)
            print("".join(f"{outcome.name}: {failure}\n" for failure in outcome.failures), end="", flush=True)
    if args.accept:
        accept([outcome for outcome in outcomes if outcome.items], not args.names)
    elif not args.names and not args.first and not skipped:
        failures += unused_words(outcomes)
    print("".join(f"{failure}\n" for failure in failures), end="")
    texts = failures + [failure for outcome in outcomes for failure in outcome.failures]
    if any(text.startswith(("says:", "words/")) for text in texts):
        print("If that is meant, and right by the packets (--show NAME): --accept NAME")
    failed = len(failures) + sum(bool(outcome.failures) for outcome in outcomes)
    passed = sum(not outcome.failures for outcome in outcomes)
    for name in skipped:
        print(f"skipped: {name}, for the plugin was built without a library that it needs")
    print(f"{passed} passed, {failed} failed{f', {len(skipped)} skipped' if skipped else ''}")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
