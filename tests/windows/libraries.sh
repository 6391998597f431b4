#!/bin/sh
# libraries.sh - cross-builds GLib and GnuTLS for Windows, and what they need, from Debian's source packages
#
# libraries.sh FOLDER     once: what is there already is kept; they are installed in FOLDER/windows, logs in FOLDER/NAME.log
# Only what the unit programs link: no GObject, no tools, no translations.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$here/plugin/packages.sh"
mkdir -p "$1"
folder=$(CDPATH='' cd -- "$1" && pwd)
prefix=$folder/windows
triple=x86_64-w64-mingw32ucrt
export PKG_CONFIG_LIBDIR="$prefix/lib/pkgconfig" PKG_CONFIG_PATH='' LC_ALL=C

# source PACKAGE - unpacks the upstream part of a source package, prints its folder
source_of() {
    mkdir -p "$folder/$1"
    cd "$folder/$1"
    # A mirror may lack Debian's own part, which is not needed.
    [ -n "$(ls ./*.orig.tar.[gx]z 2>/dev/null)" ] || apt-get -qq -o Dir::Etc::sourcelist="$folder/sources" \
        -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$folder/lists" source --download-only "$1" >&2 || true
    tar -xf "$(ls ./*.orig.tar.[gx]z)"
    find "$folder/$1" -mindepth 1 -maxdepth 1 -type d ! -name build
}

# by_configure PACKAGE OPTION... - configure, make, make install
by_configure() {
    top=$(source_of "$1")
    shift
    mkdir -p "$top/../build"
    cd "$top/../build"
    # what its Makefile wants for manuals that are not shipped
    [ -e "$top/doc/Makefile.in" ] || { mkdir -p "$top/doc" && printf 'all install:\n\t@true\n' >"$top/doc/Makefile.in"; }
    "$top/configure" --host=$triple --build=x86_64-linux-gnu --prefix="$prefix" --enable-shared --disable-static \
        CPPFLAGS="-I$prefix/include" LDFLAGS="-L$prefix/lib -static-libgcc" "$@"
    make MAKEINFO=true
    make install MAKEINFO=true
}

# by_cmake PACKAGE OPTION... - the same with CMake
by_cmake() {
    top=$(source_of "$1")
    shift
    cmake -S "$top" -B "$top/../build" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$here/plugin/windows/mingw.cmake" \
        -DCMAKE_FIND_ROOT_PATH="$prefix;/usr/$triple" -DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY \
        -DCMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$prefix" "$@"
    cmake --build "$top/../build" --target install
}

build_zlib() {
    top=$(source_of zlib)
    # Debian's tarball lacks the folder with Windows' resources.
    mkdir -p "$top/win32"
    printf '1 VERSIONINFO\nBEGIN\nEND\n' >"$top/win32/zlib1.rc"
    by_cmake zlib -DZLIB_BUILD_EXAMPLES=OFF -DINSTALL_PKGCONFIG_DIR="$prefix/lib/pkgconfig"
}

build_pcre2() {
    by_cmake pcre2 -DBUILD_SHARED_LIBS=ON -DBUILD_STATIC_LIBS=OFF -DPCRE2_BUILD_PCRE2GREP=OFF -DPCRE2_BUILD_TESTS=OFF \
        -DPCRE2_SUPPORT_JIT=OFF
}

build_libffi() {
    top=$(source_of libffi)
    (cd "$top" && autoreconf -fi)
    by_configure libffi --disable-docs --disable-multi-os-directory
}

# GLib on Windows wants gettext: here every text stays as it is.
build_intl() {
    mkdir -p "$prefix/include" "$prefix/lib"
    cat >"$folder/intl.c" <<'X'
char *gettext(const char *id) { return (char *)id; }
char *dgettext(const char *domain, const char *id) { (void)domain; return (char *)id; }
char *dcgettext(const char *domain, const char *id, int category) { (void)domain; (void)category; return (char *)id; }
char *ngettext(const char *one, const char *many, unsigned long n) { return (char *)(n == 1 ? one : many); }
char *dngettext(const char *d, const char *one, const char *many, unsigned long n) { (void)d; return ngettext(one, many, n); }
char *textdomain(const char *domain) { return (char *)domain; }
char *bindtextdomain(const char *domain, const char *folder) { (void)domain; return (char *)folder; }
char *bind_textdomain_codeset(const char *domain, const char *set) { (void)domain; return (char *)set; }
X
    sed 's/ {.*/;/' "$folder/intl.c" >"$prefix/include/libintl.h"
    $triple-gcc -c "$folder/intl.c" -o "$folder/intl.o"
    $triple-ar rcs "$prefix/lib/libintl.a" "$folder/intl.o"
}

build_glib2_0() {
    top=$(source_of glib2.0)
    cat >"$folder/cross.ini" <<X
[binaries]
c = '$triple-gcc'
cpp = '$triple-g++'
ar = '$triple-ar'
strip = '$triple-strip'
windres = '$triple-windres'
pkg-config = 'pkg-config'
[built-in options]
c_args = ['-I$prefix/include']
c_link_args = ['-L$prefix/lib', '-static-libgcc']
[properties]
pkg_config_libdir = '$prefix/lib/pkgconfig'
needs_exe_wrapper = true
[host_machine]
system = 'windows'
cpu_family = 'x86_64'
cpu = 'x86_64'
endian = 'little'
X
    build=$top/../build
    [ -e "$build/build.ninja" ] || meson setup "$build" "$top" --cross-file "$folder/cross.ini" --prefix="$prefix" \
        --libdir=lib --buildtype=release -Dtests=false -Dnls=disabled -Dintrospection=disabled -Ddocumentation=false \
        -Dman-pages=disabled -Dglib_debug=disabled --wrap-mode=nodownload
    ninja -C "$build" glib/libglib-2.0-0.dll
    mkdir -p "$prefix/include/glib-2.0/glib/deprecated" "$prefix/lib/glib-2.0/include" "$prefix/bin"
    cp "$build/glib/libglib-2.0-0.dll" "$prefix/bin/"
    cp "$build/glib/libglib-2.0.dll.a" "$prefix/lib/"
    cp "$top"/glib/glib*.h "$prefix/include/glib-2.0/"
    cp "$top"/glib/*.h "$build"/glib/*.h "$prefix/include/glib-2.0/glib/"
    cp "$top"/glib/deprecated/*.h "$prefix/include/glib-2.0/glib/deprecated/"
    cp "$build/glib/glibconfig.h" "$prefix/lib/glib-2.0/include/"
    cp "$build/meson-private/glib-2.0.pc" "$prefix/lib/pkgconfig/"
}

build_gmp() {
    by_configure gmp --disable-assembly CC_FOR_BUILD=gcc CFLAGS='-O2 -std=gnu17'
}

build_nettle() {
    by_configure nettle --disable-documentation --disable-openssl
}

build_libtasn1_6() {
    by_configure libtasn1-6 --disable-doc
}

build_gnutls28() {
    by_configure gnutls28 --without-p11-kit --with-included-unistring --disable-doc --disable-tools --disable-tests \
        --disable-cxx --without-idn --without-zlib --without-brotli --without-zstd --without-tpm --without-tpm2 --disable-nls \
        --disable-libdane
}

dx_packages_install gcc-mingw-w64-ucrt64 g++-mingw-w64-ucrt64 cmake ninja-build meson python3 python3-packaging pkgconf make \
    gcc g++ libc6-dev dpkg-dev xz-utils bzip2 autoconf autoconf-archive automake libtool gettext m4 file
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sed -n 1p)
echo "deb-src [signed-by=$(ls /usr/share/keyrings/debian-archive-keyring.* | sed -n 1p)] $mirror trixie main" >"$folder/sources"
mkdir -p "$folder/lists/partial"
apt-get -qq -o Dir::Etc::sourcelist="$folder/sources" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State::lists="$folder/lists" -o APT::Sandbox::User=root update
for name in zlib pcre2 libffi intl glib2_0 gmp nettle libtasn1_6 gnutls28; do
    [ ! -e "$folder/$name.done" ] || continue
    echo "Building $name for Windows"
    # Not as a condition: set -e holds in there.
    (set -e; "build_$name") >"$folder/$name.log" 2>&1 &
    wait $! || {
        tail -20 "$folder/$name.log" >&2
        exit 1
    }
    touch "$folder/$name.done"
done
