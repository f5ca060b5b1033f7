# The Ruby gem: the library inside, its tests, and its driver of the conformance table.

.PHONY: ruby ruby-targets conformance-ruby test-ruby

RUBY_PACKAGES := ruby puma ruby-sidekiq redis-server
# As RubyGems names them; older ones know no "-gnu".
RUBY_PLATFORM := $(MACHINE)-linux$(if $(filter musl,$(LIBC)),-musl)
RUBY_FILES := $(wildcard bindings/ruby/lib/*.rb bindings/ruby/lib/mpmeter/*.rb bindings/ruby/sig/*) \
    bindings/ruby/mpmeter.gemspec bindings/ruby/README.md
RUBY_GEM := build/packages/mpmeter-$(VERSION)-$(RUBY_PLATFORM).gem
RUBY_STAGE := build/ruby/$(RUBY_PLATFORM)
RUBY_TESTS := build/tests/ruby
RUBY_DRIVER := $(RUBY_TESTS)/conformance-driver
# 1980, the same bytes every time.
GEM_ENVIRONMENT := SOURCE_DATE_EPOCH=315532800 MPMETER_GEM_PLATFORM=$(RUBY_PLATFORM)
RUBY := env GEM_HOME=$(abspath $(RUBY_TESTS))/gems ruby -w

LANGUAGE_SETUP += build/.setup-ruby

build/.setup-ruby: tools/ruby.mk | build/.setup-build
	$(call install-packages,$(RUBY_PACKAGES))
	@mkdir -p build && touch $@

$(RUBY_GEM): $(RUBY_FILES) $(LIBRARY) $(SBOM) LICENSE NOTICE $(ALL_LICENCES) tools/ruby.mk | build/.setup-ruby
	@rm -rf $(RUBY_STAGE) && mkdir -p $(@D) $(RUBY_STAGE)/licenses $(RUBY_STAGE)/sboms
	cp -r bindings/ruby/lib bindings/ruby/sig bindings/ruby/mpmeter.gemspec bindings/ruby/README.md LICENSE NOTICE \
	    $(RUBY_STAGE)
	cp $(LICENCE_FOLDER)/* $(RUBY_STAGE)/licenses
	cp $(SBOM) $(RUBY_STAGE)/sboms/libmpmeter-$(TARGET).cdx.json
	install -m 755 $(LIBRARY) $(RUBY_STAGE)/lib/mpmeter/libmpmeter.so.1
	cd $(RUBY_STAGE) && $(GEM_ENVIRONMENT) gem build --quiet --strict --output $(abspath $@) mpmeter.gemspec

ruby: $(RUBY_GEM) ## the Ruby gem of TARGET and of each target that was built, with libmpmeter.so.1 inside
	@set -e; for target in $(BUILT_TARGETS); do $(MAKE) --no-print-directory TARGET=$$target ruby; done

ruby-targets: ## a Ruby gem for each target
	@for target in $(TARGETS); do $(MAKE) --no-print-directory TARGET=$$target ruby || exit 1; done

# Installed by gem, as a user would; the tests and the driver use it from there.
$(RUBY_TESTS)/.installed: $(RUBY_GEM)
	@rm -rf $(RUBY_TESTS) && mkdir -p $(RUBY_TESTS)
	GEM_HOME=$(abspath $(@D))/gems gem install --quiet --silent --local --no-document $(RUBY_GEM)
	@printf '#!/bin/sh\nexec %s %s "$$@"\n' '$(RUBY)' $(abspath bindings/ruby/test/conformance_driver.rb) > \
	    $(RUBY_DRIVER)
	@chmod +x $(RUBY_DRIVER)
	@touch $@

CONFORMANCE_DRIVERS += ruby=$(RUBY_DRIVER)
conformance: conformance-ruby
conformance-ruby: $(RUBY_TESTS)/.installed ## the Ruby driver of the conformance table

test-ruby: $(RUBY_TESTS)/.installed $(SANDBOX)
test-ruby: ## the gem: calls, interruptions, forks, bad input, signatures, Puma, 10,000 calls
	MPMETER_SANDBOX=$(abspath $(SANDBOX)) MPMETER_GEM=$(abspath $(RUBY_GEM)) $(RUBY) -Ibindings/ruby/test \
	    -e 'Dir["bindings/ruby/test/*_test.rb"].sort.each { |file| require File.expand_path(file) }'
