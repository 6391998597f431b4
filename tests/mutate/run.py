#!/usr/bin/env python3
"""Breaks the plugin in one place at a time and looks whether a test notices.

    run.py [--count N] [--seed N] [--folder NAME]... [--tshark CMD] [--passes] [--units] [--work DIR]

Works on a copy of what git knows of this tree. Each mutant is a condition, a constant or an argument that was chosen at
random, kinds and folders by turns. It is built (with ccache when that is there), the unit programs run (but for those
that only look for crashes), then the captures' expectations: those first that tell of the broken file's cause, then one of
each cause, then the rest, in one pass, up to the first failure; then the golden reports. Mutants that do not compile or
that give the same machine code are not counted.
Survivors are printed as they are found and at the end.
The same --seed on the same tree makes the same mutants. Not for CI: 60 mutants take an hour.
"""

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import sites

ROOT = Path(__file__).resolve().parents[2]
# Not epan/, most of which only a window or a second pass shows; nor what only a browser does (tests/html).
FOLDERS = ["facts", "verdict", "causes", "certs", "present", "capture", "wire", "evidence", "knowledge", "reduce"]
LOOKS = "html_style.c"
# Most mutants die in one of these.
MUCH = ("test_tables", "test_rules", "test_traces", "test_evidence_whole", "test_report", "test_html")
# What a mutant is made of, before any unit program.
MODULES = ("ssltrouble", "ssltrouble-reduce")
SECONDS = 300


class Tree:
    """The copy that mutants are made in."""

    def __init__(self, work, tshark, units):
        self.tshark, self.units = tshark, units
        self.root, self.build = work / "tree", work / "build"
        shutil.rmtree(self.root, ignore_errors=True)
        names = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True,
                               check=True).stdout.split("\0")
        for name in filter(None, names):
            if (ROOT / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.root / name)
        launcher = ["-DCMAKE_C_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        # Without debug information equal machine code is equal bytes, and -O1 finds nearly all that is equal, in two thirds
        # of the time of -O3. Warnings shall not end the build, but for those about arguments of the wrong type: such a mutant is
        # none. Most of what is left is linking.
        quick = ["-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld"] if shutil.which("ld.lld") else []
        subprocess.run(["cmake", "-S", str(self.root), "-B", str(self.build), "-G", "Ninja", "-DBUILD_TESTING=ON",
                        "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_C_FLAGS_RELEASE=-O1 -DNDEBUG",
                        "-DCMAKE_C_FLAGS=-Werror=incompatible-pointer-types -Werror=int-conversion", *launcher, *quick],
                       check=True, capture_output=True)

    def make(self, *targets):
        """make(target...) builds these, or all; returns whether that is possible, and a digest of what it is for."""
        named = [word for target in targets for word in ("--target", target)]
        done = subprocess.run(["cmake", "--build", str(self.build), *named], capture_output=True, text=True, check=False)
        if done.returncode:
            return False, done.stdout[-2000:]
        [plugin] = self.build.glob("plugins/*/epan/ssltrouble.so")
        reduce = self.build / "bin/ssltrouble-reduce"
        return True, hashlib.sha256(plugin.read_bytes() + reduce.read_bytes()).hexdigest()

    def run(self, command):
        """run(command) returns what a command that failed printed, a list of lines, or None."""
        try:
            done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, errors="replace", check=False,
                                  timeout=SECONDS, env=dict(os.environ, G_DEBUG=""))
        except subprocess.TimeoutExpired:
            return ["does not end"]
        return None if done.returncode == 0 else (done.stdout + done.stderr).strip().splitlines() or ["fails"]

    def programs(self, stem):
        """programs(stem) lists the unit programs: first those that see much, or whose name is about the file `stem`."""
        found = sorted(path.stem for path in (self.root / "tests/unit").glob("test_*.c"))
        found = [name for name in found if not name.endswith("_hostile")]  # minutes in which only a crash would show
        words = set(stem.split("_"))
        return sorted(found, key=lambda name: name not in MUCH and not words & set(name.split("_")[1:]))

    def killed_by(self, names, stem=""):
        """killed_by(names, stem) names the first test that fails, or None; unit programs are linked when they are needed."""
        programs = self.programs(stem)
        early = len(MUCH) + 2
        for number, name in enumerate(programs):
            if number in (0, early):
                self.make(*(programs[:early] if number == 0 else programs[early:]))
            failure = self.run([str(self.build / "unit" / name), "--tap"])
            if failure:
                case = [line.split()[-1] for line in failure if line.startswith("not ok")]
                return f"{name} {case[0] if case else ''}".strip()
        if self.units:
            return None
        common = ["--plugin-dir", str(self.build / "plugins"), "--tshark", self.tshark]
        for suite, options in (("captures", ["--first", "--one-pass", *names]), ("golden", [])):
            failure = self.run([sys.executable, f"tests/{suite}/run.py", *common, *options])
            if failure:
                return f"{suite}: {failure[-1 if 'Traceback' in failure[0] else 0][:110]}"
        return None


def expectations(root):
    """expectations(root) returns {name: causes} of the captures' expectations."""
    found = {}
    for path in sorted((root / "tests/captures").glob("*.json")):
        if path.stem != "schema":
            expected = json.loads(path.read_text(encoding="utf-8"))
            held = [check["match"].get("cause") for check in expected["checks"]]
            held += [cause for said in expected.get("says", []) for cause in [said.get("cause"), *said.get("candidates", [])]]
            found[path.stem] = [cause for cause in held if isinstance(cause, str)]
    return found


def ordered(known, stem):
    """ordered(known, stem) returns the names in the order in which a mutant of the file `stem` is likely to fail early."""
    about = [name for name, causes in known.items() if causes and causes[0] == stem]
    about += [name for name, causes in known.items() if stem in causes and name not in about]
    seen, first, rest = set(), [], []
    for name, causes in known.items():
        new = set(causes) - seen
        (first if new else rest).append(name)
        seen |= new
    return list(dict.fromkeys([*about, *first, *rest]))


def candidates(root, folders, chosen):
    """candidates(root, folders, chosen) returns {(kind, folder): [(path, site)]}, shuffled; each kind of all folders in turn."""
    kinds = ("condition", "constant", "argument")
    found = {(kind, folder): [] for kind in kinds for folder in folders}
    for folder in folders:
        for path in sorted([*(root / "plugin" / folder).glob("*.c"), *(root / "plugin" / folder).glob("*.def")]):
            if path.name == LOOKS:
                continue
            for site in sites.sites(path.read_text(encoding="utf-8"), chosen):
                found[site.kind, folder].append((path, site))
    for group in found.values():
        chosen.shuffle(group)
    return found


def by_turns(groups):
    """by_turns(groups) yields one of each group after the other."""
    groups = [list(group) for group in groups.values()]
    while any(groups):
        for group in groups:
            if group:
                yield group.pop()


def shown(root, path, site, text):
    """shown(...) describes a mutant in one line."""
    line = text.count("\n", 0, site.start) + 1
    old = re.sub(r"\s+", " ", text[max(0, site.start - 25):site.end + 15])
    new = re.sub(r"\s+", " ", text[max(0, site.start - 25):site.start] + site.new + text[site.end:site.end + 15])
    return f"{path.relative_to(root / 'plugin')}:{line}: {site.kind}: {old}  =>  {new}"


def mutate(tree, args):
    """mutate(tree, args) breaks one place after the other; returns (number counted, survivors)."""
    chosen = random.Random(args.seed)
    good, same = tree.make(*MODULES)
    if not good:
        sys.exit(f"the tree as it is does not build: {same}")
    known = expectations(tree.root)
    failure = None if args.passes else tree.killed_by(list(known))
    if failure:
        sys.exit(f"the tree as it is fails: {failure}")
    survivors, counted = [], 0
    for path, site in by_turns(candidates(tree.root, args.folder or FOLDERS, chosen)):
        if counted == args.count:
            break
        text = path.read_text(encoding="utf-8")
        path.write_text(text[:site.start] + site.new + text[site.end:], encoding="utf-8")
        try:
            good, digest = tree.make(*MODULES)
            if not good or digest == same:
                continue
            counted += 1
            what = shown(tree.root, path, site, text)
            killer = tree.killed_by(ordered(known, path.stem), path.stem)
            print(f"{counted:3} {what}\n        {'died: ' + killer if killer else 'SURVIVED'}", flush=True)
            if not killer:
                survivors.append(what)
        finally:
            path.write_text(text, encoding="utf-8")
    return counted, survivors


def main():
    """main() makes the mutants and prints what survived."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60, help="mutants that compile")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", action="append", help=f"of plugin/, may be repeated (default: {' '.join(FOLDERS)})")
    parser.add_argument("--tshark", default="tshark", help="tshark, with options if any")
    parser.add_argument("--passes", action="store_true", help="the tree is known to pass: begin with the mutants")
    parser.add_argument("--units", action="store_true",
                        help="the unit programs alone: what survives these may die in captures")
    parser.add_argument("--work", type=Path, help="where to work (default: a folder that is thrown away)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ssltrouble.") as temp:
        work = args.work or Path(temp)
        work.mkdir(parents=True, exist_ok=True)
        counted, survivors = mutate(Tree(work, args.tshark, args.units), args)
    print("\nSurvivors:" if survivors else "\nNo survivors.", *survivors, sep="\n    ")
    died = counted - len(survivors)
    print(f"{died} of {counted} died ({100 * died / max(counted, 1):.0f}%)")


if __name__ == "__main__":
    main()
