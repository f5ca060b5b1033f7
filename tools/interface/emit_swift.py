"""Decides what is generated of the Swift side: the statuses with their numbers, actions, names and words."""

from __future__ import annotations

import json

from .model import Model, Status
from .output import File, wrap

FOLDER = "Sources/MPMeterCore/Status"
RESERVED = {"internal"}


def emit(model: Model) -> list[File]:
    return [File(f"{FOLDER}/Status.swift", _table(model)), File(f"{FOLDER}/StatusText.swift", _texts(model))]


def _case(status: Status) -> str:
    return f"`{status.camel}`" if status.camel in RESERVED else status.camel


def _table(model: Model) -> str:
    lines = [
        "// Decides what can come of a call: every status with its number, its name and what a caller does about it.",
        "// Generated from tools/interface/statuses.toml by `make generate`.",
        "",
        "/// The result of a call. A number, once released, is never changed or used again.",
        "public enum Status: Int32, CaseIterable, Sendable {",
    ]
    for index, (_, statuses) in enumerate(model.groups):
        lines += [""] if index else []
        lines += [f"    case {_case(status)} = {status.number}" for status in statuses]
    retry = ", ".join(f".{status.camel}" for status in model.statuses if status.action == "retry")
    lines += [
        "}",
        "",
        "extension Status {",
        "    public var action: Action {",
        "        switch self {",
        "        case .ok: .proceed",
        *wrap(f"{retry}: .retry", "        case ", "            "),
        "        default: .terminate",
        "        }",
        "    }",
        "",
        "    /// The constant's name in the C header.",
        "    public var name: StaticString {",
        "        switch self {",
        *(f'        case .{status.camel}: "{status.name}"' for status in model.statuses),
        "        }",
        "    }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _text(status: Status, text: str) -> list[str]:
    written = json.dumps(text, ensure_ascii=False)
    line = f"        case .{status.camel}: {written}"
    if len(line) <= 120:
        return [line]
    if len(written) + 12 <= 120:
        return [f"        case .{status.camel}:", " " * 12 + written]
    # A literal of several lines, each end but the last escaped: one line of text.
    first, *others = wrap(text, " " * 12, width=118)
    lines = [first + " \\", *(f"{other} \\" for other in others)]
    lines[-1] = lines[-1].removesuffix(" \\")
    return [f"        case .{status.camel}:", " " * 12 + '"""', *lines, " " * 12 + '"""']


def _texts(model: Model) -> str:
    lines = [
        "// Decides what a status says to a person when nothing more exact is known: one sentence of meaning, "
        "one of remedy.",
        "// Generated from tools/interface/statuses.toml by `make generate`.",
        "",
        "extension Status {",
        "    /// What it means.",
        "    public var message: StaticString {",
        "        switch self {",
    ]
    for status in model.statuses:
        lines += _text(status, status.meaning)
    lines += [
        "        }",
        "    }",
        "",
        "    /// What usually mends it.",
        "    public var fix: StaticString {",
        "        switch self {",
    ]
    for status in model.statuses:
        lines += _text(status, status.fix)
    lines += ["        }", "    }", "}"]
    return "\n".join(lines) + "\n"
