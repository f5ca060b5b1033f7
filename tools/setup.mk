# What the machine needs beside a Swift toolchain, and how it is installed: Debian packages, once, if they are missing.

SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
BUILD_PACKAGES := gcc g++ libc6-dev binutils dpkg-dev cmake make patch perl pkg-config python3 python3-venv tcl
TEST_PACKAGES := $(BUILD_PACKAGES) clang valgrind libcmocka-dev libssl-dev libcurl4-openssl-dev libc-ares-dev \
    libjansson-dev libsqlite3-dev faketime ca-certificates iproute2 strace util-linux

# install-packages PACKAGES...: those that are not there yet
define install-packages
	@missing=; for package in $(1); do \
	    dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	    echo "installing:$$missing"; \
	    $(SUDO) apt-get -qq update && \
	    $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
	    --no-install-recommends install $$missing >/dev/null; \
	fi
endef

.PHONY: setup
setup: build/.setup-build build/.setup-test ## install the Debian packages that build and tests need

build/.setup-build: tools/setup.mk
	$(call install-packages,$(BUILD_PACKAGES))
	@mkdir -p build && touch $@

build/.setup-test: tools/setup.mk | build/.setup-build
	$(call install-packages,$(TEST_PACKAGES))
	@mkdir -p build && touch $@
