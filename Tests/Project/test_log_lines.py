"""docs/operate.md lists every line that the library logs at info or above: the fixed words of each one
stand in a row of that level."""

from __future__ import annotations

import re

import pytest

from .places import ROOT, SOURCES

PAGE = (ROOT / "docs/operate.md").read_text()
TABLE = PAGE.split("## Log lines and their causes")[1].split("\n## ")[0]
CALL = re.compile(r'\blog\(\s*\.(info|warning),\s*("""(?:.*?)"""|"(?:[^"\\]|\\.|\\\([^)]*\))*")', re.DOTALL)


def fixed(literal: str) -> list[str]:
    """The parts of a Swift literal that are always the same, without those of a word or two."""
    text = re.sub(r"\\\n\s*", "", literal.strip('"').strip())
    depth, part, parts = 0, "", []
    for index, letter in enumerate(text):
        if text.startswith("\\(", index) and not depth:
            parts.append(part)
            part, depth = "", 1
        elif depth:
            depth += (letter == "(" and text[index - 1] != "\\") - (letter == ")")
        else:
            part += letter
    return [found for found in (piece.strip(" ;:,().") for piece in [*parts, part]) if len(found.split()) > 2]


def lines() -> list[tuple[str, str]]:
    found = []
    for path in sorted(SOURCES.glob("MPMeterClient/**/*.swift")):
        for match in CALL.finditer(path.read_text()):
            found += [(match[1], piece) for piece in fixed(match[2])]
    return found


def plain(text: str) -> str:
    return " ".join(re.sub(r"[*`]", "", text).split())


def test_there_is_something_to_look_at() -> None:
    assert len(lines()) >= 10


@pytest.mark.parametrize("level, text", lines())
def test_each_line_is_on_the_page(level: str, text: str) -> None:
    rows = [plain(row) for row in TABLE.splitlines() if row.startswith(f"| {level} |")]
    assert any(plain(text) in row for row in rows), f"docs/operate.md does not list: {text}"
