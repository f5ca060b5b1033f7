# build/lib/libmpmeter.a, which a C or Go program links to be one file, and its installation.

.PHONY: static install-static

ARCHIVE := $(OUT)/lib/libmpmeter.a
bracket := (
FUNCTIONS = $(shell sed -n 's/^MPMETER_API.*[ *]\(mpmeter_[a-z_]*\)$(bracket).*/\1/p' include/mpmeter.h)

static: $(ARCHIVE) ## libmpmeter.a: everything but libc in one object, of which only mpmeter_* can be seen

# All that goes into the shared library becomes one object, from which whatever no function of the header needs is left
# out. --wrap works at this link, so the host guard stands between the libraries inside and the program's libc just as
# in the shared library. Then every other name is made local: a program may carry an OpenSSL or libcurl of its own.
$(ARCHIVE): $(SWIFT_ARCHIVE) $(OUT)/obj/host_guard.o $(FLOOR_OBJECTS) include/mpmeter.h tools/archive.mk
ifeq ($(LINK),system)
	@echo "LINK=system has shared libraries inside; an archive of it cannot be made" >&2; exit 1
endif
	@mkdir -p $(@D)
	@echo '$(TARGET_LD) -r … -o $@'
	@$(TARGET_LD) -r -d --force-group-allocation --gc-sections $(addprefix -u ,$(FUNCTIONS)) \
	    $(addprefix --wrap=,$(GUARDED)) -o $@.whole.o \
	    --whole-archive $< --no-whole-archive $(OUT)/obj/host_guard.o $(FLOOR_OBJECTS) $(C_LIBRARIES) $(UNICODE_TABLES)
	$(OBJCOPY) --wildcard --keep-global-symbol='mpmeter_*' --strip-debug $@.whole.o $@.o
	@$(NM) -g --defined-only $@.o | awk '$$3 !~ /^mpmeter_/ { print "not local: " $$3; bad = 1 } { n++ } \
	    END { if (n != $(words $(FUNCTIONS))) { print n " symbols, $(words $(FUNCTIONS)) in the header"; \
	    bad = 1 } exit bad }' >&2
	rm -f $@ $@.whole.o
	$(AR) rcsD $@ $@.o
	rm $@.o

install-static: static ## libmpmeter.a and mpmeter-static.pc under PREFIX, beside what `make install` put there
	$(call install-archive,$(INSTALL_ROOT))

# install-archive ROOT; the prefix is relative to the file, so that it may be moved
define install-archive
install -d $(1)/lib/pkgconfig
install -m 644 $(ARCHIVE) $(1)/lib/libmpmeter.a
printf '%s\n' 'prefix=$${pcfiledir}/../..' 'includedir=$${prefix}/include' 'libdir=$${prefix}/lib' '' \
    'Name: mpmeter-static' \
    'Description: libmpmeter as an archive that needs nothing but libc' 'Version: $(VERSION)' \
    'Cflags: -I$${includedir}' \
    'Libs: $${libdir}/libmpmeter.a -pthread' > $(1)/lib/pkgconfig/mpmeter-static.pc
endef
