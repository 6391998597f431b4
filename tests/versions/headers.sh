#!/bin/sh
# headers.sh - compiles what knows Wireshark against sets of its headers, without libraries
#
# headers.sh VERSION=FOLDER[,FOLDER...]...     the folder that holds epan/, and others that hold the rest
# For versions that no suite of Debian has: 4.2 from Ubuntu's packages, the development branch from its build folder. What
# the headers answered to plugin/compat.cmake is printed; with gcc and with clang, warnings are errors. Where
# epan/sequence_analysis.h is among them, compat.h's own declarations are compared with it.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# graphs BUILD FOLDERS - compiles flow_graph.c as plugin.c was, if the header that it needs is in one of the folders
graphs() {
    for folder in $(echo "$2" | tr , ' '); do
        [ ! -e "$folder/epan/sequence_analysis.h" ] || {
            command=$(python3 -c 'import json, shlex, sys
words = next(shlex.split(one["command"]) for one in json.load(open(sys.argv[1])) if one["file"].endswith("/plugin/plugin.c"))
print(shlex.join(words[: words.index("-o")] + ["-fsyntax-only", sys.argv[2]]))' "$1/compile_commands.json" \
                "$here/tests/versions/flow_graph.c")
            (cd "$1" && eval "$command")
            return
        }
    done
}

# one VERSION FOLDERS COMPILER - configures and compiles; prints its row
one() {
    flags=$(echo "$2" | sed 's/^/-I/; s/,/ -I/g')
    printf 'prefix=/usr\nplugindir=/usr\nName: Wireshark\nDescription: headers\nVersion: %s\nRequires: glib-2.0\nCflags: %s\n' \
        "$1" "$flags" >"$work/wireshark.pc"
    build=$work/$1-$3
    if PKG_CONFIG_PATH=$work cmake -S "$here" -B "$build" -G Ninja -DCMAKE_C_COMPILER="$3" -DDX_WERROR=ON -DBUILD_TESTING=OFF \
        -DCMAKE_DISABLE_FIND_PACKAGE_Wireshark=ON >"$build.log" 2>&1 &&
        cmake --build "$build" --target dx_epan >>"$build.log" 2>&1 &&
        graphs "$build" "$2" >>"$build.log" 2>&1; then
        passed=$((passed + 1))
        echo "Wireshark $1, $3: compiled;$(sed -nE 's/^-- Performing Test DX_([A-Z_]+)_[0-9_]+ - Success$/ \1/p' "$build.log" |
            grep -v HEADERS_COMPILE | tr -d '\n')"
    else
        failed=$((failed + 1))
        echo "Wireshark $1, $3: failed"
        grep -m 5 -E '(error|Error).*:' "$build.log" | grep -v ' -DDX_' || true
    fi
}

for set in "$@"; do
    for compiler in gcc clang; do
        one "${set%%=*}" "${set#*=}" "$compiler"
    done
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
