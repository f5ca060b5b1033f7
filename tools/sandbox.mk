# The Python side: a virtual environment with the sandbox, the Python binding and what the tests need.

VENV := build/venv
PYTHON := $(VENV)/bin/python
SANDBOX := $(VENV)/bin/mpmeter-sandbox
# A failure is printed at once, and a test that hangs fails, with the stacks of its threads.
PYTEST := $(PYTHON) -m pytest -q --instafail --timeout 900

# Whatever is fetched from PyPI is named with its hash in PINS, and what has to be built is built by what is there.
PINS := tools/packaging/requirements
PIP_INSTALL := -m pip install -q --disable-pip-version-check --require-hashes --no-build-isolation
UV := build/pins-venv/bin/uv
.PHONY: pins

$(SANDBOX): tools/sandbox/pyproject.toml bindings/python/pyproject.toml $(PINS)/sandbox.txt tools/sandbox.mk
$(SANDBOX): | build/.setup-build
	[ -x $(PYTHON) ] || python3 -m venv $(VENV)
	$(PYTHON) $(PIP_INSTALL) --only-binary :all: -r $(PINS)/sandbox.txt
	$(PYTHON) -m pip install -q --disable-pip-version-check --no-index --no-deps --no-build-isolation \
	    -e tools/sandbox -e bindings/python
	@touch $@

$(UV): $(PINS)/pins.txt | build/.setup-build
	python3 -m venv --clear build/pins-venv
	build/pins-venv/bin/python $(PIP_INSTALL) -r $<
	@touch $@

# What several files name has one version in all of them: the first one's.
pins: $(UV) ## write tools/packaging/requirements/*.txt anew, with the newest versions that the *.in allow
	@cd $(PINS) && : > $(abspath build)/pins-so-far && \
	for name in sandbox check supply deploy supervisors bench go site; do \
	    $(abspath $(UV)) pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	        --no-cache -c $(abspath build)/pins-so-far $$name.in -o $$name.txt --upgrade || exit 1; \
	    sed -n 's/^\([A-Za-z0-9._-]*==[^ ;]*\).*/\1/p' $$name.txt >> $(abspath build)/pins-so-far; \
	done
