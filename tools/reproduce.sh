#!/bin/sh
# Builds the tree as it stands a second time, in another folder and another environment, and compares files with those
# of the first build.
#
#   tools/reproduce.sh [--with-deps] FILE...
#
# FILE is relative to the tree. Other are: the folder, its length, the time, HOME, the time zone, the locale and the
# umask. With --with-deps the C libraries are built again too, from the same sources; else build/deps is copied. SWIFT
# and LINK are handed on to make.
set -eu
cd "$(dirname "$0")/.."
first=$PWD
with_deps=
if [ "$1" = --with-deps ]; then
    with_deps=1
    shift
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/mpmeter-reproduce.XXXXXX")
trap 'rm -rf "$work"' EXIT
second=$work/another/folder/with-a-longer-name
mkdir -p "$second" "$work/home"
tar -c --exclude=./build --exclude=./.git --exclude=./.build . | tar -x -C "$second"
if [ -n "$with_deps" ]; then
    mkdir -p "$second/build/cache"
    cp -a "${CACHE:-build/cache}/sources" "$second/build/cache/sources"
elif [ -d build/deps ]; then
    mkdir -p "$second/build"
    cp -a build/deps "$second/build/deps"
fi

targets=all
for file in "$@"; do
    case $file in *libmpmeter.a) targets='all static' ;; esac
done
echo "building again in $second"
(
    cd "$second"
    umask 077
    # shellcheck disable=SC2086
    env -i PATH="$PATH" HOME="$work/home" TZ=Pacific/Kiritimati LC_ALL=C \
        make SWIFT="${SWIFT:-swift}" LINK="${LINK:-static}" $targets > "$work/log" 2>&1
) || { tail -n 30 "$work/log" >&2; exit 1; }

status=0
for file in "$@"; do
    if cmp "$first/$file" "$second/$file"; then
        printf 'the same: %s  %s\n' "$(sha256sum < "$file" | cut -d ' ' -f 1)" "$file"
    else
        status=1
    fi
done
exit $status
