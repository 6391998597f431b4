#!/bin/sh
# package-deb.sh - makes a Debian package for the Wireshark of the Debian that it runs on
#
# package-deb.sh [OUT]     OUT: where the package goes, build-deb by default
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
exec </dev/null
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$here/plugin/packages.sh"
mkdir -p "${1:-$here/build-deb}"
out=$(CDPATH='' cd -- "${1:-$here/build-deb}" && pwd)

# shellcheck disable=SC2086
dx_packages_install $dx_packages_build dpkg-dev file
cmake -S "$here" -B "$here/build-deb" -G Ninja -DCMAKE_C_COMPILER=gcc -DBUILD_TESTING=OFF >/dev/null
cmake --build "$here/build-deb" >/dev/null
rm -f "$out"/wireshark*-ssltrouble_*.deb
(cd "$here/build-deb" && cpack -G DEB -B "$out" >/dev/null)
rm -rf "$out/_CPack_Packages"
ls "$out"/wireshark*-ssltrouble_*.deb
