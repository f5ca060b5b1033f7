"""What is generated is what the description says: a table that was changed by hand, or not written, fails here."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from .places import ROOT

sys.path.insert(0, str(ROOT))

from tools.interface.__main__ import outputs, texts  # noqa: E402
from tools.interface.header import read  # noqa: E402
from tools.interface.model import load  # noqa: E402
from tools.interface.output import Block  # noqa: E402

MODEL = load()
MADE = texts(outputs(MODEL))


@pytest.mark.parametrize("path", MADE)
def test_generated_is_committed(path: str) -> None:
    assert (ROOT / path).read_text() == MADE[path], "`make generate` writes it"


def test_a_new_status_reaches_every_table() -> None:
    """Each language's table is generated: none is left to be remembered."""
    last = MODEL.statuses[-1]
    added = replace(
        last, name="MPMETER_E_ADDED", number=last.number + 1, error="Added", aws="", detail="", meaning="It was added."
    )
    made = texts(outputs(replace(MODEL, statuses=(*MODEL.statuses, added))))
    changed = {path for path in made if made[path] != MADE.get(path)}
    assert changed >= {
        "include/mpmeter.h",
        "include/mpmeter.ffi.h",
        "Sources/MPMeterCore/Status/Status.swift",
        "Sources/MPMeterCore/Status/StatusText.swift",
        "bindings/python/src/mpmeter/_status.py",
        "bindings/python/src/mpmeter/_errors.py",
        "bindings/go/status_table.go",
        "bindings/cpp/mpmeter.hpp",
        "bindings/lua/lib/mpmeter/statuses.lua",
        "bindings/php/src/Status.php",
        "bindings/php/src/Exception/AddedException.php",
        "docs/operate.md",
    }


def test_a_declaration_that_is_not_understood_is_an_error() -> None:
    text = (ROOT / "include/mpmeter.h").read_text()
    added = text.replace("#ifdef __cplusplus\n}", "MPMETER_API int (*mpmeter_added(void))(int);\n#ifdef __cplusplus\n}")
    with pytest.raises(SystemExit, match="mpmeter_added"):
        read(added)


@pytest.mark.parametrize(
    "text", ["no marks\n", "# generated: rows\n# generated: rows\n# end of generated\n" * 2], ids=["none", "two"]
)
def test_a_block_has_one_place(text: str) -> None:
    with pytest.raises(SystemExit, match="not one"):
        Block("file", "rows", "row").within(text)


def test_no_generated_line_is_too_long() -> None:
    """But in tables, which are one line a row."""
    blocks = [made for made in outputs(MODEL) if not made.path.endswith(".md")]
    long = [(made.path, line) for made in blocks for line in made.text.splitlines() if len(line) > 120]
    assert not long
