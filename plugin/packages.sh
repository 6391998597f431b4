# packages.sh - installs Debian packages that are missing; to be sourced
#
# SPDX-License-Identifier: GPL-2.0-or-later

# dx_apt ARGUMENT... - runs apt-get, as root or through sudo; waits while another one works (an unattended upgrade, say).
# apt waits by itself for dpkg's lock only: that of its lists and that of its archives are asked for again, for ten minutes.
dx_apt() {
    dx_sudo=
    [ "$(id -u)" -eq 0 ] || dx_sudo=sudo
    dx_tries=120
    until dx_said=$($dx_sudo env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -qq -o DPkg::Lock::Timeout=600 "$@" 2>&1); do
        dx_tries=$((dx_tries - 1))
        case $dx_said in
        *"Could not get lock"*) ;;
        *) dx_tries=0 ;;
        esac
        if [ "$dx_tries" -eq 0 ]; then
            printf '%s\n' "$dx_said" >&2
            return 1
        fi
        sleep 5
    done
}

# dx_apt_usable - whether packages can be installed here, by root or through sudo; says what is in the way
dx_apt_usable() {
    if ! command -v apt-get >/dev/null; then
        echo "There is no apt-get here: this needs Debian, or its packages under other names:$dx_missing" >&2
        return 1
    elif [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        echo "There is no sudo here. Have root run this, and start again:" >&2
        echo "  apt-get update && apt-get install --no-install-recommends$dx_missing" >&2
        return 1
    fi
}

# dx_packages_install NAME... - asks apt only for what is not there, as root or through sudo.
dx_packages_install() {
    dx_missing=
    for dx_package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}' "$dx_package" 2>/dev/null | grep -qx installed ||
            dx_missing="$dx_missing $dx_package"
    done
    [ -n "$dx_missing" ] || return 0
    dx_apt_usable || return 1
    # On standard error: a script's output may be what it made. On a fresh system apt fetches hundreds of megabytes.
    echo "Installing, which may take some minutes:$dx_missing" >&2
    dx_apt update || return 1
    # wireshark-common asks who may capture; nobody needs to answer for reading files.
    # shellcheck disable=SC2086
    dx_apt -y --no-install-recommends install $dx_missing
}

# What it takes to build the plugin and to run it in tshark; certificates are judged against ca-certificates.
dx_packages_build="gcc libc6-dev cmake ninja-build pkgconf libglib2.0-dev libjson-glib-dev libwireshark-dev libwiretap-dev
    libwsutil-dev libgnutls28-dev libgcrypt20-dev libevtx-dev tshark ca-certificates"
