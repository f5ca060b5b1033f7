#!/bin/sh
# The functions that the header declares, exports.txt lists and the library exports must be the same; every one of them
# that takes an argument must be in the NULL test or the table tests, and every enumerator and every number type of the
# header in abi_pins.c.
#
#   check_exports.sh HEADER LIBRARY
set -eu
header=$1 library=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The header as the compiler sees it, without comments; a declaration may run over several lines.
preprocessed() { cc -E -P "$header" | tr '\n' ' '; }
preprocessed | grep -o 'mpmeter_[a-z0-9_]* *([^;]*) *;' | grep -o '^mpmeter_[a-z0-9_]*' | sort > "$work/declared"
# Absolute symbols (A) are the names of versions.
nm -D --defined-only "$library" | awk '$2 != "A" { print $3 }' | sed 's/@.*//' | sort > "$work/exported"
sort "$here/exports.txt" > "$work/listed"

status=0
same() { # same FILE FILE WHAT
    if ! diff -u "$1" "$2"; then
        echo "check_exports: $3" >&2
        status=1
    fi
}
same "$work/listed" "$work/declared" "exports.txt (-) and the header (+) differ"
same "$work/listed" "$work/exported" "exports.txt (-) and the library (+) differ"

while read -r name; do
    if ! grep -q "[= ] $name;" "$here/abi_pins.c"; then
        echo "check_exports: $name is not in abi_pins.c" >&2
        status=1
    fi
    if ! grep -q "$name(" "$here/test_null.c" "$here/test_status.c" "$here/test_version.c"; then
        echo "check_exports: no test calls $name with NULL, or for its table" >&2
        status=1
    fi
done < "$work/listed"
preprocessed | grep -o 'MPMETER_[A-Z0-9_]* = [^,}]*' | while read -r name _ number; do
    if ! grep -q "PIN($name, $number);" "$here/abi_pins.c"; then
        echo "check_exports: $name = $number is not in abi_pins.c" >&2
        echo 1 > "$work/failed"
    fi
done
preprocessed | grep -o 'typedef [a-z0-9_]* mpmeter_[a-z0-9_]*;' | sed 's/.* //; s/;//' | while read -r name; do
    if ! grep -q "sizeof($name)" "$here/abi_pins.c"; then
        echo "check_exports: the size of $name is not in abi_pins.c" >&2
        echo 1 > "$work/failed"
    fi
done
[ ! -e "$work/failed" ] || status=1

if [ "$status" -eq 0 ]; then
    echo "check_exports: $(wc -l < "$work/listed") functions: header, exports.txt and library agree"
fi
exit "$status"
