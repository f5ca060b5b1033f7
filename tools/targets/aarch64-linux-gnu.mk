# arm64 (Graviton), with glibc 2.17 (Amazon Linux 2, CentOS 7) or later.
MACHINE := aarch64
LIBC := gnu
GLIBC_FLOOR := 2.17
DEBIAN_ARCHITECTURE := arm64
BARE_TRIPLE := aarch64-none-none-elf
OPENSSL_TARGET := linux-aarch64 enable-ec_nistp_64_gcc_128
WHEEL_PLATFORM := manylinux2014_aarch64.manylinux_2_17_aarch64
