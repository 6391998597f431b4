#!/bin/sh
# run.sh - runs what is made for Windows under Wine, on Debian 13 or later
#
# run.sh [PART...]     package, install, load, evidence, unit, tshark; default: all of them
# unit and tshark need GLib, GnuTLS and more for Windows, tshark a tshark.exe of Wireshark 4.0: libraries.sh and wireshark.sh
# build them once, from Debian's sources: half an hour of processor time, nearly all of it GnuTLS' and Wireshark's. DX_WINDOWS
# names the folder where they are kept; what has a NAME.done there is not built again, and what was interrupted goes on.
# DX_CAPTURES names the expectations to run instead of all.
# What Wine cannot show: Windows' own certificate store, netsh and event logs, the official installer's tshark.exe and its
# window, and wildcards in a quoted path (cmd). The last line counts the checks.
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

# stop - ends Wine's server, which would stay, and all that runs on it; then its folder can go
stop() {
    wineserver -k 2>/dev/null || true
    rm -rf "$work"
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
    registered 3.6.9
    check "no plugin for it: exit code" [ "$(code_of install.cmd /q)" -eq 1 ]
    check "no plugin for it: says so" says "There is no plugin for Wireshark 3.6" install.cmd /q
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
    check "/portable: exit code" [ "$(code_of install.cmd /portable 'C:\Portable & Wire' /version 4.6.9 /q)" -eq 0 ]
    portable="$WINEPREFIX/drive_c/Portable & Wire/Data"
    check "/portable: plugin" cmp -s plugins/4.6/ssltrouble.dll "$portable/plugins/4.6/epan/ssltrouble.dll"
    check "/portable: not for the user" [ ! -e "$settings/plugins/4.6" ]
    check "uninstall /portable" [ "$(code_of uninstall.cmd /portable 'C:\Portable & Wire' /q)" -eq 0 ]
    check "uninstall /portable: nothing left" [ -z "$(find "$portable" -type f)" ]
    check "/portable without Wireshark: says so" says "There is no tshark.exe" install.cmd /portable 'C:\nowhere' /q
    printf '#include <stdio.h>\nint main(void) { puts("TShark (Wireshark) 4.6.2 (v4.6.2-0-g0)."); return 0; }\n' >"$work/other.c"
    $triple-gcc -static-libgcc "$work/other.c" -o "$program/tshark.exe"
    check "another number in the registry: tshark.exe's counts" says "Wireshark 4.6.2 is installed" install.cmd /q
    check "another number in the registry: plugin" cmp -s plugins/4.6/ssltrouble.dll "$settings/plugins/4.6/epan/ssltrouble.dll"
    check "uninstall of that" [ "$(code_of uninstall.cmd /q)" -eq 0 ]
    other=$WINEPREFIX/drive_c/Other
    mkdir -p "$other"
    mv "$program/tshark.exe" "$other/"
    check "/folder: exit code" [ "$(code_of install.cmd /all /folder 'C:\Other' /q)" -eq 0 ]
    check "/folder: plugin" cmp -s plugins/4.6/ssltrouble.dll "$other/plugins/4.6/epan/ssltrouble.dll"
    check "/all: says that an update removes it" says "run install.cmd /all again" install.cmd /all /folder 'C:\Other' /q
    check "uninstall /folder" [ "$(code_of uninstall.cmd /all /folder 'C:\Other' /q)" -eq 0 ]
    check "uninstall /folder: nothing left" [ "$(find "$other" -type f)" = "$other/tshark.exe" ]
    check "/folder for the user" [ "$(code_of install.cmd /folder 'C:\Other' /q)" -eq 0 ]
    check "/folder for the user: plugin" [ -e "$settings/plugins/4.6/epan/ssltrouble.dll" ]
    check "uninstall of that" [ "$(code_of uninstall.cmd /q)" -eq 0 ]
    check "/folder without Wireshark: says so" says "There is no tshark.exe" install.cmd /folder 'C:\nowhere' /q
    odd='C:\Odd ^ & (x86)! ü'
    check "/portable, any character: exit code" [ "$(code_of install.cmd /portable "$odd" /version 4.6.9 /q)" -eq 0 ]
    check "/portable, any character: plugin" cmp -s plugins/4.6/ssltrouble.dll \
        "$WINEPREFIX/drive_c/Odd ^ & (x86)! ü/Data/plugins/4.6/epan/ssltrouble.dll"
    check "uninstall /portable, any character" [ "$(code_of uninstall.cmd /portable "$odd" /q)" -eq 0 ]
    check "uninstall /portable, any character: nothing left" [ -z "$(find "$WINEPREFIX/drive_c/Odd ^ & (x86)! ü" -type f)" ]
    check "/portable without a folder" [ "$(code_of install.cmd /portable)" -eq 1 ]
    check "uninstall /portable without a folder" [ "$(code_of uninstall.cmd /portable)" -eq 1 ]
    check "/version without a number" [ "$(code_of install.cmd /version)" -eq 1 ]
    mv "$program" "$program.gone"
    check "a folder that is gone: exit code" [ "$(code_of install.cmd /q)" -eq 1 ]
    mv "$program.gone" "$program"
    check "an argument that is none" [ "$(code_of install.cmd '/?' /q)" -eq 1 ]
    cp install.cmd "$work/"
    check "not unpacked: says so" says "Unpack the whole zip" "$work/install.cmd" /q
    check "/version" [ "$(code_of install.cmd /version 4.0 /q)" -eq 0 ]
    check "/version: plugin" cmp -s plugins/4.0/ssltrouble.dll "$settings/plugins/4.0/epan/ssltrouble.dll"
    cd "$here"
}

# stand_in PLUGIN DLL FOLDER - makes a DLL that has the names which a plugin takes of it, and nothing behind them
stand_in() {
    {
        echo EXPORTS
        $triple-objdump -p "$1" | awk -v dll="$2" '/DLL Name:/ { here = $3 == dll } here && /^\t[0-9a-f]+ / { print $NF " = nothing" }'
    } >"$work/$2.def"
    $triple-gcc -shared -static-libgcc -o "$3/$2" "$work/nothing.c" "$work/$2.def"
}

# Windows' loader, every plugin of the zip, and stand-ins for the four DLLs of Wireshark's folder: what else it takes of
# Windows and of the C library is there, and it wants the version in whose folder it is.
part_load() {
    echo 'int nothing(void) { return 0; }' >"$work/nothing.c"
    mkdir -p "$work/load"
    unzip -q "$(ls "$here"/build-windows/ssltrouble-*-windows-x64.zip)" -d "$work/load"
    version=$(sed -n 's/^set(DX_VERSION \([0-9.]*\))$/\1/p' "$here/plugin/version.cmake")
    for plugin in "$work"/load/*/plugins/*/ssltrouble.dll; do
        folder=$(dirname "$plugin")
        branch=$(basename "$folder")
        for dll in libwireshark.dll libwsutil.dll glib-2.0-0.dll libgnutls-30.dll; do
            stand_in "$plugin" "$dll" "$folder"
        done
        $triple-gcc -static-libgcc "$here/tests/windows/load.c" -o "$folder/load.exe"
        cd "$folder"
        said=$(wine load.exe ssltrouble.dll 2>/dev/null | tr -d '\r') || true
        echo "plugins/$branch/ssltrouble.dll: $said"
        check "the plugin for $branch loads" [ "$said" = "$version for $branch" ]
        cd "$here"
    done
}

part_evidence() {
    mkdir -p "$work/Zip Übung & (x86)"
    cp "$here/plugin/collect-evidence.cmd" "$work/Zip Übung & (x86)/"
    cd "$work/Zip Übung & (x86)"
    check "collect-evidence.cmd: exit code" [ "$(code_of collect-evidence.cmd 'C:\Evidence of größe')" -eq 0 ]
    check "collect-evidence.cmd: files" test -s "$WINEPREFIX/drive_c/Evidence of größe/ver.txt"
    check "collect-evidence.cmd: any character" [ "$(code_of collect-evidence.cmd 'C:\Odd ^ & (x86)! ü')" -eq 0 ]
    check "collect-evidence.cmd: any character, files" test -s "$WINEPREFIX/drive_c/Odd ^ & (x86)! ü/ver.txt"
    check "collect-evidence.cmd: from where it is" [ "$(code_of collect-evidence.cmd evidence)" -eq 0 ]
    check "collect-evidence.cmd: from where it is, files" test -s evidence/ver.txt
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

# tshark ARGUMENT... - runs tshark.exe; its errors go to a file, for Wine's own and Wireshark's are among them
tshark() {
    wine "$program/tshark.exe" "$@" 2>"$work/errors"
}

# tells TEXT ARGUMENT... - whether tshark.exe prints it
tells() {
    text=$1
    shift
    tshark "$@" | tr -d '\r' | grep -qF "$text"
}

# same_code ARGUMENT... - whether tshark.exe ends with the exit code of this machine's tshark
same_code() {
    here_code=0
    there_code=0
    as_nobody tshark "$@" >/dev/null 2>&1 || here_code=$?
    tshark "$@" >/dev/null || there_code=$?
    [ "$here_code" -eq "$there_code" ]
}

# same_json FILE FILE - whether two reports are the same, byte for byte, but for the capture's name: root reads a copy
same_json() {
    [ -f "$1" ] && [ "$(sed 's/^{"file":"[^"]*"//' "$1")" = "$(sed 's/^{"file":"[^"]*"//' "$2")" ]
}

# as_nobody PROGRAM ARGUMENT... - runs something of this machine with the plugin that is built for it
as_nobody() {
    setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups env -u WINEPREFIX HOME=/nonexistent \
        WIRESHARK_PLUGIN_DIR="$here/build/plugins" "$@"
}

# preferred FOLDER - writes its path to the preferences of the profile "files", as the window does
preferred() {
    mkdir -p "$settings/profiles/files"
    printf 'ssltrouble.evidence_dir: %s\n' "$1" >"$settings/profiles/files/preferences"
}

part_tshark() {
    sh "$here/tests/windows/libraries.sh" "$cache"
    sh "$here/tests/windows/wireshark.sh" "$cache" || {
        [ $? -eq 3 ] || exit 1
        echo "skipped: the mirror has no source of Wireshark 4.0"
        return
    }
    # shellcheck disable=SC2086
    dx_packages_install $dx_packages_build python3-jsonschema
    cmake -S "$here" -B "$here/build" -G Ninja -DBUILD_TESTING=OFF >/dev/null
    cmake --build "$here/build" >/dev/null
    program="$WINEPREFIX/drive_c/Program Files/Wireshark Übung"
    settings=$WINEPREFIX/drive_c/users/$(id -un)/AppData/Roaming/Wireshark
    capture=$here/test-captures/server_reset_after_client_hello.both_sides.pcapng
    log=$here/build-windows/tshark.log
    rm -rf "$program" "$settings" "$work/zip"
    mkdir -p "$program" "$work/zip"
    cp -r "$cache/program/." "$program/"
    unzip -q "$(ls "$here"/build-windows/ssltrouble-*-windows-x64.zip)" -d "$work/zip"
    cd "$work"/zip/ssltrouble-*
    # By a name in ASCII: Wine's reg writes another code page than its cmd reads, for neither has a console here.
    ln -sfn "$program" "$WINEPREFIX/drive_c/Program Files/Wire & Shark (x64)"
    wine reg add "$uninstall" /v InstallLocation /d 'C:\Program Files\Wire & Shark (x64)' /f >/dev/null 2>&1
    wine reg add "$uninstall" /v DisplayVersion /d 4.0.17 /f >/dev/null 2>&1
    check "tshark.exe runs" tells "TShark (Wireshark) 4.0" --version
    check "the plugin is not there yet" [ -z "$(tshark -G plugins | grep ssltrouble)" ]
    {
        echo "> install.cmd"
        cmd install.cmd /q
        echo "> tshark -G plugins"
        tshark -G plugins | grep -a ssltrouble || true
        echo "> tshark -q -r FILE -z ssltrouble,report"
        tshark -q -r "$capture" -z ssltrouble,report || true
    } >"$log"
    check "install.cmd: tshark.exe lists the plugin" grep -qE "^ssltrouble[.]dll.*AppData.Roaming.Wireshark.plugins.4[.]0.epan" "$log"
    check "a report from the installed folder" grep -q "^  Problem  " "$log"
    grep -q "^ssltrouble[.]dll" "$log" || {
        cat "$log" "$work/errors"
        cd "$here"
        return
    }
    check "install.cmd /folder, any letter" says 'Wireshark 4.0.17 is in "C:\Program Files\Wireshark ' \
        install.cmd /folder 'C:\Program Files\Wireshark Übung' /q

    mkdir -p "$work/here" "$work/there"
    # shellcheck disable=SC2086
    python3 "$here/tests/captures/run.py" --one-pass --plugin-dir "$here/build/plugins" --keep "$work/here" --tshark \
        tshark ${DX_CAPTURES:-} >"$work/here.said" || tail -20 "$work/here.said"
    # shellcheck disable=SC2086
    python3 "$here/tests/captures/run.py" --one-pass --plugin-dir installed --keep "$work/there" --tshark \
        "wine '$program/tshark.exe'" ${DX_CAPTURES:-} >"$work/there.said" || tail -20 "$work/there.said"
    echo "tests/captures, tshark of this Debian: $(tail -1 "$work/here.said")"
    echo "tests/captures, tshark.exe: $(tail -1 "$work/there.said")"
    check "tests/captures" grep -q ' 0 failed' "$work/there.said"
    for report in "$work"/there/*; do
        name=$(basename "$report")
        # Debian's own Wireshark is another one, which divides these packets into other streams.
        ! grep -q '^  "before"' "$here/tests/captures/$name.json" || continue
        case $name in
        evidence.no_folder) ;; # names the folder, which is another one in root's copy
        *) check "JSON of $name" same_json "$work/here/$name" "$report" ;;
        esac
    done
    # Without sharkd, which is not built.
    python3 "$here/tests/epan/run.py" --plugin-dir installed --sharkd '' --tshark "wine '$program/tshark.exe'" >"$work/epan.said" ||
        cat "$work/epan.said"
    echo "tests/epan, tshark.exe: $(tail -1 "$work/epan.said")"
    check "tests/epan" grep -q ' 0 failed' "$work/epan.said"
    check "lines end in LF alone" [ "$(tshark -q -r "$capture" -z ssltrouble,json | grep -c "$(printf '\r')")" -eq 0 ]

    mkdir -p "$WINEPREFIX/dosdevices/unc/server.example.com"
    ln -sfn "$WINEPREFIX/drive_c" "$WINEPREFIX/dosdevices/unc/server.example.com/share"
    cp -r "$here/tests/evidence/scenario2_key_access" "$WINEPREFIX/drive_c/Evidence of größe"
    cp "$capture" "$WINEPREFIX/drive_c/Mitschnitt ß.pcapng"
    for folder in 'C:\Evidence of größe' '\\server.example.com\share\Evidence of größe' 'C:/Evidence of größe'; do
        check "files in $folder" tells '"read":true' -o "ssltrouble.evidence_dir:$folder" -q -r 'C:\Mitschnitt ß.pcapng' -z ssltrouble,json
        preferred "$folder"
        check "files in $folder, by preference" tells '"read":true' -C files -q -r 'C:\Mitschnitt ß.pcapng' -z ssltrouble,json
    done
    cp -r "$here/tests/evidence/evtx" "$WINEPREFIX/drive_c/Event log"
    printf '@set TEMP=%%DX_TEMP%%\r\n@%%*\r\n' >"$work/temp.cmd"
    export DX_TEMP='C:\Temp größe Ж'
    mkdir -p "$WINEPREFIX/drive_c/Temp größe Ж"
    check "a binary event log, with any letter in TEMP" says '"cause":"private_key_inaccessible"' "$work/temp.cmd" \
        'C:\Program Files\Wire & Shark (x64)\tshark.exe' -o 'ssltrouble.evidence_dir:C:\Event log' -q -r \
        'C:\Mitschnitt ß.pcapng' -z ssltrouble,json
    check "no folder: said" tells 'C:\nowhere' -o 'ssltrouble.evidence_dir:C:\nowhere' -q -r "$capture" -z ssltrouble,report
    cp "$capture" "$work/capture.pcapng"
    chmod -R a+rX "$work"
    for word in report json html tree nonsense report,nosuch.field; do
        check "exit code of $word" same_code -q -r "$work/capture.pcapng" -z "ssltrouble,$word"
    done

    mkdir -p "$WINEPREFIX/drive_c/Portable Übung/App"
    ln -sfn "$program" "$WINEPREFIX/drive_c/Portable Übung/App/Wireshark"
    check "install.cmd /portable asks its tshark.exe" says "Wireshark 4.0" install.cmd /portable 'C:\Portable Übung' /q
    {
        echo "> uninstall.cmd"
        cmd uninstall.cmd /q
    } >>"$log"
    check "uninstall.cmd: the plugin is gone" [ -z "$(tshark -G plugins | grep ssltrouble)" ]
    cd "$here"
}

[ $# -gt 0 ] || set -- package install load evidence unit tshark
dx_packages_install gcc-mingw-w64-ucrt64 wine wine64 zip unzip cmake ninja-build pkgconf
work=$(mktemp -d)
export WINEPREFIX="$work/wine" WINEDEBUG=-all WINEDLLOVERRIDES='mscoree=;mshtml=' LC_ALL=C.UTF-8
trap stop EXIT
trap 'exit 1' HUP INT TERM # of a signal alone this shell runs no EXIT trap, and Wine's server would stay
mkdir "$WINEPREFIX"
wineserver -p # stays: two programs that start it at a time may wait for each other
# Again on a busy machine, where its parts give up waiting for each other.
for try in 1 2 3; do
    code=0
    wineboot -i >/dev/null 2>&1 || code=$?
    [ "$code" -ne 0 ] || break
done
[ "$code" -eq 0 ] || {
    echo "Wine cannot set up its folder: wineboot -i ended with $code" >&2
    exit 1
}
for part in "$@"; do
    echo "== $part"
    "part_$part"
done
counted
