# The starts of Rust and Go for `make bench-languages`: each linked as for an image, and Go without cgo too.

BENCH_START := $(BENCH)/languages/start-
BENCH_COMPILED := $(addprefix $(BENCH_START),rust go go-nocgo)
bench-languages test-bench-languages: $(BENCH_COMPILED)

$(BENCH_START)rust: $(wildcard Tests/Bench/languages/rust/src/*.rs) $(RUST_SOURCES) $(ARCHIVE) build/.setup-rust
	@mkdir -p $(@D)
	cd Tests/Bench/languages/rust && $(RUST_ENV) $(RUST_LINK) CARGO_TARGET_DIR=$(CURDIR)/build/rust/bench \
	    $(CARGO) build -q --release
	@cp build/rust/bench/release/start $@

BENCH_GO := $(wildcard Tests/Bench/languages/go/*.go bindings/go/*.go bindings/go/internal/*/*.go) $(GO_ROOT)/.installed
$(BENCH_START)go: $(BENCH_GO) build/tests/go/.prefix
	@mkdir -p $(@D)
	$(call go,Tests/Bench/languages/go,build -tags mpmeter_static -ldflags '-s -w' -o $(CURDIR)/$@ .)

$(BENCH_START)go-nocgo: $(BENCH_GO) $(GO_COMMAND)$(GO_MACHINE)
	@mkdir -p $(@D)
	cd Tests/Bench/languages/go && $(GO_NOCGO) $(GO) build -ldflags '-s -w' -o $(CURDIR)/$@ .
