"""No page tells people to install a name from an index where it is not published: somebody else could take it there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .places import ROOT

PAGES = sorted(
    path
    for folder in ("docs", "examples", "bindings", "tools/sandbox")
    for path in (ROOT / folder).rglob("*")
    if path.is_file()
    and path.suffix in {".md", ".py", ".php", ".rb", ".mjs", ".lua", ".rs", ".go", ".c", ".cpp", ".java"}
    if not {"node_modules", "build", "target", "vendor"} & set(path.relative_to(ROOT).parts)
) + [ROOT / "README.md"]
# A name as an index knows it, and neither a file nor a path nor, before it in the same lines, where it comes from.
BARE = re.compile(
    r"pip install '?mpmeter(-sandbox)?(\[\w+\])?'?(?![-\w*./])|npm install mpmeter(?![-\w.])|gem install "
    r"mpmeter(?![-\w.])"
    r"|luarocks install mpmeter(?![-\w.])|cargo add (--offline )?mpmeter(?! --path)|go get github\.com/libmpmeter"
    r"|(?<!where libmpmeter-mpmeter-0.1.0.zip lies\n//     )(?<!libmpmeter-mpmeter-0.1.0.zip\n    )composer require"
)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_installs_from_files(path: Path) -> None:
    assert [match.group() for match in BARE.finditer(path.read_text())] == []


def test_the_pattern_finds_what_it_is_for() -> None:
    for text in (
        "pip install mpmeter\n",
        "pip install 'mpmeter[sandbox]'",
        "cargo add mpmeter\n",
        "gem install mpmeter ",
    ):
        assert BARE.search(text), text
    for text in (
        "pip install mpmeter-0.1.0-py3-none-any.whl",
        "gem install mpmeter-0.1.0.gem",
        "npm install mpmeter-0.1.0.tgz",
    ):
        assert not BARE.search(text), text
