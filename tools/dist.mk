# What a vendor downloads, in build/dist: for each target an archive, a wheel, and the debug information beside; the
# packages of the other languages, with the library of every target inside; and the sandbox, as a wheel. The same
# sources give the same bytes.

DIST := build/dist
# No file in an archive is older; zip knows nothing before it.
DIST_EPOCH := 315532800
DIST_NAME := libmpmeter-$(VERSION)-$(TARGET)
DIST_STAGE := $(OUT)/stage/$(DIST_NAME)
DIST_TAR := tar --sort=name --mtime=@$(DIST_EPOCH) --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX
DIST_NEEDS := $(if $(GLIBC_FLOOR),glibc $(GLIBC_FLOOR) or later,musl 1.2 or later)

.PHONY: dist dist-tree dist-target dist-packages dist-licences

dist: ## everything that a vendor downloads, for every target: archives, wheels, packages, checksums, in build/dist
	@rm -rf $(DIST)
	@set -e; for target in $(TARGETS); do \
	    echo "== $$target"; $(MAKE) --no-print-directory TARGET=$$target dist-target; \
	done
	@$(MAKE) --no-print-directory dist-packages
	@$(MAKE) --no-print-directory -s WHEELS=$(DIST) sandbox-wheel-file
	@cd $(DIST) && sha256sum * > SHA256SUMS.new && mv SHA256SUMS.new SHA256SUMS && cat SHA256SUMS

# ---- Licences --------------------------------------------------------------------------------------------------------

# Of the library's parts, those of the C library and of the compiler are what every program gets at its start.
dist-licences: $(ALL_LICENCES)
$(ALL_LICENCES): LICENSE NOTICE tools/dist.mk $(LIBRARY_NEEDS) $(MUSL)/gcc
	@rm -rf $(LICENCE_FOLDER) && mkdir -p $(LICENCE_FOLDER)
	cp NOTICE $(wildcard $(DEPS)/COPYING.* $(DEPS)/LICENSE.*) $(LICENCE_FOLDER)/
	cp $(MUSL)/COPYRIGHT $(LICENCE_FOLDER)/COPYRIGHT.musl
	$(call install-licences,$(LICENCE_FOLDER))
	@cp LICENSE $@

# ---- The archive -----------------------------------------------------------------------------------------------------

# The static command line is linked with musl's libc on either libc, so that it is the same file, and its licence MIT.
DIST_CLI := build/targets/$(MACHINE)-linux-musl/bin/mpmeter

# The tree of the archive, with this target's own command line.
dist-tree: all static
	@$(MAKE) --no-print-directory -s TARGET=$(TARGET) dist-licences
	@rm -rf $(DIST_STAGE) && mkdir -p $(DIST_STAGE)
	@$(MAKE) --no-print-directory -s TARGET=$(TARGET) install install-static PREFIX=$(abspath $(DIST_STAGE)) DESTDIR=
	@rm -rf $(DIST_STAGE)/share/doc && mkdir -p $(DIST_STAGE)/share/licenses && cp \
	    -r $(LICENCE_FOLDER) $(DIST_STAGE)/share/licenses/libmpmeter
	@cp $(SBOM) $(DIST_STAGE)/libmpmeter.cdx.json && cp $(SBOM) $(DIST_STAGE)/mpmeter.cdx.json
	@sed -e 's|@VERSION@|$(VERSION)|; s|@TARGET@|$(TARGET)|; s|@NEEDS@|$(DIST_NEEDS)|' tools/packaging/README.in > \
	    $(DIST_STAGE)/README

dist-target: dist-tree
	@$(if $(filter gnu,$(LIBC)),$(MAKE) --no-print-directory TARGET=$(MACHINE)-linux-musl all)
	@install -m 755 $(DIST_CLI) $(DIST_STAGE)/bin/mpmeter
	@cp $(DIST_CLI:bin/mpmeter=lib/libmpmeter.cdx.json) $(DIST_STAGE)/mpmeter.cdx.json
	@mkdir -p $(DIST)
	$(DIST_TAR) -C $(OUT)/stage -cf - $(DIST_NAME) | gzip -9n > $(DIST)/$(DIST_NAME).tar.gz
	@build=$$(readelf -nW $(LIBRARY) | sed -n 's/.*Build ID: \(..\)\(.*\)/\1 \2/p') && set -- $$build && \
	    debug=$(OUT)/stage/debug/.build-id/$$1 && \
	    rm -rf $(OUT)/stage/debug && mkdir -p $$debug && cp $(LIBRARY).debug $$debug/$$2.debug
	$(DIST_TAR) -C $(OUT)/stage/debug -cf - .build-id | xz -6 -T1 > $(DIST)/$(DIST_NAME)-debug.tar.xz
	@$(MAKE) --no-print-directory -s TARGET=$(TARGET) WHEELS=$(DIST) WHEEL_PLATFORM=$(WHEEL_PLATFORM) wheel-file

# ---- The packages ----------------------------------------------------------------------------------------------------

DIST_PACKAGES = $(addprefix build/packages/,mpmeter-sys-$(VERSION).crate mpmeter-$(VERSION).crate \
    mpmeter-$(VERSION).tgz \
    $(addprefix mpmeter-$(VERSION),.jar -sources.jar -javadoc.jar .pom) libmpmeter-mpmeter-$(VERSION).zip \
    mpmeter-$(VERSION)-1.src.rock $(addsuffix .gem,$(addprefix mpmeter-$(VERSION)-,$(TARGETS:-gnu=))))

dist-packages:
	@$(MAKE) --no-print-directory -s node-targets ruby-targets
	@$(MAKE) --no-print-directory -s rust java php lua > /dev/null
	cp $(DIST_PACKAGES) $(DIST)/
