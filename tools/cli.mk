# How build/bin/mpmeter is made: C over the public header alone, and jansson for its JSON. One static file, with
# libmpmeter.a in it: it needs nothing of the place where it runs, and no LD_LIBRARY_PATH or LD_PRELOAD gets another
# library into it.

CLI := $(OUT)/bin/mpmeter
CLI_OBJECTS := $(patsubst Sources/CLI/%.c,$(OUT)/obj/cli/%.o,$(wildcard Sources/CLI/*.c))
CLI_FLAGS := -std=c99 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion -Werror -Iinclude

ifeq ($(LINK),system)
CLI_JANSSON = $(shell pkg-config --libs jansson)
else
CLI_FLAGS += -I$(DEPS)/include
CLI_JANSSON = $(DEPS)/lib/libjansson.a
endif

$(OUT)/obj/cli/%.o: Sources/CLI/%.c $(wildcard Sources/CLI/*.h) include/mpmeter.h $(LIBRARY_NEEDS) tools/cli.mk \
    tools/library.mk
	@mkdir -p $(@D)
	$(TARGET_CC) $(CLI_FLAGS) $(CFLAGS) $(SAME_PATHS) -c $< -o $@

HARDENED := -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack

ifeq ($(LINK),system)
# Shared libraries cannot be in it. An RPATH comes before LD_LIBRARY_PATH, as a RUNPATH would not.
$(CLI): $(CLI_OBJECTS) $(LIBRARY)
	@mkdir -p $(@D)
	$(TARGET_CC) $(CFLAGS) $(HARDENED) -o $@ $(CLI_OBJECTS) -L$(OUT)/lib -lmpmeter $(CLI_JANSSON) -pthread \
	    -Wl,--disable-new-dtags -Wl,-rpath,'$$ORIGIN/../lib'
else
$(CLI): $(CLI_OBJECTS) $(ARCHIVE)
	@mkdir -p $(@D)
	$(TARGET_CC) $(CFLAGS) -static $(HARDENED) -Wl,--gc-sections -o $@.new $(CLI_OBJECTS) $(ARCHIVE) $(CLI_JANSSON) \
	    -pthread
	$(OBJCOPY) --strip-all $@.new
	@mv $@.new $@
endif

# The same over the shared library, for tests that look at how that one behaves in a process.
SHARED_CLI := $(OUT)/tests/bin/mpmeter
$(SHARED_CLI): $(CLI_OBJECTS) $(LIBRARY)
	@mkdir -p $(@D)
	$(TARGET_CC) $(CFLAGS) -o $@ $(CLI_OBJECTS) -L$(OUT)/lib -lmpmeter $(CLI_JANSSON) -pthread \
	    -Wl,-rpath,'$$ORIGIN/../../lib'
