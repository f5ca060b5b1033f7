"""The promises of the build and of the tree. README.md says which."""
