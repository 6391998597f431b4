#!/bin/sh
# package.sh - makes the Windows package and looks at what is in it; skipped where Debian has no cross compiler
#
# The last line counts the checks. --plugin-dir DIR is accepted so that all test scripts are called alike.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$here/plugin/packages.sh"
. "$here/tests/windows/check.sh"

if ! apt-cache policy gcc-mingw-w64-ucrt64 2>/dev/null | grep -q 'Candidate: [0-9]'; then
    echo "skipped: no gcc-mingw-w64-ucrt64 here, Debian has it from 13 on"
    echo "0 passed, 0 failed, 1 skipped"
    exit
fi
sh "$here/plugin/package-windows.sh" || {
    echo "0 passed, 1 failed"
    exit 1
}
dx_packages_install unzip
zip=$(ls "$here"/build-windows/ssltrouble-*-windows-x64.zip)
for file in README.txt LICENSE.txt LICENSE-libevtx.txt install.cmd uninstall.cmd collect-evidence.cmd collect-evidence.txt \
    "SSL Troubleshooter/preferences"; do
    check "the zip has $file" listed "$file"
done
for dll in "$here"/build-windows/plugins/*/ssltrouble.dll; do
    branch=$(basename "$(dirname "$dll")")
    check "the zip has the plugin for $branch" listed "plugins/$branch/ssltrouble.dll"
    for name in plugin_version plugin_want_major plugin_want_minor plugin_register; do
        check "$branch exports $name" exports "$dll" "$name"
    done
    check "$branch reads binary event logs" with_libevtx "$dll"
    check "$branch does without g_stat, whose structure is another one in Microsoft's GLib" without_stat "$dll"
done
check "three plugins" [ "$(ls -d "$here"/build-windows/plugins/*/ | wc -l)" -ge 3 ]
counted
