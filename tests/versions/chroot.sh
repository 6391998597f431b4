# chroot.sh - Debian chroots of other releases, from the mirror that this machine's apt uses; to be sourced by root
#
# SPDX-License-Identifier: GPL-2.0-or-later

# Chroots are kept between runs; DX_CHROOTS names another folder.
dx_chroots=${DX_CHROOTS:-/var/tmp/dx-chroots}

# dx_chroot_mirror - prints the address of the Debian mirror in apt's configuration.
dx_chroot_mirror() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sed -n 1p
}

# dx_chroot_make SUITE [NAME] - makes the chroot unless it is there; its log is $dx_chroots/NAME.log.
dx_chroot_make() {
    dx_name=${2:-$1}
    dx_root=$dx_chroots/$dx_name
    if [ ! -e "$dx_root/.made" ]; then
        rm -rf "$dx_root"
        mkdir -p "$dx_chroots"
        debootstrap --variant=minbase "$1" "$dx_root" "$(dx_chroot_mirror)" >"$dx_chroots/$dx_name.log" 2>&1 || return 1
        # Nothing in there shall start daemons, fetch translations, mind an old mirror or flush every file to the disk.
        printf '#!/bin/sh\nexit 101\n' >"$dx_root/usr/sbin/policy-rc.d"
        chmod +x "$dx_root/usr/sbin/policy-rc.d"
        echo 'Acquire::Languages "none"; Acquire::Check-Valid-Until "false";' >"$dx_root/etc/apt/apt.conf.d/90ssltrouble"
        echo force-unsafe-io >"$dx_root/etc/dpkg/dpkg.cfg.d/90ssltrouble"
        touch "$dx_root/.made"
    fi
    cp /etc/resolv.conf /etc/hosts "$dx_root/etc/"
    mountpoint -q "$dx_root/proc" || mount -t proc proc "$dx_root/proc"
}

# dx_chroot_run NAME COMMAND... - runs a command as root in the chroot.
dx_chroot_run() {
    dx_name=$1
    shift
    chroot "$dx_chroots/$dx_name" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@"
}

# dx_chroot_copy NAME FOLDER - copies the tree (what git knows of it, as it is now) into a folder of the chroot,
# readable for everybody. Build folders of an earlier run stay, so that only what changed is built again.
dx_chroot_copy() {
    mkdir -p "$dx_chroots/$1$2"
    git -C "$here" ls-files --deduplicate --cached --others --exclude-standard >"$dx_chroots/$1.files"
    find "$dx_chroots/$1$2" -mindepth 1 -maxdepth 1 ! -name 'build*' -exec rm -rf {} +
    (cd "$here" && xargs -d '\n' ls -d 2>/dev/null <"$dx_chroots/$1.files" | tar -c --owner=0 --group=0 --mode=a+rX -T -) |
        tar -x -C "$dx_chroots/$1$2"
}

# dx_chroot_drop NAME - removes a chroot.
dx_chroot_drop() {
    umount "$dx_chroots/$1/proc" 2>/dev/null || true
    mountpoint -q "$dx_chroots/$1/proc" || rm -rf "${dx_chroots:?}/$1"
}
