# Intel and AMD, with musl 1.2 (Alpine 3.13) or later.
MACHINE := x86_64
LIBC := musl
DEBIAN_ARCHITECTURE := amd64
BARE_TRIPLE := x86_64-unknown-none-elf
OPENSSL_TARGET := linux-x86_64 enable-ec_nistp_64_gcc_128
WHEEL_PLATFORM := musllinux_1_2_x86_64
