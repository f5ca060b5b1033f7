"""The header keeps its own conventions: every function has a comment, and one that can fail says how."""

from __future__ import annotations

import re

import pytest

from .header import CONSTANTS, FUNCTIONS, STATUSES, TEXT, Function

NAMES = [function.name for function in FUNCTIONS]


def test_every_declaration_was_read() -> None:
    """So that none escapes the tests below."""
    without_comments = re.sub(r"/\*.*?\*/", "", TEXT, flags=re.DOTALL)
    without_types = re.sub(r"typedef[^;]*;", "", without_comments)
    assert sorted(NAMES) == sorted(re.findall(r"\b(mpmeter_\w+)\(", without_types))
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
def test_function(function: Function) -> None:
    assert len(function.comment.strip()) > 10, "it has no comment"
    named = set(re.findall(r"\bMPMETER_(?:OK|E_\w+)\b", function.comment))
    assert named - {"MPMETER_E_UNKNOWN"} <= set(STATUSES), "it names a code that there is not"
    if function.result == "mpmeter_status":
        assert named, "it names none of its codes"
        # What acts on an object must have its status looked at; what only asks need not.
        acts = re.search(r"(?<!const )\bmpmeter_\w+ \*|\*\*", function.parameters.replace("const mpmeter_", "const "))
        assert function.must_use or acts is None
    if function.must_use:
        assert "@return" in function.comment and "MPMETER_OK" in named
    if "out_" in function.parameters:
        outputs = re.findall(r"\bout_\w+", function.parameters)
        assert function.parameters.rpartition(",")[2].strip().endswith(outputs[-1]), "outputs come last"
        for output in outputs:
            # A pointer to an object's pointer, or to a number.
            assert re.search(r"\*\*|\bint64_t \*", function.parameters.split(output)[0].rpartition(",")[2])
    if function.name.endswith("_free"):
        assert function.result == "void" and "NULL is ignored" in function.comment
    if function.result == "const char *" and "const mpmeter_" in function.parameters:
        assert "Borrowed" in function.comment, "whose is the text?"


@pytest.mark.parametrize("function", [f for f in FUNCTIONS if f.must_use], ids=lambda function: function.name)
def test_parameters_that_are_described_are_there(function: Function) -> None:
    described = set(re.findall(r"@param\s+(\w+)", function.comment))
    there = set(re.findall(r"(\w+)(?=,|$)", function.parameters))
    assert described <= there


def test_numbers_are_unique() -> None:
    assert len(set(STATUSES.values())) == len(STATUSES)
    assert len(CONSTANTS) > len(STATUSES)


def test_the_newest_number_is_marked() -> None:
    """So that whoever adds one sees which come next."""
    match = re.search(r"Last added: (\d+)\.", TEXT)
    assert match is not None and int(match[1]) == max(STATUSES.values())
