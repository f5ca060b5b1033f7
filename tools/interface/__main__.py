"""Decides when what is generated is written, and when it is only compared. Every emit_*.py beside this file is run.

python3 -m tools.interface            writes each file that differs, and names it
python3 -m tools.interface --check    writes none; exit status 1 if one differs
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import sys
from pathlib import Path

from .model import ROOT, Model, load
from .output import Block, File

HERE = Path(__file__).resolve().parent


def outputs(model: Model) -> list[File | Block]:
    """What every emitter makes of it."""
    found: list[File | Block] = []
    for path in sorted(HERE.glob("emit_*.py")):
        found += importlib.import_module(f"{__package__}.{path.stem}").emit(model)
    return found


def texts(made: list[File | Block], root: Path = ROOT) -> dict[str, str]:
    """The files as they should be: several blocks may be in one."""
    found: dict[str, str] = {}
    for output in made:
        if isinstance(output, Block) and output.path in found:
            found[output.path] = output.within(found[output.path])
        else:
            found[output.path] = output.apply(root)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools.interface", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only")
    arguments = parser.parse_args()
    differing = 0
    for name, text in texts(outputs(load())).items():
        path = ROOT / name
        present = path.read_text() if path.exists() else ""
        if text == present:
            continue
        differing += 1
        if arguments.check:
            sys.stderr.writelines(
                difflib.unified_diff(present.splitlines(True), text.splitlines(True), name, "generated")
            )
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(name)
    if arguments.check and differing:
        print("generated files differ from the description; `make generate` writes them", file=sys.stderr)
    return int(arguments.check and differing > 0)


if __name__ == "__main__":
    sys.exit(main())
