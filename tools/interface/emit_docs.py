"""Decides what the tables of statuses in docs say: for the engineer, what the library knows of each; for the support
desk, who has to act and what to ask."""

from __future__ import annotations

from .model import EXIT_CODES, Model, Status
from .output import Block


def name_of(status: Status) -> str:
    return f"{status.number} `{status.name.removeprefix('MPMETER_')}`"


def table(*rows: tuple[str, ...]) -> list[str]:
    head, *body = rows
    return [f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *body)]


def emit(model: Model) -> list[Block]:
    lines = table(
        ("status", "action", "exit", "what it means"),
        *((name_of(one), one.action, str(EXIT_CODES[one.action]), one.meaning) for one in model.statuses),
    )
    lines += ["", "## Who fixes it, and how", ""]
    lines += table(
        ("status", "who", "fix", "for the support desk"),
        *((name_of(one), one.who, one.fix, one.desk) for one in model.statuses if one.number),
    )
    return [Block("docs/operate.md", "statuses", "\n".join(lines))]
