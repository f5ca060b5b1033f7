"""Decides how the ABI is written down: the header's numbers as a list, and its functions with their types as libabigail
sees them.

A Swift library has no C types in its debug information. So a library of empty functions is compiled from the header
alone, with the real one's SONAME and version script, and abidw describes that: what a C compiler makes of the header is
what a program is built against.

    python -m Project.abi      in Tests: brings Tests/CABI/released up to the header, for a release
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from .header import CONSTANTS, TEXT, functions
from .places import ROOT

RELEASED = ROOT / "Tests/CABI/released"
NUMBERS = RELEASED / "numbers.txt"
DESCRIPTION = RELEASED / "libmpmeter.so.1.abi"
# The same description at any place and with any compiler: what is left is functions and types.
OPTIONS = [
    "--no-corpus-path",
    "--no-comp-dir-path",
    "--no-show-locs",
    "--no-architecture",
    "--no-elf-needed",
    "--type-id-style",
    "hash",
]


def skeleton(folder: Path, header: str) -> Path:
    """A library that has the functions of this header, with their types and no content."""
    (folder / "mpmeter.h").write_text(header)
    bodies = "".join(
        f"{f.result} {f.name}({f.parameters}) {{ {'' if f.result == 'void' else 'return 0; '}}}\n"
        for f in functions(header)
    )
    (folder / "skeleton.c").write_text(f"#include <mpmeter.h>\n{bodies}")
    library = folder / "libmpmeter.so.1"
    flags = [
        "-std=c11",
        "-g",
        "-fPIC",
        "-shared",
        "-Wl,-soname,libmpmeter.so.1",
        f"-Wl,--version-script={ROOT / 'tools/exports.map'}",
    ]
    subprocess.run(["gcc", *flags, "-I", folder, folder / "skeleton.c", "-o", library], check=True)
    return library


def describe(library: Path) -> str:
    """libabigail's description of a library."""
    return subprocess.run(["abidw", *OPTIONS, str(library)], capture_output=True, text=True, check=True).stdout


def numbers() -> dict[str, tuple[int, str]]:
    """Every constant that was ever released: its number, and whether it is `used` or `retired`."""
    lines = [line.split() for line in NUMBERS.read_text().splitlines() if line and not line.startswith("#")]
    assert len({name for name, _, _ in lines}) == len(lines), "a name that stands twice"
    return {name: (int(number), state) for name, number, state in lines}


def update() -> None:
    """Adds what is new. A line that is there is never changed: a retired constant is marked by hand."""
    with NUMBERS.open("a") as file:
        for name, number in CONSTANTS.items():
            if name not in numbers():
                file.write(f"{name} {number} used\n")
                print(f"{NUMBERS.name}: {name} {number}")
    with tempfile.TemporaryDirectory() as folder:
        DESCRIPTION.write_text(describe(skeleton(Path(folder), TEXT)))
    print(f"{DESCRIPTION.name}: {len(functions(TEXT))} functions")


if __name__ == "__main__":
    sys.exit(update())
