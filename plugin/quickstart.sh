#!/bin/sh
# quickstart.sh - on Debian: installs what is needed, builds the plugin, shows its report for a shipped capture
#
# Run it as root or as a user who may use sudo. An argument names another capture.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$here/plugin/packages.sh"
capture=${1:-$here/test-captures/protocol_version_mismatch.pcapng}
[ -f "$capture" ] && [ -r "$capture" ] || {
    echo "quickstart.sh: $capture is no file that can be read" >&2
    exit 2
}

# shellcheck disable=SC2086
dx_packages_install $dx_packages_build
# gcc by name, as tests/run.sh has it: CMake begins a folder anew when its compiler changes.
cmake -S "$here" -B "$here/build" -G Ninja -DCMAKE_C_COMPILER=gcc -DBUILD_TESTING=OFF >/dev/null
cmake --build "$here/build"

plugins=$here/build/plugins
sudo="sudo "
if [ "$(id -u)" -eq 0 ]; then
    sudo=
    # tshark ignores WIRESHARK_PLUGIN_DIR when root runs it, and an ordinary user may not be able to read this folder.
    # So may be the folder that TMPDIR names, such as libpam-tmpdir's.
    temp=$(mktemp -d -p /tmp)
    trap 'rm -rf "$temp"' EXIT
    mkdir "$temp/home"
    cp -r "$plugins" "$temp/plugins"
    cp -- "$capture" "$temp/"
    chmod -R a+rX "$temp"
    chown nobody "$temp/home"
    cd "$temp"
    setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups env -u TMPDIR -u XDG_CONFIG_HOME HOME="$temp/home" \
        WIRESHARK_PLUGIN_DIR="$temp/plugins" tshark -q -r "$temp/$(basename -- "$capture")" -z ssltrouble,report
else
    WIRESHARK_PLUGIN_DIR=$plugins tshark -q -r "$capture" -z ssltrouble,report
fi

echo
echo "Your own capture: sh \"$here/plugin/quickstart.sh\" FILE"
echo "In Wireshark and tshark, for good and for every user: ${sudo}cmake --install \"$here/build\""
echo "Then: tshark -q -r FILE -z ssltrouble,report, or open a capture in Wireshark and filter for: ssltrouble"
