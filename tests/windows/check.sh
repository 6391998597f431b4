# check.sh - checks of the Windows package, counted; to be sourced
#
# SPDX-License-Identifier: GPL-2.0-or-later
passed=0
failed=0

# check NAME COMMAND... - counts one check
check() {
    name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $name"
    fi
}

# counted - prints the sums; the exit code tells whether anything failed
counted() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}

# listed FILE - whether the zip has a file
listed() {
    unzip -Z1 "$zip" | grep -q "^ssltrouble-[^/]*/$1\$"
}

# exports DLL NAME - whether a DLL exports a name
exports() {
    x86_64-w64-mingw32ucrt-objdump -p "$1" | grep -q "^[[:space:]]*\[ *[0-9]*\] .*[[:space:]]$2\$"
}

# without_stat DLL - whether a DLL imports none of GLib's functions that fill a structure of the C library
without_stat() {
    ! x86_64-w64-mingw32ucrt-objdump -p "$1" | grep -qwE 'g_(l|f)?stat|g_utime'
}
