# The Python distribution: its wheel, which holds the library, and what its tests need beside those of the sandbox.

WHEELS := $(OUT)/wheels
PYTHON_CHECKS := build/.python-checks

.PHONY: wheel lint-python test-python

$(PYTHON_CHECKS): $(PINS)/check.txt tools/python.mk | $(SANDBOX)
	$(PYTHON) $(PIP_INSTALL) -r $(PINS)/check.txt
	@touch $@

test-python: all $(PYTHON_CHECKS)
test-python: ## the Python binding: calls, signals, asyncio, forks, types, its command line, the wheel
	cd bindings/python && $(abspath $(PYTHON)) -m mypy -p mpmeter
	$(PYTEST) -n 4 --dist worksteal bindings/python/tests/binding

# What builds it is pinned by its hash, and nothing else is fetched.
WHEEL_PYTHON := build/wheel-venv/bin/python
WHEEL_REQUIREMENTS := $(PINS)/wheel.txt
ifeq ($(LINK),system)
# It needs this machine's libraries.
WHEEL_PLATFORM := linux_$(MACHINE)
endif
WHEEL_PLATFORM ?=

$(WHEEL_PYTHON): $(WHEEL_REQUIREMENTS) | build/.setup-build
	python3 -m venv --clear build/wheel-venv
	$@ -m pip install -q --disable-pip-version-check --require-hashes -r $(WHEEL_REQUIREMENTS)
	@touch $@

.PHONY: wheel-file sandbox-wheel-file
wheel: ## the Python wheel, with libmpmeter.so.1 inside, in build/wheels
	@rm -rf $(WHEELS)
	@$(MAKE) --no-print-directory dist-licences wheel-file
	@ls $(WHEELS)

# From a copy, so that building leaves nothing in the tree, and two builds do not meet.
wheel-file: $(LIBRARY) $(SBOM) $(WHEEL_PYTHON)
	@set -e; mkdir -p $(WHEELS) $(OUT)/wheel; copy=$$(mktemp -d $(abspath $(OUT))/wheel/XXXXXX); \
	    trap 'rm -rf "$$copy"' EXIT; \
	umask 022; mkdir -p "$$copy/bindings"; cp LICENSE NOTICE "$$copy/"; cp -r bindings/python "$$copy/bindings/"; \
	rm -rf "$$copy"/bindings/python/build "$$copy"/bindings/python/src/*.egg-info "$$copy"/bindings/python/tests; \
	find "$$copy" -name __pycache__ -prune -exec rm -rf {} +; \
	SOURCE_DATE_EPOCH=$(DIST_EPOCH) MPMETER_WHEEL_LIBRARY=$(abspath $(LIBRARY)) \
	    MPMETER_WHEEL_PLATFORM=$(WHEEL_PLATFORM) \
	    MPMETER_WHEEL_LICENCES=$(abspath $(LICENCE_FOLDER)) $(abspath $(WHEEL_PYTHON)) -m pip wheel -q \
	    --disable-pip-version-check \
	    --no-deps --no-index --no-build-isolation -w $(abspath $(WHEELS)) "$$copy/bindings/python"

# The sandbox, so that `mpmeter[sandbox]` can be installed from the same folder.
sandbox-wheel-file: $(WHEEL_PYTHON)
	@set -e; mkdir -p $(WHEELS) $(OUT)/wheel; copy=$$(mktemp -d $(abspath $(OUT))/wheel/XXXXXX); \
	    trap 'rm -rf "$$copy"' EXIT; \
	umask 022; cp -r tools/sandbox "$$copy/"; cd "$$copy/sandbox"; \
	rm -rf build src/*.egg-info tests; find . -name __pycache__ -prune -exec rm -rf {} +; \
	SOURCE_DATE_EPOCH=$(DIST_EPOCH) $(abspath $(WHEEL_PYTHON)) -m pip wheel -q --disable-pip-version-check \
	    --no-deps --no-index --no-build-isolation -w $(abspath $(WHEELS)) .

# pyright brings its own Node.js if there is none, which needs a network.
lint-python: $(PYTHON_CHECKS) ## the types of the Python sources; `make lint` has their format
	cd bindings/python && $(abspath $(PYTHON)) -m mypy -p mpmeter
	cd tools/sandbox && $(abspath $(PYTHON)) -m mypy -p mpmeter_sandbox
	cd bindings/python && $(abspath $(PYTHON)) -m pyright --pythonpath $(abspath $(PYTHON))
