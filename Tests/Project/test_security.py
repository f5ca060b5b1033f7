"""SECURITY.md names a test for every promise: each is there. Every binding says what a buyer's environment can do."""

from __future__ import annotations

import re

import pytest

from .places import ROOT

TEXT = (ROOT / "SECURITY.md").read_text()
# A file or folder of the repository; what stands in build/ comes only with a build.
NAMED = sorted(set(re.findall(r"`((?:Tests|include|bindings|Sources|docs|tools)/[^`*]+)`", TEXT)))


def test_there_is_something_to_look_at() -> None:
    assert len(NAMED) > 15


@pytest.mark.parametrize("path", NAMED)
def test_what_is_named_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_row_of_the_threat_tables_names_a_test() -> None:
    rows = [
        line
        for line in TEXT.split("## Attackers and defences")[1].split("## What no library can stop")[0].splitlines()
        if line.startswith("| ") and "---" not in line
    ]
    rows = [row for row in rows if not row.startswith(("| what ", "| attack "))]
    assert len(rows) > 15
    assert [
        row for row in rows if "Tests/" not in row.split(" | ")[2] and "bindings/conformance" not in row.split(" | ")[2]
    ] == []


# What a buyer who sets the container's environment can do to a program in that language.
VARIABLES = {
    "cpp": ["LD_LIBRARY_PATH", "LD_PRELOAD", "mpmeter-static"],
    "go": ["LD_LIBRARY_PATH", "LD_PRELOAD", "mpmeter_static", "CGO_ENABLED=0"],
    "java": ["LD_LIBRARY_PATH", "LD_PRELOAD", "JAVA_TOOL_OPTIONS", "io.github.libmpmeter.library"],
    "lua": ["LD_LIBRARY_PATH", "LD_PRELOAD", "LUA_INIT", "LUA_PATH", "LUA_CPATH"],
    "node": ["LD_LIBRARY_PATH", "LD_PRELOAD", "NODE_OPTIONS"],
    "php": ["LD_LIBRARY_PATH", "LD_PRELOAD", "PHPRC", "PHP_INI_SCAN_DIR"],
    "python": ["LD_LIBRARY_PATH", "LD_PRELOAD", "PYTHONPATH"],
    "ruby": ["LD_LIBRARY_PATH", "LD_PRELOAD", "RUBYOPT", "RUBYLIB"],
    "rust": ["LD_LIBRARY_PATH", "LD_PRELOAD"],
}


def test_every_binding_is_asked() -> None:
    assert set(VARIABLES) == {path.parent.name for path in ROOT.glob("bindings/*/README.md")} - {"conformance"}


@pytest.mark.parametrize("language", VARIABLES)
def test_each_binding_says_what_the_environment_can_do_in_a_buyers_container(language: str) -> None:
    readme = (ROOT / "bindings" / language / "README.md").read_text()
    _, heading, rest = readme.partition("\n## In a buyer's container\n")
    assert heading
    section = rest.partition("\n## ")[0]
    assert [name for name in VARIABLES[language] if name not in section] == []
