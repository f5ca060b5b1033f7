# OpenSSL: TLS 1.2 and 1.3, certificates, PS256 and PEM keys. No folder of the machine is looked into, neither for
# certificates nor for a configuration or modules.
# shellcheck shell=sh disable=SC2046,SC2086,SC2154
./Configure $OPENSSL_TARGET --prefix=/dev/null --libdir=lib --openssldir=/dev/null $(sed 's/#.*//' "$tools/deps/openssl-options.txt") $mapped
# What the compiler was called with is kept as a text; it names the folder of the build.
sed -i "s|util/mkbuildinf.pl \"[^\"]*\"|util/mkbuildinf.pl cc|" Makefile
perl "$tools/deps/openssl-algorithms.pl" "$tools/deps/openssl-algorithms.txt"
make -j2 build_libs
cp libssl.a libcrypto.a "$root$stage/prefix/lib/"
cp -R include/openssl "$root$stage/prefix/include/"
rm -f "$root$stage/prefix"/include/openssl/*.in
cp LICENSE.txt "$root$stage/prefix/LICENSE.openssl"
