# The Python distribution: its wheel, which holds the library, and what its tests need beside those of the sandbox.

WHEELS := $(OUT)/wheels
PYTHON_CHECKS := build/.python-checks
PYTHON_SOURCES := bindings/python bindings/conformance examples/python

.PHONY: wheel lint-python test-python

$(PYTHON_CHECKS): tools/sandbox/pyproject.toml bindings/python/pyproject.toml tools/python.mk | $(SANDBOX)
	$(PYTHON) -m pip install -q --disable-pip-version-check -e 'tools/sandbox[check]' -e 'bindings/python[sandbox,test,check]'
	@touch $@

test-python: all $(PYTHON_CHECKS) ## the Python binding: calls, signals, asyncio, forks, types, its command line, the wheel in a fresh environment
	$(PYTHON) -m pytest -q -n 3 bindings/python/tests/binding

wheel: $(LIBRARY) $(SANDBOX) ## the Python wheel, with libmpmeter.so.1 inside, in build/wheels
	@rm -rf $(WHEELS) bindings/python/build
	MPMETER_WHEEL_LIBRARY=$(abspath $(LIBRARY)) $(PYTHON) -m pip wheel -q --disable-pip-version-check --no-deps -w $(WHEELS) bindings/python
	@rm -rf bindings/python/build
	@ls $(WHEELS)

# pyright brings its own Node.js if there is none, which needs a network.
lint-python: $(PYTHON_CHECKS) ## format, lint and types of the Python sources
	$(PYTHON) -m ruff check -q --config bindings/python/pyproject.toml $(PYTHON_SOURCES)
	$(PYTHON) -m ruff format -q --check --config bindings/python/pyproject.toml $(PYTHON_SOURCES)
	$(PYTHON) -m ruff check -q --config tools/sandbox/pyproject.toml tools/sandbox
	$(PYTHON) -m ruff format -q --check --config tools/sandbox/pyproject.toml tools/sandbox
	cd bindings/python && $(abspath $(PYTHON)) -m mypy -p mpmeter
	cd tools/sandbox && $(abspath $(PYTHON)) -m mypy -p mpmeter_sandbox
	cd bindings/python && $(abspath $(PYTHON)) -m pyright --pythonpath $(abspath $(PYTHON))
