# How build/lib/libmpmeter.so.1 is made: the Swift sources as one static archive of Embedded Swift, and one explicit
# link.

LIBRARY := $(OUT)/lib/libmpmeter.so.1
# The bill of materials beside it (supply.mk).
SBOM := $(OUT)/lib/libmpmeter.cdx.json
SWIFT_SOURCES := Package.swift $(shell find Sources -path Sources/CLI -prune -o -name '*.swift' -print -o -name \
    '*.modulemap' -print -o \
    -name '*.h' -print -o -path 'Sources/CMPMeterSystem/*.c' -print) include/mpmeter.h

ifeq ($(LINK),system)
SWIFT_ENV := MPMETER_EMBEDDED=1
SWIFT_BUILD := build/swift-embedded-system
C_LIBRARIES = $(shell pkg-config --libs libcurl libcares jansson openssl sqlite3)
LIBRARY_NEEDS := build/.setup-test
else
SWIFT_ENV := MPMETER_EMBEDDED=1 MPMETER_DEPS=$(CURDIR)/$(DEPS)
SWIFT_BUILD := $(if $(filter $(TARGET),$(HOST_TARGET)),build/swift-embedded,$(OUT)/swift)
C_LIBRARIES = $(addprefix $(DEPS)/lib/,libcurl.a libjansson.a libcares.a libsqlite3.a libssl.a libcrypto.a)
LIBRARY_NEEDS := $(DEPS)/versions.txt
endif

SWIFT_RESOURCES = $(shell $(SWIFT)c -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
UNICODE_TABLES = $(wildcard $(SWIFT_RESOURCES)/embedded/$(SWIFT_TRIPLE)/libswiftUnicodeDataTables.a)
SWIFT_ARCHIVE := $(SWIFT_BUILD)/$(SWIFT_RELEASE)/libmpmeter.a

# Two builds of the same sources give the same bytes, wherever tree and toolchain lie: debug information names files by
# their place in them and no module that clang cached, and Swift leaves out its sum over what it was given, which is for
# incremental builds.
SAME_PATHS := -ffile-prefix-map=$(CURDIR)=.
SWIFT_TOOLCHAIN = $(SWIFT_RESOURCES:%/lib/swift=%)=swift
SWIFT_SAME_PATHS = -Xswiftc -file-prefix-map -Xswiftc $(CURDIR)=. -Xcc $(SAME_PATHS) \
    -Xswiftc -file-prefix-map -Xswiftc $(SWIFT_TOOLCHAIN) -Xcc -ffile-prefix-map=$(SWIFT_TOOLCHAIN) \
    $(addprefix -Xswiftc -Xfrontend -Xswiftc ,-no-clang-module-breadcrumbs -disable-incremental-llvm-codegen)

# These functions, as everything inside calls them, go through Sources/HostGuard.
GUARDED := malloc calloc free realloc strdup strndup posix_memalign fopen fopen64 recv socket getenv secure_getenv \
    getservbyname_r getservbyport_r \
    openssl_add_all_ciphers_int ossl_err_load_crypto_strings getrandom getentropy
LINK_FLAGS := -shared -Wl,-soname,libmpmeter.so.1 -Wl,--version-script=tools/exports.map -Wl,--gc-sections \
    -Wl,-Bsymbolic \
    -Wl,-z,nodelete -Wl,-z,defs -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--build-id=sha1 \
    $(addprefix -Wl$(comma)--wrap=,$(GUARDED))

$(DEPS)/versions.txt: tools/build-deps.sh tools/fetch-sources.sh $(wildcard tools/deps/* tools/patches/*.patch) \
    tools/targets/$(TARGET).mk $(TARGET_NEEDS) | $(OUT)/.setup-target
	TARGET=$(TARGET) CC='$(TARGET_CC)' OPENSSL_TARGET='$(OPENSSL_TARGET)' tools/build-deps.sh $(CACHE) $(DEPS)

$(OUT)/obj/host_guard.o: Sources/HostGuard/host_guard.c Sources/HostGuard/memory.h \
    Sources/CMPMeterSystem/include/mpmeter_system.h tools/library.mk $(TARGET_NEEDS) | $(OUT)/.setup-target
	@mkdir -p $(@D)
	$(TARGET_CC) -std=c11 -D_GNU_SOURCE $(CFLAGS) $(SAME_PATHS) -fPIC -fvisibility=hidden -Wall -Wextra -Wpedantic \
	    -Werror -ISources/CMPMeterSystem/include -c $< -o $@

# swift-stale SCRATCH: what of an earlier build would end up in this one. Swift's package manager does not see that a C
# header has changed, and never takes the object of a source that is gone out of an archive.
swift-stale = $(if $(filter-out %.swift %.c,$?),$(1),$@)

# SwiftPM would take CC and AR from the environment.
$(SWIFT_ARCHIVE): $(SWIFT_SOURCES) $(LIBRARY_NEEDS)
	@rm -rf $(call swift-stale,$(SWIFT_BUILD))
	env -u CC -u AR $(SWIFT_ENV) $(SWIFT) build -q -c release \
	    --scratch-path $(SWIFT_BUILD) $(SWIFT_TARGET_FLAGS) $(SWIFT_SAME_PATHS)
	@touch $@

# The debug information goes into a file of its own, found through the build id or the link. Moved into place at the
# end, so that a program that runs meanwhile, or another make, never meets half a library.
$(LIBRARY): $(SWIFT_ARCHIVE) $(OUT)/obj/host_guard.o $(FLOOR_NEEDS) tools/exports.map tools/library.mk
	@mkdir -p $(@D)
	@echo 'linking $@'
	@set -e; work=$$(mktemp -d $(OUT)/link.XXXXXX); trap 'rm -rf "$$work"' EXIT; \
	$(TARGET_CC) $(LINK_FLAGS) $(FLOOR_FLAGS) -Wl,-Map=$(OUT)/obj/libmpmeter.map -o $$work/full \
	    -Wl,--whole-archive $< -Wl,--no-whole-archive $(OUT)/obj/host_guard.o $(FLOOR_OBJECTS) $(C_LIBRARIES) \
	    $(UNICODE_TABLES); \
	$(OBJCOPY) --only-keep-debug $$work/full $$work/$(@F).debug; \
	(cd $$work && $(OBJCOPY) --strip-all --add-gnu-debuglink=$(@F).debug full $(@F)); \
	mv $$work/$(@F).debug $(@D)/; mv $$work/$(@F) $(@D)/
	@ln -sf libmpmeter.so.1 $(@D)/libmpmeter.so
