"""Where things are: what was built is named by the environment, or is what `make` leaves in build/."""

from __future__ import annotations

import os
import platform
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _place(variable: str, usual: str) -> Path:
    place = Path(os.environ.get(variable) or usual)
    return place if place.is_absolute() else ROOT / place


CLI = _place("MPMETER_CLI", "build/bin/mpmeter")
SHARED_CLI = _place("MPMETER_SHARED_CLI", "build/tests/bin/mpmeter")
LIBRARY = _place("MPMETER_LIBRARY", "build/lib/libmpmeter.so.1")
TARGET = os.environ.get("MPMETER_TARGET") or f"{platform.machine()}-linux-gnu"
# What stands before the name of a tool that reads that target's files.
BINUTILS = os.environ.get("MPMETER_BINUTILS", "")
HEADER = ROOT / "include/mpmeter.h"
SOURCES = ROOT / "Sources"
VERSION = (ROOT / "VERSION").read_text().strip()
