#!/bin/sh
# Builds the static C libraries that libmpmeter.so carries, for one target. tools/deps/NAME.sh says how each is built.
#
#   TARGET=… CC=… OPENSSL_TARGET=… tools/build-deps.sh CACHE PREFIX
#
# From maintained sources (tools/fetch-sources.sh), with position-independent code, and cut down to what the library
# needs. None of them reads the environment or a configuration file of its own, or loads code. The versions used are
# written to PREFIX/versions.txt.
#
# CACHE holds the sources, and each library that was built under a sum of what went into it: its recipe, options and
# patches, the compiler, the target, its version, and the libraries before it. What was built before is copied.
set -eu

cache=$1 prefix=$2
tools=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$cache/deps/$TARGET"
cache=$(cd "$cache" && pwd)
sources=$cache/sources work=$cache/deps/$TARGET
# Other trees may share the cache.
exec 8> "$cache/sources.lock" 9> "$work/lock"
flock 8
"$tools/fetch-sources.sh" "$sources"
flock -u 8
flock 9

# $stage is rebuilt for each call. Recipes install with DESTDIR=$root, as if into $stage/prefix; there the libraries
# before them are found.
stage=$work/stage root=$work/stage/root log=$work/build.log sums=''
rm -rf "$stage"
mkdir -p "$stage/prefix" "$stage/src"
: > "$log"
trap 'status=$?; [ $status -eq 0 ] || { echo "build-deps: failed; the end of $log:" >&2; tail -n 30 "$log" >&2; }' EXIT
# The same bytes wherever the cache lies.
flags='-Os -g -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections -fstack-protector-strong -D_FORTIFY_SOURCE=2'
mapped="$flags -ffile-prefix-map=$stage=deps"
export CC AR=ar RANLIB=ranlib

with_cmake() { # with_cmake OPTIONS...
    cmake -S . -B out -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="${TARGET%%-*}" -DCMAKE_C_COMPILER="${CC%% *}" -DCMAKE_BUILD_TYPE=None \
        -DCMAKE_C_FLAGS="$mapped" -DCMAKE_INSTALL_PREFIX="$stage/prefix" -DCMAKE_INSTALL_LIBDIR=lib "$@"
    make -j2 -C out install DESTDIR="$root"
}

build() { # build NAME: into the cache, unless it is there, and from there into $stage/prefix
    name=$1
    version=$(grep "^$name " "$sources/versions.txt")
    inputs=$(find "$tools/deps" "$tools/patches" -name "$name.sh" -o -name "$name-*" | LC_ALL=C sort)
    # shellcheck disable=SC2086
    sum=$({
        cat $inputs
        echo "$TARGET $OPENSSL_TARGET $flags $version $sums"
        $CC --version
        grep -s -c prefix-map "$CC" || :
    } | sha256sum | cut -c 1-16)
    sums="$sums $sum"
    built=$work/$name-$sum
    if [ ! -d "$built" ]; then
        echo "build-deps: $name for $TARGET" >&2
        cp -R "$sources/$name-"* "$stage/src/"
        mkdir -p "$root$stage/prefix/lib" "$root$stage/prefix/include"
        (
            cd "$stage/src/$name-"*
            for file in "$tools/patches/$name"-*.patch; do
                [ ! -f "$file" ] || patch -p1 < "$file"
            done
            # shellcheck source=/dev/null
            . "$tools/deps/$name.sh"
        ) >> "$log" 2>&1
        rm -rf "$root$stage/prefix/bin" "$root$stage/prefix/share"
        mv "$root$stage/prefix" "$built"
    fi
    cp -a "$built/." "$stage/prefix/"
    echo "$version" >> "$stage/versions.txt"
}

build openssl
build c-ares
build curl
build jansson
build sqlite3

rm -rf "$prefix"
mkdir -p "$(dirname "$prefix")"
cp -a "$stage/prefix" "$prefix"
# Last: make goes by it.
cp "$stage/versions.txt" "$prefix/versions.txt"
rm -rf "$stage"
