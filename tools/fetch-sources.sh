#!/bin/sh
# Decides which sources of OpenSSL, libcurl, c-ares, jansson and SQLite are built, and fetches them.
#
#   tools/fetch-sources.sh FOLDER
#
# They are the source packages of Debian 13, which carry Debian's security patches on releases that upstream maintains:
# the newest version that can be fetched, because an index may list what the archive does not hold yet. If there is no
# c-ares among them, it is the unmodified release inside the source distribution of pycares on PyPI. FOLDER is filled
# once; delete it to look for newer versions. FOLDER/versions.txt has a line for each library: name, version, package
# URL and, if another package carried it, that one's.
set -eu

RELEASE=trixie RELEASE_NUMBER=13
# c-ares 1.34.9.
PYCARES='pycares==5.2.1 --hash=sha256:3e89edc56a3745046676207958bf3dbf2971c5df0d64de9f7a893eba8bf255b4'

folder=$1
! grep -qs '^sqlite3 ' "$folder/versions.txt" || exit 0
rm -rf "$folder"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
work=$(mktemp -d "$folder/work.XXXXXX")
log=$folder/fetch.log
trap 'status=$?; rm -rf "$work"; [ $status -eq 0 ] || { echo "fetch-sources: failed; the end of $log:" >&2; tail -n 20 "$log" >&2; }' EXIT
say() { echo "fetch-sources: $*" >&2; }

# The machine's own Debian archives with the other release's name, in a private configuration: nothing under /etc
# changes.
mkdir -p "$work/parts" "$work/lists/partial"
# shellcheck source=/dev/null
installed=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
[ -n "$installed" ] || { say "needs a Debian (12 or later): /etc/os-release names no release"; exit 1; }
for file in /etc/apt/sources.list.d/*.sources; do
    [ ! -f "$file" ] || sed "s/^Types:.*/Types: deb-src/; /^Suites:/s/$installed/$RELEASE/g" "$file" > "$work/parts/$(basename "$file")"
done
[ ! -f /etc/apt/sources.list ] || sed -n "/^deb /{ s/^deb /deb-src /; s/$installed/$RELEASE/g; p; }" /etc/apt/sources.list > "$work/parts/machine.list"
private() { # private COMMAND ARGUMENTS...
    command=$1
    shift
    "$command" -q -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/parts" -o Dir::State::Lists="$work/lists" \
        -o Dir::Cache="$work" -o APT::Sandbox::User=root "$@" 2>> "$log"
}

known() { # known NAME VERSION PURL [PATH]: the unpacked source becomes FOLDER/NAME-VERSION without Debian's revision
    mv "$(find "$work/unpacked" -mindepth 1 -maxdepth 1 -type d)${4-}" "$folder/$1-${2%-*}"
    rm -rf "$work/unpacked"
    echo "$1 $2 $3" >> "$work/versions.txt"
    say "$1 $2"
}

from_debian() { # from_debian NAME UPSTREAM: the newest version that begins so and can be fetched
    for version in $(private apt-cache showsrc "$1" | sed -n "s/^Version: \($2.*\)/\1/p" | sort -V -r | uniq); do
        mkdir "$work/unpacked"
        if (cd "$work/unpacked" && private apt-get source "$1=$version" >> "$log"); then
            known "$1" "$version" "pkg:deb/debian/$1@$version?arch=source&distro=debian-$RELEASE_NUMBER"
            return 0
        fi
        rm -rf "$work/unpacked"
        say "$1 $version is listed, but cannot be fetched"
    done
    return 1
}

c_ares_from_pypi() {
    mkdir "$work/unpacked"
    echo "$PYCARES" > "$work/requirements.txt"
    python3 -m venv "$work/venv"
    "$work/venv/bin/python" -m pip download -q --disable-pip-version-check --no-deps --no-binary pycares --require-hashes \
        -r "$work/requirements.txt" -d "$work" >> "$log" 2>&1
    tar -x -f "$work"/pycares-*.tar.gz -C "$work/unpacked"
    version=$(sed -n 's/^#define ARES_VERSION_\(MAJOR\|MINOR\|PATCH\) *\([0-9]*\)$/\2/p' "$work"/unpacked/*/deps/c-ares/include/ares_version.h | paste -s -d .)
    [ -n "$version" ] || { say "no version in $PYCARES"; exit 1; }
    known c-ares "$version" "pkg:github/c-ares/c-ares@v$version pkg:pypi/$(echo "$PYCARES" | sed 's/ .*//; s/==/@/')" /deps/c-ares
}

private apt-get update >> "$log"
from_debian openssl '3\.5\.' || { say "no OpenSSL 3.5 can be fetched"; exit 1; }
from_debian curl '8\.' || { say "no curl 8 can be fetched"; exit 1; }
from_debian jansson '2\.' || { say "no jansson can be fetched"; exit 1; }
from_debian sqlite3 '3\.4[6-9]' || { say "no SQLite 3.46 or later can be fetched"; exit 1; }
from_debian c-ares '1\.3[4-9]' || c_ares_from_pypi
mv "$work/versions.txt" "$folder/versions.txt"
