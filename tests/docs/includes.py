#!/usr/bin/env python3
"""Lists which file of plugin/ includes which, and finds includes that go upwards and circles of files.

    includes.py            what is wrong
    includes.py --list     every include, one a line: "verdict/contrast.c: facts/text.h"

NAME.c and NAME.h of a folder count as one file. The order of the folders is that of plugin/README.md. A circle within a folder
goes when a type gets a header without functions, or the call that closes it is turned round.
"""

import collections
import re
import sys
from pathlib import Path

PLUGIN = Path(__file__).resolve().parents[2] / "plugin"
# A folder may include those before it; evidence, certs and wire are beside each other.
RANKS = [["knowledge"], ["wire", "evidence", "certs"], ["facts"], ["capture"], ["verdict"], ["causes"], ["present"], ["epan", "reduce"],
         ["plugin"]]
RANK = {folder: rank for rank, folders in enumerate(RANKS) for folder in folders}


def includes():
    """includes() yields (file, included file) of plugin/, as "facts/facts.c", "facts/facts.h"."""
    for path in sorted([*PLUGIN.rglob("*.c"), *PLUGIN.rglob("*.h"), *PLUGIN.rglob("*.def")]):
        for name in re.findall(r'^\s*#\s*include "([^"]+)"', path.read_text(encoding="utf-8"), re.M):
            target = PLUGIN / name if (PLUGIN / name).is_file() else path.parent / name
            if target.is_file():
                yield str(path.relative_to(PLUGIN)), str(target.relative_to(PLUGIN))


def folder(file):
    """folder(file) is where a file lives; plugin.c lives above all folders."""
    return file.split("/")[0] if "/" in file else "plugin"


def upward(pairs):
    """upward(pairs) returns the includes of a folder that is not below, one text each."""
    return [f"{file} includes {target}" for file, target in pairs
            if folder(file) != folder(target) and RANK[folder(target)] >= RANK[folder(file)]]


def circles(pairs):
    """circles(pairs) returns the groups of files that include each other, each a sorted list (Tarjan)."""
    graph = collections.defaultdict(set)
    for file, target in pairs:
        one, other = (name.rsplit(".", 1)[0] for name in (file, target))
        graph[one] |= {other} - {one}
    number, low, stack, found = {}, {}, [], []

    def visit(node):
        number[node] = low[node] = len(number)
        stack.append(node)
        for other in graph[node] if node in graph else ():
            if other not in number:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == number[node]:
            group = [stack.pop()]
            while group[-1] != node:
                group.append(stack.pop())
            if len(group) > 1:
                found.append(sorted(group))

    for node in list(graph):
        if node not in number:
            visit(node)
    return found


def gnutls():
    """gnutls() returns the files that include GnuTLS by themselves: knowledge/gnutls.h makes it fit for Microsoft's compiler."""
    return [f"{path.relative_to(PLUGIN)} includes <gnutls/...>" for path in sorted([*PLUGIN.rglob("*.c"), *PLUGIN.rglob("*.h")])
            if "#include <gnutls/" in path.read_text(encoding="utf-8") and path.name != "gnutls.h"]


def problems():
    """problems() returns (upward includes, circles), one text each."""
    pairs = list(includes())
    return upward(pairs), [" - ".join(group) for group in circles(pairs)]


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(f"{file}: {target}" for file, target in includes()))
        return 0
    up, round_ = problems()
    print("\n".join([*(f"upwards: {text}" for text in up), *(f"a circle: {text}" for text in round_)] or ["nothing is wrong"]))
    return 1 if up or round_ else 0


if __name__ == "__main__":
    sys.exit(main())
