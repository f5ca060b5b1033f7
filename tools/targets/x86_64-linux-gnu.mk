# Intel and AMD, with glibc 2.17 (Amazon Linux 2, CentOS 7) or later.
MACHINE := x86_64
LIBC := gnu
GLIBC_FLOOR := 2.17
DEBIAN_ARCHITECTURE := amd64
BARE_TRIPLE := x86_64-unknown-none-elf
OPENSSL_TARGET := linux-x86_64 enable-ec_nistp_64_gcc_128
WHEEL_PLATFORM := manylinux2014_x86_64.manylinux_2_17_x86_64
