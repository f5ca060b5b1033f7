#!/bin/sh
# A program without exceptions goes on and stops as it is told, and ends rather than take a value that is not there.
#
#   check_no_exceptions.sh SANDBOX PROGRAM
set -eu
sandbox=$1 program=$2

ends() { # ends STATUS FAULTS PROGRAM_ARGUMENTS…
    expected=$1 faults=$2
    shift 2
    status=0
    # shellcheck disable=SC2086
    said=$("$sandbox" run --scenario ecs-fargate $faults -- "$program" "$@" 2>&1) || status=$?
    if [ "$status" -ne "$expected" ]; then
        echo "check_no_exceptions: $faults $*: ended with $status, not $expected: $said" >&2
        exit 1
    fi
}
ends 0 '--fault throttle:1'
ends 1 '--fault not-entitled'
ends 134 '--fault not-entitled' unasked # SIGABRT
ends 0 '' unasked
echo 'check_no_exceptions: passed'
