#!/bin/sh
# libraries.sh - cross-builds for Windows what tests/windows links, from Debian's source packages
#
# libraries.sh FOLDER [NAME...]     once: what is there already is kept; installed in FOLDER/windows, logs in FOLDER/NAME.log
# GLib and GnuTLS, of which the unit programs are made, and what tshark needs besides (wireshark.sh). No GObject, no tools, no
# translations.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname -- "$0")/source.sh"
source_open "${1:?}"
shift

build_pcre2() {
    by_cmake pcre2 -DBUILD_SHARED_LIBS=ON -DBUILD_STATIC_LIBS=OFF -DPCRE2_BUILD_PCRE2GREP=OFF -DPCRE2_BUILD_TESTS=OFF \
        -DPCRE2_SUPPORT_JIT=OFF
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
cpp_args = ['-I$prefix/include']
cpp_link_args = ['-L$prefix/lib', '-static-libgcc']
[properties]
pkg_config_libdir = '$prefix/lib/pkgconfig:$folder'
needs_exe_wrapper = true
[host_machine]
system = 'windows'
cpu_family = 'x86_64'
cpu = 'x86_64'
endian = 'little'
X
    build=$top/../build
    # What only GObject and GIO call, which are not built.
    for unused in libffi zlib; do
        printf 'Name: %s\nDescription: not there\nVersion: 3.4\nLibs:\nCflags:\n' $unused >"$folder/$unused.pc"
    done
    [ -e "$build/build.ninja" ] || meson setup "$build" "$top" --cross-file "$folder/cross.ini" --prefix="$prefix" \
        --libdir=lib --buildtype=plain -Dtests=false -Dnls=disabled -Dintrospection=disabled -Ddocumentation=false \
        -Dman-pages=disabled -Dglib_debug=disabled --wrap-mode=nodownload
    ninja -C "$build" glib/libglib-2.0-0.dll gmodule/libgmodule-2.0-0.dll gthread/libgthread-2.0-0.dll
    mkdir -p "$prefix/include/glib-2.0/glib/deprecated" "$prefix/include/glib-2.0/gmodule" "$prefix/lib/glib-2.0/include" \
        "$prefix/bin"
    cp "$build"/g*/lib*-2.0-0.dll "$prefix/bin/"
    cp "$build"/g*/lib*-2.0.dll.a "$prefix/lib/"
    cp "$top"/glib/glib*.h "$top/gmodule/gmodule.h" "$prefix/include/glib-2.0/"
    cp "$top"/glib/*.h "$build"/glib/*.h "$prefix/include/glib-2.0/glib/"
    cp "$build"/gmodule/*.h "$prefix/include/glib-2.0/gmodule/"
    cp "$top"/glib/deprecated/*.h "$prefix/include/glib-2.0/glib/deprecated/"
    cp "$build/glib/glibconfig.h" "$prefix/lib/glib-2.0/include/"
    cp "$build"/meson-private/g*-2.0.pc "$prefix/lib/pkgconfig/"
}

build_gmp() {
    by_configure gmp --disable-assembly CC_FOR_BUILD=gcc CFLAGS='-O0 -std=gnu17'
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

# Debian has it for Windows: with an older C runtime, which makes no difference to who calls it.
build_libgcrypt() {
    dx_packages_install libgcrypt-mingw-w64-dev libgpg-error-mingw-w64-dev
    from=/usr/x86_64-w64-mingw32
    cp "$from"/include/gcrypt.h "$from"/include/gpg-error.h "$prefix/include/"
    cp "$from"/lib/libgcrypt.dll.a "$from"/lib/libgpg-error.dll.a "$prefix/lib/"
    cp "$(dpkg -L libgcrypt-mingw-w64-dev | grep '/x86_64.*[.]dll$')" "$(dpkg -L libgpg-error-mingw-w64-dev | grep '/x86_64.*[.]dll$')" \
        "$prefix/bin/"
}

build_c_ares() {
    by_cmake c-ares -DCARES_BUILD_TOOLS=OFF
}

dx_packages_install gcc-mingw-w64-ucrt64 g++-mingw-w64-ucrt64 cmake ninja-build meson python3 python3-packaging pkgconf make \
    gcc g++ libc6-dev dpkg-dev xz-utils bzip2 gettext m4 file
source_lists
[ $# -gt 0 ] || set -- pcre2 intl glib2_0 gmp nettle libtasn1_6 gnutls28 libgcrypt c_ares
for library in "$@"; do
    built_once "$library" "build_$library"
done
