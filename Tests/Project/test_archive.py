"""libmpmeter.a is the library in one object: a program that links it needs libc and no other library."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from .places import BINUTILS, HEADER, LIBRARY

ARCHIVE = LIBRARY.with_name("libmpmeter.a")
FUNCTIONS = re.findall(r"^MPMETER_API.*?\b(mpmeter_[a-z_]+)\(", HEADER.read_text(), re.M)


def _symbols(*arguments: str | Path) -> set[str]:
    """Without their versions."""
    said = subprocess.run([f"{BINUTILS}nm", "-P", *arguments], capture_output=True, text=True, check=True).stdout
    return {line.split()[0].split("@")[0] for line in said.splitlines() if " " in line}


def _library(name: str) -> Path:
    said = subprocess.run(["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=True).stdout
    return Path(said.strip())


def test_a_program_with_every_function_links_with_libc_alone(tmp_path: Path) -> None:
    """No libm, whose ceil() Swift's hash tables ask for, no libgcc, no libatomic."""
    source = tmp_path / "all.c"
    table = ",\n".join(f"    (void (*)(void)){name}" for name in FUNCTIONS)
    source.write_text(
        f"#include <mpmeter.h>\nvoid (*const functions[])(void) = {{\n{table}\n}};\n"
        "int main(void) { return functions[0] == 0 || mpmeter_status_count() < 1; }\n"
    )
    assert len(FUNCTIONS) > 60
    program = tmp_path / "all"
    subprocess.run(
        ["gcc", "-nodefaultlibs", "-Wl,--no-as-needed", "-I", HEADER.parent, source, ARCHIVE, "-lc", "-o", program],
        check=True,
    )
    subprocess.run([program], check=True)
    said = subprocess.run(["readelf", "-dW", program], capture_output=True, text=True, check=True).stdout
    assert re.findall(r"\(NEEDED\).*\[(.*?)\]", said) in (["libc.so.6"], ["libc.so.6", "ld-linux-aarch64.so.1"])


def test_it_asks_for_nothing_that_only_libm_has() -> None:
    asked = _symbols("-u", ARCHIVE)
    assert "malloc" in asked
    assert asked & (_symbols("-D", "--defined-only", _library("libm.so.6")) - _libc()) == set()


def _libc() -> set[str]:
    return _symbols("-D", "--defined-only", _library("libc.so.6"))


def test_it_shows_the_header_and_nothing_else() -> None:
    """A program may carry an OpenSSL or a libcurl of its own."""
    assert _symbols("-g", "--defined-only", ARCHIVE) == set(FUNCTIONS)
