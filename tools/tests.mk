# Every test there is. Each part is a target of its own; `make test` runs them all, one after another.

.PHONY: test-swift test-sanitizers test-c test-sandbox test-product test-system trust-faults

TEST_PARTS := test-swift test-c test-sandbox test-product test-python test-cpp test-go conformance test-deploy test-system test-sanitizers fuzz
# Each target is fuzzed for so long; CI takes 30, and `make fuzz SECONDS=…` as long as one likes.
FUZZ_SECONDS ?= 5
test: ## every test, installing what it needs
	@for part in $(TEST_PARTS); do \
	    echo "== $$part"; started=$$(date +%s); \
	    $(MAKE) --no-print-directory $$part SECONDS=$(FUZZ_SECONDS) || { echo "failed: make $$part" >&2; exit 1; }; \
	    echo "== $$part: $$(($$(date +%s) - started)) s"; \
	done
	@echo "all tests passed: $(TEST_PARTS)"

# Counts for SECURITY.md, by the tests that find them.
TRUST := build/trust/hosts.json

SWIFT_TEST := MPMETER_DEPS=$(CURDIR)/$(DEPS) $(SWIFT) test

test-swift: $(DEPS)/versions.txt ## the Swift sources as ordinary Swift: core and client
	$(SWIFT_TEST) --scratch-path build/swift-debug

# Leaks are looked for where the library is as it is shipped: by valgrind in test-c, by LeakSanitizer in fuzz. Here Foundation and the tests' own
# machines, whose answers hold them, would drown them.
test-sanitizers: $(DEPS)/versions.txt ## the Swift tests again, under AddressSanitizer and, for what threads share, ThreadSanitizer
	ASAN_OPTIONS=detect_leaks=0 $(SWIFT_TEST) --scratch-path build/swift-asan --sanitize=address
	$(SWIFT_TEST) --scratch-path build/swift-tsan --sanitize=thread --filter MPMeterClientTests

test-c: all instrumented $(SANDBOX) build/.setup-test ## the C ABI: plain, under AddressSanitizer, ThreadSanitizer and valgrind
	@mkdir -p $(dir $(TRUST)) && rm -f $(TRUST)
	$(MAKE) --no-print-directory -C Tests/CABI check BUILD=$(CURDIR)/build/tests/cabi LIB=$(CURDIR)/$(LIBRARY) SANDBOX=$(CURDIR)/$(SANDBOX) \
	    INSTRUMENTED=$(CURDIR)/$(INSTRUMENTED) SANITIZER_CC=$(SANITIZER_CC) SWIFT_LIBRARIES=$(SWIFT_RESOURCES)/linux TRUST=$(CURDIR)/$(TRUST)

test-sandbox: $(SANDBOX) ## the sandbox itself, against boto3 and a JOSE library
	$(PYTHON) -m pytest -q -n 3 bindings/python/tests/sandbox

test-product: all $(SANDBOX) build/.setup-test ## the command line and the library against the sandbox; the promises of the build and of the tree
	$(PYTHON) -m pytest -q -n 3 Tests/Project Tests/EndToEnd

trust-faults: all $(SANDBOX) build/.setup-test ## every fault of the sandbox against a host in C; prints how many were survived, and at what cost
	$(PYTHON) -m pytest -q Tests/EndToEnd/test_endurance.py
	@cat build/trust/faults.json

# The distribution's shared libraries instead of the static ones: a build of its own, and every situation of the demo with it.
test-system: $(SANDBOX) build/.setup-test ## LINK=system builds, and registers
	$(MAKE) --no-print-directory LINK=system OUT=build/system all
	@ldd build/system/lib/libmpmeter.so.1 | grep -q libcurl.so
	$(PYTHON) tools/demo.py --cli build/system/bin/mpmeter --sandbox $(SANDBOX)
