# The deployment examples, the guides and the manual page: their checks.

DEPLOY_CHECKS := build/.deploy-checks
# The second one has HashiCorp's own formatter, in Go.
DEPLOY_PACKAGES := mandoc golang-github-hashicorp-hcl-v2-dev

.PHONY: sandbox test-deploy deploy-chroot

sandbox: $(SANDBOX) ## the stand-in for AWS: build/venv/bin/mpmeter-sandbox

$(DEPLOY_CHECKS): $(PINS)/deploy.txt tools/deploy.mk | $(SANDBOX) build/.setup-test
	$(call install-packages,$(DEPLOY_PACKAGES))
	$(PYTHON) $(PIP_INSTALL) -r $(PINS)/deploy.txt
	@touch $@

test-deploy: all $(DEPLOY_CHECKS) $(GO_ROOT)/.installed ## the deployment examples, the guides, the manual page
	$(PYTEST) -n 2 --dist loadfile Tests/Deploy

deploy-chroot: all $(DEPLOY_CHECKS) ## the Debian and distroless images, from a Debian 12 of their own (mmdebstrap)
	$(call install-packages,mmdebstrap)
	MPMETER_DEPLOY_BASE=debootstrap $(PYTEST) Tests/Deploy/test_image_builds.py
