# How build/bin/mpmeter is made: C over the public header alone, and jansson for its JSON.

CLI := build/bin/mpmeter
CLI_OBJECTS := $(patsubst Sources/CLI/%.c,build/obj/cli/%.o,$(wildcard Sources/CLI/*.c))
CLI_FLAGS := -std=c99 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion -Werror -Iinclude

ifeq ($(LINK),system)
CLI_JANSSON = $(shell pkg-config --cflags --libs jansson)
else
CLI_JANSSON = -I$(DEPS)/include $(DEPS)/lib/libjansson.a
endif

build/obj/cli/%.o: Sources/CLI/%.c $(wildcard Sources/CLI/*.h) include/mpmeter.h $(LIBRARY_NEEDS)
	@mkdir -p $(@D)
	$(CC) $(CLI_FLAGS) $(CFLAGS) -I$(DEPS)/include -c $< -o $@

# Finds the library beside it (build/lib, or PREFIX/lib once installed).
$(CLI): $(CLI_OBJECTS) $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $(CLI_OBJECTS) -Lbuild/lib -lmpmeter $(CLI_JANSSON) -pthread -Wl,-rpath,'$$ORIGIN/../lib'
