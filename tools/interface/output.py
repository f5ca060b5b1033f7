"""Decides what an emitter may write: a whole file, or the lines between two marks in a file that is otherwise written
by hand."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

WIDTH = 120


@dataclass(frozen=True)
class File:
    """A whole file. Its text should open with a comment that says that it is generated, from what, and by which
    command."""

    path: str  # below the repository's root
    text: str

    def apply(self, root: Path) -> str:
        return self.text


@dataclass(frozen=True)
class Block:
    """What stands between a line with `generated: NAME` and the next line with `end of generated`; both lines are
    kept."""

    path: str
    name: str
    text: str

    def apply(self, root: Path) -> str:
        return self.within((root / self.path).read_text())

    def within(self, text: str) -> str:
        body = self.text if self.text.endswith("\n") or not self.text else self.text + "\n"
        mark = re.compile(
            rf"(^.*\bgenerated: {re.escape(self.name)}\b.*\n)(?:.*\n)*?(^.*\bend of generated\b)", re.MULTILINE
        )
        written, count = mark.subn(lambda match: match[1] + body + match[2], text)
        if count != 1:
            raise SystemExit(f"{self.path}: {count} places for what is generated as '{self.name}', not one")
        return written


def wrap(text: str, first: str, others: str | None = None, last: str = "", width: int = WIDTH) -> list[str]:
    """Text as lines of at most `width` columns: `first` in front of the first, `others` in front of the rest, `last` at
    the end."""
    rest = first if others is None else others
    kept = last.replace(" ", "\uffff")  # so that no end of a comment comes to stand alone
    lines = textwrap.wrap(
        text + kept, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace("\uffff", " ") for line in lines] or [first.rstrip()]


def aligned(rows: list[tuple[str, ...]], gap: str = " ") -> list[str]:
    """Rows as columns: each cell but the last is padded to the widest of its column."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return [gap.join([*(cell.ljust(width) for cell, width in zip(row, widths)), row[-1]]).rstrip() for row in rows]
