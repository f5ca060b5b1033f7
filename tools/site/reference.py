"""Decides how the header is shown as a page: by its own sections, each function with what it takes, returns and is for.
The text is the header's."""

from __future__ import annotations

import html
import re
from pathlib import Path

from tools.interface.model import Function, Model, load

HEADER = Path(__file__).resolve().parents[2] / "include/mpmeter.h"
SECTION = re.compile(r"^/\* -{4} (.+?) -+ \*/$", re.MULTILINE)
HEAD = """# Reference

Every function of [mpmeter.h](https://github.com/libmpmeter/libmpmeter/blob/main/include/mpmeter.h), version {version}.
This page is generated from the header.

"""


def text(said: str) -> str:
    """Prose of a comment as Markdown: names of the interface are code, and nothing else is markup."""
    escaped = html.escape(said, quote=False).replace("*", r"\*").replace("_", r"\_").replace("[", r"\[")
    code = re.sub(r"`([^`]*)`", lambda match: f"`{html.unescape(match[1]).replace(chr(92), '')}`", escaped)
    return re.sub(
        r"(?<![\w`\\])((?:mpmeter|MPMETER)\\_[\w\\]+(?:\(\))?)(?![\w`])",
        lambda match: f"`{match[1].replace(chr(92), '')}`",
        code,
    )


def introduction(source: str) -> list[str]:
    """The comment at the top: its headings, and a list entry for each of its terms."""
    comment = source[: source.index("*/")]
    lines: list[str] = []
    for line in comment.splitlines()[1:]:
        body = line.removeprefix(" *").removeprefix(" ")
        term, rest = body[:14], body[14:]
        if re.fullmatch(r"[A-Z ]{6,}", body):
            lines += ["", f"## {body.capitalize()}", ""]
        elif re.fullmatch(r"  [A-Z]\w+ +", term) and rest:
            lines += [f"- **{term.strip()}**: {text(rest)}"]
        elif not term.strip() and rest and lines[-1].startswith("- "):
            lines[-1] += f" {text(rest)}"
        elif body.strip() and lines and lines[-1].startswith("- "):
            lines += ["", text(body.strip())]
        elif body.strip():
            lines.append(text(body.strip()))
        else:
            lines.append("")
    return lines


def function(one: Function) -> list[str]:
    lines = [f"### {one.name}", "", "```c", *wrapped(one), "```", "", text(one.doc), ""]
    if any(parameter.doc for parameter in one.parameters):
        lines += ["| parameter | |", "|---|---|"]
        lines += [f"| `{each.name}` | {text(each.doc)} |" for each in one.parameters if each.doc]
        lines.append("")
    if one.returns:
        lines += [f"**Returns** {text(one.returns)}", ""]
    return lines


def wrapped(one: Function) -> list[str]:
    """The declaration; one parameter a line if it is long."""
    line = one.declaration()
    if len(line) <= 76:
        return [line]
    head, _, rest = line.partition("(")
    parameters = rest.removesuffix(");").split(", ")
    return [f"{head}(", *(f"    {each}," for each in parameters[:-1]), f"    {parameters[-1]});"]


def sections(source: str) -> list[tuple[str, str]]:
    """Name and text of each part of the header."""
    found = list(SECTION.finditer(source))
    ends = [match.start() for match in found[1:]] + [len(source)]
    return [(match[1], source[match.end() : end]) for match, end in zip(found, ends)]


def constants(model: Model, part: str) -> list[str]:
    inside = [one for one in model.enumerators if re.search(rf"\b{one.name} = ", part)]
    if not inside:
        return []
    return [
        "| constant | value | |",
        "|---|---|---|",
        *(f"| `{one.name}` | {one.number} | {text(one.doc)} |" for one in inside),
        "",
    ]


def statuses(model: Model) -> list[str]:
    rows = [f"| `{one.name}` | {one.number} | {one.action} | {text(one.doc)} |" for one in model.statuses]
    return ["| status | number | action | |", "|---|---|---|---|", *rows, ""]


def page() -> str:
    model, source = load(), HEADER.read_text()
    lines = [HEAD.format(version=model.version), *introduction(source)]
    for name, part in sections(source):
        lines += ["", f"## {name}", ""]
        lines += [f"- `{one.name}`: {text(one.doc)}" for one in model.objects if f"typedef struct {one.name} " in part]
        lines += [""]
        if name == "Status":
            lines += statuses(model)
        lines += constants(model, part)
        for one in model.callbacks:
            if f"(*{one.name})" in part:
                lines += [f"### {one.name}", "", text(one.doc), ""]
        for one in model.functions:
            if re.search(rf"\b{one.name}\(", re.sub(r"/\*.*?\*/", "", part, flags=re.DOTALL)):
                lines += function(one)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"
