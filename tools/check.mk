# The quick loop: what a change is likely to break, and silent when all is well.
#
#   make check                     the Swift tests, a handful of end-to-end cases, what is generated, lint
#   make check FILTER=RetryTests   only the Swift tests whose name matches
#
# `make test` is the whole. A part that fails shows the end of its output; the others run all the same.

# A case for each layer: the demo's first answer, a fault, a forged token, the table of statuses, the rules of the
# sources.
CHECK_CASES := Tests/EndToEnd/test_scenarios.py Tests/EndToEnd/test_verify.py Tests/Project/test_sources.py \
    Tests/Project/test_generated.py Tests/Project/test_header.py Tests/Project/test_readme.py

.PHONY: check check-swift check-cases

# The parts run side by side: the Swift tests mostly wait.
CHECK_PARTS := check-swift $(if $(FILTER),,check-cases lint)

check: ## the quick loop; FILTER=NAME runs only the Swift tests of that name
	@mkdir -p $(CHECK) && date +%s > $(CHECK)/started
	@$(if $(FILTER),,$(MAKE) --no-print-directory -s all $(SHARED_CLI) $(FORMAT_SETUP))
	@$(MAKE) --no-print-directory -s -k -j3 --output-sync=target $(CHECK_PARTS)
	@echo "make check: all is well$(if $(FILTER), with $(FILTER)), in $$(($$(date +%s) - $$(cat $(CHECK)/started))) s"

check-swift: $(LIBRARY_NEEDS)
	$(call quietly,swift,$(SWIFT_TEST) -q --scratch-path build/swift-debug $(if $(FILTER),--filter '$(FILTER)'))

check-cases: all $(SHARED_CLI) $(SANDBOX) build/.setup-test build/.setup-ffi
	$(call quietly,cases,$(PYTEST) -x -n 2 $(CHECK_CASES))
