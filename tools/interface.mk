# What is generated from the one description of the interface: tools/interface/README.md. It is committed, and a test compares it.

# The languages that read include/mpmeter.ffi.h as it is.
FFI_PACKAGES := luajit2 php8.2-cli

# The library as packages for several targets carry it: TARGET=FILE. That of this machine, and what else was built.
NATIVE_LIBRARIES = $(shell uname -m)-linux-gnu=$(LIBRARY)

.PHONY: generate

generate: ## write anew what comes from the one description: statuses, functions, options
	@python3 -m tools.interface

# What each language's tests need, for `make test` to install beforehand.
LANGUAGE_SETUP += build/.setup-ffi

build/.setup-ffi: tools/interface.mk | build/.setup-build
	$(call install-packages,$(FFI_PACKAGES))
	@mkdir -p build && touch $@
