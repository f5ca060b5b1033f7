# What the library costs, beside others that do the same job, and what a fleet of it does to AWS's quota. docs/performance.md and docs/fleet.md tell.

BENCH := build/bench
SEEDS ?= 1 2 3 4 5
PODS ?= 200

.PHONY: bench-fleet

# The retries as they are shipped, out of the library's archive.
$(BENCH)/libfleet.so: Tests/Bench/fleet/policy.swift $(SWIFT_BUILD)/release/libmpmeter.a tools/bench.mk
	@mkdir -p $(@D)
	$(SWIFT)c $(FUZZ_SWIFT) $(call fuzz-modules,$(SWIFT_BUILD)) -Xcc -fPIC -c $< -o $(@:.so=.o)
	@$(CC) -shared -Wl,--gc-sections -o $@ $(@:.so=.o) $(SWIFT_BUILD)/release/libmpmeter.a $(C_LIBRARIES) $(UNICODE_TABLES) -lm

bench-fleet: $(BENCH)/libfleet.so $(CLI) $(SANDBOX) ## pods that start together under AWS's quota, on a virtual clock and as processes: SEEDS="1 2 3" PODS=200
	$(PYTHON) Tests/Bench/fleet/run.py $< --seeds $(SEEDS) --json build/bench-fleet.json
	$(PYTHON) Tests/Bench/fleet/processes.py --cli $(CLI) --sandbox $(SANDBOX) --pods $(PODS) --json build/bench-fleet.json
