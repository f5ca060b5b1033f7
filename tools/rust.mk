# The Rust binding: the toolchain that it needs, its packages, its tests, and its driver of the conformance table.

.PHONY: rust test-rust test-rust-package conformance-rust

# Debian 12's Rust is the oldest that is supported. Another one is used with CARGO=/path/to/cargo.
RUST_PACKAGES := rustc cargo rustfmt rust-clippy librust-tokio-dev librust-serde-json-dev
CARGO ?= /usr/bin/cargo
RUST_HOME := $(CURDIR)/build/rust/home
RUST_STAGE := $(CURDIR)/build/rust/stage
RUST_SOURCES = $(shell find bindings/rust -name '*.rs' -o -name Cargo.toml) $(wildcard bindings/rust/README.md)
RUST_ENV = env PATH="$(dir $(CARGO)):$$PATH" CARGO_HOME=$(RUST_HOME) CARGO_NET_OFFLINE=true CARGO_TERM_COLOR=never
RUST_LINK = MPMETER_LIB_DIR=$(abspath $(OUT)/lib) CARGO_TARGET_DIR=$(CURDIR)/build/rust/target

LANGUAGE_SETUP += build/.setup-rust

# cargo-source FOLDER: the settings that let it stand for crates.io
cargo-source = printf '%s\n' '[source.crates-io]' 'replace-with = "here"' '[source.here]' 'directory = "$(1)"'

# The only crates are Debian's: tokio for the async example, serde_json for the conformance driver.
build/.setup-rust: tools/rust.mk | build/.setup-build
	$(call install-packages,$(RUST_PACKAGES))
	@mkdir -p $(RUST_HOME)
	@$(call cargo-source,/usr/share/cargo/registry) > $(RUST_HOME)/config.toml
	@touch $@

# ---- Packages ------------------------------------------------------------------------------------------------------

# Each crate is built from its package alone, as whoever takes it from crates.io builds it: mpmeter finds mpmeter-sys in
# a folder that stands for the registry. Archives of other targets come from `make TARGET=…`.
rust: $(ARCHIVE) $(SBOM) $(ALL_LICENCES) build/.setup-rust ## the Rust crates, in build/packages
	@rm -rf $(RUST_STAGE) && mkdir -p $(RUST_STAGE)/cargo $(RUST_STAGE)/registry build/packages
	@cp -r bindings/rust/mpmeter-sys bindings/rust/mpmeter $(RUST_STAGE)/
	@for crate in mpmeter-sys mpmeter; do cp LICENSE NOTICE bindings/rust/README.md $(RUST_STAGE)/$$crate/; done
	@cp -r $(LICENCE_FOLDER) $(RUST_STAGE)/mpmeter-sys/licenses
	$(call copy-sboms,$(RUST_STAGE)/mpmeter-sys/sboms)
	@set -e; for target in $(TARGETS); do \
	    archive=build/targets/$$target/lib/libmpmeter.a; \
	    [ $$target != $(HOST_TARGET) ] || archive=$(ARCHIVE); \
	    if [ -f $$archive ]; then install -D -m 644 $$archive $(RUST_STAGE)/mpmeter-sys/native/$$target/libmpmeter.a; \
	    fi; \
	done
	@$(call cargo-source,$(RUST_STAGE)/registry) > $(RUST_STAGE)/cargo/config.toml
	@for crate in mpmeter-sys mpmeter; do printf '\n[workspace]\n' >> $(RUST_STAGE)/$$crate/Cargo.toml; done
	@set -e; for crate in mpmeter-sys mpmeter; do \
	    (cd $(RUST_STAGE)/$$crate && $(RUST_ENV) CARGO_HOME=$(RUST_STAGE)/cargo CARGO_TARGET_DIR=$(RUST_STAGE)/target \
	        $(CARGO) package -q --offline --allow-dirty); \
	    tar -xzf $(RUST_STAGE)/target/package/$$crate-$(VERSION).crate -C $(RUST_STAGE)/registry; \
	    echo '{"files":{}}' > $(RUST_STAGE)/registry/$$crate-$(VERSION)/.cargo-checksum.json; \
	    cp $(RUST_STAGE)/target/package/$$crate-$(VERSION).crate build/packages/; \
	done
	@ls -l build/packages/*.crate

# ---- Tests ---------------------------------------------------------------------------------------------------------

RUST_DRIVER := build/rust/target/release/conformance
CONFORMANCE_DRIVERS += rust=$(RUST_DRIVER)
conformance: conformance-rust
conformance-rust: $(RUST_DRIVER) ## the Rust driver of the conformance table

$(RUST_DRIVER): $(RUST_SOURCES) $(ARCHIVE) build/.setup-rust
	cd bindings/rust/conformance && $(RUST_ENV) $(RUST_LINK) $(CARGO) build -q --release
	@touch $@

# rust ARGUMENTS
define rust
@echo 'cd bindings/rust && cargo $(1)'
@cd bindings/rust && $(RUST_ENV) $(RUST_LINK) MPMETER_SANDBOX=$(CURDIR)/$(SANDBOX) $(2) $(CARGO) $(1)
endef

test-rust: $(ARCHIVE) $(LIBRARY) $(SANDBOX) build/.setup-rust build/.setup-test ## the Rust binding, and its packages
	$(call rust,fmt --check)
	$(call rust,fmt --check --manifest-path conformance/Cargo.toml)
	@for example in rust rust-async rust-meter rust-async-meter; do \
	    (cd examples/$$example && $(RUST_ENV) $(CARGO) fmt --check -- --config-path $(CURDIR)/bindings/rust) || \
	    exit 1; \
	done
	$(call rust,clippy -q --all-targets -- -D warnings)
	$(call rust,doc -q --no-deps,RUSTDOCFLAGS='-D warnings')
	$(call rust,test -q)
	valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
	    --suppressions=bindings/rust/valgrind.supp \
	    $$(ls -t build/rust/target/debug/deps/bad_input-* | grep -v '\.d$$' | head -n 1) --test-threads=1
	$(call rust,test -q --features mpmeter/dynamic --test bad_input --test table,LD_LIBRARY_PATH=$(abspath $(OUT)/lib))
	$(MAKE) --no-print-directory test-rust-package

# The packages alone, in an empty project, linked with the C library inside: one file that runs in an empty root. The
# example's key is not the sandbox's, so that the proof does not hold.
test-rust-package: rust $(SANDBOX)
	@rm -rf $(RUST_STAGE)/product && mkdir -p $(RUST_STAGE)/image
	@cp -r examples/rust $(RUST_STAGE)/product && sed -i 's/, path = [^}]*//' $(RUST_STAGE)/product/Cargo.toml
	@cd $(RUST_STAGE)/product && $(RUST_ENV) CARGO_HOME=$(RUST_STAGE)/cargo CARGO_TARGET_DIR=$(RUST_STAGE)/target \
	    RUSTFLAGS='-C target-feature=+crt-static' $(CARGO) build -q --offline 2>/dev/null
	@cp $(RUST_STAGE)/target/debug/product $(RUST_STAGE)/image/
	$(SANDBOX) run --scenario ecs-fargate --product 4w1vgsrkqdkypbz43g7qkk4uz=entitled -- \
	    chroot --userspec=65532:65532 $(RUST_STAGE)/image /product 2>&1 | grep MPMETER_E_TOKEN_SIGNATURE
