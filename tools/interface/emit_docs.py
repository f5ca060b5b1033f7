"""Decides what the tables of statuses in docs say: what the library knows of each, and what a support desk does about
it."""

from __future__ import annotations

from .model import EXIT_CODES, Model
from .output import Block


def emit(model: Model) -> list[Block]:
    lines = [
        "| status | action | exit | what it means | what mends it | who | at the desk |",
        "|---|---|---|---|---|---|---|",
    ]
    for status in model.statuses:
        cells = (
            f"{status.number} `{status.name.removeprefix('MPMETER_')}`",
            status.action,
            str(EXIT_CODES[status.action]),
            status.meaning,
            status.fix,
            status.who,
            status.desk,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return [Block("docs/operate.md", "statuses", "\n".join(lines))]
