# The parsers under libFuzzer and AddressSanitizer, as the Embedded Swift that is shipped; Tests/Fuzz/README.md says how
# to read it. `make fuzz SECONDS=30` fuzzes each target for so long; `make fuzz-replay` needs neither, and feeds seeds
# and old crashes to the same targets.

SECONDS ?= 30
# Other inputs in each run. `make test` sets 1, and has much the same inputs each time: it asks whether a change broke
# something.
FUZZ_SEED ?= 0
FUZZ_JOBS ?= 2
# libFuzzer and the sanitizers come with the Swift toolchain.
FUZZ_PACKAGES := g++ python3

FUZZ := build/fuzz
FUZZ_TARGETS := $(filter-out SelfTest,$(sort $(basename $(notdir $(wildcard Tests/Fuzz/targets/*)))))
FUZZ_SUPPORT := $(wildcard Tests/Fuzz/support/*.swift)
FUZZ_CLANG = $(SWIFT_RESOURCES)/../../bin/clang
# fuzz-modules BUILD: how a target finds the modules of the library that BUILD holds.
fuzz-modules = -I $(1)/release/Modules -Xcc -fmodule-map-file=$(1)/release/CMPMeterSystem.build/module.modulemap \
    $(addprefix -I Sources/,CCares CCurl CJansson COpenSSL CSQLite) -Xcc -I$(DEPS)/include
FUZZ_SWIFT := -swift-version 6 -enable-experimental-feature Embedded -wmo -O -g -parse-as-library -warnings-as-errors \
    -module-name Fuzz
FUZZ_C := -std=c11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Wno-unused-result -Werror -Iinclude
FUZZ_LIBRARIES = $(C_LIBRARIES) $(UNICODE_TABLES) -lm

.PHONY: fuzz fuzz-build fuzz-seeds fuzz-replay

fuzz: fuzz-build fuzz-seeds ## fuzz every parser for SECONDS each, under AddressSanitizer
	@python3 Tests/Fuzz/run.py --build $(FUZZ) --seconds $(SECONDS) --seed $(FUZZ_SEED) --jobs $(FUZZ_JOBS) \
	    --report build/trust/fuzz.json $(FUZZ_TARGETS)

fuzz-build: $(addprefix $(FUZZ)/bin/,$(FUZZ_TARGETS) SelfTest)

fuzz-seeds: build/.setup-fuzz
	@rm -rf $(FUZZ)/seeds
	@python3 Tests/Fuzz/seeds.py $(FUZZ)/seeds

fuzz-replay: $(addprefix $(FUZZ)/replay/,$(FUZZ_TARGETS)) fuzz-seeds
fuzz-replay: ## feed seeds and old crashes to the parsers, without a fuzzer
	@for target in $(FUZZ_TARGETS); do \
	    inputs="$(FUZZ)/seeds/$$target Tests/Fuzz/seeds/$$target Tests/Fuzz/crashes/$$target"; \
	    count=$$($(FUZZ)/replay/$$target $$inputs 2>$(FUZZ)/replay/$$target.log) || { tail \
	    -n 3 $(FUZZ)/replay/$$target.log; echo "$$target failed"; exit 1; }; \
	    echo "$$target: $$count inputs replayed"; \
	done

build/.setup-fuzz: tools/fuzz.mk | build/.setup-build
	$(call install-packages,$(FUZZ_PACKAGES))
	@mkdir -p build && touch $@

# The library with edges counted and memory checked, and as it is; testable, because the scripted machine makes failures
# of the transport.
FUZZ_ARCHIVE := $(FUZZ)/swift/release/libmpmeter.a
FUZZ_PLAIN_ARCHIVE := $(FUZZ)/swift-plain/release/libmpmeter.a
$(FUZZ_ARCHIVE): FUZZ_INSTRUMENTS := -Xswiftc -sanitize=address,fuzzer -Xcc -fsanitize=address,fuzzer-no-link
$(FUZZ_ARCHIVE) $(FUZZ_PLAIN_ARCHIVE): $(SWIFT_SOURCES) $(LIBRARY_NEEDS) | build/.setup-fuzz
	@rm -rf $(call swift-stale,$(@:/release/libmpmeter.a=))
	$(SWIFT_ENV) $(SWIFT) build -q -c release --scratch-path $(@:/release/libmpmeter.a=) -Xswiftc -g -Xswiftc \
	    -enable-testing $(FUZZ_INSTRUMENTS)
	@touch $@

$(FUZZ)/bin/%: Tests/Fuzz/targets/%.swift $(FUZZ_SUPPORT) $(FUZZ_ARCHIVE) tools/fuzz.mk
	@mkdir -p $(@D) $(FUZZ)/obj
	@$(SWIFT)c $(FUZZ_SWIFT) -sanitize=address,fuzzer $(call fuzz-modules,$(FUZZ)/swift) -c $< $(FUZZ_SUPPORT) \
	    -o $(FUZZ)/obj/$*.o
	@$(FUZZ_CLANG) -fuse-ld=lld -fsanitize=address,fuzzer $(FUZZ)/obj/$*.o $(FUZZ_ARCHIVE) $(FUZZ_LIBRARIES) -o $@

# The C ABI as it is linked for release: only its functions shown, free and getenv guarded.
$(FUZZ)/lib/libmpmeter.so.1: $(FUZZ_ARCHIVE) build/obj/host_guard.o tools/exports.map
	@mkdir -p $(@D)
	@$(CC) $(filter-out -Wl$(comma)-z$(comma)defs,$(LINK_FLAGS)) -o $@ -Wl,--whole-archive $< \
	    -Wl,--no-whole-archive build/obj/host_guard.o $(FUZZ_LIBRARIES)

$(FUZZ)/bin/ABI: Tests/Fuzz/targets/ABI.c $(FUZZ)/lib/libmpmeter.so.1
	@mkdir -p $(@D)
	@$(FUZZ_CLANG) -fuse-ld=lld $(FUZZ_C) -fsanitize=address,fuzzer $< $(FUZZ)/lib/libmpmeter.so.1 \
	    -Wl,-rpath,'$$ORIGIN/../lib' -o $@

# The same targets without any of it.
$(FUZZ)/replay/%: Tests/Fuzz/targets/%.swift Tests/Fuzz/support/replay.c $(FUZZ_SUPPORT) $(FUZZ_PLAIN_ARCHIVE) \
    build/obj/host_guard.o
	@mkdir -p $(@D)
	@$(SWIFT)c $(FUZZ_SWIFT) $(call fuzz-modules,$(FUZZ)/swift-plain) -c $< $(FUZZ_SUPPORT) -o $@.o
	@$(CC) $(FUZZ_C) $(addprefix -Wl$(comma)--wrap=,$(GUARDED)) Tests/Fuzz/support/replay.c $@.o \
	    build/obj/host_guard.o \
	    $(FUZZ_PLAIN_ARCHIVE) $(FUZZ_LIBRARIES) -o $@

$(FUZZ)/replay/ABI: Tests/Fuzz/targets/ABI.c Tests/Fuzz/support/replay.c $(LIBRARY)
	@mkdir -p $(@D)
	@$(CC) $(FUZZ_C) $^ -Wl,-rpath,'$$ORIGIN/../../lib' -o $@
