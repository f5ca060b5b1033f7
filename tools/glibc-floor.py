#!/usr/bin/env python3
"""Makes what a library is linked with so that an old glibc can load it: stand-ins for that glibc's own libraries.

    glibc-floor.py FLOOR FOLDER COMPILER [ARGUMENT...]

glibc keeps every version that a symbol ever had, so the compiler's own glibc says what an older one offered: of each
symbol the newest version that is not newer than FLOOR. What moved into libc.so.6 with 2.34 stands in libpthread.so.0
and libdl.so.2, where it was. A symbol that FLOOR does not have is in none of them, and a library that needs it does not
link.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

# Of what moved with 2.34, what was in libdl; the rest was in libpthread.
LIBDL = {"dladdr", "dladdr1", "dlclose", "dlerror", "dlinfo", "dlmopen", "dlopen", "dlsym", "dlvsym"}
MOVED_WITH = defaultdict(lambda: "2.34", pthread_sigmask="2.32")


class Symbol(NamedTuple):
    name: str
    version: str
    kind: str
    size: int
    address: str


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def offered(library: Path, floor: str) -> tuple[list[Symbol], set[str]]:
    """What the library had at `floor`, and the names of which it has a version of the release that moved them."""
    found: dict[str, list[Symbol]] = defaultdict(list)
    listing = subprocess.run(
        ["readelf", "--dyn-syms", "-W", library], capture_output=True, text=True, check=True
    ).stdout
    for line in listing.splitlines():
        words = line.split()
        match = re.fullmatch(r"([\w.]+)@@?GLIBC_([0-9.]+)", words[7]) if len(words) >= 8 else None
        if match is not None and words[6] != "UND" and words[4] in ("GLOBAL", "WEAK"):
            found[match[1]].append(Symbol(match[1], match[2], words[3], int(words[2], 0), words[1]))
    moved = {
        name for name, all_versions in found.items() if MOVED_WITH[name] in {symbol.version for symbol in all_versions}
    }
    old = (
        [symbol for symbol in all_versions if number(symbol.version) <= number(floor)]
        for all_versions in found.values()
    )
    return [max(symbols, key=lambda symbol: number(symbol.version)) for symbols in old if symbols], moved


def assembly(symbols: list[Symbol]) -> str:
    lines = [".text"]
    places: dict[str, list[Symbol]] = defaultdict(list)
    for symbol in symbols:
        name = symbol.name
        if symbol.kind == "OBJECT":
            places[symbol.address].append(symbol)
        elif symbol.kind == "TLS":
            lines += [
                '.section .tbss,"awT",%nobits',
                f".globl {name}",
                f".type {name}, %tls_object",
                f".size {name}, 8",
                f"{name}: .skip 8",
                ".text",
            ]
        else:
            lines += [f".globl {name}", f".type {name}, %function", f"{name}: .skip 8"]
    lines.append(".bss")
    # The names of one variable (environ, __environ, _environ) stay that: a program that copies it has to copy it for
    # all of them.
    for names in places.values():
        size = max(symbol.size for symbol in names) or 1
        lines.append(".balign 16")
        for symbol in names:
            binding = ".weak" if symbol.name in ("environ", "_environ") else ".globl"
            lines += [
                f"{binding} {symbol.name}",
                f".type {symbol.name}, %object",
                f".size {symbol.name}, {size}",
                f"{symbol.name}:",
            ]
        lines.append(f".skip {size}")
    return "\n".join([*lines, '.section .note.GNU-stack,"",%progbits', ""])


def version_script(symbols: list[Symbol]) -> str:
    nodes: dict[str, list[str]] = defaultdict(list)
    for symbol in symbols:
        nodes[symbol.version].append(symbol.name)
    text, before = "", ""
    for version in sorted(nodes, key=number):
        hidden = "" if before else " local: *;"
        text += f"GLIBC_{version} {{ global: {'; '.join(sorted(nodes[version]))};{hidden} }}{before};\n"
        before = f" GLIBC_{version}"
    return text


def name_of_the_loader(compiler: list[str], folder: Path) -> str:
    """As a program of the compiler's asks for it; a rule for the name there is not."""
    program = folder / "program"
    options = ["-x", "c", "-", "-o", program]
    subprocess.run([*compiler, *options], input="int main(void) { return 0; }", text=True, check=True)
    found = subprocess.run(["readelf", "-lW", program], capture_output=True, text=True, check=True).stdout
    program.unlink()
    name = re.search(r"program interpreter: .*?([^/]+)\]", found)
    if name is None:
        sys.exit(f"glibc-floor: a program of {compiler[0]} asks for no loader")
    return name[1]


def main() -> None:
    floor, folder, compiler = sys.argv[1], Path(sys.argv[2]).absolute(), sys.argv[3:]
    folder.mkdir(parents=True, exist_ok=True)

    def file_of_the_compiler(name: str) -> Path:
        found = subprocess.run([*compiler, f"-print-file-name={name}"], capture_output=True, text=True, check=True)
        path = Path(found.stdout.strip())
        if not path.is_absolute():
            sys.exit(f"glibc-floor: {compiler[0]} knows no {name}")
        return path

    loader = name_of_the_loader(compiler, folder)
    in_libc, moved = offered(file_of_the_compiler("libc.so.6"), floor)
    libraries: dict[str, list[Symbol]] = {"libc.so.6": [], "libpthread.so.0": [], "libdl.so.2": []}
    for symbol in sorted(in_libc):
        elsewhere = symbol.name in moved and number(floor) < number(MOVED_WITH[symbol.name])
        libraries["libc.so.6" if not elsewhere else "libdl.so.2" if symbol.name in LIBDL else "libpthread.so.0"].append(
            symbol
        )
    libraries[loader] = sorted(offered(file_of_the_compiler(loader), floor)[0])

    for name, symbols in libraries.items():
        (folder / f"{name}.s").write_text(assembly(symbols))
        (folder / f"{name}.map").write_text(version_script(symbols))
        options = ["-nostdlib", "-shared", f"-Wl,-soname,{name}", f"-Wl,--version-script={folder / name}.map"]
        subprocess.run([*compiler, *options, "-o", folder / name, folder / f"{name}.s"], check=True)
    for name, file in (("pthread", "libpthread.so.0"), ("dl", "libdl.so.2")):
        (folder / f"lib{name}.so").write_text(f"INPUT ( AS_NEEDED ( {folder / file} ) )\n")
    rest = " ".join(str(folder / name) for name in libraries if name != "libc.so.6")
    # Last: make goes by it.
    (folder / "libc.so").write_text(
        f"GROUP ( {folder}/libc.so.6 {file_of_the_compiler('libc_nonshared.a')} AS_NEEDED ( {rest} ) )\n"
    )


if __name__ == "__main__":
    main()
