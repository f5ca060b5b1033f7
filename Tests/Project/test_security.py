"""SECURITY.md names a test for every promise: each is there. The table of counts has the rows that `make trust`
prints."""

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
        for line in TEXT.split("## What no library can stop")[0].splitlines()
        if line.startswith("| ") and "---" not in line
    ]
    rows = [row for row in rows if not row.startswith("| what ")]
    assert len(rows) > 15
    assert [
        row for row in rows if "Tests/" not in row.split(" | ")[2] and "bindings/conformance" not in row.split(" | ")[2]
    ] == []
