#!/bin/sh
# Makes a folder with musl's headers and libraries for one machine, and in it `gcc`, a compiler that takes them in the
# place of glibc's.
#
#   tools/musl.sh MACHINE DEBIAN-ARCHITECTURE GCC-PREFIX FOLDER
#
# From Debian's packages for that machine, unpacked with an apt of their own: nothing is installed, and no architecture
# is added to the machine's.
set -eu
machine=$1 architecture=$2 cross=$3
mkdir -p "$4"
folder=$(cd "$4" && pwd)
exec 9> "$folder.lock"
flock 9
work=$folder/work
rm -rf "$folder/include" "$folder/lib" "$folder/link" "$work"
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/tree"
: > "$work/status"
private_apt() {
    apt-get -qq -o APT::Architecture="$architecture" -o APT::Architectures::="$architecture" \
        -o Dir::State::Lists="$work/lists" \
        -o Dir::State::status="$work/status" -o Dir::Cache="$work" -o APT::Sandbox::User=root "$@"
}
private_apt update
(cd "$work" && private_apt download musl musl-dev)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/tree"; done
mv "$work/tree/usr/include/$machine-linux-musl" "$folder/include"
mv "$work/tree/usr/lib/$machine-linux-musl" "$folder/lib"
# Without libc.so the linker would take libc.a into a library without a word: a second libc.
[ -e "$folder/lib/libc.so" ] || mv "$work/tree/lib/$machine-linux-musl/libc.so" "$folder/lib/libc.so"
cp "$work/tree/usr/share/doc/musl/copyright" "$folder/COPYRIGHT"
dpkg-deb -f "$work"/musl_*.deb Version > "$folder/version"

# What is linked with libc.so needs it by the name that it has on Alpine, and that Python's musllinux asks for; musl's
# loader takes every libc.* for itself. So the linker gets a stand-in of that name, with the same symbols.
mkdir -p "$folder/link"
"${cross}nm" -D -S --defined-only "$folder/lib/libc.so" | awk '
    BEGIN { print ".text" }
    NF == 4 && $3 ~ /[BDRVGS]/ {
        printf ".bss\n.balign 16\n.globl %s\n.type %s, %%object\n.size %s, 0x%s\n%s: .skip 0x%s\n.text\n",
            $4, $4, $4, $2, $4, $2
        next
    }
    { printf ".globl %s\n.type %s, %%function\n%s: .skip 8\n", $NF, $NF, $NF }
    END { print ".section .note.GNU-stack,\"\",%progbits" }' > "$work/libc.s"
"${cross}gcc" -nostdlib -shared -Wl,-soname,"libc.musl-$machine.so.1" -o "$folder/link/libc.so" "$work/libc.s"

sed "s#/usr/include/$machine-linux-musl#$folder/include#g; s#/usr/lib/$machine-linux-musl#$folder/lib#g" \
    "$folder/lib/musl-gcc.specs" |
    sed "s#-L$folder/lib#-L$folder/link -L$folder/lib#" > "$folder/gcc.specs"
# Debug information names the headers as if they lay in a folder musl.
printf '#!/bin/sh\nexec %sgcc "$@" -specs %s -ffile-prefix-map=%s=musl\n' "$cross" "$folder/gcc.specs" "$folder" \
    > "$folder/gcc.new"
chmod +x "$folder/gcc.new"
if [ "$machine" = aarch64 ]; then
    # libgcc's atomics ask glibc's __getauxval() what the processor has. Weak, because musl's libc.a has one; its
    # libc.so does not show it.
    printf '%s\n' '#include <sys/auxv.h>' \
        'unsigned long __getauxval(unsigned long) __attribute__((weak, visibility("hidden")));' \
        'unsigned long __getauxval(unsigned long type) { return getauxval(type); }' > "$work/getauxval.c"
    "$folder/gcc.new" -O2 -fPIC -c "$work/getauxval.c" -o "$work/getauxval.o"
    rm -f "$folder/lib/libgetauxval.a"
    ar rcsD "$folder/lib/libgetauxval.a" "$work/getauxval.o"
    sed -i "s#^libgcc.a%s#libgcc.a%s $folder/lib/libgetauxval.a#" "$folder/gcc.specs"
fi
rm -rf "$work"
mv "$folder/gcc.new" "$folder/gcc"
