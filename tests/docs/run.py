#!/usr/bin/env python3
"""Checks that README.md names every cause, field, preference and -z word that the sources have, and no other.

    run.py [--plugin-dir DIR]

The last line counts the checks. --plugin-dir is accepted so that all test scripts are called alike.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "plugin"


def compare(what, documented, real):
    """Prints what differs; returns whether nothing does and there was something to compare."""
    for name in sorted(real - documented):
        print(f"README.md lacks the {what} {name}")
    for name in sorted(documented - real):
        print(f"README.md names a {what} that does not exist: {name}")
    return bool(real) and documented == real


def main():
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
        compare("field", set(re.findall(r"^\| `ssltrouble\.([\w.]+)` \|", section["Fields"], re.M)), fields),
        compare("preference", set(re.findall(r"^\| `ssltrouble\.(\w+)` \|", section["Preferences"], re.M)), preferences),
        compare("-z word", set(re.findall(r"-z ssltrouble,(\w+)", section["How to use it"])), words),
    ]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
