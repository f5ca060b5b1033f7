# What lets somebody else trust the build: the bill of materials, the same bytes from a second build, and the ABI as it
# was released.

.PHONY: reproduce test-reproduce abi-update trust-tokens

# ---- The bill of materials -------------------------------------------------------------------------------------------

SWIFT_VERSION = $(shell $(SWIFT)c -print-target-info | sed -n 's/.*"compilerVersion": "[^0-9]*\([0-9.]*\).*/\1/p')

all: $(SBOM)

$(SBOM): $(LIBRARY) tools/sbom.py tools/supply.mk $(wildcard tools/patches/*.patch) VERSION
	python3 tools/sbom.py --library $< --map $(OUT)/obj/libmpmeter.map --versions $(DEPS)/versions.txt \
	    --swift $(SWIFT_VERSION) \
	    --version $(VERSION) > $@

# ---- The same bytes --------------------------------------------------------------------------------------------------

REPRODUCED = $(LIBRARY) $(LIBRARY).debug $(SBOM) $(CLI)

reproduce: all static ## build everything a second time in another folder, C libraries and all, and compare the bytes
	CACHE='$(CACHE)' SWIFT='$(SWIFT)' LINK='$(LINK)' tools/reproduce.sh \
	    --with-deps $(REPRODUCED) $(ARCHIVE) $(wildcard $(DEPS)/lib/*.a)

# Without the C libraries, whose archives are copied: they take minutes, and change when tools/build-deps.sh does.
test-reproduce: all ## a second build in another folder gives the same bytes
	SWIFT='$(SWIFT)' LINK='$(LINK)' tools/reproduce.sh $(REPRODUCED)

# ---- The ABI ---------------------------------------------------------------------------------------------------------

SUPPLY_PACKAGES := abigail-tools git

test-product: build/.setup-supply
build/.setup-supply: $(PINS)/supply.txt tools/supply.mk | build/.setup-test $(SANDBOX)
	$(call install-packages,$(SUPPLY_PACKAGES))
	$(PYTHON) $(PIP_INSTALL) -r $(PINS)/supply.txt
	@touch $@

abi-update: build/.setup-supply ## at a release: write down what the header now has, which later versions must keep
	cd Tests && $(abspath $(PYTHON)) -m Project.abi

# ---- Forged tokens ---------------------------------------------------------------------------------------------------

trust-tokens: all $(SHARED_CLI) build/.setup-supply
trust-tokens: ## every token of Tests/Vectors and of Wycheproof through the shipped library; counts in build/trust
	$(PYTEST) Tests/Project/test_tokens.py
	$(SWIFT_TEST) --scratch-path build/swift-debug --filter WycheproofTests
