# The library with a sanitizer in it, for the C tests: the same Embedded Swift and the same C, linked as for release but
# for the runtime, which comes with the test program. What is not ours (libcurl, OpenSSL, c-ares, jansson) is as
# shipped.
#
#   address   AddressSanitizer in Swift and C, UndefinedBehaviorSanitizer in C
#   thread    ThreadSanitizer in both

INSTRUMENTED := build/instrumented
INSTRUMENTED_KINDS := address thread
instrumented = $(INSTRUMENTED)/$(1)/lib/libmpmeter.so.1
# The compiler that the Swift toolchain brings: runtime and instrumentation have to be of one version.
SANITIZER_CC = $(realpath $(SWIFT_RESOURCES)/../../bin/clang)
C_SANITIZERS_address := -fsanitize=address,undefined -fno-sanitize-recover=undefined
C_SANITIZERS_thread := -fsanitize=thread

.PHONY: instrumented
.PRECIOUS: $(INSTRUMENTED)/%/swift/release/libmpmeter.a $(INSTRUMENTED)/%/host_guard.o
instrumented: $(foreach kind,$(INSTRUMENTED_KINDS),$(call instrumented,$(kind)))

$(INSTRUMENTED)/%/swift/release/libmpmeter.a: $(SWIFT_SOURCES) $(LIBRARY_NEEDS) tools/instrumented.mk
	$(SWIFT_ENV) $(SWIFT) build -q -c release --scratch-path $(INSTRUMENTED)/$*/swift -Xswiftc -g -Xswiftc \
	    -sanitize=$* \
	    $(addprefix -Xcc ,$(C_SANITIZERS_$*))
	@touch $@

$(INSTRUMENTED)/%/host_guard.o: Sources/HostGuard/host_guard.c Sources/HostGuard/memory.h \
    Sources/CMPMeterSystem/include/mpmeter_system.h tools/instrumented.mk
	@mkdir -p $(@D)
	$(SANITIZER_CC) -std=c11 -D_GNU_SOURCE -O1 -g -fPIC -fvisibility=hidden $(C_SANITIZERS_$*) \
	    -ISources/CMPMeterSystem/include -c $< -o $@

$(INSTRUMENTED)/%/lib/libmpmeter.so.1: $(INSTRUMENTED)/%/swift/release/libmpmeter.a $(INSTRUMENTED)/%/host_guard.o \
    tools/exports.map
	@mkdir -p $(@D)
	@$(CC) $(filter-out -Wl$(comma)-z$(comma)defs,$(LINK_FLAGS)) -o $@ -Wl,--whole-archive $< -Wl,--no-whole-archive \
	    $(INSTRUMENTED)/$*/host_guard.o $(C_LIBRARIES) $(UNICODE_TABLES) -lm
