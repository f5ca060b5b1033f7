#!/bin/sh
# Unpacks Debian's standard library of Rust for another processor beside the compiler that is installed, for cargo build
# --target. Debian has none for musl.
#
#   tools/cross-rust.sh DEBIAN-ARCHITECTURE FOLDER
set -eu
architecture=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
work=$folder/work
rm -rf "$work" "$folder/rustlib"
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/tree"
: > "$work/status"
private_apt() {
    apt-get -qq -o APT::Architecture="$architecture" -o APT::Architectures::="$architecture" \
        -o Dir::State::Lists="$work/lists" -o Dir::State::status="$work/status" -o Dir::Cache="$work" \
        -o APT::Sandbox::User=root "$@"
}
private_apt update 2> /dev/null || true
version=$(dpkg-query -W -f '${Version}' libstd-rust-dev)
(cd "$work" && private_apt download "libstd-rust-dev=$version")
dpkg-deb -x "$work"/libstd-rust-dev_*.deb "$work/tree"
mv "$work/tree/usr/lib/rustlib" "$folder/rustlib"
rm -rf "$work"
