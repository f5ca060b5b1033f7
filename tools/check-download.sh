#!/bin/sh
# Checks what was downloaded where it is to run: checksums, the static command line, a product linked with the archive
# if there is a compiler, and the wheel if there is a Python.
#
#   tools/check-download.sh FOLDER
set -eu
folder=$1
(cd "$folder" && sha256sum -c SHA256SUMS)
libc=gnu
if ls /lib/ld-musl-* > /dev/null 2>&1; then libc=musl; fi
target=$(uname -m)-linux-$libc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -x -z -f "$folder"/libmpmeter-*-"$target".tar.gz -C "$work"
root=$(ls -d "$work"/libmpmeter-*)
"$root/bin/mpmeter" version
# Without a network or a role, a diagnosis ends with a status, and not with a signal.
status=0
"$root/bin/mpmeter" doctor > "$work/report" 2>&1 || status=$?
[ "$status" -lt 128 ] || { cat "$work/report" >&2; exit 1; }
if command -v cc > /dev/null 2>&1; then
    printf '%s\n' '#include <mpmeter.h>' '#include <stdio.h>' 'int main(void) { return puts(mpmeter_version()) < 0; }' \
        > "$work/product.c"
    cc -I "$root/include" "$work/product.c" "$root/lib/libmpmeter.a" -pthread -o "$work/product"
    "$work/product"
fi
python=$(command -v python3.11 || command -v python3 || true)
if [ -n "$python" ]; then
    case $libc in gnu) platform=manylinux ;; *) platform=musllinux ;; esac
    "$python" -m venv "$work/venv"
    "$work/venv/bin/pip" install -q --disable-pip-version-check --no-index --no-deps \
        "$folder"/mpmeter-*-"$platform"*_"$(uname -m)".whl
    "$work/venv/bin/python" -I -c 'import mpmeter; print(mpmeter.version())'
fi
echo "$target: as it should be${python:+, the wheel too}"
