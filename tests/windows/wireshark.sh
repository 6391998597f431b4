#!/bin/sh
# wireshark.sh - cross-builds tshark.exe of Wireshark 4.0, with all its dissectors, from Debian 12's source package
#
# wireshark.sh FOLDER     once; FOLDER/program then has it, its DLLs and its data. libraries.sh comes first.
# Exit code 3: the mirror has no source. Without optimization: it is built once and runs for a second.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname -- "$0")/source.sh"
source_open "${1:?}"
program=$folder/program
off="BUILD_wireshark BUILD_rawshark BUILD_dumpcap BUILD_text2pcap BUILD_mergecap BUILD_reordercap BUILD_editcap BUILD_capinfos
    BUILD_captype BUILD_randpkt BUILD_dftest BUILD_dcerpcidl2wrs BUILD_androiddump BUILD_sshdump BUILD_ciscodump BUILD_dpauxmon
    BUILD_randpktdump BUILD_wifidump BUILD_udpdump BUILD_sharkd BUILD_mmdbresolve ENABLE_PCAP ENABLE_AIRPCAP ENABLE_MINIZIP
    ENABLE_LZ4 ENABLE_BROTLI ENABLE_SNAPPY ENABLE_ZSTD ENABLE_NGHTTP2 ENABLE_LUA ENABLE_SMI ENABLE_WINSPARKLE ENABLE_KERBEROS
    ENABLE_SBC ENABLE_SPANDSP ENABLE_BCG729 ENABLE_ILBC ENABLE_LIBXML2 ENABLE_OPUS ENABLE_SINSP ENABLE_ZLIB ENABLE_DEBUG"

# replace FILE FROM TO - changes a text of Wireshark's that must be there
replace() {
    grep -qF "$2" "$1"
    sed -i "s|$2|$3|" "$1"
}

# headers_in_capitals TREE FOLDER - links headers of Windows under the names that Wireshark includes, where these have capitals
headers_in_capitals() {
    mkdir -p "$2"
    grep -rhoE --include='*.[ch]' '^# *include *[<"][A-Za-z0-9_]*[A-Z][A-Za-z0-9_]*\.h' "$1" | sed 's/.*[<"]//' | sort -u |
        while read -r header; do
            lower=/usr/$triple/include/$(echo "$header" | tr A-Z a-z)
            [ ! -e "$lower" ] || [ -e "/usr/$triple/include/$header" ] || ln -sf "$lower" "$2/$header"
        done
}

# forward NAME DLL - makes NAME.dll, whose functions are all those of another: the official installer's GLib has another name
forward() {
    "$triple-nm" "$prefix/lib/libglib-2.0.dll.a" | sed -n 's/.* I __imp_//p' | sort -u |
        awk -v to="$2" 'BEGIN { print "EXPORTS" } { print $1 " = \"" to "." $1 "\"" }' >"$folder/forward.def"
    "$triple-gcc" -shared -nostdlib -o "$program/$1.dll" "$folder/forward.def"
}

build_tshark() {
    top=$(source_of wireshark bookworm)
    # lemon runs while Wireshark is built.
    gcc -O1 -w -o "$folder/lemon" "$top/tools/lemon/lemon.c"
    replace "$top/cmake/modules/UseLemon.cmake" '$<TARGET_FILE:lemon>' "$folder/lemon"
    # lacks a declaration when it is built without libpcap
    replace "$top/capture/capture-wpcap.c" '#include <glib.h>' '#include <glib.h>\n#include <wsutil/feature_list.h>'
    # includes it whether or not there is one
    replace "$top/epan/dissectors/packet-rtps.c" '#include "zlib.h"' ''
    headers_in_capitals "$top" "$folder/capitals"
    set --
    for option in $off; do
        set -- "$@" "-D$option=OFF"
    done
    # It takes its own libraries, by PowerShell, unless it is built in MSYS2, which sets MSYSTEM.
    export MSYSTEM=MINGW64
    configured "$top" "$folder/wireshark/build" -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS="-O0 -w -idirafter $folder/capitals" \
        -DCMAKE_CXX_COMPILER=$triple-g++ -DCMAKE_CXX_FLAGS=-O0 \
        -DHAVE_C99_VSNPRINTF_EXITCODE=0 -DPERL_EXECUTABLE=/usr/bin/perl "$@"
    cmake --build "$folder/wireshark/build" --target tshark copy_data_files
}

build_program() {
    mkdir -p "$program"
    cp -r "$folder/wireshark/build/run/." "$program/"
    cp "$prefix"/bin/*.dll "/usr/$triple/lib/libwinpthread-1.dll" "$program/"
    cp "$(dirname "$("$triple-gcc" -print-libgcc-file-name)")"/libgcc_s_seh-1.dll "$program/"
    "$triple-strip" "$program"/*.dll "$program"/*.exe
    forward glib-2.0-0 libglib-2.0-0.dll
}

[ ! -e "$folder/program.done" ] || exit 0
dx_packages_install perl flex bison
source_lists
source_of wireshark bookworm >/dev/null || exit 3
built_once tshark build_tshark
built_once program build_program
