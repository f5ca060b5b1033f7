#!/bin/sh
# Proves that the sanitizers are on: each defect of planted.c has to be seen and to fail the program; those that are the
# library's deed, in its own code. The control: without a tool, nobody says anything of the harmless ones.
#
#   check_sanitizers.sh MEMCHECK FOLDER PLAIN ADDRESS THREAD     MEMCHECK is the valgrind command, FOLDER has the
#   library for it; three builds of planted.c
set -u
memcheck="env LD_LIBRARY_PATH=$2 $1" plain=$3 address=$4 thread=$5
failed=0

# sees TOOL DEFECT TEXT COMMAND...: the command with this defect must fail, and say TEXT; and name the library, unless
# the defect is the program's own
sees() {
    tool=$1 defect=$2 text=$3
    shift 3
    if said=$("$@" "$defect" 2>&1); then
        echo "$tool lets '$defect' pass"
    else
        case "$defect $said" in
        *"$text"*libmpmeter* | *"$text"*Sources/MPMeter* | overflow*"$text"*)
            echo "$tool sees: $text"
            return ;;
        esac
        echo "$tool does not see '$text' where it is: $said"
    fi
    failed=1
}

sees AddressSanitizer use-after-free heap-use-after-free "$address"
sees LeakSanitizer leak 'detected memory leaks' "$address"
sees UndefinedBehaviorSanitizer overflow 'signed integer overflow' "$address"
sees ThreadSanitizer race 'data race' "$thread"
# shellcheck disable=SC2086 # a command and its arguments
{
    sees valgrind use-after-free 'Invalid read' $memcheck "$plain"
    sees valgrind leak 'lost in loss record' $memcheck "$plain"
}
for defect in race leak overflow; do
    said=$("$plain" "$defect" 2>&1 >/dev/null) && [ -z "$said" ] ||
        { echo "without a tool, '$defect' says: $said"; failed=1; }
done
exit $failed
