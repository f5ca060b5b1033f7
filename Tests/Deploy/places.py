"""Where the things are that are tested here."""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
DEPLOY = EXAMPLES / "deploy"
DOCS = ROOT / "docs"
# Beside the Python that runs the tests; links are kept, for they lead out of its environment.
TOOLS = Path(sys.executable).parent


@contextmanager
def make() -> Iterator[None]:
    """For whoever runs `make` in the tree: two at a time are one too many, and tests run side by side."""
    with (ROOT / "build/.make-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
