"""What README.md says is so: its program is the tested example, its commands and links are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def test_the_thirty_seconds_of_c_are_the_tested_example() -> None:
    quoted = re.search(r"<!-- (examples/\S+) -->\n```c\n(.*?)```\n", README, re.DOTALL)
    assert quoted is not None
    assert quoted[2] == (ROOT / quoted[1]).read_text()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z][a-z-]*)\b", README)) - {"it"}))
def test_every_make_target_is_there(target: str) -> None:
    makefiles = [ROOT / "Makefile", *(ROOT / "tools").glob("*.mk")]
    assert any(re.search(rf"^{target}:", makefile.read_text(), re.MULTILINE) for makefile in makefiles)


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!http)([^)]+)\)", README))))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def test_every_function_and_status_that_it_names_is_in_the_header() -> None:
    header = (ROOT / "include/mpmeter.h").read_text()
    for name in set(re.findall(r"\bmpmeter_[a-z_]+\b|\bMPMETER_[A-Z_]+\b", README)):
        assert name in header or name.startswith("MPMETER_SANDBOX_"), name
    for suffix in set(re.findall(r"`…(_[A-Z_]+)`", README)):
        assert f"MPMETER_E{suffix}" in header, suffix
