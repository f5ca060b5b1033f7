# arm64 (Graviton), with musl 1.2 (Alpine 3.13) or later.
MACHINE := aarch64
LIBC := musl
DEBIAN_ARCHITECTURE := arm64
BARE_TRIPLE := aarch64-none-none-elf
OPENSSL_TARGET := linux-aarch64 enable-ec_nistp_64_gcc_128
WHEEL_PLATFORM := musllinux_1_2_aarch64
