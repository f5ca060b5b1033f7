#!/bin/sh
# Builds examples/c/register.c with the sandbox's public key, by the command in the file's own comment, and runs it. Run
# it in the sandbox.
#
#   run_example.sh FOLDER        ROOT and LIB in the environment: the source tree, and the library
set -eu
source=$ROOT/examples/c/register.c
mkdir -p "$1"
cd "$1"
cp "$MPMETER_SANDBOX_PUBLIC_KEY" public-key.pem
command=$(sed -n 's/^ \*   \(sed .* public_key\.h\) .*/\1/p' "$source")
[ -n "$command" ] || { echo "run_example: no command in $source" >&2; exit 99; }
eval "$command"
cc -std=c99 -Wall -Wextra -Wpedantic -Werror -I. -I"$ROOT/include" "$source" "$LIB" -Wl,-rpath,"$(dirname "$LIB")" \
    -o product
exec ./product
