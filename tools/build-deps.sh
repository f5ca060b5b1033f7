#!/bin/sh
# Builds the static C libraries that libmpmeter.so carries: c-ares, libcurl and jansson.
#
#   tools/build-deps.sh PREFIX
#
# Debian ships these three as archives that cannot go into a shared library (no -fPIC), so they are built here, once, from Debian's own
# source packages: those carry Debian's security patches, which the upstream tarballs of the same versions lack. libcurl is cut down to
# HTTP and HTTPS with a resolver that needs no thread (c-ares), and reads no environment and no configuration file. OpenSSL is taken as
# Debian builds it (libssl-dev): its archives are position-independent already. The versions used are written to PREFIX/versions.txt.
set -eu

prefix=$1
mkdir -p "$prefix"
prefix=$(cd "$prefix" && pwd)
work=$prefix/src
patches=$(cd "$(dirname "$0")/patches" && pwd)
log=$prefix/build.log
flags='-Os -g -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections -fstack-protector-strong -D_FORTIFY_SOURCE=2'
# The same bytes wherever the prefix lies.
flags="$flags -ffile-prefix-map=$prefix=deps"

trap 'status=$?; [ $status -eq 0 ] || { echo "build-deps: failed; the end of $log:" >&2; tail -n 30 "$log" >&2; }' EXIT
rm -rf "$work"
mkdir -p "$work" "$prefix/apt/parts" "$prefix/apt/lists/partial"
: > "$log"

# The machine's own Debian sources, as deb-src, in a private configuration: nothing under /etc changes.
apt_private() {
    apt-get -qq -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$prefix/apt/parts" \
        -o Dir::State::Lists="$prefix/apt/lists" -o APT::Sandbox::User=root "$@" >> "$log" 2>&1
}
for file in /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] && sed 's/^Types:.*/Types: deb-src/' "$file" > "$prefix/apt/parts/$(basename "$file")"
done
[ -f /etc/apt/sources.list ] && sed -n 's/^deb /deb-src /p' /etc/apt/sources.list > "$prefix/apt/parts/machine.list"
apt_private update
(cd "$work" && apt_private source c-ares curl jansson)

enter() { # enter NAME: to its unpacked source, with the patches of our own
    echo "build-deps: $1" >&2
    cd "$(find "$work" -maxdepth 1 -type d -name "$1-*")"
    for file in "$patches/$1"-*.patch; do
        [ ! -f "$file" ] || patch -p1 < "$file" >> "$log"
    done
}
configure() { # configure ARGUMENTS...
    ./configure --prefix="$prefix" --libdir="$prefix/lib" --enable-static --disable-shared --with-pic \
        --disable-dependency-tracking CFLAGS="$flags" "$@" >> "$log" 2>&1
}
jobs=$(nproc)

enter c-ares
configure --disable-tests
for part in include src/lib; do make -j"$jobs" -C $part install >> "$log" 2>&1; done
make install-pkgconfigDATA >> "$log" 2>&1

enter jansson
cmake -S . -B out -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS="$flags" -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib \
    -DJANSSON_BUILD_DOCS=OFF -DJANSSON_WITHOUT_TESTS=ON -DJANSSON_EXAMPLES=OFF >> "$log" 2>&1
make -j"$jobs" -C out install >> "$log" 2>&1

enter curl
configure --with-openssl --enable-ares="$prefix" --disable-openssl-auto-load-config --without-ca-bundle --without-ca-path \
    --without-ca-fallback --without-zlib --without-brotli --without-zstd --without-libpsl --without-libidn2 --without-nghttp2 \
    --without-librtmp --without-libssh2 --disable-ldap --disable-ldaps --disable-rtsp --disable-dict --disable-telnet --disable-tftp \
    --disable-pop3 --disable-imap --disable-smb --disable-smtp --disable-gopher --disable-mqtt --disable-ftp --disable-file \
    --disable-manual --disable-cookies --disable-netrc --disable-alt-svc --disable-hsts --disable-ntlm --disable-ntlm-wb \
    --disable-tls-srp --disable-unix-sockets --disable-doh --disable-mime --disable-dateparse --disable-progress-meter \
    --disable-get-easy-options --disable-kerberos-auth --disable-negotiate-auth --disable-aws --disable-websockets \
    --enable-http --enable-proxy --enable-ipv6
make -j"$jobs" -C lib install >> "$log" 2>&1
make -C include install >> "$log" 2>&1

cd "$work"
for dsc in *.dsc; do
    printf '%s %s\n' "$(sed -n 's/^Source: //p' "$dsc" | head -n 1)" "$(sed -n 's/^Version: //p' "$dsc" | head -n 1)"
done > "$prefix/versions.txt"
printf 'openssl %s\n' "$(dpkg-query -W -f='${Version}' libssl-dev)" >> "$prefix/versions.txt"
cp ./curl-*/COPYING "$prefix/COPYING.curl"
cp ./jansson-*/LICENSE "$prefix/LICENSE.jansson"
cp ./c-ares-*/LICENSE.md "$prefix/LICENSE.c-ares"
rm -rf "$work" "$prefix/apt"
