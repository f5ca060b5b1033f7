#!/bin/sh
# Runs parts of the tests in two lanes, and ends when both have ended, or at the first failure.
#
#   tools/lanes.sh LOG "PART..." "PART..."
#
# The first are run one after another in front; the second behind them at low priority, their output in LOG until they
# have ended. A part is a target of make; MAKE names make, and MAKEFLAGS its variables. One that has not ended after
# PART_MINUTES has failed.
set -eu

log=$1 front=$2 behind=$3

part() { # part NAME
    echo "== $1"
    started=$(date +%s)
    timeout --foreground -k 30 "${PART_MINUTES:-40}m" "${MAKE:-make}" --no-print-directory "$1" || {
        code=$?
        if [ "$code" = 124 ]; then echo "make $1 had not ended after ${PART_MINUTES:-40} minutes"; fi
        echo "failed: make $1"
        exit 1
    }
    echo "== $1: $(($(date +%s) - started)) s"
}

if [ "$log" = in-a-lane ]; then
    for name in $behind; do part "$name"; done
    exit 0
fi
# A process group of its own, so that it can be ended whole.
setsid nice -n 10 "$0" in-a-lane '' "$behind" > "$log" 2>&1 &
lane=$!
trap 'kill -TERM "-$lane" 2>/dev/null || true; cat "$log"' EXIT
trap 'exit 130' INT TERM
for name in $front; do part "$name"; done
wait "$lane"
