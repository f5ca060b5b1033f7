#!/bin/sh
# Builds the static C libraries that libmpmeter.so carries: OpenSSL, c-ares, libcurl and jansson, for one target.
#
#   TARGET=… CC=… OPENSSL_TARGET=… tools/build-deps.sh CACHE PREFIX
#
# From maintained sources (tools/fetch-sources.sh), with position-independent code, and cut down to what the library needs: OpenSSL to TLS 1.2 and 1.3,
# certificates, PS256 and PEM keys; libcurl to HTTP and HTTPS with a resolver that needs no thread (c-ares). None of them reads the environment or
# a configuration file of its own, or loads code. The versions used are written to PREFIX/versions.txt.
#
# CACHE holds the sources, and each build under a sum of what goes into it: this script, the patches, the compiler, the target and the versions. What
# was built before is copied.
set -eu

cache=$1 prefix=$2
tools=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
sources=$cache/sources
# One at a time: other trees may share the cache.
exec 9> "$cache/lock"
flock 9
"$tools/fetch-sources.sh" "$sources"

flags='-Os -g -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections -fstack-protector-strong -D_FORTIFY_SOURCE=2'
sum=$({ cat "$0" "$tools"/patches/*.patch "$sources/versions.txt"; echo "$TARGET $OPENSSL_TARGET"; $CC --version; } | sha256sum | cut -c 1-16)
built=$cache/deps/$TARGET-$sum
if [ ! -f "$built/versions.txt" ]; then
    stage=$cache/deps/$TARGET.stage
    rm -rf "$stage"
    mkdir -p "$stage/src"
    log=$stage/build.log
    trap 'status=$?; [ $status -eq 0 ] || { echo "build-deps: failed; the end of $log:" >&2; tail -n 30 "$log" >&2; }' EXIT
    # The same bytes wherever the cache lies.
    flags="$flags -ffile-prefix-map=$stage=deps"
    export CC AR=ar RANLIB=ranlib

    enter() { # enter NAME: to a copy of its source, with the patches of our own
        echo "build-deps: $1 for $TARGET" >&2
        cp -R "$sources/$1-"* "$stage/src/"
        cd "$stage/src/$1-"*
        for file in "$tools/patches/$1"-*.patch; do
            [ ! -f "$file" ] || patch -p1 < "$file" >> "$log"
        done
    }
    with_cmake() { # with_cmake OPTIONS...
        cmake -S . -B out -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="${TARGET%%-*}" -DCMAKE_C_COMPILER="${CC%% *}" -DCMAKE_BUILD_TYPE=None \
            -DCMAKE_C_FLAGS="$flags" -DCMAKE_INSTALL_PREFIX="$stage" -DCMAKE_INSTALL_LIBDIR=lib "$@" >> "$log" 2>&1
        make -j2 -C out install >> "$log" 2>&1
    }

    enter openssl
    # No folder of the machine is looked into: neither for certificates nor for a configuration or modules.
    # shellcheck disable=SC2046,SC2086
    ./Configure $OPENSSL_TARGET --prefix=/dev/null --libdir=lib --openssldir=/dev/null $(sed 's/#.*//' "$tools/openssl-options.txt") $flags >> "$log" 2>&1
    make -j2 build_libs >> "$log" 2>&1
    mkdir -p "$stage/lib/pkgconfig" "$stage/include"
    cp libssl.a libcrypto.a "$stage/lib/"
    cp -R include/openssl "$stage/include/"
    rm -f "$stage"/include/openssl/*.in
    cp LICENSE.txt "$stage/LICENSE.openssl"

    enter c-ares
    with_cmake -DCARES_STATIC=ON -DCARES_SHARED=OFF -DCARES_STATIC_PIC=ON -DCARES_BUILD_TOOLS=OFF -DCARES_THREADS=OFF
    cp LICENSE.md "$stage/LICENSE.c-ares"

    enter jansson
    with_cmake -DJANSSON_BUILD_DOCS=OFF -DJANSSON_WITHOUT_TESTS=ON -DJANSSON_EXAMPLES=OFF
    cp LICENSE "$stage/LICENSE.jansson"

    enter curl
    PKG_CONFIG_LIBDIR=$stage/lib/pkgconfig ./configure --host="$TARGET" --prefix="$stage" --libdir="$stage/lib" --enable-static --disable-shared \
        --with-pic --disable-dependency-tracking CFLAGS="$flags" --with-openssl="$stage" --enable-ares="$stage" \
        --disable-openssl-auto-load-config --without-ca-bundle --without-ca-path --without-ca-fallback --disable-ca-search --without-zlib \
        --without-brotli --without-zstd --without-libpsl --without-libidn2 --without-nghttp2 --without-librtmp --without-libssh2 \
        --disable-ldap --disable-ldaps --disable-rtsp --disable-dict --disable-telnet --disable-tftp --disable-pop3 --disable-imap \
        --disable-smb --disable-smtp --disable-gopher --disable-mqtt --disable-ftp --disable-file --disable-ipfs --disable-manual \
        --disable-docs --disable-cookies --disable-netrc --disable-alt-svc --disable-hsts --disable-ntlm --disable-tls-srp \
        --disable-unix-sockets --disable-doh --disable-mime --disable-form-api --disable-headers-api --disable-dateparse \
        --disable-get-easy-options --disable-kerberos-auth --disable-negotiate-auth --disable-aws --disable-websockets \
        --disable-bindlocal --disable-socketpair --disable-sha512-256 --disable-libcurl-option \
        --enable-http --enable-proxy --enable-ipv6 >> "$log" 2>&1
    make -j2 -C lib install >> "$log" 2>&1
    make -C include install >> "$log" 2>&1
    cp COPYING "$stage/COPYING.curl"

    cd "$cache"
    rm -rf "$stage/src" "$stage/bin" "$stage/share"
    cp "$sources/versions.txt" "$stage/versions.txt"
    rm -rf "$built"
    mv "$stage" "$built"
fi
rm -rf "$prefix"
mkdir -p "$(dirname "$prefix")"
cp -a "$built" "$prefix"
touch "$prefix/versions.txt"
