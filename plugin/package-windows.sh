#!/bin/sh
# package-windows.sh - on Debian 13 or later: makes ssltrouble-VERSION-windows-x64.zip, from apt's packages alone
#
# package-windows.sh [--also FOLDER]... [OUT]     OUT: where the zip goes, build-windows by default
#
# A plugin for each Wireshark whose libwireshark-dev a suite of Debian has: 4.0, 4.4, 4.6 (DX_SUITES="bookworm trixie sid"). No
# suite has 4.2, which Ubuntu 24.04 has: unpack its libwireshark-dev, libwsutil-dev and libwiretap-dev (dpkg -x) into a folder
# and name it with --also. Headers are the same everywhere, but for GLib's sizes; what a DLL exports is what the library of the
# same version exports here or, where there is none, what its headers declare so.
# libevtx, which reads .evtx, is linked in: it is compiled from Debian's source package.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
exec </dev/null
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$here/plugin/packages.sh"
work=$here/build-windows
triple=x86_64-w64-mingw32ucrt

# The official installer's DLLs. GLib's is vcpkg's, built by Microsoft's compiler; GnuTLS is built by MinGW (in Wireshark's
# sources cmake/modules/FindGLIB2.cmake and FindGNUTLS.cmake; packages in tools/win-setup.ps1, in 4.6 in
# cmake/modules/FetchArtifacts.cmake). 30 is the version of GnuTLS' interface since 3.6.
glib_dll=glib-2.0-0.dll
gnutls_dll=libgnutls-30.dll
glib_windows=g_win32_get_command_line # what the plugin uses of glib/gwin32.h, which Debian does not ship

# fail TEXT - says why and ends
fail() {
    echo "package-windows.sh: $1" >&2
    exit 1
}

# suite_apt SUITE PROGRAM ARGUMENT... - apt-get or apt-cache with lists of its own, of one suite only
suite_apt() {
    apt=$work/apt/$1
    program=$2
    shift 2
    "$program" -qq -o Dir::Etc::sourcelist="$apt/sources" -o Dir::Etc::sourceparts=/dev/null -o Dir::State="$apt" \
        -o Dir::State::status=/dev/null -o Dir::Cache="$apt" -o APT::Sandbox::User=root -o Acquire::Languages=none "$@"
}

# suite_open SUITE - makes and fetches these lists, from the mirror that this machine's apt uses
suite_open() {
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sed -n 1p)
    [ -n "$mirror" ] || fail "apt knows no Debian mirror"
    mkdir -p "$work/apt/$1/lists/partial"
    signed=
    for keys in /usr/share/keyrings/debian-archive-keyring.*; do
        [ ! -e "$keys" ] || signed="[signed-by=$keys]"
    done
    printf '%s\n' "deb $signed $mirror $1 main" "deb-src $signed $mirror $1 main" >"$work/apt/$1/sources"
    suite_apt "$1" apt-get update
}

# suite_unpack SUITE FOLDER PACKAGE... - unpacks packages, without installing them
suite_unpack() {
    suite=$1
    folder=$2
    shift 2
    mkdir -p "$folder"
    (cd "$work/apt/$suite" && rm -f ./*.deb && suite_apt "$suite" apt-get download "$@" &&
        for deb in ./*.deb; do dpkg-deb -x "$deb" "$folder"; done && rm -f ./*.deb)
}

# suite_wireshark SUITE - unpacks Wireshark's headers and libraries of a suite into roots/SUITE
suite_wireshark() {
    suite_open "$1"
    libraries=$(suite_apt "$1" apt-cache depends libwireshark-dev libwsutil-dev |
        sed -n 's/^ *Depends: \(lib\(wireshark\|wsutil\)[0-9].*\)$/\1/p')
    # shellcheck disable=SC2086
    suite_unpack "$1" "$work/roots/$1" libwireshark-dev libwsutil-dev libwiretap-dev $libraries
}

# windows_glibconfig FILE - turns the sizes and names in Debian's glibconfig.h into those of 64-bit Windows
windows_glibconfig() {
    sed -i -E '
        /G_OS_UNIX/c #define G_OS_WIN32\n#define G_PLATFORM_WIN32
        s/G_THREADS_IMPL_POSIX/G_THREADS_IMPL_WIN32/
        /G_VA_COPY_AS_ARRAY/d
        /GLIB_HAVE_ALLOCA_H/d
        s/(GLIB_SIZEOF_LONG +)8/\14/
        s/typedef (signed|unsigned) long (g)/typedef \1 long long \2/
        s/\(val##L\)/(val##LL)/
        s/\(val##UL\)/(val##ULL)/
        s/"l([iu]?)"/"ll\1"/
        s/G_MAXULONG$/G_MAXUINT64/
        s/(G_MINSSIZE\s+)G_MINLONG/\1G_MININT64/
        s/(G_MAXSSIZE\s+)G_MAXLONG/\1G_MAXINT64/
        s/\((glong|gulong)\) \((p|i|u)\)/(guintptr) (\2)/
        s/(G_U?LONG_TO_[BL]E\(val\).*)64/\132/
        s/typedef int GPid/typedef void *GPid/
        s/(G_PID_FORMAT )"i"/\1"p"/
        s/(G_DIR_SEPARATOR(_S)? *)(.)\/./\1\3\\\\\3/
        s/(G_SEARCHPATH_SEPARATOR(_S)? *)(.):./\1\3;\3/
        s/(G_MODULE_SUFFIX )"so"/\1"dll"/' "$1"
}

# library_names DLL LIBRARY PATTERN - what a library exports and nm prints like that, as a list for dlltool
library_names() {
    echo "LIBRARY \"$1\""
    echo EXPORTS
    nm -D --defined-only "$2" | grep -E "$3" | sed -nE 's/^[0-9a-f]+ ([A-Z]) ([^@]*).*/\1 \2/p' | sort -u -k2,2 |
        sed -E 's/^[TWi] //; s/^[A-Z] (.*)/\1 DATA/'
}

# header_names DLL HEADERS - what the headers in a folder, and our own of what Debian leaves out, declare as exported
header_names() {
    echo "LIBRARY \"$1\""
    echo EXPORTS
    find "$2" "$here/plugin/epan/compat.h" -name '*.h' -exec cat {} + | tr -s '[:space:]' ' ' |
        sed 's|/[*]|\n&|g; s|[*]/|&\n|g' | sed '/^\/[*]/d' | tr -s '\n' ' ' |
        grep -oE 'WS_DLL_PUBLIC [^;{]*' | sed -E 's/(G_GNUC|WS)_[A-Z_]*( ?\([^)]*\))?//g' |
        awk '{ data = !/\(/; sub(/ ?[[(=].*/, ""); sub(/^.*[ *]/, ""); print $0 (data ? " DATA" : "") }' | sort -u -k1,1
}

# import_library FOLDER NAME DLL - makes FOLDER/libNAME.dll.a of the names read
import_library() {
    cat >"$1/$2.def"
    "$triple-dlltool" -d "$1/$2.def" -l "$1/lib$2.dll.a" -D "$3"
}

# import_wireshark ROOT NAME FOLDER - the same of a library of Wireshark's, whose headers are in that folder
import_wireshark() {
    library=$(find "$1/usr" -path "*/lib/*/lib$2.so.*.*.*" -type f)
    if [ -n "$library" ]; then
        library_names "lib$2.dll" "$library" .
    else
        header_names "lib$2.dll" "$1/usr/include/wireshark/$3"
    fi | import_library "$lib" "$2" "lib$2.dll"
}

# describe FOLDER NAME VERSION INCLUDES LIBRARIES - writes FOLDER/NAME.pc for pkg-config
describe() {
    printf 'Name: %s\nDescription: %s for Windows\nVersion: %s\nCflags: %s\nLibs: -L%s %s\n' "$2" "$2" "$3" "$4" "$1" "$5" \
        >"$1/$2.pc"
}

# unpack_libraries SUITE - GLib, GnuTLS and Libgcrypt's headers as Windows would have them, in roots/libraries
unpack_libraries() {
    root=$work/roots/libraries
    suite_unpack "$1" "$root" libgio-2.0-dev libglib2.0-dev libglib2.0-0t64 libgnutls28-dev libgnutls30t64 \
        libgcrypt20-dev libgpg-error-dev
    windows_glibconfig "$root"/usr/lib/*/glib-2.0/include/glibconfig.h
    mkdir -p "$root/windows/sys" "$root/windows/glib"
    echo "GLIB_AVAILABLE_IN_2_40 gchar **$glib_windows(void);" >"$root/windows/glib/gwin32.h"
    # gnutls.h includes it on Linux
    echo '#include <stddef.h>
struct iovec { void *iov_base; size_t iov_len; };' >"$root/windows/sys/uio.h"
}

# build_libevtx SUITE - a static libevtx from Debian's source package, in roots/libevtx: no Wireshark brings one
#
# Its configure cannot be used across systems (it asks MinGW for swprintf in vain); what it settles for Windows stands in its
# common/config_winapi.h, but for the size of size_t. Its libevtx.c is a DLL's beginning and end.
build_libevtx() {
    top=$work/roots/libevtx
    mkdir -p "$top/objects"
    # A mirror may lack Debian's own part, which is not needed.
    (cd "$top" && suite_apt "$1" apt-get source --download-only libevtx) || true
    archive=$(ls "$top"/libevtx_*.orig.tar.gz) || fail "apt has no source of libevtx"
    tar -x -C "$top" --strip-components 1 -f "$archive"
    own="cerror cthreads cdata clocale cnotify csplit una cfile cpath bfio fcache fdata fdatetime fguid fvalue fwevt fwnt"
    # UNICODE: without it libevtx turns a path into the code page's letters, and finds no folder that has others.
    flags="-O2 -w -fno-strict-aliasing -DUNICODE -D_UNICODE -DWIN32_LEAN_AND_MEAN -DWINAPI=__stdcall -DHAVE_WINDOWS_H -DSIZEOF_SIZE_T=8"
    flags="$flags -I../include -I../common"
    for name in $own; do
        flags="$flags -I../lib$name -DHAVE_LOCAL_LIB$(echo "$name" | tr '[:lower:]' '[:upper:]')"
    done
    # One unit for each of its folders: nearly all of the time is spent on Windows' headers.
    # shellcheck disable=SC2086
    (cd "$top/objects" && for name in evtx $own; do
        printf '#include "%s"\n' "../lib$name"/*.c | grep -v '/libevtx[.]c"' >"$name.c" && echo "$name.c"
    done | xargs -P "$(nproc)" -n 1 "$triple-gcc" -c $flags) || fail "libevtx does not build"
    "$triple-ar" rcs "$top/libevtx.a" "$top"/objects/*.o
    mkdir -p "$top/only"
    ln -s ../include/libevtx ../include/libevtx.h "$top/only/"
    describe "$top" libevtx "$(echo "$archive" | sed 's/.*_\([0-9]*\)[.].*/\1/')" "-I$top/only" -levtx
}

# version_of ROOT MACRO - a number in ws_version.h
version_of() {
    sed -n "s/^#define $2 \([0-9]*\)\$/\1/p" "$1/usr/include/wireshark/ws_version.h"
}

# build ROOT - builds the plugin for the Wireshark that is unpacked there, into plugins/X.Y
build() {
    branch=$(version_of "$1" WIRESHARK_VERSION_MAJOR).$(version_of "$1" WIRESHARK_VERSION_MINOR)
    release=$branch.$(version_of "$1" WIRESHARK_VERSION_MICRO)
    echo "Building for Wireshark $branch with the headers of $release"
    libraries=$work/roots/libraries
    lib=$work/lib/$branch
    mkdir -p "$lib"
    import_wireshark "$1" wireshark epan
    import_wireshark "$1" wsutil wsutil
    {
        library_names "$glib_dll" "$(ls "$libraries"/usr/lib/*/libglib-2.0.so.0)" ' g_'
        echo "$glib_windows"
    } | import_library "$lib" glib-2.0 "$glib_dll"
    # Nothing newer than the GnuTLS that plugin/CMakeLists.txt asks for. Wireshark 4.0.17 and all of the others bring 3.8 (the
    # first of 4.0 had 3.6.3: too old).
    library_names "$gnutls_dll" "$(ls "$libraries"/usr/lib/*/libgnutls.so.30)" '@GNUTLS_3_(4|6_[0-9]|6_1[0-3])$' |
        import_library "$lib" gnutls "$gnutls_dll"
    describe "$lib" glib-2.0 2.66.0 "-I$libraries/windows -I$libraries/usr/include/glib-2.0 -I$(ls -d "$libraries"/usr/lib/*/glib-2.0/include)" \
        -lglib-2.0
    describe "$lib" gnutls 3.6.13 "-I$libraries/only" -lgnutls
    describe "$lib" wireshark "$release" "-I$1/usr/include/wireshark -I$libraries/only" "-lwireshark -lwsutil"
    PKG_CONFIG_LIBDIR=$lib:$work/roots/libevtx PKG_CONFIG_PATH='' cmake -S "$here" -B "$work/$branch" -G Ninja -DBUILD_TESTING=OFF \
        -DCMAKE_TOOLCHAIN_FILE="$here/plugin/windows/mingw.cmake" -DCMAKE_BUILD_TYPE=Release >"$work/$branch.log"
    cmake --build "$work/$branch" --target ssltrouble >>"$work/$branch.log" || {
        tail -30 "$work/$branch.log" >&2
        fail "the build for Wireshark $branch failed"
    }
    mkdir -p "$work/plugins/$branch"
    "$triple-strip" -o "$work/plugins/$branch/ssltrouble.dll" "$work/$branch/plugins/$branch/epan/ssltrouble.dll"
    check_imports "$work/plugins/$branch/ssltrouble.dll"
}

# check_imports DLL - whether a plugin needs nothing but what Wireshark's folder and Windows have
check_imports() {
    for dll in $("$triple-objdump" -p "$1" | sed -n 's/^.*DLL Name: //p'); do
        case $dll in
        libwireshark.dll | libwsutil.dll | "$glib_dll" | "$gnutls_dll") ;;
        KERNEL32.dll | CRYPT32.dll | api-ms-win-crt-*.dll) ;;
        *) fail "$1 needs $dll" ;;
        esac
    done
}

# text FROM TO - copies a text with Windows' line ends
text() {
    sed 's/\r*$/\r/' "$1" >"$2"
}

# pack - puts the zip together
pack() {
    name=ssltrouble-$version-windows-x64
    rm -rf "${work:?}/zip" "$out/$name.zip"
    mkdir -p "$work/zip/$name"
    cp -r "$work/plugins" "$work/zip/$name/"
    cp -r "$here/plugin/profile" "$work/zip/$name/SSL Troubleshooter"
    for file in install.cmd uninstall.cmd README.txt; do
        text "$here/plugin/windows/$file" "$work/zip/$name/$file"
    done
    text "$here/plugin/collect-evidence.cmd" "$work/zip/$name/collect-evidence.cmd"
    text "$here/plugin/collect-evidence.md" "$work/zip/$name/collect-evidence.txt"
    text "$here/LICENSE" "$work/zip/$name/LICENSE.txt"
    cat "$work/roots/libevtx/COPYING.LESSER" "$work/roots/libevtx/COPYING" >"$work/roots/libevtx/license"
    text "$work/roots/libevtx/license" "$work/zip/$name/LICENSE-libevtx.txt"
    find "$work/zip/$name" -exec touch -d "@$(git -C "$here" log -1 --format=%ct 2>/dev/null || date +%s)" {} +
    (cd "$work/zip" && find "$name" -type f | LC_ALL=C sort | TZ=UTC zip -q -X -@ "$out/$name.zip")
    echo "$out/$name.zip, for Wireshark $(ls "$work/plugins" | tr '\n' ' ')"
}

also=
out=$work
while [ $# -gt 0 ]; do
    case $1 in
    --also)
        [ -e "${2:-}/usr/include/wireshark/ws_version.h" ] || fail "--also wants a folder with usr/include/wireshark"
        also="$also$(CDPATH='' cd -- "$2" && pwd)
"
        shift 2
        ;;
    *)
        mkdir -p "$1"
        out=$(CDPATH='' cd -- "$1" && pwd)
        shift
        ;;
    esac
done
version=$(sed -n 's/^set(DX_VERSION \([0-9.]*\))$/\1/p' "$here/plugin/version.cmake")
dx_packages_install gcc-mingw-w64-ucrt64 binutils binutils-mingw-w64-x86-64 cmake ninja-build pkgconf zip
command -v "$triple-gcc" >/dev/null || fail "$triple-gcc is missing: Debian has it from 13 on"
rm -rf "$work"
mkdir -p "$work"
suites=${DX_SUITES:-bookworm trixie sid}
for suite in $suites; do
    suite_wireshark "$suite"
done
[ -e "$work/apt/trixie" ] || suite_open trixie
unpack_libraries trixie
build_libevtx trixie
mkdir -p "$work/roots/libraries/only"
ln -s ../usr/include/gnutls ../usr/include/gcrypt.h "$work/roots/libraries/only/"
ln -s "$(ls "$work"/roots/libraries/usr/include/*/gpg-error.h)" "$work/roots/libraries/only/"
for suite in $suites; do
    build "$work/roots/$suite"
done
printf '%s' "$also" | while IFS= read -r folder; do
    build "$folder"
done
pack
