"""Decides what is tested: command line, library and sandbox that the environment names, or those that `make` leaves in
build/."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _place(variable: str, usual: str) -> Path:
    place = Path(os.environ.get(variable) or ROOT / usual)
    # Absolute, but links are kept: the sandbox's script finds its environment by the path it is called by.
    return place if place.is_absolute() else ROOT / place


CLI = _place("MPMETER_CLI", "build/bin/mpmeter")
# The same program over the shared library, for tests that put something between the two or look at what that library
# asks of libc.
SHARED_CLI = _place("MPMETER_SHARED_CLI", "build/tests/bin/mpmeter")
LIBRARY = _place("MPMETER_LIBRARY", "build/lib/libmpmeter.so.1")
SANDBOX = _place("MPMETER_SANDBOX", "build/venv/bin/mpmeter-sandbox")
# Tests/EndToEnd/proxies/rules.go.
GO_PROXIES = _place("MPMETER_GO_PROXIES", "build/tests/go/proxy-rules")
HEADER = ROOT / "include/mpmeter.h"
KEYS = ROOT / "Tests/Vectors/keys"
