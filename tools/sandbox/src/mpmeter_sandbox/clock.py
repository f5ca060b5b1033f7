"""Decides what time it is at AWS: the machine's clock, moved by what a file says, so that a test can let hours pass."""

from __future__ import annotations

import os
import re
import time
from datetime import datetime, timezone
from pathlib import Path

_SHIFT = re.compile(r"([+-])([0-9]+)([smhd]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class Clock:
    """A clock that goes on; the file holds the seconds by which it is ahead of the machine's."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def offset(self) -> float:
        """By how many seconds AWS is ahead; 0 if nobody has moved the clock."""
        try:
            return float(self.path.read_text())
        except (FileNotFoundError, ValueError):
            return 0.0

    def now(self) -> float:
        """Epoch seconds at AWS."""
        return time.time() + self.offset

    def advance(self, seconds: float) -> float:
        """Let time pass, or go back; returns what time it is then."""
        return self._put(self.offset + seconds)

    def set(self, moment: float) -> float:
        """Make it that moment, in epoch seconds; returns it."""
        return self._put(moment - time.time())

    def move(self, text: str) -> float:
        """`+90s`, `+1h`, `-10m`, or a moment as in 2026-11-26T10:59:50Z. Raises ValueError with a sentence for the
        user."""
        shift = _SHIFT.fullmatch(text)
        if shift is not None:
            sign = -1 if shift.group(1) == "-" else 1
            return self.advance(sign * int(shift.group(2)) * _SECONDS[shift.group(3)])
        return self.set(moment(text))

    def _put(self, offset: float) -> float:
        scratch = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        scratch.write_text(repr(offset))
        scratch.replace(self.path)  # whole, for whoever reads it at this moment
        return self.now()


def checked(text: str) -> str:
    """The text, if `move` takes it. Raises ValueError with a sentence for the user."""
    if not _SHIFT.fullmatch(text):
        moment(text)
    return text


def moment(text: str) -> float:
    """ISO 8601, UTC if it names no zone, in epoch seconds. Raises ValueError with a sentence for the user."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise ValueError(f"'{text}' is neither a shift such as +1h nor a time such as 2026-11-26T10:59:50Z") from None
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def iso(moment: float) -> str:
    """ISO 8601, UTC, whole seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
