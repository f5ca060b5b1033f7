# How build/bin/mpmeter is made: C over the public header alone, and jansson for its JSON.

CLI := $(OUT)/bin/mpmeter
CLI_OBJECTS := $(patsubst Sources/CLI/%.c,$(OUT)/obj/cli/%.o,$(wildcard Sources/CLI/*.c))
CLI_FLAGS := -std=c99 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion -Werror -Iinclude

ifeq ($(LINK),system)
CLI_JANSSON = $(shell pkg-config --libs jansson)
else
CLI_FLAGS += -I$(DEPS)/include
CLI_JANSSON = $(DEPS)/lib/libjansson.a
endif

$(OUT)/obj/cli/%.o: Sources/CLI/%.c $(wildcard Sources/CLI/*.h) include/mpmeter.h $(LIBRARY_NEEDS) tools/cli.mk tools/library.mk
	@mkdir -p $(@D)
	$(CC) $(CLI_FLAGS) $(CFLAGS) $(SAME_PATHS) -c $< -o $@

# Finds the library beside it (build/lib, or PREFIX/lib once installed).
$(CLI): $(CLI_OBJECTS) $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $(CLI_OBJECTS) -L$(OUT)/lib -lmpmeter $(CLI_JANSSON) -pthread -Wl,-rpath,'$$ORIGIN/../lib'
