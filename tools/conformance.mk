# The conformance table, run with every binding's driver. A language adds its driver to CONFORMANCE_DRIVERS, and a rule `conformance: PATH`.

C_DRIVER := $(OUT)/conformance/c-driver
CONFORMANCE_DRIVERS += c=$(C_DRIVER) python=bindings/conformance/driver.py go=build/tests/go/conformance-driver

conformance: conformance-go

$(C_DRIVER): bindings/conformance/driver.c include/mpmeter.h $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(CLI_FLAGS) $(CFLAGS) -o $@ $< -L$(OUT)/lib -lmpmeter $(CLI_JANSSON) -pthread -Wl,-rpath,'$$ORIGIN/../lib'

.PHONY: conformance
conformance: $(C_DRIVER) $(SANDBOX) ## every binding, over the one table of cases
	MPMETER_CONFORMANCE_DRIVERS="$$(echo $(CONFORMANCE_DRIVERS) | tr ' ' ',')" $(PYTHON) -m pytest -q -n 4 bindings/conformance
