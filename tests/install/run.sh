#!/bin/sh
# run.sh - installs and removes the plugin in three ways and looks whether tshark lists it
#
# To be run by root in a chroot that may be changed, as tests/versions/run.sh does, or with DX_CHANGE_SYSTEM=yes in a
# container. First come the commands of README.md as they stand there, before anything else is installed: on a fresh system
# they show what plugin/packages.sh lacks. The last line counts the checks.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$here/plugin/packages.sh"
. "$here/tests/check.sh"
[ "${DX_CHANGE_SYSTEM:-}" = yes ] || ischroot || {
    echo "Not in a chroot: this test changes the system; DX_CHANGE_SYSTEM=yes allows that." >&2
    exit 2
}
user_home=/var/tmp/ssltrouble-home

# as_user COMMAND... - runs a command as a user with a home folder of his own
as_user() {
    setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups env HOME=$user_home "$@"
}

# listed - whether tshark lists the plugin with its version; unlisted - the opposite
listed() {
    as_user tshark -G plugins 2>/dev/null | grep -q "^ssltrouble[.]so[[:space:]]*$version"
}
unlisted() {
    ! as_user tshark -G plugins 2>/dev/null | grep -q ssltrouble
}

# works - whether it reports something
works() {
    cp "$here/test-captures/protocol_version_mismatch.pcapng" $user_home/c.pcapng
    chmod a+r $user_home/c.pcapng
    as_user tshark -q -r $user_home/c.pcapng -z ssltrouble,json 2>/dev/null | grep -q '"cause":"protocol_version_mismatch"'
}

# remove_installed BUILD - removes what cmake --install wrote
remove_installed() {
    cmake --build "$1" --target uninstall >/dev/null
}

# gone BUILD - whether nothing is left of that, nor the profile's folder
gone() {
    while IFS= read -r file; do
        [ ! -e "$file" ] || return 1
        case $file in
        */"SSL Troubleshooter"/*) [ ! -d "$(dirname "$file")" ] || return 1 ;;
        esac
    done <"$1/install_manifest.txt"
}

# pinned - whether the package's dependencies allow this Wireshark's minor version and no other
pinned() {
    depends=$(dpkg-deb -f "$package" Depends)
    minor=${branch#*.}
    echo "$depends" | grep -q "wireshark-common (>= $branch~), wireshark-common (<< ${branch%.*}.$((minor + 1))~)" &&
        echo "$depends" | grep -q libgnutls
}

# quickstart [FILE] - whether the first command of README.md reports, with no word of warning
quickstart() {
    said=$(cd "$copy" && sh plugin/quickstart.sh "$@" 2>&1) && echo "$said" | grep -q '^  Problem  ' &&
        ! echo "$said" | grep -qi warning
}

# A folder that only root may enter, with a blank in its name. From the second run on, files are made for root alone, too.
copy="/var/tmp/ssl trouble"
rm -rf "$copy"
mkdir -m 700 "$copy"
tar -C "$here" --exclude='./build*' -c . | tar -C "$copy" -x
check "quickstart.sh" quickstart
[ "$failed" -eq 0 ] || echo "$said"
umask 077
cp "$here/test-captures/protocol_version_mismatch.pcapng" "$copy/own capture.pcapng"
check "quickstart.sh FILE" quickstart "own capture.pcapng"

version=$(sed -n 's/^set(DX_VERSION \([0-9.]*\))$/\1/p' "$here/plugin/version.cmake")
branch=$(pkg-config --modversion wireshark | sed 's/^\([0-9]*[.][0-9]*\).*/\1/')
rm -rf $user_home
mkdir -p $user_home
chown nobody $user_home
system=$copy/build
personal=$here/build-personal
check "nothing there before" unlisted

cmake --install "$system" >/dev/null
umask 022
check "cmake --install, system: listed" listed
check "cmake --install, system: works" works
check "cmake --install, system: profile" as_user test -r "/usr/share/wireshark/profiles/SSL Troubleshooter/preferences"
remove_installed "$system"
check "cmake --install, system: removed" unlisted
check "cmake --install, system: leaves nothing" gone "$system"
rm -rf "$copy"

HOME=$user_home cmake -S "$here" -B "$personal" -G Ninja -DBUILD_TESTING=OFF -DDX_PERSONAL=ON >/dev/null
cmake --build "$personal" >/dev/null
chmod -R a+rX "$here"
chown -R nobody "$personal"
as_user cmake --install "$personal" >/dev/null
check "cmake --install, personal: listed" listed
check "cmake --install, personal: works" works
check "cmake --install, personal: profile" test -e "$user_home/.config/wireshark/profiles/SSL Troubleshooter/preferences"
remove_installed "$personal"
check "cmake --install, personal: removed" unlisted
check "cmake --install, personal: leaves nothing" gone "$personal"

# shellcheck disable=SC2086
dx_packages_install $dx_packages_build dpkg-dev file
package=$(sh "$here/plugin/package-deb.sh")
check "package: pinned to Wireshark $branch" pinned
dx_apt -y install "$package" || true
check "package: listed" listed
check "package: works" works
files=$(dpkg -L wireshark-ssltrouble | grep -i ssltrouble)
dx_apt -y remove wireshark-ssltrouble || true
check "package: removed" unlisted
left=
for file in $files; do
    [ ! -f "$file" ] || left="$left $file"
done
check "package: leaves nothing ($left)" test -z "$left"
counted
