"""Decides what is generated of the C++ binding: its Status, the exception classes, which one is thrown, the tables of
its tests and README, the options that are one text or number."""

from __future__ import annotations

from .enumerations import Enumeration, enumerations, told
from .model import Model, Option, Status
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
        Block(HEADER, "plain options", "\n".join(map(_setter, model.plain))),
        Block(HEADER, "members of plain options", "\n".join(map(_member, model.plain))),
        Block(HEADER, "values of plain options", "\n".join(map(_value, model.plain))),
        Block("bindings/cpp/tests/conformance_driver.cpp", "plain options", "\n".join(map(_driver, model.plain))),
        Block("bindings/cpp/tests/test_statuses.cpp", "rows", "\n".join(map(_row, model.failures))),
        Block("bindings/cpp/README.md", "errors", _readme(model)),
        Block(
            "bindings/cpp/README.md",
            "plain options",
            "".join(o.row(f"{o.name}({o.parameters[0].name})") + "\n" for o in model.plain),
        ),
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


def _setter(option: Option) -> str:
    (parameter,) = option.parameters
    kind = "std::string_view" if option.is_text else "std::int32_t"
    value = f"std::string({parameter.name})" if option.is_text else parameter.name
    lines = ["    /**", *wrap(option.doc, "     * "), "     */"]
    lines += [f"    Options &{option.name}({kind} {parameter.name}) {{", f"        {option.name}_ = {value};"]
    return "\n".join([*lines, "        return *this;", "    }", ""])


def _member(option: Option) -> str:
    return f"    std::optional<{'std::string' if option.is_text else 'std::int32_t'}> {option.name}_;"


def _value(option: Option) -> str:
    lines, value = [f"    if ({option.name}_) {{"], f"*{option.name}_"
    if option.is_text:
        lines.append(f'        refusal.check_text({value}, "{option.name}");')
        value = f"{option.name}_->c_str()"
    lines.append(f'        refusal.check(::{option.function.name}(options, {value}), "{option.name}",')
    lines.append(f'                      "it must be {option.limits}");')
    return "\n".join([*lines, "    }"])


def _driver(option: Option) -> str:
    value = f'{"text" if option.is_text else "number"}_of(given["{option.name}"])'
    return f'    if (given.contains("{option.name}")) options.{option.name}({value});'


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
