# The Go binding without cgo: the static command line of each target goes into the module, and runs from memory.

.PHONY: go-nocgo test-go-nocgo conformance-go-nocgo

GO_COMMAND := bindings/go/internal/command/mpmeter-linux-
GO_MACHINE := $(if $(filter x86_64,$(HOST_MACHINE)),amd64,arm64)
GO_NOCGO = PATH="$(dir $(GO)):$$PATH" GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local GOWORK=off CGO_ENABLED=0 \
    GOCACHE=$(CURDIR)/build/go-cache MPMETER_SANDBOX=$(CURDIR)/$(SANDBOX)

# The command lines are not in the repository, but in the module of a release. For the other processor it is that of
# `make TARGET=…`, if it was built.
go-nocgo: $(GO_COMMAND)$(GO_MACHINE) ## the Go module's embedded command lines, for CGO_ENABLED=0
	@for pair in amd64=x86_64 arm64=aarch64; do \
	    for libc in gnu musl; do \
	        built=build/targets/$${pair#*=}-linux-$$libc/bin/mpmeter; \
	        if [ -f $$built ] && [ $${pair%=*} != $(GO_MACHINE) ]; then cp $$built $(GO_COMMAND)$${pair%=*}; fi; \
	    done; \
	done
	@ls -l $(GO_COMMAND)*

$(GO_COMMAND)$(GO_MACHINE): $(CLI)
	@cp $(CLI) $@.new && mv $@.new $@

LANGUAGE_TESTS += test-go-nocgo
GO_NOCGO_DRIVER := build/tests/go-nocgo/conformance-driver
CONFORMANCE_DRIVERS += go-nocgo=$(GO_NOCGO_DRIVER)
conformance: conformance-go-nocgo
conformance-go-nocgo: $(GO_NOCGO_DRIVER) ## the Go driver of the conformance table, without cgo

$(GO_NOCGO_DRIVER): $(wildcard bindings/go/*.go bindings/go/internal/*/*.go) $(GO_COMMAND)$(GO_MACHINE) \
    $(GO_ROOT)/.installed
	@mkdir -p $(@D)
	@echo 'cd bindings/go && CGO_ENABLED=0 go build ./internal/conformance'
	@cd bindings/go && $(GO_NOCGO) $(GO) build -o $(CURDIR)/$@ ./internal/conformance

# The same tests as with cgo. Then a root in which there is nothing but the program, and /proc, as a container runtime
# mounts it.
test-go-nocgo: $(GO_NOCGO_DRIVER) $(SANDBOX) build/.setup-test ## the Go binding without cgo, and in an empty root
	cd bindings/go && $(GO_NOCGO) $(GO) vet ./...
	cd bindings/go && $(GO_NOCGO) $(GO) test -count=1 .
	bindings/go/internal/command/check_scratch.sh $(CURDIR)/$(GO_NOCGO_DRIVER) $(CURDIR)/$(SANDBOX)
