# packages.sh - installs Debian packages that are missing; to be sourced
#
# SPDX-License-Identifier: GPL-2.0-or-later

# dx_packages_install NAME... - asks apt only for what is not there, as root or through sudo.
dx_packages_install() {
    dx_missing=
    for dx_package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}' "$dx_package" 2>/dev/null | grep -qx installed ||
            dx_missing="$dx_missing $dx_package"
    done
    [ -n "$dx_missing" ] || return 0
    dx_sudo=
    [ "$(id -u)" -eq 0 ] || dx_sudo=sudo
    # wireshark-common asks who may capture; nobody needs to answer for reading files.
    $dx_sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq update
    # shellcheck disable=SC2086
    $dx_sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $dx_missing >/dev/null
}

# What it takes to build the plugin and to run it in tshark; certificates are judged against ca-certificates.
dx_packages_build="gcc libc6-dev cmake ninja-build pkgconf libglib2.0-dev libwireshark-dev libwiretap-dev
    libwsutil-dev libgnutls28-dev libgcrypt20-dev tshark ca-certificates"
