# Rust and Go for another processor: their drivers, cross-compiled and linked statically as a vendor's program, over a
# part of the conformance table, by an emulator. `make TARGET=aarch64-linux-gnu test-target-languages`.
#
# Not here: Rust for musl, whose standard library Debian does not have; and Go without cgo, whose child process an
# emulator cannot start. It is built, and the command line that it embeds is tested by test-target.

.PHONY: test-target-languages

ifneq ($(and $(CROSS),$(filter gnu,$(LIBC))),)
CROSS_GO := GOARCH=$(if $(filter aarch64,$(MACHINE)),arm64,amd64)
CROSS_TRIPLE := $(MACHINE)-unknown-linux-gnu
CROSS_RUST := $(CURDIR)/build/rust/$(MACHINE)
CROSS_TESTS := $(CURDIR)/$(OUT)/tests/languages
CROSS_STD := $(CROSS_RUST)/rustlib/$(CROSS_TRIPLE)/lib
CROSS_CASES := meter or usage or ecs or throttle

$(CROSS_STD): tools/cross-rust.sh | build/.setup-rust
	tools/cross-rust.sh $(DEBIAN_ARCHITECTURE) $(CROSS_RUST)

$(CROSS_TESTS)/rust: $(RUST_SOURCES) $(ARCHIVE) $(CROSS_STD)
	@mkdir -p $(@D)
	cd bindings/rust/conformance && $(RUST_ENV) $(RUST_LINK) CARGO_TARGET_DIR=$(CROSS_RUST)/target $(CARGO) build -q \
	    --release --target $(CROSS_TRIPLE) --config 'target.$(CROSS_TRIPLE).linker="$(TARGET_CC)"' \
	    --config 'target.$(CROSS_TRIPLE).rustflags=["-L","$(CROSS_STD)","-C","target-feature=+crt-static"]'
	@cp $(CROSS_RUST)/target/$(CROSS_TRIPLE)/release/conformance $@

CROSS_MODULE := $(wildcard bindings/go/*.go bindings/go/internal/*/*.go)
$(CROSS_TESTS)/go: $(CROSS_MODULE) $(ARCHIVE) $(GO_ROOT)/.installed
	@mkdir -p $(@D)/prefix/include
	@cp include/mpmeter.h $(@D)/prefix/include/
	$(call install-archive,$(@D)/prefix)
	cd bindings/go && $(GO_ENV) $(CROSS_GO) CC="$(TARGET_CC)" PKG_CONFIG_PATH=$(@D)/prefix/lib/pkgconfig $(GO) build \
	    -tags mpmeter_static,netgo,osusergo -ldflags '-s -w -extldflags=-static' -o $@ ./internal/conformance

# The command line goes into the module, and the module is built with it.
$(CROSS_TESTS)/go-nocgo: $(CROSS_MODULE) $(CLI) $(GO_ROOT)/.installed
	@mkdir -p $(@D)
	cp $(CLI) $(GO_COMMAND)$(patsubst GOARCH=%,%,$(CROSS_GO))
	cd bindings/go && $(GO_NOCGO) $(CROSS_GO) $(GO) build -o $@ ./internal/conformance

test-target-languages: $(addprefix $(CROSS_TESTS)/,rust go go-nocgo) $(SANDBOX) build/.setup-emulator build/.setup-test
	@for name in rust go; do \
	    printf '#!/bin/sh\nexec $(EMULATOR) %s "$$@"\n' $(CROSS_TESTS)/$$name > $(CROSS_TESTS)/run-$$name; \
	    chmod +x $(CROSS_TESTS)/run-$$name; \
	done
	MPMETER_CONFORMANCE_DRIVERS="rust=$(CROSS_TESTS)/run-rust,go=$(CROSS_TESTS)/run-go" $(PYTEST) \
	    bindings/conformance -k '$(CROSS_CASES)'
else
test-target-languages:
	@echo "$(TARGET): Rust and Go are tested for this machine by test-rust, test-go and test-go-nocgo, and not for musl"
endif
