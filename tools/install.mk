# Installation: header, library, pkg-config and CMake files, the command line. Honours PREFIX and DESTDIR.

.PHONY: install uninstall
INSTALL_ROOT = $(DESTDIR)$(PREFIX)

install: all ## header, library, mpmeter.pc, CMake package and CLI under PREFIX
	install -d $(INSTALL_ROOT)/include $(INSTALL_ROOT)/lib/pkgconfig $(INSTALL_ROOT)/lib/cmake/mpmeter $(INSTALL_ROOT)/bin
	install -m 644 include/mpmeter.h $(INSTALL_ROOT)/include/mpmeter.h
	install -m 755 $(LIBRARY) $(INSTALL_ROOT)/lib/libmpmeter.so.1
	ln -sf libmpmeter.so.1 $(INSTALL_ROOT)/lib/libmpmeter.so
	install -m 755 $(CLI) $(INSTALL_ROOT)/bin/mpmeter
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' tools/packaging/mpmeter.pc.in > $(INSTALL_ROOT)/lib/pkgconfig/mpmeter.pc
	sed -e 's|@VERSION@|$(VERSION)|' tools/packaging/mpmeter-config-version.cmake.in > $(INSTALL_ROOT)/lib/cmake/mpmeter/mpmeter-config-version.cmake
	install -m 644 tools/packaging/mpmeter-config.cmake $(INSTALL_ROOT)/lib/cmake/mpmeter/mpmeter-config.cmake

uninstall: ## removes what `make install` put there
	rm -f $(INSTALL_ROOT)/include/mpmeter.h $(INSTALL_ROOT)/lib/libmpmeter.so $(INSTALL_ROOT)/lib/libmpmeter.so.1 \
	    $(INSTALL_ROOT)/lib/pkgconfig/mpmeter.pc $(INSTALL_ROOT)/bin/mpmeter
	rm -rf $(INSTALL_ROOT)/lib/cmake/mpmeter
