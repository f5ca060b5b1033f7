# Every test. Each part has its own target. `make test` runs them all in two lanes: in front, one after another, the
# parts that wait for servers and time-outs; behind, at low priority, those that only compute. Before that, it installs
# what the tests need while it builds the library.

.PHONY: test setup-packages setup-test test-swift test-sanitizers test-builds test-c test-sandbox test-product \
    test-names test-system trust trust-faults

TEST_SETUP = build/.setup-build build/.setup-test $(LANGUAGE_SETUP) $(SANDBOX) build/.setup-fuzz build/.setup-cpp \
    build/.setup-node build/.setup-supply $(PYTHON_CHECKS) $(FORMAT_SETUP) \
    setup-targets $(GO_ROOT)/.installed $(DEPLOY_CHECKS) $(SUPERVISOR_CHECKS) build/.setup-bench $(BENCH_PYTHON)
WAITING_PARTS := test-sandbox test-product conformance test-python test-node test-ruby test-deploy test-supervisors
WORKING_PARTS := test-c test-targets test-go test-rust test-java test-bench site test-dist
# About as long, beside them.
BESIDE_PARTS := test-reproduce test-cpp test-system test-swift test-sanitizers fuzz
# Debian's packages for all of these, fetched in one go; each part asks for its own again, for those who run it alone.
TEST_MACHINE = $(sort $(foreach part,BENCH BUILD CPP DEPLOY EMULATOR FFI FUZZ JAVA LUA NODE PHP RUBY RUST SUPERVISOR \
    SUPPLY TEST,$($(part)_PACKAGES)))
# Each target is fuzzed for so long; CI takes 20, and `make fuzz SECONDS=…` as long as one likes.
FUZZ_SECONDS ?= 5
# Each language's makefile adds what is its own.
WAITING_PARTS += $(LANGUAGE_TESTS)
LANES = MAKE='$(MAKE)' tools/lanes.sh build/behind.log

# How many minutes the last whole run took on this machine.
TEST_MINUTES := build/.test-minutes

test: ## every test, installing what it needs
	@mkdir -p build && date +%s > build/.test-started
	@echo "make test: everything, as CI runs it. $$(if [ -f $(TEST_MINUTES) ]; then \
	    echo "Last time here it took $$(cat $(TEST_MINUTES)) minutes."; \
	    else echo 'The first run also installs and builds everything: allow 40 to 60 minutes on two cores.'; fi)"
	@echo 'For a change in progress: make check, or make check FILTER=NAME.'
	@$(MAKE) --no-print-directory setup-packages build/.setup-build
	@$(LANES) 'setup-test lint' all
	@$(LANES) '$(WAITING_PARTS)' 'test-builds build-targets'
	@SECONDS=$(FUZZ_SECONDS) FUZZ_SEED=1 $(LANES) '$(WORKING_PARTS)' '$(BESIDE_PARTS)'
	@python3 tools/trust.py
	@echo $$((($$(date +%s) - $$(cat build/.test-started) + 59) / 60)) > $(TEST_MINUTES)
	@echo 'all tests passed: lint $(WAITING_PARTS) $(WORKING_PARTS) $(BESIDE_PARTS)'

setup-packages:
	$(call install-packages,$(TEST_MACHINE))

setup-test:
	@$(MAKE) --no-print-directory $(TEST_SETUP)

# What the parts in front need built: the Swift tests three times, the library with sanitizers in it.
test-builds: instrumented
	$(SWIFT_BUILD_TESTS) --scratch-path build/swift-debug
	$(SWIFT_BUILD_TESTS) --scratch-path build/swift-asan --sanitize=address
	$(SWIFT_BUILD_TESTS) --scratch-path build/swift-tsan --sanitize=thread

trust: ## run the tests that count for SECURITY.md, and print its table
	$(MAKE) --no-print-directory trust-faults trust-tokens test-c
	$(MAKE) --no-print-directory fuzz
	@python3 tools/trust.py

# Counts for SECURITY.md, by the tests that find them.
TRUST := build/trust/hosts.json

SWIFT_TEST := MPMETER_DEPS=$(CURDIR)/$(DEPS) $(SWIFT) test
SWIFT_BUILD_TESTS := MPMETER_DEPS=$(CURDIR)/$(DEPS) $(SWIFT) build --build-tests -q

# swift-quietly NAME,COMMAND: prints how many tests passed, or what failed. Swift Testing itself prints a line for each
# of several thousand cases.
define swift-quietly
@mkdir -p build/check
@{ $(2); } > build/check/swift-$(1).log 2>&1 || { grep -E '✘|error:|WARNING: |ERROR: ' build/check/swift-$(1).log \
    | grep -v '◇' | head -n 60; tail -n 40 build/check/swift-$(1).log; \
    echo 'failed: all of its output is in build/check/swift-$(1).log' >&2; exit 1; }
@grep -h 'Test run with' build/check/swift-$(1).log
endef

test-swift: $(DEPS)/versions.txt ## the Swift sources as ordinary Swift: core and client
	$(call swift-quietly,debug,$(SWIFT_TEST) --scratch-path build/swift-debug)

# Leaks are looked for where the library is as it is shipped: by valgrind in test-c, by LeakSanitizer in fuzz. Here
# Foundation and the tests' own machines, whose answers hold them, would drown them.
test-sanitizers: $(DEPS)/versions.txt
test-sanitizers: ## the Swift tests again, under AddressSanitizer and, for what threads share, ThreadSanitizer
	$(call swift-quietly,address,ASAN_OPTIONS=detect_leaks=0 $(SWIFT_TEST) --scratch-path build/swift-asan \
	    --sanitize=address)
	$(call swift-quietly,thread,$(SWIFT_TEST) --scratch-path build/swift-tsan --sanitize=thread \
	    --filter MPMeterClientTests)

test-c: all instrumented $(SANDBOX) build/.setup-test
test-c: ## the C ABI: plain, under AddressSanitizer, ThreadSanitizer and valgrind
	@mkdir -p $(dir $(TRUST)) && rm -f $(TRUST)
	$(MAKE) --no-print-directory -C Tests/CABI check BUILD=$(CURDIR)/build/tests/cabi LIB=$(CURDIR)/$(LIBRARY) \
	    SANDBOX=$(CURDIR)/$(SANDBOX) \
	    INSTRUMENTED=$(CURDIR)/$(INSTRUMENTED) SANITIZER_CC=$(SANITIZER_CC) SWIFT_LIBRARIES=$(SWIFT_RESOURCES)/linux \
	    TRUST=$(CURDIR)/$(TRUST)

test-sandbox: $(SANDBOX) ## the sandbox itself, against boto3 and a JOSE library
	$(PYTEST) -n 4 --dist worksteal tools/sandbox/tests

test-product: all $(SHARED_CLI) $(SANDBOX) $(GO_PROXIES) build/.setup-test build/.setup-ffi
test-product: ## the command line and the library against the sandbox; the promises of the build and of the tree
	$(PYTEST) -n 8 --dist worksteal Tests/Project Tests/EndToEnd Tests/Metering

test-names: all $(SANDBOX) build/.setup-test
test-names: ## the whole matrix of name resolution, beside glibc and boto3; build/names.json
	MPMETER_NAMES=all $(PYTEST) Tests/EndToEnd/test_names.py

trust-faults: all $(SHARED_CLI) $(SANDBOX) build/.setup-test
trust-faults: ## every fault of the sandbox against a host in C; prints how many were survived, and at what cost
	$(PYTEST) Tests/EndToEnd/test_endurance.py
	@cat build/trust/faults.json

# The distribution's shared libraries instead of the static ones: a build of its own, and every situation of the demo
# with it.
test-system: $(SANDBOX) build/.setup-test ## LINK=system builds, and registers
	$(MAKE) --no-print-directory LINK=system OUT=build/system all
	@ldd build/system/lib/libmpmeter.so.1 | grep -q libcurl.so
	$(PYTHON) tools/demo.py --cli build/system/bin/mpmeter --sandbox $(SANDBOX)

# Some minutes: each fault against the command line.
MESSAGES := $(PYTEST) -n 4 $(addprefix Tests/EndToEnd/test_,faults.py refusals.py doctor_causes.py) \
    -k "test_fault or test_refusal or test_cause"

.PHONY: messages messages-record
messages: all $(SHARED_CLI) $(SANDBOX) build/.setup-test
messages: ## compare what each fault makes the product say with Tests/EndToEnd/messages.txt
	$(MESSAGES)

messages-record: all $(SHARED_CLI) $(SANDBOX) build/.setup-test ## write that file anew
	rm -rf build/messages
	-MPMETER_MESSAGES=record $(MESSAGES)
	$(PYTHON) Tests/EndToEnd/messages.py
