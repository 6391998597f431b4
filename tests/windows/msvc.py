#!/usr/bin/env python3
"""Compiles what package-windows.sh has built as for Microsoft's compiler: clang with its target, without code.

msvc.py [BUILD...]     build folders for Windows; default: all below build-windows

Commands and headers are those of the build, MinGW's for the C library; warnings are errors, use of GNU's language and of
enums that Microsoft's compiler takes as signed among them. Microsoft's own headers are not here: what they lack of MinGW's
it cannot show. The last line counts the files.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import json
import pathlib
import shlex
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
HEADERS = "/usr/x86_64-w64-mingw32ucrt/include"
# MinGW's headers know themselves by these.
CLANG = ["clang", "--target=x86_64-pc-windows-msvc", "-fsyntax-only", "-fgnuc-version=4.2.1", "-D_UCRT", "-D__MINGW32__",
         "-D__MINGW64__", "-D__GNUC_STDC_INLINE__", "-isystem", HEADERS, "-Qunused-arguments", "-Wgnu", "-Wcomma",
         "-Wshorten-64-to-32", "-Werror"]


def command(entry):
    """clang's command for an entry of compile_commands.json: its options, without compiler, -c and -o"""
    words = shlex.split(entry["command"])[1:]
    at = words.index("-o")
    return CLANG + [word for word in words[:at] + words[at + 2:] if word != "-c"]


def failures(build):
    """compiles the files of a build folder, prints what clang says; returns how many compiled and how many did not"""
    passed = failed = 0
    for entry in json.loads((build / "compile_commands.json").read_text()):
        result = subprocess.run(command(entry), cwd=entry["directory"], capture_output=True, text=True, check=False)
        passed += result.returncode == 0
        failed += result.returncode != 0
        if result.returncode:
            print("\n".join(line for line in result.stderr.splitlines() if "error:" in line))
    print(f"{build.name}: {passed} files compiled, {failed} did not")
    return passed, failed


def main():
    builds = [pathlib.Path(name) for name in sys.argv[1:]] or sorted(
        path.parent for path in (TOP / "build-windows").glob("*/compile_commands.json"))
    counts = [failures(build) for build in builds]
    passed, failed = (sum(count) for count in zip(*counts)) if counts else (0, 1)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
