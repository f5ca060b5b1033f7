# libcurl: HTTP and HTTPS, also through a proxy. It reads no environment and no file but those it is told of.
# shellcheck shell=sh disable=SC2154
PKG_CONFIG_LIBDIR=$stage/prefix/lib/pkgconfig ./configure --host="$TARGET" --prefix="$stage/prefix" --libdir="$stage/prefix/lib" \
    --enable-static --disable-shared --with-pic --disable-dependency-tracking CFLAGS="$mapped" \
    --with-openssl="$stage/prefix" --enable-ares="$stage/prefix" \
    --disable-openssl-auto-load-config --without-ca-bundle --without-ca-path --without-ca-fallback --disable-ca-search --without-zlib \
    --without-brotli --without-zstd --without-libpsl --without-libidn2 --without-nghttp2 --without-librtmp --without-libssh2 \
    --disable-ldap --disable-ldaps --disable-rtsp --disable-dict --disable-telnet --disable-tftp --disable-pop3 --disable-imap \
    --disable-smb --disable-smtp --disable-gopher --disable-mqtt --disable-ftp --disable-file --disable-ipfs --disable-manual \
    --disable-docs --disable-cookies --disable-netrc --disable-alt-svc --disable-hsts --disable-ntlm --disable-tls-srp \
    --disable-unix-sockets --disable-doh --disable-mime --disable-form-api --disable-headers-api --disable-dateparse \
    --disable-get-easy-options --disable-kerberos-auth --disable-negotiate-auth --disable-aws --disable-websockets \
    --disable-bindlocal --disable-socketpair --disable-sha512-256 --disable-libcurl-option \
    --enable-http --enable-proxy --enable-ipv6
make -j2 -C lib install DESTDIR="$root"
make -C include install DESTDIR="$root"
cp COPYING "$root$stage/prefix/COPYING.curl"
