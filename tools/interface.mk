# What is generated from the one description of the interface: tools/interface/README.md. It is committed, and a test
# compares it.

# The languages that read include/mpmeter.ffi.h as it is.
FFI_PACKAGES := luajit2 php8.2-cli

# The library as packages for several targets carry it: TARGET=FILE. That of this machine, and what else was built.
NATIVE_LIBRARIES = $(HOST_TARGET)=$(LIBRARY) \
    $(foreach target,$(TARGETS),$(addprefix $(target)=,$(wildcard build/targets/$(target)/lib/libmpmeter.so.1)))
# The other targets whose archive was built (make TARGET=… static): a package for this machine has their natives inside,
# too. A make for another target packs for no others.
BUILT_TARGETS = $(if $(filter $(HOST_TARGET),$(TARGET)),$(foreach target,$(filter-out $(HOST_TARGET),$(TARGETS)),$(if \
    $(wildcard build/targets/$(target)/lib/libmpmeter.a),$(target))))
BUILT_ARCHIVES = $(BUILT_TARGETS:%=build/targets/%/lib/libmpmeter.a)
# What a package written by tools/packaging has inside beside its sources. Each library has its bill of materials beside
# it.
NATIVE_ARGUMENTS = $(addprefix --library ,$(NATIVE_LIBRARIES)) --licences $(LICENCE_FOLDER)
NATIVE_FILES = $(LIBRARY) $(SBOM) $(wildcard build/targets/*/lib/libmpmeter.so.1) $(ALL_LICENCES)

# copy-sboms FOLDER: the bill of each target that a package has inside
define copy-sboms
@mkdir -p $(1) && cp $(SBOM) $(1)/libmpmeter-$(TARGET).cdx.json
@set -e; for target in $(BUILT_TARGETS); do \
    bill=build/targets/$$target/lib/libmpmeter.cdx.json; \
    $(MAKE) --no-print-directory -s TARGET=$$target $$bill; cp $$bill $(1)/libmpmeter-$$target.cdx.json; \
done
endef

.PHONY: generate

generate: ## write anew what comes from the one description: statuses, functions, options
	@python3 -m tools.interface

# What each language's tests need, for `make test` to install beforehand.
LANGUAGE_SETUP += build/.setup-ffi

build/.setup-ffi: tools/interface.mk | build/.setup-build
	$(call install-packages,$(FFI_PACKAGES))
	@mkdir -p build && touch $@
