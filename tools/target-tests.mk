# Each target's library and command line, run where they are for: on this machine, by musl's own loader, or by an
# emulator of the other processor.

.PHONY: test-targets test-target
TARGET_TESTS := $(OUT)/tests
TARGET_PROGRAMS := $(addprefix $(TARGET_TESTS)/,dlopen_threads fork_load static_program $(if $(filter \
    gnu,$(LIBC)),print_glibc))
# An emulator has this processor's memory order, and the machine's own kernel.
EMULATOR := $(if $(CROSS),qemu-$(MACHINE))
# How a program that is not static is started. musl's libc.so is its loader.
LOADER_gnu = $(if $(CROSS),$(EMULATOR) -L /usr/$(GNU))
LOADER_musl = $(EMULATOR) $(abspath $(MUSL))/lib/libc.so
OLD_GLIBC := $(CACHE)/glibc-2.31-$(MACHINE)

test-targets: ## every target's library and command line: promises, scenarios, dlopen, fork, TLS, an old glibc
	@set -e; for target in $(TARGETS); do \
	    echo "== $$target"; $(MAKE) --no-print-directory TARGET=$$target test-target; \
	done

# Compilers, and the emulator: installed before anything runs side by side.
.PHONY: setup-targets setup-target
setup-targets: build/.setup-emulator
	@set -e; for target in $(TARGETS); do $(MAKE) --no-print-directory -s TARGET=$$target setup-target; done
setup-target: $(OUT)/.setup-target $(MUSL)/gcc

# In the lane that only computes: what the tests of all targets need.
.PHONY: build-targets
build-targets:
	@set -e; for target in $(TARGETS); do $(MAKE) --no-print-directory -s TARGET=$$target all static; done

build/.setup-emulator: tools/target-tests.mk | build/.setup-build
	$(call install-packages,qemu-user)
	@mkdir -p build && touch $@

# Linked like the library, so that they run where it does.
$(addprefix $(TARGET_TESTS)/,dlopen_threads fork_load print_glibc): $(TARGET_TESTS)/%: Tests/Targets/%.c \
    include/mpmeter.h $(FLOOR_NEEDS) $(TARGET_NEEDS)
	@mkdir -p $(@D)
	$(TARGET_CC) -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -Iinclude $(FLOOR_FLAGS) -o $@ $< -pthread -ldl

# As a vendor links it: libmpmeter.a, and nothing beside -pthread.
$(TARGET_TESTS)/static_program: Tests/Targets/static_program.c include/mpmeter.h $(ARCHIVE)
	@mkdir -p $(@D)
	$(TARGET_CC) -std=c11 -O2 -Wall -Wextra -Werror -Iinclude -o $@ $< $(ARCHIVE) -pthread

# The oldest glibc that Debian's archive still has. Unpacked beside, like musl.
$(CACHE)/glibc-2.31-%/lib: tools/old-glibc.sh | $(OUT)/.setup-target
	tools/old-glibc.sh $(DEBIAN_ARCHITECTURE) $(@D)

test-target: all static $(SHARED_CLI) $(TARGET_PROGRAMS) $(SANDBOX) build/.setup-test \
    $(if $(CROSS),build/.setup-emulator) \
    $(if $(GLIBC_FLOOR),$(OLD_GLIBC)/lib)
	MPMETER_TARGET=$(TARGET) MPMETER_CLI=$(abspath $(CLI)) MPMETER_LIBRARY=$(abspath $(LIBRARY)) \
	    MPMETER_SHARED_CLI=$(abspath $(SHARED_CLI)) \
	    MPMETER_BINUTILS=$(CROSS) MPMETER_PROGRAMS=$(abspath $(TARGET_TESTS)) MPMETER_EMULATOR='$(EMULATOR)' \
	    MPMETER_LOADER='$(LOADER_$(LIBC))' \
	    MPMETER_OLD_GLIBC=$(if $(GLIBC_FLOOR),$(abspath $(OLD_GLIBC))) $(PYTHON) -m pytest \
	    -q Tests/Project/test_library.py Tests/Targets

.PHONY: test-dist
test-dist: dist $(SANDBOX) build/.setup-test
test-dist: ## what a vendor downloads: checksums, contents, auditwheel, a wheel and an archive that register
	$(PYTHON) -m pytest -q Tests/Dist
