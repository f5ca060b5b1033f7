"""The one description of the interface, and what writes every table of it. `python3 -m tools.interface` from the root:
README.md."""
