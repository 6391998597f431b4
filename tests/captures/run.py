#!/usr/bin/env python3
"""Runs the plugin over the test captures and compares its JSON report with the expectations in this folder.

    run.py --tshark CMD --plugin-dir DIR --captures DIR [NAME...]

An expectation NAME.json holds `about` (what was done to the endpoints), optionally `capture` (the file's stem
when it is not NAME) and `args` (more tshark options; EVIDENCE in them stands for tests/evidence), and `checks`: how many of the report's objects must match these dotted keys; a list means "one of".
Besides, every line must be valid JSON that fits schema.json, and one pass and two passes (-2) must print the
same. Needs python3-jsonschema.
"""

import argparse
import concurrent.futures
import contextlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema

HERE = Path(__file__).resolve().parent
MISSING = object()


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
        self.env = dict(os.environ, WIRESHARK_PLUGIN_DIR=str(Path(plugins).resolve()))
        self.root = os.geteuid() == 0
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
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", env=self.env, cwd="/"
        )
        if done.returncode:
            return "", f"tshark exits with {done.returncode}: {done.stderr.strip()[:200]}"
        return done.stdout, None


def judge(runner, name, schema):
    """judge(runner, name, schema) returns the failures of one expectation, one text each."""
    expected = json.loads((HERE / f"{name}.json").read_text())
    capture = expected.get("capture", name)
    if not (runner.captures / f"{capture}.pcapng").exists():
        return ["no such capture"]
    options = [option.replace("EVIDENCE", str(runner.evidence)) for option in expected.get("args", [])]
    with runner.readable(capture, name) as path:
        first, error = runner.report(path, *options)
        second, error2 = runner.report(path, "-2", *options)
    if error or error2:
        return [error or error2]
    failures, items = [], []
    if first != second:
        failures.append("one pass and two passes (-2) print different reports")
    for line in first.splitlines():
        try:
            items.append(json.loads(line))
        except ValueError as problem:
            failures.append(f"not JSON ({problem}): {line[:120]}")
            continue
        failures += [
            f"schema: {'.'.join(map(str, problem.absolute_path))}: {problem.message[:200]}"
            for problem in schema.iter_errors(items[-1])
        ]
    for check in expected["checks"]:
        found = sum(matches(item, check["match"]) for item in items)
        if found != check["count"]:
            failures.append(
                f"wanted {check['count']} of {json.dumps(check['match'])}, found {found} in "
                f"{describe(items, check['match'])}"
            )
    return failures


def main():
    """main() runs the expectations that were asked for, two at a time."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tshark", default="tshark", help="tshark, with options if any")
    parser.add_argument("--plugin-dir", required=True, help="what WIRESHARK_PLUGIN_DIR is set to")
    parser.add_argument("--captures", default=str(HERE.parent.parent / "test-captures"))
    parser.add_argument("names", nargs="*", metavar="NAME", help="expectations to run (default: all)")
    args = parser.parse_args()
    schema = jsonschema.Draft7Validator(json.loads((HERE / "schema.json").read_text()))
    known = sorted(path.stem for path in HERE.glob("*.json") if path.name != "schema.json")
    unknown = sorted(set(args.names) - set(known))
    if unknown:
        sys.exit(f"no expectation is called {' '.join(unknown)}")
    names = args.names or known
    without = sorted({path.stem for path in Path(args.captures).glob("*.pcapng")} - set(known))
    passed = failed = 0
    if without and not args.names:
        failed += len(without)
        print(f"captures without an expectation: {' '.join(without)}")
    with tempfile.TemporaryDirectory(prefix="ssltrouble.") as temp:
        runner = Runner(args.tshark, args.plugin_dir, args.captures, temp)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for name, failures in zip(names, pool.map(lambda name: judge(runner, name, schema), names)):
                for failure in failures:
                    print(f"{name}: {failure}")
                passed, failed = passed + (not failures), failed + bool(failures)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
