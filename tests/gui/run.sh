#!/bin/sh
# run.sh - tests the plugin in Wireshark's window, on a virtual screen; the last line counts
#
#     run.sh --plugin-dir DIR [--screenshots DIR] [NAME...]
#
# Wireshark runs as an ordinary user (nobody when root calls), in a session of its own. What is missing fails.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/../../plugin/packages.sh"
plugins=
shots=
while [ $# -gt 0 ]; do
    case $1 in
    --plugin-dir) plugins=$2 && shift 2 ;;
    --screenshots) shots=$2 && shift 2 ;;
    *) break ;;
    esac
done
if [ -z "$plugins" ]; then
    echo "usage: run.sh --plugin-dir DIR [--screenshots DIR] [NAME...]" >&2
    exit 2
fi
dx_packages_install wireshark tshark xvfb openbox at-spi2-core dbus dbus-x11 python3 python3-pyatspi gir1.2-atspi-2.0 \
    fonts-dejavu-core ${shots:+imagemagick}

temp=$(mktemp -d)
screen=
stop() {
    [ -z "$screen" ] || kill "$screen" 2>/dev/null || true
    rm -rf "$temp"
}
trap stop EXIT
trap 'exit 1' INT TERM
mkdir -p "$temp/home" "$temp/run" "$temp/shots"
cp -r "$plugins" "$temp/plugins"
cp -r "$here" "$temp/gui"
cp -r "$here/../../plugin/profile" "$temp/profile"
cp -r "$here/../../test-captures" "$temp/captures"
cp "$here/../bench/generate.py" "$temp/gui"
chmod -R a+rX "$temp"
chmod 700 "$temp/run"

# As root: Wireshark ignores WIRESHARK_PLUGIN_DIR then.
user=
if [ "$(id -u)" -eq 0 ]; then
    user="setpriv --reuid=nobody --regid=$(id -g nobody) --clear-groups"
    chown -R nobody "$temp/home" "$temp/run" "$temp/shots"
fi

# The screen's number is chosen by Xvfb, so that several runs do not meet. -noreset: else it starts anew, and breaks the
# connections of the accessibility bus, whenever its last client of the moment leaves.
Xvfb -displayfd 3 -noreset -screen 0 1400x900x24 -nolisten tcp 3>"$temp/display" 2>"$temp/xvfb.log" &
screen=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ -s "$temp/display" ] && break
    sleep 1
done
if ! [ -s "$temp/display" ]; then
    cat "$temp/xvfb.log"
    echo "0 passed, 1 failed"
    exit 1
fi

code=0
# shellcheck disable=SC2086
timeout 5400 $user env -i PATH="$PATH" LANG=C.UTF-8 HOME="$temp/home" XDG_RUNTIME_DIR="$temp/run" \
    DISPLAY=":$(cat "$temp/display")" WIRESHARK_PLUGIN_DIR="$temp/plugins" QT_LINUX_ACCESSIBILITY_ALWAYS_ON=1 \
    QT_QPA_PLATFORM=xcb NO_AT_BRIDGE=0 DX_SHOTS="${shots:+$temp/shots}" \
    dbus-run-session -- sh -c '
        cd "$HOME"
        openbox >/dev/null 2>&1 &
        # starts the accessibility bus, once: where several programs do so at a time, each may end up with its own
        dbus-send --session --print-reply --reply-timeout=60000 --dest=org.a11y.Bus /org/a11y/bus \
            org.a11y.Bus.GetAddress >/dev/null || echo "no accessibility bus" >&3
        /usr/bin/python3 "$0/gui/run.py" --captures "$0/captures" --profile "$0/profile" "$@" \
            >&3 2>&3
        code=$?
        kill %1 2>/dev/null
        exit $code' "$temp" "$@" 3>&1 >"$temp/session.log" 2>&1 || code=$?
if [ "$code" -eq 124 ]; then
    echo "the tests took longer than 5400 s"
    echo "0 passed, 1 failed"
fi
if [ -n "$shots" ]; then
    mkdir -p "$shots"
    cp "$temp/shots"/*.png "$shots/" 2>/dev/null || true
fi
exit "$code"
