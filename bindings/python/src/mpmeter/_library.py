"""Decides which libmpmeter is loaded, when, and how its functions are called.

The library is looked for when it is first needed, not at import: the copy inside this package (in a wheel there is
one), else the file that MPMETER_LIBRARY names (for development), else the system's libmpmeter.so.1. Where there is a
copy inside, nothing takes its place, even if it cannot be loaded: the environment is the buyer's (`ulimit -v` is enough
to make loading fail), and whoever chooses the library chooses the answer.
"""

from __future__ import annotations

import ctypes
import logging
import os
from pathlib import Path
from typing import Any

from ._prototypes import PROTOTYPES
from ._prototypes import LogFunction as LogFunction

SONAME = "libmpmeter.so.1"
ENVIRONMENT = "MPMETER_LIBRARY"
# Before 1.0 a minor version may change the interface, so it has to be the same.
COMPATIBLE = (0, 1)


class LibraryNotFound(ImportError):
    """libmpmeter cannot be loaded, or is of a version that this package does not fit. The message names every place
    that was tried."""


# Set once, by whoever comes first. Two threads that load at the same time load the same file, so no lock is needed, and
# none can be held across a fork.
_loaded: Any = None


def load() -> Any:
    """The library, loaded on the first call. Raises LibraryNotFound."""
    global _loaded
    if _loaded is None:
        _loaded = _search()
    return _loaded


def text(value: bytes | None) -> str | None:
    """A text that the library returned."""
    return None if value is None else value.decode("utf-8", "replace")


def _candidates() -> list[str]:
    own = Path(__file__).parent / SONAME
    if os.path.lexists(own):
        return [str(own)]
    return [os.environ.get(ENVIRONMENT) or SONAME]


def _search() -> Any:
    tried: list[str] = []
    for place in _candidates():
        try:
            found = _fitting(place)
        except (OSError, AttributeError) as reason:  # No file, no library, or one that lacks a function.
            tried.append(f"{place}: {reason}")
            continue
        if place == os.environ.get(ENVIRONMENT):
            logging.getLogger("mpmeter").warning("the library is %s, because %s says so", place, ENVIRONMENT)
        return found
    if os.path.lexists(Path(__file__).parent / SONAME):
        raise LibraryNotFound(
            f"The libmpmeter of this package cannot be loaded: {'; '.join(tried)}. No other is taken in its "
            "place. Install the wheel anew, "
            "or give the program the memory and the glibc (2.17 or later) that loading it takes."
        )
    raise LibraryNotFound(
        f"libmpmeter cannot be loaded. Tried: {'; '.join(tried)}. Install a wheel of mpmeter, which holds the "
        "library, or "
        f"libmpmeter itself, or name its file in {ENVIRONMENT}. It needs Linux with glibc 2.17 or later."
    )


def _fitting(place: str) -> Any:
    """The library in that place, ready to be called. Raises OSError, AttributeError."""
    library = ctypes.CDLL(place)
    library.mpmeter_version_number.restype = ctypes.c_uint32
    number = library.mpmeter_version_number()
    if (number >> 16, number >> 8 & 0xFF) != COMPATIBLE:
        there, wanted = f"{number >> 16}.{number >> 8 & 0xFF}.{number & 0xFF}", ".".join(map(str, COMPATIBLE))
        raise OSError(f"it is version {there}, and this package needs {wanted}")
    for name, (result, arguments) in PROTOTYPES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
