"""What the build and the tests fetch from PyPI is fixed by its hash, and nothing else is fetched to build that."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from . import places

PINS = places.ROOT / "tools/packaging/requirements"
FILES = [*sorted(PINS.glob("*.txt")), places.ROOT / "tools/format-requirements.txt"]
MAKEFILES = [places.ROOT / "Makefile", *sorted((places.ROOT / "tools").glob("*.mk"))]
# pip install -q …, and $(PYTHON) $(PIP_INSTALL) …
INSTALLS = re.compile(r"pip install|PIP_INSTALL\)|pip download")


def commands() -> list[str]:
    """Each line of a recipe or script that installs by pip, with what its variables stand for."""
    scripts = [*MAKEFILES, *sorted((places.ROOT / "tools").glob("*.sh")), places.ROOT / ".ci/run"]
    text = "\n".join(path.read_text() for path in scripts).replace("\\\n", " ")
    named = re.findall(r"^PIP_INSTALL := (.*)$", text, re.M)
    assert len(named) == 1
    lines = [line for line in text.split("\n") if INSTALLS.search(line) and not line.startswith(("PIP_INSTALL", "#"))]
    return [line.strip().replace("$(PIP_INSTALL)", named[0]) for line in lines]


@pytest.mark.parametrize("command", commands())
def test_pip_installs_by_hash_or_from_this_tree(command: str) -> None:
    assert "--require-hashes" in command or "--no-index" in command, command
    if " install " in command:
        assert "--no-build-isolation" in command or "wheel.txt" in command or "WHEEL_REQUIREMENTS" in command, command


def test_there_are_such_commands() -> None:
    assert len(commands()) >= 8


def requirements(path: Path) -> list[str]:
    lines = [line for line in path.read_text().replace("\\\n", " ").split("\n") if not line.startswith("#")]
    return [" ".join(line.split()) for line in lines if line.strip()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_requirement_is_one_version_with_its_hashes(path: Path) -> None:
    found = requirements(path)
    assert found
    for line in found:
        assert re.match(r"[A-Za-z0-9._-]+==\S+( ; [^-]*)?( ?--hash=sha256:[0-9a-f]{64})+$", line), line[:100]


def test_one_environment_has_one_version_of_each() -> None:
    """All of these are installed into build/venv."""
    versions: dict[str, set[str]] = {}
    for name in ("sandbox", "check", "supply", "deploy", "supervisors"):
        for line in requirements(PINS / f"{name}.txt"):
            package, version = line.split()[0].split("==")
            versions.setdefault(package, set()).add(version)
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


def test_what_is_asked_for_is_pinned() -> None:
    """A name that was added to an .in file, but for which `make pins` was not run."""
    for source in sorted(PINS.glob("*.in")):
        asked = {re.split(r"[\[=><; ]", line)[0] for line in requirements(source)}
        pinned = {line.split("==")[0] for line in requirements(source.with_suffix(".txt"))}
        assert asked <= pinned, (source.name, asked - pinned)
