# What is generated from the one description of the interface: tools/interface/README.md. It is committed, and a test compares it.

.PHONY: generate

generate: ## write anew what comes from the one description: statuses, functions, options
	@python3 -m tools.interface
