# How the sources look: a formatter for each language, and whether the tree agrees with it.
#
#   make format    format every source in place
#   make lint      say which files a formatter would change, or a linter complains about; silent when all is well
#
# swift-format comes with the Swift toolchain, clang-format and ruff from PyPI at fixed versions, gofmt with `make go`,
# rustfmt from Debian. What has no formatter here (Java, JavaScript, PHP, Ruby, Lua, shell, make) is held to
# .editorconfig and to 120 columns by Tests/Project/test_layout.py, which looks at every text file in the tree.

.PHONY: format lint

FORMATTERS := build/format-venv
FORMATTERS_READY := $(FORMATTERS)/.installed
CLANG_FORMAT := $(FORMATTERS)/bin/clang-format
RUFF := $(FORMATTERS)/bin/ruff
GOFMT = $(dir $(GO))gofmt
RUSTFMT = $(dir $(CARGO))rustfmt --edition 2021 --config-path bindings/rust

$(FORMATTERS_READY): tools/format-requirements.txt | build/.setup-build
	python3 -m venv --clear $(FORMATTERS)
	$(FORMATTERS)/bin/python $(PIP_INSTALL) -r $<
	@touch $@

FORMAT_SETUP := $(FORMATTERS_READY) $(GO_ROOT)/.installed build/.setup-rust

# on PATTERNS,COMMAND: the command with all files of these names that git knows or would add
on = git ls-files -z --cached --others --exclude-standard -- $(1) | xargs -0 -r ls -d 2>/dev/null | xargs -r $(2)

ON_C := '*.c' '*.h' '*.cpp' '*.hpp'

format: $(FORMAT_SETUP) ## format every source in place
	@$(call on,'*.swift',$(SWIFT) format --in-place --parallel)
	@$(call on,$(ON_C),$(CLANG_FORMAT) -i)
	@$(RUFF) check -q --fix .
	@$(RUFF) format -q .
	@$(call on,'*.go',$(GOFMT) -w)
	@$(call on,'*.rs',$(RUSTFMT))

# quietly NAME,COMMAND: its output only if it fails
CHECK := build/check
define quietly
@mkdir -p $(CHECK)
@{ $(2); } > $(CHECK)/$(1).log 2>&1 || { tail -n 60 $(CHECK)/$(1).log; \
    echo 'failed: $(1); all of its output is in $(CHECK)/$(1).log' >&2; exit 1; }
endef

lint: $(FORMAT_SETUP) $(SANDBOX) ## whether formatters and linters agree with the tree; `make format` fixes most
	$(call quietly,swift-format,$(call on,'*.swift',$(SWIFT) format lint --strict --parallel))
	$(call quietly,clang-format,$(call on,$(ON_C),$(CLANG_FORMAT) --dry-run -Werror))
	$(call quietly,ruff,$(RUFF) check . && $(RUFF) format --check .)
	$(call quietly,gofmt,test -z "$$($(call on,'*.go',$(GOFMT) -l) | tee /dev/stderr)")
	$(call quietly,rustfmt,$(call on,'*.rs',$(RUSTFMT) --check))
	$(call quietly,layout,$(PYTEST) Tests/Project/test_layout.py)
