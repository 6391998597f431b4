#!/bin/sh
# run.sh - runs what is made for Windows under Wine, on Debian 13 or later
#
# run.sh [PART...]     package, install, evidence, unit; default: all of them
# unit needs GLib and GnuTLS for Windows: libraries.sh builds them once, from Debian's sources, which takes half an hour.
# What Wine cannot show: Windows' own certificate store, netsh and event logs, the official installer's tshark.exe, and
# wildcards in a quoted path (cmd). The last line counts the checks.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
exec </dev/null
here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$here/plugin/packages.sh"
. "$here/tests/windows/check.sh"
cache=${DX_WINDOWS:-/var/tmp/dx-windows}
triple=x86_64-w64-mingw32ucrt
uninstall='HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall\Wireshark'

# cmd ARGUMENT... - runs something in Wine's cmd.exe, says what it said, with its exit code
cmd() {
    said=$(wine cmd /c "$@" 2>/dev/null | tr -d '\r') && code=0 || code=$?
    printf '%s\n' "$said"
}

# code_of ARGUMENT... - the exit code of that
code_of() {
    code=0
    wine cmd /c "$@" >/dev/null 2>&1 || code=$?
    echo "$code"
}

# says TEXT ARGUMENT... - whether it says so
says() {
    text=$1
    shift
    cmd "$@" | grep -aqF "$text"
}

# registered VERSION - writes to the registry what the installer does
registered() {
    wine reg add "$uninstall" /v InstallLocation /d 'C:\Program Files (x86)\Wire & Shark' /f >/dev/null 2>&1
    wine reg add "$uninstall" /v DisplayVersion /d "$1" /f >/dev/null 2>&1
}

part_package() {
    sh "$here/tests/windows/package.sh" | tail -1 >"$work/package"
    check "package.sh: $(cat "$work/package")" grep -q ' 0 failed' "$work/package"
}

part_install() {
    folder="$work/Zip Übung & (x86)"
    mkdir -p "$folder"
    unzip -q "$(ls "$here"/build-windows/ssltrouble-*-windows-x64.zip)" -d "$folder"
    cd "$folder"/ssltrouble-*
    settings=$WINEPREFIX/drive_c/users/$(id -un)/AppData/Roaming/Wireshark
    program="$WINEPREFIX/drive_c/Program Files (x86)/Wire & Shark"
    check "without Wireshark: exit code" [ "$(code_of install.cmd /q)" -eq 1 ]
    check "without Wireshark: says so" says "No installed Wireshark was found" install.cmd /q
    mkdir -p "$program"
    registered 4.2.9
    check "no plugin for it: exit code" [ "$(code_of install.cmd /q)" -eq 1 ]
    check "no plugin for it: says so" says "There is no plugin for Wireshark 4.2" install.cmd /q
    registered 4.4.9
    check "install: exit code" [ "$(code_of install.cmd /q)" -eq 0 ]
    check "install: plugin" cmp -s plugins/4.4/ssltrouble.dll "$settings/plugins/4.4/epan/ssltrouble.dll"
    check "install: profile" cmp -s "SSL Troubleshooter/preferences" "$settings/profiles/SSL Troubleshooter/preferences"
    echo mine >>"$settings/profiles/SSL Troubleshooter/preferences"
    check "again: keeps the profile" says "Kept the profile" install.cmd /q
    check "again: it is as it was" grep -q mine "$settings/profiles/SSL Troubleshooter/preferences"
    check "/all: exit code" [ "$(code_of install.cmd /all /q)" -eq 0 ]
    check "/all: plugin" cmp -s plugins/4.4/ssltrouble.dll "$program/plugins/4.4/epan/ssltrouble.dll"
    check "both: says so" says "There is one more plugin" install.cmd /q
    echo own >"$settings/profiles/SSL Troubleshooter/decode_as_entries"
    check "uninstall: exit code" [ "$(code_of uninstall.cmd /q)" -eq 0 ]
    check "uninstall: no plugin" [ ! -e "$settings/plugins/4.4/epan/ssltrouble.dll" ]
    check "uninstall: only the user's own file" [ "$(ls "$settings/profiles/SSL Troubleshooter")" = decode_as_entries ]
    check "uninstall: leaves that for all" [ -e "$program/plugins/4.4/epan/ssltrouble.dll" ]
    check "uninstall /all" [ "$(code_of uninstall.cmd /all /q)" -eq 0 ]
    check "uninstall /all: nothing left" [ -z "$(find "$program" -type f)" ]
    check "/version" [ "$(code_of install.cmd /version 4.0 /q)" -eq 0 ]
    check "/version: plugin" cmp -s plugins/4.0/ssltrouble.dll "$settings/plugins/4.0/epan/ssltrouble.dll"
    cd "$here"
}

part_evidence() {
    mkdir -p "$work/Zip Übung & (x86)"
    cp "$here/plugin/collect-evidence.cmd" "$work/Zip Übung & (x86)/"
    cd "$work/Zip Übung & (x86)"
    check "collect-evidence.cmd: exit code" [ "$(code_of collect-evidence.cmd 'C:\Evidence of größe')" -eq 0 ]
    check "collect-evidence.cmd: files" test -s "$WINEPREFIX/drive_c/Evidence of größe/ver.txt"
    check "collect-evidence.cmd: no folder" [ "$(code_of collect-evidence.cmd 'Q:\nowhere')" -eq 1 ]
    cd "$here"
}

part_unit() {
    sh "$here/tests/windows/libraries.sh" "$cache"
    lib=$cache/windows/lib/pkgconfig
    PKG_CONFIG_LIBDIR=$lib PKG_CONFIG_PATH='' cmake -S "$here" -B "$here/build-windows-unit" -G Ninja -DDX_MODULE=OFF \
        -DBUILD_TESTING=ON -DCMAKE_TOOLCHAIN_FILE="$here/plugin/windows/mingw.cmake" -DCMAKE_BUILD_TYPE=None \
        -DCMAKE_C_FLAGS="-O1 -static-libgcc" >/dev/null
    cmake --build "$here/build-windows-unit" >"$here/build-windows-unit/log" 2>&1 || {
        tail -30 "$here/build-windows-unit/log"
        check "the unit programs build" false
        return
    }
    cp "$cache"/windows/bin/*.dll "$here/build-windows-unit/unit/"
    cp "$(dirname "$($triple-gcc -print-libgcc-file-name)")"/libgcc_s_seh-1.dll "$here/build-windows-unit/unit/" 2>/dev/null || true
    for dll in /usr/$triple/lib/libwinpthread-1.dll /usr/$triple/bin/libwinpthread-1.dll; do
        [ ! -e "$dll" ] || cp "$dll" "$here/build-windows-unit/unit/"
    done
    cd "$here"
    for program in build-windows-unit/unit/test_*.exe; do
        tap=build-windows-unit/$(basename "$program" .exe).tap
        # In a console: without one GLib warns of it, which g_test takes for a failure.
        timeout 600 wineconsole cmd /c "$(echo "$program --tap -k > $tap 2>&1" | tr / '\\')" >/dev/null 2>&1 || true
        good=$(grep -ac '^ok ' "$tap") || true
        bad=$(grep -ac '^not ok ' "$tap") || true
        echo "$(basename "$program"): $good passed, $bad failed"
        grep -a '^not ok ' "$tap" || true
        [ "$((good + bad))" -gt 0 ] || bad=1
        passed=$((passed + good))
        failed=$((failed + bad))
    done
}

[ $# -gt 0 ] || set -- package install evidence unit
dx_packages_install gcc-mingw-w64-ucrt64 wine wine64 zip unzip cmake ninja-build pkgconf
work=$(mktemp -d)
trap 'wineserver -k 2>/dev/null || true; rm -rf "$work"' EXIT
export WINEPREFIX="$work/wine" WINEDEBUG=-all WINEDLLOVERRIDES='mscoree=;mshtml=' LC_ALL=C.UTF-8
wineboot -i >/dev/null 2>&1
for part in "$@"; do
    echo "== $part"
    "part_$part"
done
counted
