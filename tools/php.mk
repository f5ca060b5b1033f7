# The PHP binding: the Composer package with libmpmeter inside, its tests in the CLI and in FPM, and its conformance
# driver.

.PHONY: php conformance-php test-php

PHP_PACKAGES := php8.2-cli php8.2-zip php8.2-fpm php8.2-opcache php8.2-xml php8.2-mbstring phpunit composer unzip
PHP_FILES := $(wildcard bindings/php/src/*.php bindings/php/src/*/*.php)
PHP_PACKAGE := build/packages/libmpmeter-mpmeter-$(VERSION).zip
PHP_TESTS := build/tests/php
PHP_DRIVER := $(PHP_TESTS)/conformance-driver
PHP_INSTALLED = $(abspath $(PHP_TESTS))/project/vendor/libmpmeter/mpmeter
PHP := php8.2 -d ffi.enable=1

# In make test.
LANGUAGE_SETUP += build/.setup-php
LANGUAGE_TESTS += test-php

build/.setup-php: tools/php.mk | build/.setup-build
	$(call install-packages,$(PHP_PACKAGES))
	@mkdir -p build && touch $@

php: $(PHP_PACKAGE) ## the Composer package, in build/packages

$(PHP_PACKAGE): $(PHP_FILES) bindings/php/composer.json.in bindings/php/README.md tools/packaging/composer.py \
    $(NATIVE_FILES)
	@mkdir -p $(@D)
	python3 tools/packaging/composer.py --version $(VERSION) --output $@ $(NATIVE_ARGUMENTS)

# Installed by Composer into an empty project, from a folder of packages; nothing is asked of Packagist.
$(PHP_TESTS)/.installed: $(PHP_PACKAGE) $(wildcard bindings/php/tests/*) | build/.setup-php
	@rm -rf $(PHP_TESTS) && mkdir -p $(PHP_TESTS)/project $(PHP_TESTS)/packages
	cp $(PHP_PACKAGE) $(PHP_TESTS)/packages
	@printf '{"repositories": [{"type": "artifact", "url": "%s"}, {"packagist.org": false}], "%s": {"%s": "%s"}}\n' \
	    $(abspath $(PHP_TESTS))/packages require libmpmeter/mpmeter $(VERSION) > $(PHP_TESTS)/project/composer.json
	cd $(PHP_TESTS)/project && COMPOSER_ALLOW_SUPERUSER=1 composer -q --no-interaction install
	@printf '#!/bin/sh\nexport MPMETER_PHP_PACKAGE=%s MPMETER_DRIVER_LIBRARY=%s\nexec $(PHP) %s "$$@"\n' \
	    $(abspath $(PHP_TESTS))/project $(PHP_INSTALLED)/native/$(HOST_TARGET)/libmpmeter.so.1 \
	    $(abspath bindings/php/tests/driver.php) > $(PHP_DRIVER)
	@chmod +x $(PHP_DRIVER)
	@touch $@

CONFORMANCE_DRIVERS += php=$(PHP_DRIVER)
conformance: conformance-php
conformance-php: $(PHP_TESTS)/.installed ## the PHP driver of the conformance table

test-php: $(PHP_TESTS)/.installed $(SANDBOX) ## the PHP binding: calls, bad input, growth, the example, FPM with preload
	MPMETER_PHP_PACKAGE=$(abspath $(PHP_TESTS))/project $(PYTEST) bindings/php/tests
