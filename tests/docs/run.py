#!/usr/bin/env python3
"""Checks that the documents say what the sources have.

README.md names every cause, field, preference and -z word, and no other; the report it shows is one of tests/golden.
plugin/knowledge/sources.md names every RFC, KB number, bulletin, draft and [TAG] that a comment of plugin/ cites. No include
goes upwards, no files include each other in a circle (includes.py). What reports tell to run to see a log or events is read
(commands.py). No string of the plugin, and not README.md, has a word that has a better one (terms.py). No cause, function or
file is longer, and no line wider, than plugin/README.md allows. Every cause is strictly expected of some test capture. The build
reads nothing but what plugin/packages.sh installs (packages.py). C is laid out as .clang-format says (style.py), where that can
be asked.

    run.py [--plugin-dir DIR]

The last line counts the checks. DIR is plugins/ of the build folder.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import commands
import includes
import packages
import style
import terms

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "plugin"
CITATIONS = re.compile(
    r"\bRFC (\d+)|\b(KB\d{5,7}|MS\d\d-\d{3})\b|\b(draft-[a-z0-9-]*[a-z0-9])|\[(MS-[A-Z]+|[A-Z]{2,}\d*)\]")
MAX_CAUSE, MAX_FUNCTION, MAX_FILE, MAX_COLUMNS = 100, 60, 500, 110
# Causes that no capture is strictly expected to show, and why.
NOT_SHOWN = {
    "update_regression": "a list of updates can only suggest it: evidence.scenario6_update expects it among the candidates",
}


def compare(what, documented, real):
    """Prints what differs; returns whether nothing does and there was something to compare."""
    for name in sorted(real - documented):
        print(f"README.md lacks the {what} {name}")
    for name in sorted(documented - real):
        print(f"README.md names a {what} that does not exist: {name}")
    return bool(real) and documented == real


def lacking(what, missing):
    """Prints what is missing; returns whether nothing is."""
    for name in sorted(missing):
        print(f"{what} {name}")
    return not missing


def unsorted(section):
    """The tables of a section, by their first row, whose rows are not in the order of their names."""
    tables = [re.findall(r"^\| `(\w+)` \|", table.split("\n\n", 1)[0], re.M) for table in section.split("|---|---|\n")[1:]]
    return {names[0] for names in tables if names != sorted(names)}


def citations(text):
    """The sources that a text cites: RFC numbers, KB numbers, bulletins, drafts, tags."""
    return {next(filter(None, groups)) for groups in CITATIONS.findall(text)}


def cited():
    """The sources that plugin/ cites."""
    paths = [path for suffix in ("c", "h", "def") for path in PLUGIN.rglob(f"*.{suffix}")]
    strings = re.compile(r'"(?:[^"\\\n]|\\.)*"')  # what users read is not what comments cite
    return set().union(*(citations(strings.sub('""', path.read_text(encoding="utf-8"))) for path in paths))


def known_sources():
    """What sources.md names; its table of RFCs has the bare numbers."""
    text = (PLUGIN / "knowledge/sources.md").read_text(encoding="utf-8")
    return citations(text) | set(re.findall(r"^\| (\d+) \|", text, re.M))


def sources(folder):
    """The files of C below a folder, each with its name from the top and its lines."""
    for path in sorted(path for suffix in ("c", "h", "def") for path in (ROOT / folder).rglob(f"*.{suffix}")):
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8").splitlines()


def too_wide():
    """Lines of C that are wider than plugin/README.md allows."""
    for folder in ("plugin", "tests"):
        for name, lines in sources(folder):
            yield from (f"{name}:{number}: {len(line)} columns, {MAX_COLUMNS} are allowed"
                        for number, line in enumerate(lines, 1) if len(line) > MAX_COLUMNS)


def too_long():
    """What has passed a stop sign of plugin/README.md: a file of 500 lines, a cause of 100, a function's body of 60."""
    for name, lines in sources("plugin"):
        limit = MAX_CAUSE if name.startswith("plugin/causes/") and name.endswith(".c") else MAX_FILE
        if len(lines) > limit:
            yield f"{name}: {len(lines)} lines, {limit} are allowed"
        begin = None
        for number, line in enumerate(lines, 1):
            if line == "{":
                begin = number
            elif line == "}" and begin:
                if number - begin - 1 > MAX_FUNCTION:
                    yield f"{name}:{begin}: a function of {number - begin - 1} lines, {MAX_FUNCTION} are allowed"
                begin = None


def named_twice():
    """Types that two headers call by one name: no file could include both."""
    homes = {}
    for name, lines in sources("plugin"):
        for found in filter(None, (re.match(r"(?:typedef .*|\}) ?\b(dx_\w+);$", line) for line in lines)):
            homes.setdefault(found[1], set()).add(name)
    return {f"{type_name}: {', '.join(sorted(names))}" for type_name, names in homes.items() if len(names) > 1}


def shown_causes():
    """The causes that some expectation of tests/captures names as the verdict, and as nothing else."""
    shown = set()
    for path in (ROOT / "tests/captures").glob("*.json"):
        for check in json.loads(path.read_text(encoding="utf-8")).get("checks", []):
            cause = check["match"].get("cause")
            if isinstance(cause, str) and check["count"]:
                shown.add(cause)
    return shown


def sample_report(readme):
    """Whether the report that README.md shows is one of tests/golden, line for line."""
    block = re.search(r"^    Summary\n(?:    .*\n|\n)*", readme, re.M)
    shown = block and re.sub(r"^    ", "", block[0], flags=re.M).rstrip("\n") + "\n"
    kept = {path.read_text(encoding="utf-8") for path in (ROOT / "tests/golden").glob("*.txt")}
    if shown not in kept:
        print("README.md shows a report that is none of tests/golden")
    return shown in kept


def carriers():
    """What is wrong with the table of carriers in test-captures/README.md: eight that fail, six that are healthy, and each
    capture's expectation says so."""
    text = (ROOT / "test-captures/README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| [^|]* \| (\d+) \| ([^|]*) \| (\d+) \| ([^|]*) \|$", text, re.M)
    for carrier, *halves in rows:
        for kind, least, count, names in (("failing", 8, *halves[:2]), ("healthy", 6, *halves[2:])):
            if int(count) < least or int(count) != len(names.split(", ")):
                yield f"{carrier} has {count} {kind} captures, {least} are wanted"
            for name in names.split(", "):
                checks = json.loads((ROOT / f"tests/captures/{name}.json").read_text(encoding="utf-8"))["checks"]
                failed = any(check["count"] and set(check["match"].get("outcome", [])) & {"failed", "no_tcp"}
                             or check["count"] and check["match"].get("outcome") in ("failed", "no_tcp") for check in checks)
                if failed != (kind == "failing"):
                    yield f"{name} is not {kind} by its expectation"
    if len(rows) != 8:
        yield f"{len(rows)} carriers"


def collected():
    """Files that the collectors write and plugin/collect-evidence.md does not describe."""
    described = (PLUGIN / "collect-evidence.md").read_text(encoding="utf-8")
    written = set()
    for script, pattern in (("cmd", r"%out%\\([\w.-]+\.\w+)|call :(?:export|query) (\S+)"),
                            ("sh", r"\$out/([\w-]+\.\w+)|^ *keep (\S+)")):
        text = (PLUGIN / f"collect-evidence.{script}").read_text(encoding="utf-8")
        written |= {one or other for one, other in re.findall(pattern, text, re.M)}
    return {name for name in written if not re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", described)}


def uncollected():
    """Events of a server that reports tell people to look for and plugin/collect-evidence.cmd does not take. HTTP.sys's own
    (HTTP_SERVICE) are in a log that is off, and routine ones are not read."""
    script = (PLUGIN / "collect-evidence.cmd").read_text(encoding="utf-8")
    names = dict(re.findall(r'DX_PROVIDER_NAME_(\w+) +"([^"]+)"', (PLUGIN / "knowledge/windows.h").read_text(encoding="utf-8")))
    events = re.findall(r"^X\((\d+), (\w+), (?:SERVER|EITHER),", (PLUGIN / "knowledge/events.def").read_text(encoding="utf-8"), re.M)
    assert names and events
    return {f"{number} of {names[provider]}" for number, provider in events if provider != "HTTP_SERVICE"
            and f"@Name='{names[provider]}'" not in script and not re.search(rf"EventID={number}\b", script)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--plugin-dir", type=Path, default=ROOT / "build/plugins")
    build = parser.parse_args().plugin_dir.parent
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = {part.split("\n", 1)[0]: part for part in readme.split("\n## ")}
    causes = set(re.findall(r"DX_ROW\((\w+)\)", (PLUGIN / "causes/causes.def").read_text(encoding="utf-8")))
    titles = {}
    for path in (PLUGIN / "causes").glob("*.c"):
        text = path.read_text(encoding="utf-8")
        for slug in re.findall(r"DX_CAUSE\(\s*(\w+),", text):
            titles[slug] = re.search(r'\.title = "([^"]*)"', text).group(1)
    fields = set(re.findall(r'DX_FIELD_ROW\(\w+, "([^"]+)"', (PLUGIN / "epan/fields.def").read_text(encoding="utf-8")))
    preferences = set(re.findall(r'module, "(\w+)"', (PLUGIN / "epan/preferences.c").read_text(encoding="utf-8")))
    words = {word for path in (PLUGIN / "epan").glob("*.c")
             for word in re.findall(r'"ssltrouble,(\w+)"', path.read_text(encoding="utf-8"))}
    results = [
        compare("cause", set(re.findall(r"^\| `(\w+)` \|", section["Causes"], re.M)), causes),
        compare("title of a cause", set(re.findall(r"^\| `(\w+ ?)` \| (.*) \|$", section["Causes"], re.M)),
                {(slug, titles[slug]) for slug in causes}),
        lacking("README.md, not in order, the causes from", unsorted(section["Causes"])),
        compare("field", set(re.findall(r"^\| `ssltrouble\.([\w.]+)` \|", section["Fields"], re.M)), fields),
        compare("preference", set(re.findall(r"^\| `ssltrouble\.(\w+)` \|", section["Preferences"], re.M)), preferences),
        compare("-z word", set(re.findall(r"-z ssltrouble,(\w+)", section["How to use it"])), words),
        sample_report(readme),
        lacking("plugin/knowledge/sources.md lacks", cited() - known_sources()),
        lacking("commands:", set(commands.unread())),
        lacking("words:", set(terms.problems())),
        lacking("plugin/collect-evidence.md lacks", collected()),
        lacking("plugin/collect-evidence.cmd does not take event", uncollected()),
        lacking("test-captures/README.md:", set(carriers())),
        lacking("an include that goes upwards:", includes.problems()[0]),
        lacking("a circle of files:", includes.problems()[1]),
        lacking("an include for knowledge/gnutls.h:", includes.gnutls()),
        lacking("too long:", set(too_long())),
        lacking("too wide:", set(too_wide())),
        lacking("a type's name twice:", named_twice()),
        lacking("plugin/packages.sh lacks what the build reads:", set(packages.problems(build))),
        lacking("no capture is strictly expected to show", causes - shown_causes() - NOT_SHOWN.keys()),
        lacking("a capture shows what it is excused from showing:", NOT_SHOWN.keys() & shown_causes()),
    ]
    if style.can_be_asked():
        results.append(lacking("not as .clang-format says:", style.problems()))
    else:
        print(f"clang-format {style.RELEASE} is not here: the layout of C was not checked")
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
