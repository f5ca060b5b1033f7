"""What include/mpmeter.h declares, read the way a person reads it: functions with their comments, and the constants of
its enums."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .places import HEADER

TEXT = HEADER.read_text()
_COMMENT = r"/\*\*(?P<comment>(?:[^*]|\*(?!/))*)\*/\s*"
_FUNCTION = re.compile(
    rf"(?:{_COMMENT})?MPMETER_API\s+(?P<must>MPMETER_MUST_USE\s+)?(?P<result>[\w ]+?[ "
    rf"*]+)(?P<name>mpmeter_\w+)\((?P<parameters>[^)]*)\);"
)


@dataclass(frozen=True)
class Function:
    """One declaration."""

    name: str
    result: str
    parameters: str
    comment: str
    must_use: bool


def functions(text: str) -> list[Function]:
    """The declarations in a header's text."""
    return [
        Function(
            match["name"],
            match["result"].strip(),
            " ".join(match["parameters"].split()),
            match["comment"] or "",
            bool(match["must"]),
        )
        for match in _FUNCTION.finditer(text)
    ]


FUNCTIONS = functions(TEXT)

CONSTANTS = {name: int(value) for name, value in re.findall(r"^\s+(MPMETER_\w+) = (\d+),?", TEXT, re.MULTILINE)}
STATUSES = {name: number for name, number in CONSTANTS.items() if name == "MPMETER_OK" or name.startswith("MPMETER_E_")}
MACROS = dict(re.findall(r"^#define (MPMETER_VERSION\w*) (\S+)$", TEXT, re.MULTILINE))
