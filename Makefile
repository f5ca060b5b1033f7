# libmpmeter: build, demo, tests, installation. `make help` lists the targets.

.DELETE_ON_ERROR:
.SUFFIXES:
SHELL := /bin/sh

VERSION := $(shell cat VERSION)
PREFIX ?= /usr/local
# static: libcurl, OpenSSL, c-ares and jansson inside the library. system: the distribution's shared ones.
LINK ?= static
SWIFT ?= swift
CC := gcc
CFLAGS ?= -O2 -g

# Said before anything is compiled or installed.
ifeq ($(shell command -v $(SWIFT)),)
ifneq ($(filter-out help clean targets,$(or $(MAKECMDGOALS),all)),)
define NO_SWIFT
there is no Swift toolchain: "$(SWIFT)" is not a command.
  Install Swift 6.3 or later from https://www.swift.org/install/ and put its usr/bin into PATH,
  or name it: make SWIFT=/path/to/swift
  Or build in a container, which brings one:
    docker build -f examples/deploy/images/build.Dockerfile --output type=local,dest=build/dist .
endef
$(error $(NO_SWIFT))
endif
endif

include tools/setup.mk
include tools/interface.mk
include tools/target.mk
include tools/library.mk
include tools/archive.mk
include tools/cli.mk
include tools/sandbox.mk
include tools/install.mk
include tools/conformance.mk
include tools/python.mk
include tools/go.mk
include tools/go-nocgo.mk
include tools/cpp.mk
include tools/lua.mk
include tools/php.mk
include tools/node.mk
include tools/rust.mk
include tools/ruby.mk
include tools/java.mk
include tools/fuzz.mk
include tools/deploy.mk
include tools/supervisors.mk
include tools/instrumented.mk
include tools/bench.mk
include tools/bench-languages.mk
include tools/bench-compiled.mk
include tools/format.mk
include tools/site.mk
include tools/tests.mk
include tools/check.mk
include tools/supply.mk
include tools/dist.mk
include tools/target-tests.mk
include tools/target-packages.mk
include tools/target-languages.mk

.DEFAULT_GOAL := all
.PHONY: all demo test help clean

all: $(LIBRARY) $(CLI) ## the library and the command line, in build/lib and build/bin

demo: all $(SANDBOX) ## register and verify in each scenario of the sandbox, and print a table
	@$(PYTHON) tools/demo.py --cli $(CLI) --sandbox $(SANDBOX)

clean: ## remove what was built, but for the C libraries
	rm -rf build/lib build/bin build/obj build/swift-* build/tests

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile tools/*.mk | sort | awk \
	    -F '|' '{ printf "%-16s %s\n", $$1, $$2 }'
