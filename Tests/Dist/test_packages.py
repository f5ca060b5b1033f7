"""The packages of the languages, and what holds of every file that is handed out."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from .reading import DIST, HERE, MACHINES, PACKAGES, ROOT, SOURCES, TARGETS, VERSION, archive, files, gem, machine

LICENCES = ["LICENSE", "NOTICE", "COPYING.curl", "LICENSE.MPL-2.0", "COPYRIGHT.gcc", "COPYRIGHT.musl"]
LICENCES += [f"LICENSE.{name}" for name in ("openssl", "c-ares", "jansson", "sqlite3", "swift")]
# The tree, the cache of the C libraries, and where programs put what they do not keep.
HOME = {f"{home}/" for home in [Path.home()] if len(home.parts) > 1}
PLACES = sorted({str(ROOT), os.environ.get("MPMETER_CACHE") or str(ROOT / "build/cache"), "/tmp/", *HOME})


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_holds_every_target(package: str) -> None:
    inside = files(DIST / package)
    for target in TARGETS:
        (content,) = [content for name, content in inside.items() if name.endswith(PACKAGES[package](target))]
        if content.startswith(b"\x7fELF"):
            assert machine(content) == MACHINES[target.partition("-")[0]]
        else:
            (released,) = [text for name, text in files(archive(target)).items() if name.endswith("lib/libmpmeter.a")]
            assert content == released


@pytest.mark.parametrize("target", TARGETS)
def test_a_gem_holds_the_library_of_its_target(target: str) -> None:
    (released,) = [text for name, text in files(archive(target)).items() if name.endswith("lib/libmpmeter.so.1")]
    (content,) = [text for name, text in files(gem(target)).items() if name.endswith("/libmpmeter.so.1")]
    assert content == released


@pytest.mark.parametrize("package", [*PACKAGES, gem(HERE).name])
def test_a_package_has_every_licence(package: str) -> None:
    names = {name.rpartition("/")[2] for name in files(DIST / package)}
    assert [name for name in LICENCES if name not in names] == []


@pytest.mark.parametrize("package, targets", [*((name, TARGETS) for name in PACKAGES), (gem(HERE).name, [HERE])])
def test_a_package_has_the_bill_of_materials_of_each_target(package: str, targets: list[str]) -> None:
    inside = files(DIST / package)
    for target in targets:
        (released,) = [text for name, text in files(archive(target)).items() if name.endswith("/libmpmeter.cdx.json")]
        assert [text for name, text in inside.items() if name.endswith(f"/libmpmeter-{target}.cdx.json")] == [released]


@pytest.mark.parametrize("package", sorted(SOURCES - {f"mpmeter-{VERSION}.pom"}))
def test_a_package_of_sources_has_our_licence(package: str) -> None:
    assert {"LICENSE", "NOTICE"} <= {name.rpartition("/")[2] for name in files(DIST / package)}


@pytest.mark.parametrize("path", sorted(DIST.iterdir()), ids=lambda path: path.name)
def test_no_path_of_the_machine_that_built_it(path: Path) -> None:
    """SQLite and musl know folders for temporary files: their names are no more than `/tmp`."""
    found = {
        f"{name}: {place}" for name, content in files(path).items() for place in PLACES if place.encode() in content
    }
    assert found == set()


@pytest.mark.parametrize("path", sorted(DIST.iterdir()), ids=lambda path: path.name)
def test_whatever_is_loaded_asks_for_glibc_2_17_at_most(path: Path) -> None:
    """Every shared object, by its symbol versions: the library, and the add-ons of Node.js and Java."""
    for name, content in files(path).items():
        if content.startswith(b"\x7fELF") and re.search(r"\.(so|so\.1|node)$", name):
            needed = {tuple(map(int, text.split(b"."))) for text in re.findall(rb"\0GLIBC_([0-9.]+)(?=\0)", content)}
            assert max(needed, default=(0,)) <= (2, 17), name
            assert b"\0GLIBC_PRIVATE\0" not in content, name
            assert needed or "musl" in name or "musl" in path.name, f"{name} asks for no glibc at all"
