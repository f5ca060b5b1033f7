"""Decides what the service account token's file is like: whole, or spoiled in the way that a fault names."""

from __future__ import annotations

import os
from pathlib import Path

GOOD = "good"
HUGE = 1 << 30

# Each state of a fault, and what it means.
STATES = {
    "missing": "is not there, though its variable names it",
    "vanishes": "is there until its receiver has the first request, which is refused so that the file is needed again",
    "changes": "is being written: half of the token and the whole take turns, changing whenever the receiver "
    "has a request",
    "empty": "is empty",
    "huge": "begins with the token and has 1 GiB",
    "binary": "holds bytes that are no text",
    "unreadable": "cannot be read: mode 000; for root, whom no mode stops, every read fails (EIO)",
    "directory": "is a directory",
    "fifo": "is a FIFO that nobody writes to",
}


class TokenFile:
    """The file, in one of the states."""

    def __init__(self, path: Path, token: str, state: str = GOOD) -> None:
        self.path = path
        self.token = token
        self._state = state
        self._is_half = state == "changes"
        if state in (GOOD, "vanishes", "huge", "unreadable"):
            path.write_text(token)
        if state == "changes":
            self._write_half_or_whole()
        elif state == "empty":
            path.touch()
        elif state == "huge":
            os.truncate(path, HUGE)
        elif state == "binary":
            path.write_bytes(b"\xff\xfe\x00" + token.encode())
        elif state == "unreadable":
            self._forbid()
        elif state == "directory":
            path.mkdir()
        elif state == "fifo":
            os.mkfifo(path)

    def received(self) -> bool:
        """The receiver has a request, and the file may change. Returns whether to refuse the request, whatever its
        token is."""
        if self._state == "changes":
            self._is_half = not self._is_half
            self._write_half_or_whole()
        if self._state == "vanishes" and self.path.exists():
            self.path.unlink()
            return True
        return False

    def _write_half_or_whole(self) -> None:
        self.path.write_text(self.token[: len(self.token) // 2] if self._is_half else self.token)

    def _forbid(self) -> None:
        self.path.chmod(0)
        if os.geteuid() == 0:
            self.path.unlink()
            # A process's memory is a regular file of which address 0 cannot be read (proc(5)).
            self.path.symlink_to("/proc/self/mem")
