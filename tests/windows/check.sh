# check.sh - checks of the Windows package; to be sourced
#
# SPDX-License-Identifier: GPL-2.0-or-later
. "$here/tests/check.sh"

# listed FILE - whether the zip has a file
listed() {
    unzip -Z1 "$zip" | grep -q "^ssltrouble-[^/]*/$1\$"
}

# exports DLL NAME - whether a DLL exports a name
exports() {
    x86_64-w64-mingw32ucrt-objdump -p "$1" | grep -q "^[[:space:]]*\[ *[0-9]*\] .*[[:space:]]$2\$"
}

# with_libevtx DLL - whether it never has to say that it lacks libevtx
with_libevtx() {
    ! grep -qF "built without libevtx" "$1"
}

# without_stat DLL - whether a DLL imports none of GLib's functions that fill a structure of the C library
without_stat() {
    ! x86_64-w64-mingw32ucrt-objdump -p "$1" | grep -qwE 'g_(l|f)?stat|g_utime'
}
