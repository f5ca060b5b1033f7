# The recipes of examples/supervisors, with the real servers: Debian's uWSGI, and the Python ones from PyPI.

SUPERVISOR_CHECKS := build/.setup-supervisors
SUPERVISOR_PACKAGES := uwsgi-core uwsgi-plugin-python3

.PHONY: test-supervisors

$(SUPERVISOR_CHECKS): $(PINS)/supervisors.txt tools/supervisors.mk | $(SANDBOX) build/.setup-test
	$(call install-packages,$(SUPERVISOR_PACKAGES))
	$(PYTHON) $(PIP_INSTALL) -r $(PINS)/supervisors.txt
	@touch $@

test-supervisors: all $(SHARED_CLI) $(SUPERVISOR_CHECKS) build/tests/go/.prefix $(GO_ROOT)/.installed
test-supervisors: ## gunicorn, uvicorn, uWSGI, Celery, a C++ and a Go parent: refused, throttled, entitled
	GO=$(GO) $(GO_ENV) $(PYTEST) -n 3 Tests/Supervisors
