#!/bin/sh
# Checks what was downloaded where it is to run: checksums, the static command line, and a product linked with the
# archive if there is a compiler.
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
echo "$target: as it should be"
