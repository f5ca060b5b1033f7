# The C++ binding: its tests, and its driver of the conformance table.

CPP_PACKAGES := g++ clang cmake pkg-config doctest-dev nlohmann-json3-dev
# Those that have to accept the header: gcc, Debian's clang, and the Swift toolchain's, if it has one.
CPP_COMPILERS := g++ clang++ $(wildcard $(dir $(realpath $(shell command -v $(SWIFT))))clang++)
CPP_TESTS = $(MAKE) --no-print-directory -C bindings/cpp/tests BUILD=$(CURDIR)/build/tests/cpp \
    LIB=$(CURDIR)/$(LIBRARY) \
    SANDBOX=$(CURDIR)/$(SANDBOX) COMPILERS='$(CPP_COMPILERS)' INSTALL_ARGUMENTS='LINK=$(LINK) OUT=$(OUT)'

.PHONY: test-cpp conformance-cpp

build/.setup-cpp: tools/cpp.mk | build/.setup-build
	$(call install-packages,$(CPP_PACKAGES))
	@mkdir -p build && touch $@

test-cpp: all $(SANDBOX) build/.setup-cpp
test-cpp: ## the C++ binding: each compiler, sanitizers, the sandbox, the installed packages, the example
	$(CPP_TESTS) check

CONFORMANCE_DRIVERS += cpp=build/tests/cpp/conformance_driver
conformance: conformance-cpp
conformance-cpp: all build/.setup-cpp
	$(CPP_TESTS) driver
