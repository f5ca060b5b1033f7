# The pages as a site: mkdocs with its Material theme, at fixed versions. A broken link or anchor fails the build.

.PHONY: site

SITE_VENV := build/site-venv
SITE := build/site
# Links and anchors are a test, too.
LANGUAGE_SETUP += $(SITE_VENV)/.installed

$(SITE_VENV)/.installed: $(PINS)/site.txt | build/.setup-build
	python3 -m venv --clear $(SITE_VENV)
	$(SITE_VENV)/bin/python $(PIP_INSTALL) -r $<
	@touch $@

site: $(SITE_VENV)/.installed ## the pages and the header's reference as a web site, in build/site
	@python3 -m tools.site.stage build/site-pages
	@NO_MKDOCS_2_WARNING=1 $(SITE_VENV)/bin/mkdocs build -q --strict --clean -f tools/site/mkdocs.yml
	@python3 tools/site/check.py $(SITE)
	@echo 'open $(SITE)/index.html'
