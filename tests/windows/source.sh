# source.sh - Debian's source packages, built for Windows; to be sourced, after "set -eu"
#
# SPDX-License-Identifier: GPL-2.0-or-later
here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$here/plugin/packages.sh"
triple=x86_64-w64-mingw32ucrt

# source_open FOLDER - names the folder of everything
source_open() {
    mkdir -p "$1/lists/partial"
    folder=$(CDPATH='' cd -- "$1" && pwd)
    prefix=$folder/windows
    export PKG_CONFIG_LIBDIR="$prefix/lib/pkgconfig" PKG_CONFIG_PATH='' LC_ALL=C
}

# source_apt ARGUMENT... - apt-get with lists of its own: of sources only
source_apt() {
    apt-get -qq -o Dir::Etc::sourcelist="$folder/sources" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$folder/lists" \
        -o APT::Sandbox::User=root "$@"
}

# source_lists - fetches them, from the mirror that this machine's apt uses
source_lists() {
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sed -n 1p)
    signed=$(ls /usr/share/keyrings/debian-archive-keyring.* | sed -n 1p)
    for suite in trixie bookworm sid; do
        echo "deb-src [signed-by=$signed] $mirror $suite main"
    done >"$folder/sources"
    source_apt update
}

# source_archive PACKAGE - prints the upstream part of what was fetched of a source package
source_archive() {
    find "$folder/$1" -maxdepth 1 -name '*.orig.tar.*z*' ! -name '*.asc'
}

# source_of PACKAGE [SUITE...] - fetches and unpacks the upstream part of a source package, prints its folder
source_of() {
    mkdir -p "$folder/$1"
    cd "$folder/$1"
    package=$1
    shift
    [ $# -gt 0 ] || set -- trixie bookworm sid
    # A mirror may lack a version, or Debian's own part, which is not needed.
    for suite in "$@"; do
        [ -n "$(source_archive "$package")" ] || source_apt source --download-only "$package/$suite" >&2 || true
    done
    set -- "$package"
    [ -n "$(source_archive "$1")" ] || return 1
    tar -xf "$(source_archive "$1")"
    find "$folder/$1" -mindepth 1 -maxdepth 1 -type d ! -name build
}

# by_configure PACKAGE OPTION... - configure, make, make install; without optimization: it is built once and runs for seconds
by_configure() {
    top=$(source_of "$1")
    shift
    mkdir -p "$top/../build"
    cd "$top/../build"
    # what its Makefile wants for manuals that are not shipped
    [ -e "$top/doc/Makefile.in" ] || { mkdir -p "$top/doc" && printf 'all install:\n\t@true\n' >"$top/doc/Makefile.in"; }
    "$top/configure" --host=$triple --build=x86_64-linux-gnu --prefix="$prefix" --enable-shared --disable-static \
        CPPFLAGS="-I$prefix/include" CFLAGS=-O0 LDFLAGS="-L$prefix/lib -static-libgcc" "$@"
    make -j"$(nproc)" MAKEINFO=true
    make install MAKEINFO=true
}

# by_cmake PACKAGE OPTION... - with CMake
by_cmake() {
    top=$(source_of "$1")
    shift
    configured "$top" "$top/../build" -DCMAKE_BUILD_TYPE=None -DCMAKE_INSTALL_PREFIX="$prefix" "$@"
    cmake --build "$top/../build" --target install
}

# configured SOURCE BUILD OPTION... - runs CMake for Windows, with the libraries that are built
configured() {
    from=$1
    into=$2
    shift 2
    cmake -S "$from" -B "$into" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$here/plugin/windows/mingw.cmake" \
        -DCMAKE_FIND_ROOT_PATH="$prefix;/usr/$triple" -DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY \
        -DCMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY -DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=ONLY "$@"
}

# built_once NAME COMMAND... - runs it, unless that is done; its output goes to FOLDER/NAME.log
built_once() {
    [ ! -e "$folder/$1.done" ] || return 0
    echo "Building $1 for Windows"
    name=$1
    shift
    # Not as a condition: set -e holds in there.
    (
        set -e
        "$@"
    ) >"$folder/$name.log" 2>&1 &
    wait $! || {
        tail -20 "$folder/$name.log" >&2
        exit 1
    }
    touch "$folder/$name.done"
}
