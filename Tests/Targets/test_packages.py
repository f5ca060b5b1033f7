"""The natives that the jar, the npm package and the gem have inside for a target, where they are for: `make
test-target-packages`.

What is not tried here, because no such runtime can be had: a JVM and a Ruby of another processor or of musl, and
Node.js on musl, whose builds need a newer musl than Debian has. There the native is loaded by a program in C, or, where
it needs Node.js, its symbols are looked up one by one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from .test_targets import LOADER, PROGRAMS, ROOT, TARGET, in_sandbox

JNI = Path(os.environ.get("MPMETER_JNI", ""))
ADDON = Path(os.environ.get("MPMETER_ADDON", ""))
GEM = Path(os.environ.get("MPMETER_GEM", ""))
LIBRARY = Path(os.environ.get("MPMETER_LIBRARY", ""))
NODE = os.environ.get("MPMETER_NODE", "")
LIBC = os.environ.get("MPMETER_LIBC", "")
REGISTERS = ROOT / "bindings/node/tests/programs/registers.cjs"

if not GEM.name:
    pytest.skip("`make test-target-packages` runs these", allow_module_level=True)


def symbols(library: Path, *options: str) -> set[str]:
    listed = subprocess.run(["nm", "-D", *options, library], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1].split("@")[0] for line in listed.splitlines()}


def test_the_jars_native_loads_with_every_symbol() -> None:
    command = [*LOADER, str(PROGRAMS / "load"), f"{JNI}=JNI_OnLoad"]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "JNI_OnLoad\n"


def test_the_gem_is_the_targets_and_holds_its_library(tmp_path: Path) -> None:
    machine, _, libc = TARGET.split("-")
    assert GEM.name.endswith(f"-{machine}-linux{'-musl' if libc == 'musl' else ''}.gem")
    with tarfile.open(GEM) as gem:
        gem.extract("data.tar.gz", tmp_path)
    with tarfile.open(tmp_path / "data.tar.gz") as data:
        inside = data.extractfile("lib/mpmeter/libmpmeter.so.1")
        assert inside is not None and inside.read() == LIBRARY.read_bytes()


def test_the_addon_needs_nothing_but_libc_and_node() -> None:
    needed = {name for name in symbols(ADDON, "--undefined-only") if not name.startswith(("napi_", "node_api_"))}
    libc = [Path(LIBC), *Path(LIBC).parent.glob("libm.so.6"), *Path(LIBC).parent.glob("ld-linux-*.so.*")]
    shown = set().union(*(symbols(library, "--defined-only") for library in libc))
    # What is weak need not be there.
    assert needed - shown <= {
        "__cxa_finalize",
        "_ITM_deregisterTMCloneTable",
        "_ITM_registerTMCloneTable",
        "__gmon_start__",
    }


if NODE:

    def test_nodejs_registers_with_the_addon(tmp_path: Path) -> None:
        package = tmp_path / "node_modules/mpmeter"
        shutil.copytree(ROOT / "bindings/node", package)
        shutil.copytree(ADDON.parent, package / "prebuilds" / ADDON.parent.name)
        shutil.copy(REGISTERS, tmp_path)
        seen = json.loads(in_sandbox(*LOADER, NODE, tmp_path / REGISTERS.name, "debug"))
        assert seen["first"]["verified"] and seen["sameProof"]
