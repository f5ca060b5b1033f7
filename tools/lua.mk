# The Lua binding: the rock with libmpmeter inside, its tests in LuaJIT and in nginx, its conformance driver.

.PHONY: lua conformance-lua test-lua

# OpenResty's branch of LuaJIT, which nginx's module is built with; Debian's other one cannot be installed beside it.
LUA_PACKAGES := luajit2 lua5.1 lua-cjson luarocks unzip nginx libnginx-mod-http-lua
LUA_FILES := $(wildcard bindings/lua/lib/*.lua bindings/lua/lib/mpmeter/*.lua)
LUA_ROCK := build/packages/mpmeter-$(VERSION)-1.src.rock
LUA_TESTS := build/tests/lua
LUA_DRIVER := $(LUA_TESTS)/conformance-driver

# In make test.
LANGUAGE_SETUP += build/.setup-lua
LANGUAGE_TESTS += test-lua

build/.setup-lua: tools/lua.mk | build/.setup-build
	$(call install-packages,$(LUA_PACKAGES))
	@mkdir -p build && touch $@

lua: $(LUA_ROCK) ## the rock for LuaJIT and OpenResty, in build/packages

$(LUA_ROCK): $(LUA_FILES) bindings/lua/mpmeter.rockspec.in bindings/lua/README.md tools/packaging/rock.py \
    $(NATIVE_FILES)
	@mkdir -p $(@D)
	python3 tools/packaging/rock.py --version $(VERSION) --output $@ $(NATIVE_ARGUMENTS)

# Installed by luarocks into a tree of its own.
$(LUA_TESTS)/.installed: $(LUA_ROCK) bindings/lua/tests/driver.lua | build/.setup-lua
	@rm -rf $(LUA_TESTS) && mkdir -p $(LUA_TESTS)
	luarocks --lua-version 5.1 --tree $(LUA_TESTS)/tree install $(LUA_ROCK) >$(LUA_TESTS)/install.log
	@printf '#!/bin/sh\nLUA_PATH="%s/share/lua/5.1/?.lua;;" LUA_CPATH="%s/lib/lua/5.1/?.so;;" exec luajit %s "$$@"\n' \
	    $(abspath $(LUA_TESTS))/tree $(abspath $(LUA_TESTS))/tree $(abspath bindings/lua/tests/driver.lua) > \
	    $(LUA_DRIVER)
	@chmod +x $(LUA_DRIVER)
	@touch $@

CONFORMANCE_DRIVERS += lua=$(LUA_DRIVER)
conformance: conformance-lua
conformance-lua: $(LUA_TESTS)/.installed ## the Lua driver of the conformance table

test-lua: $(LUA_TESTS)/.installed $(SANDBOX) ## the Lua binding: calls, bad input, growth, the example, nginx
	MPMETER_LUA_TREE=$(abspath $(LUA_TESTS))/tree $(PYTEST) bindings/lua/tests
