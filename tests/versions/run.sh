#!/bin/sh
# run.sh - runs the tests of the current tree in Debian chroots with other versions of Wireshark
#
# run.sh [SUITE...]     default: trixie sid; to be run by root, needs debootstrap
# All tests of tests/run.sh, or those that DX_TESTS names, and tests/install.
# The chroots are made once and kept (chroot.sh says where). The last lines say which versions ran and which did not.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$here/tests/versions/chroot.sh"

# one SUITE - runs the tests in one chroot; prints its row of the table
one() {
    log=$dx_chroots/$1.tests.log
    if ! dx_chroot_make "$1"; then
        printf '%-10s not run: no chroot, see %s\n' "$1" "$dx_chroots/$1.log"
        return 1
    fi
    dx_chroot_copy "$1" /src
    code=0
    dx_chroot_run "$1" ${DX_TESTS:+"DX_TESTS=$DX_TESTS"} sh /src/tests/run.sh >"$log" 2>&1 || code=$?
    version=$(dx_chroot_run "$1" tshark --version 2>/dev/null | sed -n '1s/^TShark (Wireshark) \([0-9.]*[0-9]\).*/\1/p')
    compilers=$(dx_chroot_run "$1" sh -c 'gcc -dumpfullversion; clang -dumpversion' 2>/dev/null | tr '\n' ' ')
    last=$(tail -1 "$log")
    dx_chroot_run "$1" sh /src/tests/install/run.sh >"$log.install" 2>&1 || code=$?
    printf '%-10s Wireshark %-8s gcc, clang %-16s %s; install: %s\n' "$1" "${version:-none}" "$compilers" "$last" \
        "$(tail -1 "$log.install")"
    if [ "$code" -ne 0 ]; then
        echo "           see $log"
    fi
    return "$code"
}

[ "$(id -u)" -eq 0 ] || {
    echo "Chroots need root." >&2
    exit 2
}
[ $# -gt 0 ] || set -- trixie sid
passed=0
failed=0
rows=
for suite in "$@"; do
    row=$(one "$suite") && passed=$((passed + 1)) || failed=$((failed + 1))
    rows="$rows$row
"
done
printf '%s' "$rows"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
