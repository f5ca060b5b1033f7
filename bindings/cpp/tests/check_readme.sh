#!/bin/sh
# README.md says what is so: its program is the example, its table has every class with its status, its options are all
# setters there are, and its other pieces compile.
#
#   check_readme.sh CXX INCLUDE_FLAGS…
#
# shellcheck disable=SC2016
set -eu
here=$(cd "$(dirname "$0")" && pwd)
header=$here/../mpmeter.hpp
readme=$here/../README.md
example=$here/../../../examples/cpp/register.cpp
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "check_readme: $*" >&2
    exit 1
}
awk '/^<!-- examples\/cpp\/register.cpp -->/ { wait = 1; next }
    wait && /^```cpp/ { inside = 1; wait = 0; next }
    /^```/ { inside = 0 } inside' \
    "$readme" > "$work/program"
diff -u "$work/program" "$example" || fail "the program is not examples/cpp/register.cpp"

sed -n 's/^class \([A-Za-z]*\) final : public ErrorOf<Status::\([a-z_]*\)>.*/\1 \2/p' "$header" | sort > "$work/classes"
sed -n 's/^| `\([A-Za-z]*\)` | `MPMETER_E_\([A-Z_]*\)` | .*/\1 \2/p' "$readme" | tr '[:upper:]' '[:lower:]' | \
    sort > "$work/rows"
tr '[:upper:]' '[:lower:]' < "$work/classes" | sort | diff -u "$work/rows" - || \
    fail "the table's classes (-) are not the header's (+)"

sed -n 's/^    Options &\([a-z_]*\)(.*/\1/p' "$header" | sort > "$work/setters"
sed -n 's/^| `\([a-z_]*\)(.*)` | .*/\1/p' "$readme" | sort | diff -u - "$work/setters" || \
    fail "the options (-) are not the setters (+)"
# Each piece in a block of its own, given what it does not make itself.
awk '
    BEGIN {
        print "#include <mpmeter.hpp>\n#include <iostream>\n#include <stop_token>"
        print "int pieces(const std::string &pem, const mpmeter::Options &options, mpmeter::Client &client,"
        print "           std::stop_token stop_token)\n{"
    }
    /^<!-- examples/ { skip = 1 }
    /^```cpp/ { if (!skip) { inside = 1; print "{" }; skip = 0; next }
    /^```/ { if (inside) print "}"; inside = 0; next }
    inside
    END { print "return 0;\n}" }' "$readme" > "$work/pieces.cpp"
"$@" -std=c++20 -Wall -Wextra -Wno-unused -Werror -fsyntax-only "$work/pieces.cpp" || fail "a piece does not compile"
pieces=$(grep -c '^{' "$work/pieces.cpp")
[ "$pieces" -gt 3 ] || fail "only $pieces blocks"

echo "check_readme: $((pieces - 1)) pieces compile;" \
    "$(wc -l < "$work/classes") classes, $(wc -l < "$work/setters") options, and the example"
