#!/bin/sh
# What `make install` leaves is enough to build with, wherever it is moved to. Everything is built outside the
# repository, with an environment that knows nothing of it, and registers in the sandbox.
#
#   check_packages.sh SANDBOX [VARIABLE=VALUE…]      variables for `make install`; MAKE in the environment
set -eu
sandbox=$1
shift
variables=$*
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
version=$(cat "$root/VERSION")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "check_packages: $*" >&2
    exit 1
}
# Runs a command that knows of no library path, compiler flag or package path of the caller's.
bare() { env -i PATH=/usr/local/bin:/usr/bin:/bin HOME="$work" LANG=C.UTF-8 "$@"; }
in_sandbox() { "$sandbox" run --scenario ecs-ec2 -- env -u LD_LIBRARY_PATH "$@"; }
# The program in `$1` registers, with the library of the prefix `$2`.
registers() {
    answer=$(in_sandbox "$1") || fail "$1 failed"
    [ "$answer" = "registered in eu-west-3, mpmeter $version" ] || fail "$1 printed: $answer"
    library=$(bare ldd "$1" | sed -n 's/.*libmpmeter\.so\.1 => \(.*\) (0x.*/\1/p')
    [ "$(realpath "$library")" = "$(realpath "$2")/lib/libmpmeter.so.1" ] || fail "$1 takes another library: $library"
}
# shellcheck disable=SC2086
make_root() { env -u MAKEFLAGS -u MAKELEVEL "${MAKE:-make}" --no-print-directory -s \
    -C "$root" $variables "$@" >/dev/null; }

umask 077
# DESTDIR is where the files go, PREFIX where they will be; neither stands in a file.
make_root install DESTDIR="$work/image root" PREFIX=/opt/vendor
[ ! -e /opt/vendor ] || fail "DESTDIR was not honoured"
prefix="$work/image root/opt/vendor"
(cd "$prefix" && find . ! -type d | sort) > installed
for file in bin/mpmeter include/mpmeter.h include/mpmeter.hpp lib/libmpmeter.so lib/libmpmeter.so.1 \
    lib/pkgconfig/mpmeter.pc \
    lib/cmake/mpmeter/mpmeter-config.cmake lib/cmake/mpmeter/mpmeter-config-version.cmake share/doc/mpmeter/LICENSE \
    share/doc/mpmeter/NOTICE; do
    grep -qx "./$file" installed || fail "$file was not installed"
done
! grep -rlE "$work|$root|/opt/vendor" "$prefix/lib/pkgconfig" "$prefix/lib/cmake" "$prefix/include" ||
    fail "a path of the machine is in these files"
[ -z "$(find "$prefix" -type f ! -perm -444 -o -type d ! -perm -555)" ] || fail "not everybody may read the files"
echo "check_packages: installed under DESTDIR: $(wc -l < installed) files"

# CMake, in a prefix with a space in its path.
cp -r "$here/consumer" by-cmake
bare cmake -S by-cmake -B by-cmake/build -DCMAKE_PREFIX_PATH="$prefix" >/dev/null
bare cmake --build by-cmake/build >/dev/null
registers "$work/by-cmake/build/consumer" "$prefix"
bare ./by-cmake/build/version
echo "check_packages: find_package(mpmeter) builds C++ and C"

# Moved.
mkdir elsewhere
mv "$prefix" elsewhere/moved
prefix="$work/elsewhere/moved"
bare cmake -S by-cmake -B by-cmake/again -DCMAKE_PREFIX_PATH="$prefix" >/dev/null
bare cmake --build by-cmake/again >/dev/null
registers "$work/by-cmake/again/consumer" "$prefix"
[ "$(bare "$prefix/bin/mpmeter" version)" = "$version" ] || fail "the command line does not find its library"
echo "check_packages: the prefix may be moved"

# pkg-config.
packages() { bare PKG_CONFIG_PATH="$prefix/lib/pkgconfig" "$@"; }
[ "$(packages pkg-config --modversion mpmeter)" = "$version" ] || fail "pkg-config knows another version"
! packages pkg-config --exists 'mpmeter >= 1000' || fail "pkg-config has every version"
cp -r "$here/consumer" by-pkg-config
packages make -s -C by-pkg-config
registers "$work/by-pkg-config/consumer" "$prefix"
bare ./by-pkg-config/version
echo "check_packages: pkg-config builds C++ and C"

# What an image must contain: README.md's list in a root of its own, and nothing else. The sandbox's certificates stand
# for the CA bundle.
image() { # image NAME EXPECTED_LIBRARIES FLAGS…
    name=$1 expected=$2
    shift 2
    mkdir -p "$name/lib" "$name/tmp"
    # shellcheck disable=SC2046
    packages c++ -std=c++17 "$here/consumer/main.cpp" $(packages pkg-config --cflags --libs mpmeter) "$@" \
        -o "$name/product"
    cp "$prefix/lib/libmpmeter.so.1" "$name/lib"
    bare LD_LIBRARY_PATH="$prefix/lib" ldd "$name/product" | sed -n 's,.*[ \t]\(/[^ ]*\) (0x.*,\1,p' |
        grep -v libmpmeter > "$name.libraries"
    while read -r library; do
        mkdir -p "$name$(dirname "$library")"
        cp -L "$library" "$name$library"
    done < "$name.libraries"
    found=$(sed 's,.*/,,' "$name.libraries" | grep -v '^ld-linux' | sort | tr '\n' ' ')
    [ "$found" = "$expected " ] || fail "the image $name needs: $found"
    # shellcheck disable=SC2016
    answer=$("$sandbox" run --scenario ecs-fargate --tls -- sh -c '
        for file in "$MPMETER_SANDBOX_PUBLIC_KEY" "$AWS_CA_BUNDLE"; do
            mkdir -p "$0$(dirname "$file")" && cp "$file" "$0$file" || exit
        done
        exec env -u LD_LIBRARY_PATH $1 chroot "$0" /product' "$work/$name" "$as_root") ||
        fail "the image $name does not register"
    [ "$answer" = "registered in eu-west-3, mpmeter $version" ] || fail "the image $name printed: $answer"
}
as_root=
[ "$(id -u)" = 0 ] || as_root='unshare -r'
if $as_root chroot / true 2>/dev/null; then
    image image 'libc.so.6 libgcc_s.so.1 libm.so.6 libpthread.so.0 libstdc++.so.6'
    image image-static-libstdc++ 'libc.so.6 libpthread.so.0' -static-libstdc++ -static-libgcc
    echo "check_packages: an image needs what README.md lists, and no more"
else
    echo "check_packages: neither root nor user namespaces here: the image was left out"
fi

# The examples, by the commands in their own comments; only the library's folder is added, as it is not the loader's.
example() { # example LANGUAGE SOURCE FLAGS…: a shell that builds and runs it inside the sandbox
    language=$1 source=$2
    shift 2
    mkdir -p "example-$language"
    {
        echo 'set -eu'
        # shellcheck disable=SC2016
        echo 'cp "$MPMETER_SANDBOX_PUBLIC_KEY" public-key.pem'
        sed -n 's,^\( \*\|//\)   \(sed .* public_key\.h\) .*,\2,p' "$source"
        echo "$* -I. -Wall -Wextra -Wpedantic -Werror $source \\"
        echo "    \$(pkg-config --cflags --libs mpmeter) -Wl,-rpath,$prefix/lib -o product"
        echo 'exec ./product'
    } > "example-$language/run.sh"
    grep -q public_key "example-$language/run.sh" || fail "no command in $source"
}
ends() { # ends LANGUAGE STATUS OUTPUT SANDBOX_ARGUMENTS…
    language=$1 expected=$2 text=$3
    shift 3
    status=0
    (cd "example-$language" && env -u LD_LIBRARY_PATH PKG_CONFIG_PATH="$prefix/lib/pkgconfig" \
        "$sandbox" run --scenario ecs-fargate "$@" -- sh run.sh > out 2> err) || status=$?
    if [ "$status" != "$expected" ] || ! cat "example-$language/out" "example-$language/err" | grep -q "$text"; then
        fail "the $language example ended with $status: $(cat "example-$language/out" "example-$language/err")"
    fi
    [ "$status" = 0 ] || [ ! -s "example-$language/out" ] || fail "the product began unpaid"
}
# shellcheck disable=SC2016
grep -q 'c++ -std=c++17 register.cpp $(pkg-config --cflags --libs mpmeter) -o product' \
    "$root/examples/cpp/register.cpp" ||
    fail "the command in register.cpp is not what is tested here"
example c "$root/examples/c/register.c" cc -std=c99
example cpp "$root/examples/cpp/register.cpp" c++ -std=c++17
for language in c cpp; do
    ends "$language" 0 'registered: the product begins here' --product 4w1vgsrkqdkypbz43g7qkk4uz=entitled
    ends "$language" 1 MPMETER_E_CUSTOMER_NOT_ENTITLED --product 4w1vgsrkqdkypbz43g7qkk4uz=not-entitled
    ends "$language" 1 MPMETER_E_TOKEN_SIGNATURE --product 4w1vgsrkqdkypbz43g7qkk4uz=entitled --fault token-wrong-key
done
echo "check_packages: the C and C++ examples go on and stop as they are told"

# README.md's commands without AWS, in a folder with the program.
mkdir readme
cp "$root/examples/cpp/register.cpp" readme/
sed -n '/^## Test it without AWS/,/^Never/s/^    //p' "$here/../README.md" > readme/commands
(cd readme && PATH="$(dirname "$sandbox"):$PATH" LD_LIBRARY_PATH="$prefix/lib" PKG_CONFIG_PATH="$prefix/lib/pkgconfig" \
    sh -e commands > out 2> err) || fail "the commands without AWS: $(cat readme/err)"
grep -qx 'registered: the product begins here' readme/out || fail "the commands without AWS printed: $(cat readme/out)"
echo "check_packages: README.md's commands without AWS register"

# /lib is a link to /usr/lib on Debian; CMake may come through it.
make_root install DESTDIR="$work/merged" PREFIX=/usr
ln -s usr/lib merged/lib
bare cmake -S by-cmake -B by-cmake/merged -Dmpmeter_DIR="$work/merged/lib/cmake/mpmeter" >/dev/null
bare cmake --build by-cmake/merged >/dev/null
registers "$work/by-cmake/merged/consumer" "$work/merged/usr"
echo "check_packages: CMake finds it through /lib too"

# A part that is missing is said, and uninstall takes only its own.
touch merged/usr/lib/cmake/another merged/usr/include/another.h
rm merged/usr/include/mpmeter.h
if bare cmake -S by-cmake -B by-cmake/broken -DCMAKE_PREFIX_PATH="$work/merged/usr" > broken 2>&1; then
    fail "an incomplete package was found"
fi
tr '\n' ' ' < broken | grep -q 'mpmeter.h is missing' || fail "CMake does not say what is missing: $(cat broken)"
make_root uninstall DESTDIR="$work/merged" PREFIX=/usr
[ "$(cd merged/usr && find . ! -type d | sort | tr '\n' ' ')" = './include/another.h ./lib/cmake/another ' ] || \
    fail "uninstall left: $(find merged/usr)"
make_root uninstall DESTDIR="$work/merged" PREFIX=/usr
echo "check_packages: uninstall takes what install brought, and no more"

bare cmake -DTEMPLATE="$root/tools/packaging/mpmeter-config-version.cmake.in" -P "$here/check_version.cmake"
