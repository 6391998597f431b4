#!/bin/sh
# run.sh - builds with gcc and clang, runs all tests; the last line counts them
#
# DX_TESTS="unit captures epan fuzz bench ..." runs only some of them (default: all).
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
exec </dev/null # nothing here asks; a closed standard input would give its number to the next file opened
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$here/plugin/packages.sh"
passed=0
failed=0
skipped=0

# count PASSED FAILED [SKIPPED] - adds to the sums
count() {
    passed=$((passed + $1))
    failed=$((failed + $2))
    skipped=$((skipped + ${3:-0}))
}

# finish - prints the sums; the exit code tells whether anything failed
finish() {
    [ "$skipped" -eq 0 ] || more=", $skipped skipped"
    echo "$passed passed, $failed failed${more:-}"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

# build FOLDER OPTION... - configures and builds; warnings are errors
build() {
    folder=$here/$1
    shift
    echo "== $(basename "$folder")"
    if ! { cmake -S "$here" -B "$folder" -G Ninja -DBUILD_TESTING=ON -DDX_WERROR=ON "$@" >/dev/null &&
        cmake --build "$folder" >"$folder/log" 2>&1; }; then
        tail -50 "$folder/log"
        count 0 1
        finish
    fi
}

# cases PROGRAM - runs a g_test program; when it fails, every case by itself, so that none hides another
cases() {
    output=$(cd "$here" && "$1" --tap -k 2>&1) && code=0 || code=$?
    [ "$code" -ne 0 ] || return 0
    output=
    for path in $("$1" -l | grep '^/'); do
        one=$(cd "$here" && "$1" --tap -k -p "$path" 2>&1) || one="$one
not ok $path, alone"
        output="$output$(printf '%s\n' "$one" | grep -v '^not ok [0-9]')
"
    done
}

# unit PROGRAM - runs a g_test program and counts its cases
unit() {
    cases "$1"
    good=$(printf '%s\n' "$output" | grep -c '^ok ') || true
    bad=$(printf '%s\n' "$output" | grep -c '^not ok ') || true
    if [ "$code" -ne 0 ]; then
        [ "$bad" -gt 0 ] || bad=1
        printf '%s\n' "$output" | grep -v '^ok ' | tail -60
    fi
    echo "$(basename "$1"): $good passed, $bad failed"
    count "$good" "$bad"
}

# wanted NAME - whether these tests were asked for
wanted() {
    case " ${DX_TESTS:-$1} " in
    *" $1 "*) ;;
    *) return 1 ;;
    esac
}

# script FILE [OPTION...] - runs a test script whose last line is "N passed, N failed", with ", N skipped" or without
script() {
    wanted "$(basename "$(dirname "$1")")" || return 0
    echo "== $1"
    file=$here/$1
    shift
    case $file in
    *.py) interpreter=python3 ;;
    *) interpreter=sh ;;
    esac
    output=$("$interpreter" "$file" --plugin-dir "$here/build/plugins" "$@" 2>&1) && code=0 || code=$?
    printf '%s\n' "$output"
    sums=$(printf '%s\n' "$output" | tail -1 |
        sed -nE 's/^([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$/\1 \2 \4/p')
    # shellcheck disable=SC2086
    count ${sums:-0 1}
    case $sums in
    *" 0 "*) [ "$code" -eq 0 ] || count 0 1 ;;
    esac
}

packages="$dx_packages_build clang clang-format python3 python3-jsonschema python3-pandas valgrind parallel jq time"
# shellcheck disable=SC2086
echo "Installs what is missing of:" $packages
echo "All suites take 20 to 40 minutes on two cores; DX_TESTS=\"unit docs\" runs some, see tests/README.md. html, gui and fuzz install more."
# shellcheck disable=SC2086
dx_packages_install $packages
build build -DCMAKE_C_COMPILER=gcc
build build-clang -DCMAKE_C_COMPILER=clang
build build-asan -DCMAKE_C_COMPILER=gcc -DDX_SANITIZE=ON -DDX_MODULE=ON -DCMAKE_BUILD_TYPE=Debug
export LSAN_OPTIONS="suppressions=$here/tests/unit/lsan.supp:print_suppressions=0"
for program in "$here"/build-asan/unit/test_*; do
    wanted unit || break
    unit "$program"
done
script tests/docs/run.py
script tests/captures/run.py
script tests/golden/run.py
script tests/html/run.sh
script tests/epan/run.py
script tests/gui/run.sh
script tests/parallel/run.py
script tests/windows/package.sh
script tests/robust/run.py
if wanted fuzz; then
    dx_packages_install libclang-rt-dev # clang only recommends it
    build build-fuzz -DCMAKE_C_COMPILER=clang -DDX_FUZZ=ON -DDX_MODULE=OFF
fi
script tests/fuzz/run.py --runs 5000
script tests/fuzz/captures.py --plugin-dir "$here/build-asan/plugins" --rounds 3
script tests/fuzz/splice.py --plugin-dir "$here/build-asan/plugins" --rounds 4
script tests/bench/run.py --handshakes 240 --bulk 6 --plain 60
script tests/bench/growth.py
finish
