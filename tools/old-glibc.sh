#!/bin/sh
# Unpacks the oldest glibc that Debian's archive still has (Debian 11's 2.31), to see that the library runs on it.
#
#   tools/old-glibc.sh DEBIAN-ARCHITECTURE FOLDER
set -eu
architecture=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
work=$folder/work
rm -rf "$work" "$folder/lib"
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/tree" "$work/parts"
: > "$work/status"
# shellcheck source=/dev/null
installed=$(. /etc/os-release && echo "$VERSION_CODENAME")
for file in /etc/apt/sources.list.d/*.sources; do
    [ ! -f "$file" ] || sed "/^Suites:/s/.*/Suites: bullseye/" "$file" > "$work/parts/$(basename "$file")"
done
[ ! -f /etc/apt/sources.list ] || sed -n "/^deb .* $installed /s/$installed/bullseye/p" /etc/apt/sources.list > \
    "$work/parts/machine.list"
private_apt() {
    apt-get -qq -o APT::Architecture="$architecture" -o APT::Architectures::="$architecture" \
        -o Dir::State::Lists="$work/lists" \
        -o Dir::State::status="$work/status" -o Dir::Cache="$work" -o Dir::Etc::SourceList=/dev/null \
        -o Dir::Etc::SourceParts="$work/parts" \
        -o APT::Sandbox::User=root "$@"
}
# The security archive names its suites otherwise: what it has for this one is not needed.
private_apt update 2> /dev/null || true
(cd "$work" && private_apt download libc6)
dpkg-deb -x "$work"/libc6_*.deb "$work/tree"
mv "$(dirname "$(find "$work/tree" -name 'libc.so.6')")" "$folder/lib.new"
rm -rf "$work"
mv "$folder/lib.new" "$folder/lib"
