#!/usr/bin/env python3
"""Lays out the files of a new cause; plugin/causes/README.md says what to write into them.

    new_cause.py NAME [--after CAUSE] [--scenario 0..8]

Writes plugin/causes/NAME.c, tests/traces/NAME.txt and tests/captures/NAME.json, and adds NAME to causes.def behind CAUSE (in
ranking order: it must stand before a cause that says the same and less), to tests/traces/gates/situations.txt and to
README.md's table of its scenario. What is to be filled in is marked TODO; the tests fail until it is.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

CAUSE = """/* {name}.c - TODO: what happened, in half a line
 *
 * Wire:     TODO: what the packets show
 * Source:   TODO: RFC and section, vendor's page, or: observed with which program (plugin/knowledge/sources.md)
 * Not this: TODO: the causes that look alike, and what tells them apart
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/ended.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{{
    (void)context;
    if (facts->end.kind != DX_END_ALERT) /* TODO */
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    return DX_LIKELY;
}}

DX_CAUSE({name}, .scenario = DX_SCENARIO_{scenario}, .outcome = DX_FAILED,
         .gate = {{.phases = DX_AT_HELLO, .ends = DX_SERVER_ALERT}}, /* TODO: when it can be at all */
         .title = "TODO: up to 60 characters",
         .why = "TODO: one sentence.",
         .checks = "TODO: what to look at, a step a line\\n",
         .fix = "TODO: starts with a verb.\\n", .weigh = weigh);
"""

TRACE = """# {name}: TODO in half a line. TODO: source

hit: TODO
connection
0.000 open
0.010 C hello
* 0.020 S alert fatal TODO
0.021 S FIN
expect failed {name} likely

near miss: TODO: what looks like it and is not
connection
0.000 open
0.010 C hello
* 0.020 S alert fatal TODO
expect failed TODO TODO
"""

SITUATIONS = """
near miss: TODO: what leaves {name} open
connection
0.000 open
0.010 C hello
0.020 S alert fatal TODO
0.021 S FIN
expect failed {name} likely open={name}

near miss: TODO: what rules {name} out
connection
0.000 open
0.010 C hello
0.020 S RST
expect failed server_reset_after_client_hello possible closed={name}
"""

EXPECTATION = """{{
  "about": "TODO: which programs, and what was done to them",
  "checks": [
    {{"count": 1, "match": {{"stream": 0, "outcome": "failed", "cause": "{name}", "confidence": "likely"}}}},
    {{"count": 1, "match": {{"outcome": ["failed", "no_tcp"]}}}}
  ]
}}
"""


def insert_row(path, after, line):
    """insert_row(path, after, line) puts a line behind the one that the pattern matches."""
    text = path.read_text(encoding="utf-8")
    found = re.search(after, text, re.M)
    if not found:
        sys.exit(f"{path.relative_to(ROOT)} has no line like {after}")
    path.write_text(text[:found.end()] + "\n" + line + text[found.end():], encoding="utf-8")


def readme_row(name, scenario):
    """readme_row(name, scenario) puts a row into README.md's table of the scenario, in alphabetical order."""
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    begin = re.search(rf"^\*\*{scenario} .*\*\*$", text, re.M)
    if not begin:
        sys.exit(f"README.md has no table of scenario {scenario}")
    head = text.index("|---|---|\n", begin.end()) + len("|---|---|\n")
    rows = re.match(r"(?:\|.*\n)*", text[head:]).group()
    lines = sorted([*rows.splitlines(), f"| `{name}` | TODO: its title |"])
    path.write_text(text[:head] + "".join(f"{line}\n" for line in lines) + text[head + len(rows):], encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="lower case letters, digits and underscores; a fact, not a blame")
    parser.add_argument("--after", default="handshake_protocol_error", help="the cause that it is ranked behind")
    parser.add_argument("--scenario", type=int, choices=range(9), default=8)
    args = parser.parse_args()
    if not re.fullmatch(r"[a-z][a-z0-9_]*", args.name):
        sys.exit("a name has lower case letters, digits and underscores")
    files = {f"plugin/causes/{args.name}.c": CAUSE, f"tests/traces/{args.name}.txt": TRACE,
             f"tests/captures/{args.name}.json": EXPECTATION}
    there = [file for file in files if (ROOT / file).exists()]
    if there:
        sys.exit(f"already there: {' '.join(there)}")
    insert_row(ROOT / "plugin/causes/causes.def", rf"^DX_ROW\({args.after}\)$", f"DX_ROW({args.name})")
    readme_row(args.name, args.scenario)
    for file, text in files.items():
        (ROOT / file).write_text(text.format(name=args.name, scenario=args.scenario), encoding="utf-8")
        print(file)
    with (ROOT / "tests/traces/gates/situations.txt").open("a", encoding="utf-8") as file:
        file.write(SITUATIONS.format(name=args.name))
    print("plugin/causes/causes.def\ntests/traces/gates/situations.txt\nREADME.md")


if __name__ == "__main__":
    main()
