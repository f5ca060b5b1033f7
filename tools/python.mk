# The Python distribution: its wheel, which holds the library, and its checks.

WHEELS := $(OUT)/wheels

.PHONY: wheel lint-python
wheel: $(LIBRARY) $(SANDBOX) ## the Python wheel, with libmpmeter.so.1 inside, in build/wheels
	@rm -rf $(WHEELS) bindings/python/build
	MPMETER_WHEEL_LIBRARY=$(abspath $(LIBRARY)) $(PYTHON) -m pip wheel -q --disable-pip-version-check --no-deps -w $(WHEELS) bindings/python
	@rm -rf bindings/python/build
	@ls $(WHEELS)

PYTHON_SOURCES := bindings/python bindings/conformance examples/python
lint-python: $(SANDBOX) ## format, lint and types of the Python sources
	$(PYTHON) -m pip install -q --disable-pip-version-check -e 'bindings/python[check]'
	$(PYTHON) -m ruff check -q --config bindings/python/pyproject.toml $(PYTHON_SOURCES)
	$(PYTHON) -m ruff format -q --check --config bindings/python/pyproject.toml $(PYTHON_SOURCES)
	cd bindings/python && $(abspath $(PYTHON)) -m mypy -p mpmeter
	cd bindings/python && $(abspath $(PYTHON)) -m pyright
