"""The product against its sandbox, as a specification. README.md says where to find what."""
