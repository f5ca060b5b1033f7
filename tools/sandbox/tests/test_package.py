"""The distribution: one version, no circle among its modules, a README whose examples work."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from importlib import metadata
from pathlib import Path

import pytest

import mpmeter_sandbox
from mpmeter_sandbox.credentials import ACCESS_KEYS

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = Path(mpmeter_sandbox.__file__).parent
README = (PROJECT / "README.md").read_text()


def test_one_version() -> None:
    version = (PROJECT.parents[1] / "VERSION").read_text().strip()
    assert metadata.version("mpmeter-sandbox") == mpmeter_sandbox.__version__ == version


def test_its_licence_goes_with_it() -> None:
    """PEP 639."""
    told = metadata.metadata("mpmeter-sandbox")
    assert (told["License-Expression"], told.get_all("License-File")) == ("Apache-2.0", ["LICENSE"])


def imports(file: Path) -> set[str]:
    """The package's own modules that a module imports, also inside functions and for type checkers."""
    base = file.relative_to(PACKAGE.parent).with_suffix("").parts
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            parts = [*base[: len(base) - node.level], *(node.module or "").split(".")]
            start = ".".join(part for part in parts if part)
            found |= {start, *(f"{start}.{name.name}" for name in node.names)}
    return found


def test_no_circle_among_the_modules() -> None:
    names = {file: ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts) for file in PACKAGE.rglob("*.py")}
    graph = {name: imports(file) & set(names.values()) - {name} for file, name in names.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"modules import one another: {error.args[1]}")


@pytest.mark.parametrize("snippet, printed", re.findall(r"```sh\n(.*?)```\n\nprints `(.*?)`", README, re.DOTALL))
def test_the_readmes_examples_print_what_it_says(snippet: str, printed: str, tmp_path: Path) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        ["sh", "-c", snippet], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert (done.stdout, done.stderr) == (printed + "\n", "")


def test_the_readme_lists_the_access_keys_there_are() -> None:
    assert set(re.findall(r"`(A[SK]IA\w+)`", README)) == set(ACCESS_KEYS.values())
