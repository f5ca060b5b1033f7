# Every test there is. Each part is a target of its own; `make test` runs them all, in the order in which a failure says most.

.PHONY: test-swift test-sanitizers test-c test-python test-system

test: test-swift test-c test-python test-sanitizers test-system ## every test, installing what it needs
	@$(MAKE) --no-print-directory fuzz SECONDS=5
	@echo "all tests passed"

SWIFT_TEST := MPMETER_DEPS=$(CURDIR)/$(DEPS) $(SWIFT) test

test-swift: $(DEPS)/versions.txt ## the Swift sources as ordinary Swift: core and client
	$(SWIFT_TEST) --scratch-path build/swift-debug --parallel

test-sanitizers: $(DEPS)/versions.txt ## the Swift tests again, under AddressSanitizer and ThreadSanitizer
	$(SWIFT_TEST) --scratch-path build/swift-asan --sanitize=address --parallel
	$(SWIFT_TEST) --scratch-path build/swift-tsan --sanitize=thread --parallel --filter MPMeterClientTests

test-c: all $(SANDBOX) build/.setup-test ## the C ABI: plain, under AddressSanitizer and under valgrind
	$(MAKE) --no-print-directory -C Tests/CABI check BUILD=$(CURDIR)/build/tests/cabi LIB=$(CURDIR)/$(LIBRARY) SANDBOX=$(CURDIR)/$(SANDBOX)

test-python: all $(SANDBOX) build/.setup-test ## the sandbox itself, the product against it, and the promises of the build
	$(PYTHON) -m pytest -q bindings/python/tests Tests/Project Tests/EndToEnd

# The distribution's shared libraries instead of the static ones: a build of its own, and one registration with it.
test-system: $(SANDBOX) build/.setup-test ## LINK=system builds, and registers
	$(MAKE) --no-print-directory LINK=system OUT=build/system all
	@ldd build/system/lib/libmpmeter.so.1 | grep -q libcurl.so
	$(PYTHON) tools/demo.py --cli build/system/bin/mpmeter --sandbox $(SANDBOX)
