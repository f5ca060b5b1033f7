#!/bin/sh
# mpmeter.hpp defines no macro but its guard: what the preprocessor knows after it, less what it knows after the headers
# that it includes.
#
#   check_macros.sh CXX INCLUDE_FLAGS…
set -eu
cxx=$1
shift
header=$(cd "$(dirname "$0")/.." && pwd)/mpmeter.hpp
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

grep '^#include <' "$header" > "$work/includes.cpp"
"$cxx" -std=c++17 "$@" -dM -E "$work/includes.cpp" | sort > "$work/before"
"$cxx" -std=c++17 "$@" -dM -E -x c++ "$header" | sort > "$work/after"
left=$(comm -13 "$work/before" "$work/after" | grep -v '__COUNTER__' || true)
if [ "$left" != '#define MPMETER_HPP ' ]; then
    echo "check_macros: mpmeter.hpp leaves behind:" >&2
    echo "$left" >&2
    exit 1
fi
if grep -n 'using namespace' "$header" >&2; then
    echo "check_macros: mpmeter.hpp has a using-directive" >&2
    exit 1
fi
echo "check_macros: mpmeter.hpp leaves only its guard behind"
