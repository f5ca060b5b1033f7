# Each target's library and command line, run where they are for: on this machine, by musl's own loader, or by an
# emulator of the other processor.

.PHONY: test-targets test-target
TARGET_TESTS := $(OUT)/tests
TARGET_PROGRAMS := $(addprefix $(TARGET_TESTS)/,dlopen_threads fork_load static_program $(if $(filter \
    gnu,$(LIBC)),print_glibc))
# An emulator has this processor's memory order, and the machine's own kernel.
EMULATOR := $(if $(CROSS),qemu-$(MACHINE))
EMULATOR_PACKAGES := qemu-user
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
	$(call install-packages,$(EMULATOR_PACKAGES))
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

# The C tests, as far as they can run there. What is left out, and why, is printed.
TARGET_CABI := version status null options keys verify claims endpoint register outcomes diagnose concurrency \
    cancellation fork manners hosts leaving descriptors threads memory allocators stack secrets cli_usage cli_sandbox \
    example tls neighbours
TARGET_CABI_OUT := neighbours allocators $(if $(CROSS),cli_usage cli_sandbox example threads leaving memory tls) \
    $(if $(filter musl,$(LIBC)),example memory tls) $(if $(filter aarch64,$(MACHINE)),stack)
.PHONY: test-target-c
test-target-c: all $(SANDBOX) build/.setup-test $(if $(CROSS),build/.setup-emulator)
ifeq ($(TARGET),$(HOST_TARGET))
	@echo 'C tests of $(TARGET): this machine; make test-c runs them'
else
	@echo 'C tests of $(TARGET), started by: $(LOADER_$(LIBC))'
	@echo "  stand-ins: Tests/CABI/standin for cmocka; the library's own build of libcrypto for the distribution's"
	@echo '  left out: neighbours (needs the libcurl of a distribution)'
	@echo '  left out: allocators (the libcrypto in the test itself uses posix_memalign())'
ifneq ($(CROSS),)
	@echo '  left out: cli_usage cli_sandbox example (they start programs, which only the emulator can)'
	@echo '  left out: threads memory tls (thousands of calls: too slow in the emulator)'
	@echo '  left out: leaving (fork() in a handler of a signal did not return in the emulator)'
endif
ifeq ($(LIBC),musl)
	@echo '  left out: example (it is built by the compiler of this machine, which has another libc)'
	@echo '  left out: memory tls (they replace malloc() by way of __libc_malloc(), which only glibc has)'
endif
ifeq ($(MACHINE),aarch64)
	@echo '  left out: stack (a thread has 128 KiB at least on arm64)'
endif
	@TIME_SCALE=5 $(MAKE) --no-print-directory -C Tests/CABI plain STANDIN=1 PREFIX='$(LOADER_$(LIBC))' \
	    CC='$(TARGET_CC)' BUILD=$(abspath $(TARGET_TESTS))/cabi LIB=$(abspath $(LIBRARY)) CLI=$(abspath $(CLI)) \
	    DEPS=$(abspath $(DEPS)) SANDBOX=$(abspath $(SANDBOX)) ONLY='$(filter-out $(TARGET_CABI_OUT),$(TARGET_CABI))'
endif

test-target: test-target-c all static $(SHARED_CLI) $(TARGET_PROGRAMS) $(SANDBOX) build/.setup-test \
    $(if $(CROSS),build/.setup-emulator) \
    $(if $(GLIBC_FLOOR),$(OLD_GLIBC)/lib)
	MPMETER_TARGET=$(TARGET) MPMETER_CLI=$(abspath $(CLI)) MPMETER_LIBRARY=$(abspath $(LIBRARY)) \
	    MPMETER_SHARED_CLI=$(abspath $(SHARED_CLI)) \
	    MPMETER_BINUTILS=$(CROSS) MPMETER_PROGRAMS=$(abspath $(TARGET_TESTS)) MPMETER_EMULATOR='$(EMULATOR)' \
	    MPMETER_LOADER='$(LOADER_$(LIBC))' \
	    MPMETER_OLD_GLIBC=$(if $(GLIBC_FLOOR),$(abspath $(OLD_GLIBC))) MPMETER_CACHE=$(abspath $(CACHE)) \
	    $(PYTEST) -rs Tests/Project/test_library.py Tests/Targets

.PHONY: test-dist
test-dist: dist $(SANDBOX) build/.setup-test
test-dist: ## what a vendor downloads: checksums, contents, auditwheel, a wheel and an archive that register
	MPMETER_CACHE=$(abspath $(CACHE)) $(PYTEST) Tests/Dist
