# The conformance table, run with every binding's driver. A language adds its driver to CONFORMANCE_DRIVERS, and a rule
# `conformance: PATH`.

C_DRIVER := $(OUT)/conformance/c-driver
CONFORMANCE_DRIVERS += c=$(C_DRIVER) python=bindings/conformance/driver.py go=build/tests/go/conformance-driver

conformance: conformance-go

# With the archive inside, as a vendor in C links it; nothing has to be found when it starts.
$(C_DRIVER): $(addprefix bindings/conformance/,driver.c driver_meter.c driver.h) include/mpmeter.h $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(CLI_FLAGS) $(CFLAGS) -o $@ $(filter %.c,$^) $(ARCHIVE) $(CLI_JANSSON) -pthread

.PHONY: conformance
conformance: $(C_DRIVER) $(SANDBOX) ## every binding, over the one table of cases
	MPMETER_CONFORMANCE_DRIVERS="$$(echo $(CONFORMANCE_DRIVERS) | tr ' ' ',')" $(PYTEST) \
	    -n 10 --dist worksteal bindings/conformance

# Each language's driver is built by conformance-NAME; those of C and Python need no more than this.
driver-name = $(firstword $(subst =, ,$(1)))
CONFORMANCE_BUILDS = $(C_DRIVER) $(SANDBOX) \
    $(addprefix conformance-,$(filter-out c python,$(foreach driver,$(CONFORMANCE_DRIVERS),$(call \
    driver-name,$(driver)))))

.PHONY: conformance-drivers
conformance-drivers: ## build every driver, and print NAME=COMMAND, one a line
	@$(MAKE) --no-print-directory -s $(CONFORMANCE_BUILDS) >&2
	@for driver in $(CONFORMANCE_DRIVERS); do \
	    name=$${driver%%=*} path=$${driver#*=}; \
	    case $$path in /*) ;; *) path=$(CURDIR)/$$path ;; esac; \
	    case $$path in *.py) path="env MPMETER_LIBRARY=$(abspath $(LIBRARY)) $(abspath $(PYTHON)) $$path" ;; esac; \
	    echo "$$name=$$path"; \
	done
