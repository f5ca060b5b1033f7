"""Decides what is generated of the C++ binding: its Status, the exception classes, which one is thrown, the tables of
its tests and README."""

from __future__ import annotations

from .enumerations import Enumeration, enumerations, told
from .model import Model, Status
from .output import Block, wrap

HEADER = "bindings/cpp/mpmeter.hpp"


def emit(model: Model) -> list[Block]:
    return [
        *(Block(HEADER, found.name, _members(model, found)) for found in enumerations(model).values()),
        Block(HEADER, "statuses", _statuses(model)),
        Block(HEADER, "classes", _classes(model)),
        Block(
            HEADER, "raise", "\n".join(f"    case Status::{s.snake}: throw {s.error}(*this);" for s in model.failures)
        ),
        Block("bindings/cpp/tests/test_statuses.cpp", "rows", "\n".join(map(_row, model.failures))),
        Block("bindings/cpp/README.md", "errors", _readme(model)),
    ]


def _statuses(model: Model) -> str:
    lines = []
    for status in model.statuses:
        lines += wrap(status.doc, "    /// ")
        lines.append(f"    {status.snake} = {status.name}{',' if status is not model.statuses[-1] else ''}")
    return "\n".join(lines)


def _members(model: Model, enumeration: Enumeration) -> str:
    lines = []
    for member in enumeration.members:
        lines += wrap(told(model, member.doc, _named), "    /// ")
        last = "" if member is enumeration.members[-1] else ","
        lines.append(f"    {enumeration.key(member).lower()} = {member.name}{last}")
    return "\n".join(lines)


def _named(status: Status) -> str:
    return status.error if status.is_failure else f"Status::{status.snake}"


def _classes(model: Model) -> str:
    lines = []
    for status in model.failures:
        lines += wrap(status.doc, "/** ", " *  ", " */")
        lines.append(
            f"class {status.error} final : public ErrorOf<Status::{status.snake}> {{\n    using ErrorOf::ErrorOf;\n}};"
        )
    return "\n".join(lines)


def _row(status: Status) -> str:
    line = f'    {{"{status.name}", Status::{status.snake}, raises<mpmeter::{status.error}>}},'
    return (
        line
        if len(line) <= 120
        else f'    {{"{status.name}", Status::{status.snake},\n     raises<mpmeter::{status.error}>}},'
    )


def _readme(model: Model) -> str:
    lines = ["| class | status | action | when |", "|---|---|---|---|"]
    lines += [f"| `{status.error}` | `{status.name}` | {status.action} | {status.doc} |" for status in model.failures]
    return "\n".join(lines)
