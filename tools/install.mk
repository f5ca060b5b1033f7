# Installation: headers, library, pkg-config and CMake files, the command line and its manual page, licences. Honours
# PREFIX and DESTDIR. What is installed finds its parts by where it lies, so the whole may be moved.

.PHONY: install uninstall
INSTALL_ROOT = $(DESTDIR)$(PREFIX)
# Beside those of the C libraries: what every build has inside. `DESTDIR` may have spaces.
define install-licences
	install -m 644 $(SWIFT_RESOURCES)/../../share/swift/LICENSE.txt '$(1)/LICENSE.swift'
	install -m 644 /usr/share/doc/gcc-$(shell $(CC) -dumpversion)-base/copyright '$(1)/COPYRIGHT.gcc'
	install -m 644 /usr/share/common-licenses/GPL-3 '$(1)/COPYING.GPL-3'
	install -m 644 /usr/share/common-licenses/MPL-2.0 '$(1)/LICENSE.MPL-2.0'
	$(if $(filter gnu,$(LIBC)),install -m 644 /usr/share/doc/libc6/copyright '$(1)/COPYRIGHT.glibc')
	$(if $(filter gnu,$(LIBC)),install -m 644 /usr/share/common-licenses/LGPL-2.1 '$(1)/COPYING.LGPL-2.1')
endef
LICENCES = LICENSE NOTICE $(SBOM) $(if $(filter system,$(LINK)),,$(wildcard $(DEPS)/COPYING.* $(DEPS)/LICENSE.* \
    $(DEPS)/versions.txt))
INSTALL_FOLDERS := include lib/pkgconfig lib/cmake/mpmeter bin share/doc/mpmeter share/man/man1

install: all ## headers, library, mpmeter.pc, CMake package and CLI under PREFIX
	umask 022 && mkdir -p $(foreach folder,$(INSTALL_FOLDERS),'$(INSTALL_ROOT)/$(folder)')
	install -m 644 include/mpmeter.h include/mpmeter.ffi.h bindings/cpp/mpmeter.hpp '$(INSTALL_ROOT)/include'
	install -m 755 $(LIBRARY) '$(INSTALL_ROOT)/lib/libmpmeter.so.1'
	ln -sf libmpmeter.so.1 '$(INSTALL_ROOT)/lib/libmpmeter.so'
	install -m 755 $(CLI) '$(INSTALL_ROOT)/bin/mpmeter'
	sed -e 's|@VERSION@|$(VERSION)|' tools/packaging/mpmeter.pc.in > '$(INSTALL_ROOT)/lib/pkgconfig/mpmeter.pc'
	sed -e 's|@VERSION@|$(VERSION)|' tools/packaging/mpmeter-config-version.cmake.in \
	    > '$(INSTALL_ROOT)/lib/cmake/mpmeter/mpmeter-config-version.cmake'
	install -m 644 tools/packaging/mpmeter-config.cmake '$(INSTALL_ROOT)/lib/cmake/mpmeter/mpmeter-config.cmake'
	chmod 644 '$(INSTALL_ROOT)/lib/pkgconfig/mpmeter.pc' \
	    '$(INSTALL_ROOT)/lib/cmake/mpmeter/mpmeter-config-version.cmake'
	install -m 644 docs/mpmeter.1 '$(INSTALL_ROOT)/share/man/man1/mpmeter.1'
	install -m 644 $(LICENCES) '$(INSTALL_ROOT)/share/doc/mpmeter'
	$(call install-licences,$(INSTALL_ROOT)/share/doc/mpmeter)

uninstall: ## removes what `make install` and `make install-static` put there
	rm -f '$(INSTALL_ROOT)/include/mpmeter.h' '$(INSTALL_ROOT)/include/mpmeter.ffi.h' \
	    '$(INSTALL_ROOT)/include/mpmeter.hpp' '$(INSTALL_ROOT)/lib/libmpmeter.so' \
	    '$(INSTALL_ROOT)/lib/libmpmeter.so.1' '$(INSTALL_ROOT)/lib/libmpmeter.a' \
	    '$(INSTALL_ROOT)/lib/pkgconfig/mpmeter.pc' \
	    '$(INSTALL_ROOT)/lib/pkgconfig/mpmeter-static.pc' '$(INSTALL_ROOT)/bin/mpmeter' \
	    '$(INSTALL_ROOT)/share/man/man1/mpmeter.1'
	rm -rf '$(INSTALL_ROOT)/lib/cmake/mpmeter' '$(INSTALL_ROOT)/share/doc/mpmeter'
