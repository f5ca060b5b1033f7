#!/bin/sh
# README.md says what is so: its program is the example, its table has every class with its status, its options are all setters there are.
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
awk '/^<!-- examples\/cpp\/register.cpp -->/ { wait = 1; next } wait && /^```cpp/ { inside = 1; wait = 0; next } /^```/ { inside = 0 } inside' \
    "$readme" > "$work/program"
diff -u "$work/program" "$example" || fail "the program is not examples/cpp/register.cpp"

sed -n 's/^class \([A-Za-z]*\) final : public ErrorOf<Status::\([a-z_]*\)>.*/\1 \2/p' "$header" | sort > "$work/classes"
sed -n 's/^| `\([A-Za-z]*\)` | `MPMETER_E_\([A-Z_]*\)` | .*/\1 \2/p' "$readme" | tr 'A-Z' 'a-z' | sort > "$work/rows"
tr 'A-Z' 'a-z' < "$work/classes" | sort | diff -u "$work/rows" - || fail "the table's classes (-) are not the header's (+)"

sed -n 's/^    Options &\([a-z_]*\)(.*/\1/p' "$header" | sort > "$work/setters"
sed -n 's/^| `\([a-z_]*\)(.*)` | .*/\1/p' "$readme" | sort | diff -u - "$work/setters" || fail "the options (-) are not the setters (+)"
echo "check_readme: $(wc -l < "$work/classes") classes, $(wc -l < "$work/setters") options, and the example"
