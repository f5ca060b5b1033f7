# Which machine is built for, and with what: tools/targets/NAME.mk says what is special about one, and this what follows
# from that. Plain `make` builds for the machine it runs on, into build/; `make TARGET=NAME` into build/targets/NAME.
# Both are the same rules.

HOST_MACHINE := $(shell uname -m)
HOST_TARGET := $(HOST_MACHINE)-linux-gnu
TARGETS := $(sort $(basename $(notdir $(wildcard tools/targets/*.mk))))
TARGET ?= $(HOST_TARGET)
ifeq ($(filter $(TARGET),$(TARGETS)),)
$(error there is no target $(TARGET): one of $(TARGETS), or describe it in tools/targets/$(TARGET).mk)
endif
include tools/targets/$(TARGET).mk

ifeq ($(TARGET),$(HOST_TARGET))
OUT ?= build
DEPS := build/deps
else
OUT ?= build/targets/$(TARGET)
DEPS := build/targets/$(TARGET)/deps
endif
# What was built is kept here under a sum of what goes into it; several trees may share it.
CACHE ?= build/cache

# The licence of everything inside, in full, for whatever is handed out (tools/dist.mk).
LICENCE_FOLDER := $(OUT)/stage/licenses
ALL_LICENCES := $(LICENCE_FOLDER)/LICENSE

# ---- The C compiler and its relatives --------------------------------------------------------------------------------

GNU := $(MACHINE)-linux-gnu
ifeq ($(MACHINE),$(HOST_MACHINE))
CROSS :=
TARGET_PACKAGES :=
else
CROSS := $(GNU)-
TARGET_PACKAGES := gcc-$(subst _,-,$(GNU)) libc6-dev-$(DEBIAN_ARCHITECTURE)-cross
endif
OBJCOPY := $(CROSS)objcopy
TARGET_LD := $(CROSS)ld
NM := $(CROSS)nm

MUSL := $(CACHE)/musl-$(MACHINE)
ifeq ($(LIBC),musl)
TARGET_CC := $(abspath $(MUSL))/gcc
C_HEADERS := $(abspath $(MUSL))/include
TARGET_NEEDS := $(MUSL)/gcc
else
TARGET_CC := $(if $(CROSS),$(CROSS)gcc,$(CC))
C_HEADERS := $(if $(CROSS),/usr/$(GNU)/include)
TARGET_NEEDS :=
endif

$(OUT)/.setup-target: tools/setup.mk tools/target.mk | build/.setup-build
	$(call install-packages,$(TARGET_PACKAGES))
	@mkdir -p $(@D) && touch $@

# musl and its headers, from Debian's package for that machine, and a gcc that takes them.
$(CACHE)/musl-%/gcc: tools/musl.sh | $(OUT)/.setup-target
	tools/musl.sh $* $(DEBIAN_ARCHITECTURE) '$(CROSS)' $(@D)

# ---- Swift -----------------------------------------------------------------------------------------------------------

# For another target than the machine's own, Swift takes the standard library that the toolchain has for bare metal of
# the same processor; clang, and with it LLVM, is told what the target is. The machine's own has one in the toolchain.
comma := ,
ifeq ($(TARGET),$(HOST_TARGET))
SWIFT_TRIPLE = $(shell $(SWIFT)c -print-target-info | sed -n 's/.*"unversionedTriple": "\(.*\)".*/\1/p')
SWIFT_TARGET_FLAGS :=
SWIFT_RELEASE := release
else
SWIFT_TRIPLE := $(BARE_TRIPLE)
SWIFT_TARGET_FLAGS := --triple $(BARE_TRIPLE) $(addprefix -Xcc ,--target=$(MACHINE)-unknown-linux-$(LIBC) -fPIC) \
    $(if $(C_HEADERS),$(addprefix -Xcc ,-nostdlibinc -isystem $(C_HEADERS))) \
    $(if $(filter musl,$(LIBC)),-Xcc -ffile-prefix-map=$(abspath $(MUSL))=musl \
    -Xswiftc -file-prefix-map -Xswiftc $(abspath $(MUSL))=musl)
SWIFT_RELEASE := $(BARE_TRIPLE)/release
endif

# ---- The oldest glibc ------------------------------------------------------------------------------------------------

# Stand-ins for the libraries of that glibc, to link with, and the few functions that it lacks. The libraries of
# LINK=system are newer.
ifneq ($(if $(filter system,$(LINK)),,$(GLIBC_FLOOR)),)
FLOOR := $(OUT)/floor
FLOOR_OBJECTS := $(OUT)/obj/old_glibc.o
FLOOR_FLAGS := -L$(FLOOR)

$(FLOOR)/libc.so: tools/glibc-floor.py tools/target.mk tools/targets/$(TARGET).mk | $(OUT)/.setup-target
	python3 tools/glibc-floor.py $(GLIBC_FLOOR) $(@D) $(TARGET_CC)

$(FLOOR_OBJECTS): Sources/HostGuard/old_glibc.c tools/target.mk tools/targets/$(TARGET).mk | $(OUT)/.setup-target
	@mkdir -p $(@D)
	$(TARGET_CC) -std=c11 -D_GNU_SOURCE $(CFLAGS) $(SAME_PATHS) -fPIC -fvisibility=hidden -Wall -Wextra -Wpedantic \
	    -Werror -c $< -o $@
endif
FLOOR_NEEDS = $(FLOOR_OBJECTS) $(if $(FLOOR),$(FLOOR)/libc.so)

.PHONY: targets
targets: ## the names that TARGET may have
	@printf '%s\n' $(TARGETS)
