# What the library costs, beside others that do the same job, and what a fleet of it does to AWS's quota.
# docs/performance.md and docs/fleet.md tell.

BENCH := build/bench
BENCH_RUNS ?= 40
BENCH_CALLS ?= 5000
SEEDS ?= 1 2 3 4 5
PODS ?= 200
# An HTTP server in C; the Go SDK that Debian has; callgrind.
BENCH_PACKAGES := libmicrohttpd-dev golang-github-aws-aws-sdk-go-v2-dev golang-github-golang-jwt-jwt-dev valgrind
# Apart from the sandbox's: botocore behaves otherwise where the CRT is installed.
BENCH_PYTHON := $(BENCH)/venv/bin/python

.PHONY: bench bench-counts bench-programs bench-metering bench-fleet bench-charts test-bench

build/.setup-bench: tools/bench.mk | build/.setup-build
	$(call install-packages,$(BENCH_PACKAGES))
	@mkdir -p build && touch $@

$(BENCH_PYTHON): $(PINS)/bench.txt tools/bench.mk | build/.setup-build
	python3 -m venv $(BENCH)/venv
	$@ $(PIP_INSTALL) -r $(PINS)/bench.txt
	@touch $@

# ---- What a registration costs ---------------------------------------------------------------------------------------

BENCH_C := -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Werror -Iinclude -I$(DEPS)/include
BENCH_NATIVE := $(addprefix $(BENCH)/,stub spawn cold floor calls rawverify sign footprint)
bench-programs: $(BENCH_NATIVE) $(BENCH)/register-go

$(addprefix $(BENCH)/,cold calls footprint floor rawverify): $(BENCH)/%: Tests/Bench/cost/%.c \
    Tests/Bench/cost/library.c Tests/Bench/cost/library.h include/mpmeter.h $(LIBRARY_NEEDS)
	@mkdir -p $(@D)
	$(CC) $(BENCH_C) -o $@ $(filter %.c,$^) $(if $(filter floor rawverify,$*),$(C_LIBRARIES)) -pthread

$(BENCH)/spawn: Tests/Bench/cost/spawn.c | build/.setup-build
	@mkdir -p $(@D)
	$(CC) $(BENCH_C) -o $@ $<

$(BENCH)/stub: Tests/Bench/cost/stub.c | build/.setup-bench
	@mkdir -p $(@D)
	$(CC) $(BENCH_C) -o $@ $< -lmicrohttpd

# Without debug information, of which valgrind cannot read Swift's.
$(BENCH)/sign: Tests/Bench/cost/sign.c $(BENCH)/cost/sign.o
	$(CC) $(BENCH_C) -Wl,--gc-sections -Wl,--strip-debug -o $@ $^ $(SWIFT_ARCHIVE) $(C_LIBRARIES) $(UNICODE_TABLES) -lm

# The SDK as Debian has it, which is no module: GOPATH.
$(BENCH)/register-go: Tests/Bench/cost/register.go $(GO_ROOT)/.installed | build/.setup-bench
	@mkdir -p $(@D)
	GO111MODULE=off GOPATH=/usr/share/gocode GOTOOLCHAIN=local GOCACHE=$(CURDIR)/build/go-cache $(GO) build \
	    -ldflags='-s -w' -o $@ $<

# Valgrind gives up on the debug information that lies beside the library.
$(BENCH)/libmpmeter.so.1: $(LIBRARY)
	@mkdir -p $(@D)
	cp $< $@

BENCH_RUN = $(PYTHON) Tests/Bench/cost/run.py --programs $(BENCH) --library $(abspath $(BENCH)/libmpmeter.so.1) --map \
    $(OUT)/obj/libmpmeter.map --python $(PYTHON) \
    --crt-python $(BENCH_PYTHON)

bench: $(BENCH)/libmpmeter.so.1 $(SANDBOX) bench-programs $(BENCH_PYTHON)
bench: ## what a registration costs, beside the floor and the SDKs: BENCH_RUNS=40
	$(BENCH_RUN) --runs $(BENCH_RUNS) --calls $(BENCH_CALLS) --json build/bench.json

bench-counts: $(BENCH)/libmpmeter.so.1 $(SANDBOX) bench-programs $(BENCH_PYTHON)
bench-counts: ## the instructions of it, which do not depend on load: build/bench-counts.json
	$(BENCH_RUN) --only-counts --json build/bench-counts.json

bench-charts: $(BENCH_PYTHON) ## docs/*.svg, from what `make bench` and `make bench-fleet` found
	$(BENCH_PYTHON) Tests/Bench/charts.py --cost build/bench.json --fleet build/bench-fleet.json docs

# ---- What an add of usage costs --------------------------------------------------------------------------------------

ADDS ?= 500

$(BENCH)/adds: Tests/Bench/metering/adds.c include/mpmeter.h $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(BENCH_C) -o $@ $< -L$(OUT)/lib -lmpmeter $(DEPS)/lib/libsqlite3.a -pthread -Wl,-rpath,$(abspath $(OUT)/lib)

BENCH_METERING = $(PYTHON) Tests/Bench/metering/run.py --program $(BENCH)/adds --library $(LIBRARY) --map \
    $(OUT)/obj/libmpmeter.map

bench-metering: $(BENCH)/adds $(SANDBOX) ## what a durable add of usage costs, beside SQLite's own insert: ADDS=500
	$(BENCH_METERING) --count $(ADDS) --folder $(BENCH) --json build/bench-metering.json

# ---- What a fleet does to the quota ----------------------------------------------------------------------------------

# What is shipped, out of the library's archive, with a door for the bench.
$(BENCH)/%.o: Tests/Bench/%.swift $(SWIFT_ARCHIVE) tools/bench.mk
	@mkdir -p $(@D)
	$(SWIFT)c $(FUZZ_SWIFT) $(call fuzz-modules,$(SWIFT_BUILD)) -Xcc -fPIC -c $< -o $@

$(BENCH)/libfleet.so: $(BENCH)/fleet/policy.o
	@$(CC) -shared -Wl,--gc-sections -o $@ $< $(SWIFT_ARCHIVE) $(C_LIBRARIES) $(UNICODE_TABLES) -lm

bench-fleet: $(BENCH)/libfleet.so $(CLI) $(SANDBOX)
bench-fleet: ## pods that start together under AWS's quota, on a virtual clock and as processes: SEEDS="1 2 3" PODS=200
	$(PYTHON) Tests/Bench/fleet/run.py $< --seeds $(SEEDS) --frontier --json build/bench-fleet.json
	$(PYTHON) Tests/Bench/fleet/metering.py $<
	$(PYTHON) Tests/Bench/fleet/processes.py --cli $(CLI) --sandbox $(SANDBOX) --pods $(PODS) \
	    --json build/bench-fleet.json

# ---- Tests -----------------------------------------------------------------------------------------------------------

# Each measurement once, with nothing said about time; the fleet's targets; a small fleet of processes; and the pages
# made of it, elsewhere.
test-bench: $(BENCH)/adds $(BENCH)/libmpmeter.so.1 $(CLI) $(SANDBOX) bench-programs $(BENCH_PYTHON) $(BENCH)/libfleet.so
test-bench: ## each measurement of the bench once, and the fleet's targets
	$(BENCH_RUN) --runs 1 --calls 100 --json $(BENCH)/once.json
	$(PYTHON) Tests/Bench/fleet/run.py $(BENCH)/libfleet.so --policies libmpmeter --pods 2 5 10 20 50 100 200 500 1000 \
	    --seeds 1 2 3 --json $(BENCH)/once-fleet.json
	$(PYTHON) Tests/Bench/fleet/metering.py $(BENCH)/libfleet.so --seeds 1
	$(PYTHON) Tests/Bench/fleet/processes.py --cli $(CLI) --sandbox $(SANDBOX) --pods 8 --json $(BENCH)/once-fleet.json
	$(BENCH_METERING) --count 40 --json $(BENCH)/once-metering.json
	@mkdir -p $(BENCH)/docs && cp docs/performance.md docs/fleet.md $(BENCH)/docs
	$(BENCH_PYTHON) Tests/Bench/charts.py --cost $(BENCH)/once.json --fleet $(BENCH)/once-fleet.json $(BENCH)/docs
