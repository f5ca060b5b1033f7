"""Writes the vector files: JSON in ASCII, one stable form, so that a second run gives the same bytes."""

import json
import pathlib
import sys


def folder(name):
    """The folder `name` inside the one that the command line gives."""
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} VECTORS-FOLDER")
    path = pathlib.Path(sys.argv[1]) / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def write(path, cases):
    """Writes a list of cases and says how many; a name that is used twice is an error."""
    names = [case["name"] for case in cases]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        sys.exit(f"{path.name}: names used twice: {twice}")
    path.write_text(json.dumps(cases, indent=1, ensure_ascii=True) + "\n", encoding="ascii")
    print(f"{path.parent.name}/{path.name}: {len(cases)} cases")
