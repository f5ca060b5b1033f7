"""The deployment examples, the guides and the manual page. README.md says which file holds what."""
