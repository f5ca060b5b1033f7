# The Java binding: the jar with its native library, its tests, and its driver of the conformance table.

.PHONY: java test-java conformance-java

JAVA_PACKAGES := openjdk-17-jdk-headless junit5 libgoogle-gson-java
# Debian 12's JDK; another one is used with JDK=/path/to/one, 17 or later.
JDK ?= $(firstword $(wildcard /usr/lib/jvm/java-17-openjdk-*))
JAVA_OUT := build/java
JAVA_JAR := build/packages/mpmeter-$(VERSION).jar
JAVA_SOURCES := $(wildcard bindings/java/src/main/java/*.java bindings/java/src/main/java/io/github/libmpmeter/*.java)
JNI_SOURCES := $(wildcard bindings/java/src/main/c/*.c)
JNI_FLAGS = -std=c11 -O2 -fPIC -fvisibility=hidden -Wall -Wextra -Wpedantic -Werror -Iinclude -I$(JDK)/include \
    -I$(JDK)/include/linux
JAVA_LIBRARY := $(OUT)/jni/libmpmeterjni.so
# The same bytes every time.
JAVA_ARCHIVE = $(JDK)/bin/jar --create --date=1980-01-02T00:00:00Z --file

LANGUAGE_SETUP += build/.setup-java
build/.setup-java: tools/java.mk | build/.setup-build
	$(call install-packages,$(JAVA_PACKAGES))
	@touch $@

# ---- Packages ------------------------------------------------------------------------------------------------------

# All of the library stays hidden, so that it never meets an OpenSSL or libcurl of the process. It is never unloaded.
$(JAVA_LIBRARY): $(JNI_SOURCES) $(wildcard bindings/java/src/main/c/*.h) include/mpmeter.h $(ARCHIVE) $(FLOOR_NEEDS) \
    build/.setup-java
	@mkdir -p $(@D)
	$(TARGET_CC) $(JNI_FLAGS) -shared -s -o $@ $(JNI_SOURCES) $(ARCHIVE) $(FLOOR_FLAGS) -lm -pthread \
	    -Wl,--gc-sections,--exclude-libs,ALL,-z,nodelete,-z,relro,-z,now,-z,defs

$(JAVA_OUT)/.compiled: $(JAVA_SOURCES) build/.setup-java
	@rm -rf $(JAVA_OUT)/classes && mkdir -p $(JAVA_OUT)/classes
	@echo "javac bindings/java/src/main/java"
	@$(JDK)/bin/javac --release 11 -Xlint:all -Xdoclint:all/protected -Werror -d $(JAVA_OUT)/classes $(JAVA_SOURCES)
	@touch $@

$(JAVA_JAR): $(JAVA_OUT)/.compiled $(JAVA_LIBRARY) $(BUILT_ARCHIVES) bindings/java/pom.xml $(ALL_LICENCES) \
    $(SBOM)
	@mkdir -p $(@D) $(JAVA_OUT)/javadoc
	@rm -rf $(JAVA_OUT)/classes/META-INF $(JAVA_OUT)/classes/io/github/libmpmeter/native
	@mkdir -p $(JAVA_OUT)/classes/META-INF/maven/io.github.libmpmeter/mpmeter
	@set -e; native=$(JAVA_OUT)/classes/io/github/libmpmeter/native; \
	install -D -m 644 $(JAVA_LIBRARY) $$native/$(HOST_TARGET)/libmpmeterjni.so; \
	for target in $(BUILT_TARGETS); do \
	    $(MAKE) --no-print-directory -s TARGET=$$target build/targets/$$target/jni/libmpmeterjni.so; \
	    install -D -m 644 build/targets/$$target/jni/libmpmeterjni.so $$native/$$target/libmpmeterjni.so; \
	done
	cp $(LICENCE_FOLDER)/* $(JAVA_OUT)/classes/META-INF/
	$(call copy-sboms,$(JAVA_OUT)/classes/META-INF/sbom)
	cp bindings/java/pom.xml $(JAVA_OUT)/classes/META-INF/maven/io.github.libmpmeter/mpmeter/
	cp bindings/java/pom.xml build/packages/mpmeter-$(VERSION).pom
	@echo "javadoc bindings/java/src/main/java"
	@$(JDK)/bin/javadoc -quiet -Xdoclint:all,-missing -Werror -notimestamp -d $(JAVA_OUT)/javadoc $(JAVA_SOURCES)
	$(JAVA_ARCHIVE) build/packages/mpmeter-$(VERSION)-javadoc.jar -C $(JAVA_OUT)/javadoc . LICENSE NOTICE
	$(JAVA_ARCHIVE) build/packages/mpmeter-$(VERSION)-sources.jar -C bindings/java/src/main/java . \
	    LICENSE NOTICE
	$(JAVA_ARCHIVE) $@ --module-version $(VERSION) -C $(JAVA_OUT)/classes .

java: $(JAVA_JAR) ## the Java jar, with its sources, documentation and POM, in build/packages
	@ls -l build/packages/mpmeter-$(VERSION)*.jar build/packages/mpmeter-$(VERSION).pom

# ---- Tests ---------------------------------------------------------------------------------------------------------

JUNIT := $(subst $(eval) ,:,$(addprefix /usr/share/java/,junit-platform-console.jar junit-platform-launcher.jar \
    junit-platform-engine.jar junit-platform-commons.jar junit-platform-reporting.jar junit-jupiter-api.jar \
    junit-jupiter-engine.jar junit-jupiter-params.jar opentest4j.jar opentest4j-reporting-events.jar \
    opentest4j-reporting-schema.jar apiguardian-api.jar picocli.jar))
JAVA_TESTS := $(JAVA_OUT)/tests
JAVA_DRIVER := $(JAVA_OUT)/conformance/java-driver

CONFORMANCE_DRIVERS += java=$(JAVA_DRIVER)
conformance: conformance-java
conformance-java: $(JAVA_DRIVER) ## the Java driver of the conformance table

$(JAVA_DRIVER): $(wildcard bindings/java/src/conformance/java/*.java) $(JAVA_JAR)
	@mkdir -p $(@D)
	@echo "javac bindings/java/src/conformance/java"
	@$(JDK)/bin/javac --release 11 -Xlint:all -Werror -cp $(JAVA_JAR):/usr/share/java/gson.jar -d $(@D) \
	    $(filter %.java,$^)
	@printf '#!/bin/sh\nexec %s -Xshare:auto -XX:TieredStopAtLevel=1 -cp %s Conformance "$$@"\n' $(JDK)/bin/java \
	    $(abspath $(@D)):$(abspath $(JAVA_JAR)):/usr/share/java/gson.jar > $@
	@chmod +x $@

$(JAVA_TESTS)/.compiled: $(wildcard bindings/java/src/test/java/io/github/libmpmeter/*.java) $(JAVA_JAR)
	@rm -rf $(JAVA_TESTS) && mkdir -p $(JAVA_TESTS)/classes
	@echo "javac bindings/java/src/test/java"
	@$(JDK)/bin/javac --release 11 -Xlint:all,-path,-try -Werror -cp $(JAVA_JAR):$(JUNIT) -d $(JAVA_TESTS)/classes \
	    $(filter %.java,$^)
	@touch $@

# A JVM cannot change its environment, so the tests of each sandbox run in a JVM that was started in it. JNI is checked,
# which prints what it finds.
# junit TAG,SANDBOX ARGUMENTS (none: without one)
define junit
@echo 'junit: $(1)'
@$(if $(2),$(SANDBOX) run $(2) --) $(JDK)/bin/java -Xcheck:jni -Xms128m -Xmx128m -XX:+AlwaysPreTouch \
    -Dmpmeter.version=$(VERSION) -Dmpmeter.key=$(CURDIR)/examples/java/public-key.pem \
    -Dmpmeter.library=$(abspath $(JAVA_LIBRARY)) -Dmpmeter.sandbox=$(abspath $(SANDBOX)) \
    -cp $(JAVA_TESTS)/classes:$(abspath $(JAVA_JAR)):$(JUNIT) org.junit.platform.console.ConsoleLauncher \
    --disable-banner --select-package io.github.libmpmeter --include-tag $(1) --fail-if-no-tests --details=tree \
    --disable-ansi-colors \
    > $(JAVA_TESTS)/$(1).log 2>&1 || { cat $(JAVA_TESTS)/$(1).log; exit 1; }
@! grep -A 5 -E '^(WARNING|FATAL|\*\*\*).*(JNI|native|handles)' $(JAVA_TESTS)/$(1).log
@grep -E '^\[ +[0-9]+ tests (successful|failed)' $(JAVA_TESTS)/$(1).log
endef

test-java: $(JAVA_TESTS)/.compiled $(SANDBOX) build/.setup-test ## the Java binding, with JNI checked; the example
	$(call junit,offline)
	$(call junit,ecs-ec2,--scenario ecs-ec2)
	$(call junit,hang,--scenario ecs-fargate --fault hang)
	$(call junit,metering,--scenario eks-irsa)
	$(call junit,not-entitled,--scenario eks-irsa --fault not-entitled)
	@PATH="$(JDK)/bin:$$PATH" MPMETER_SANDBOX=$(abspath $(SANDBOX)) JAR=$(abspath $(JAVA_JAR)) \
	    bindings/java/src/test/check_example.sh
