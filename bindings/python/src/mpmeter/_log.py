"""Decides how the library's log reaches Python: the logger "mpmeter", at the level that it has when a line comes."""

from __future__ import annotations

import contextlib
import logging
from typing import Any

from . import _library
from ._enums import LOG_DEBUG, LOG_INFO, LOG_WARNING

LOGGER = logging.getLogger("mpmeter")
LOGGER.addHandler(logging.NullHandler())  # A library writes nothing to stderr of its own accord.

_LEVELS = {LOG_DEBUG: logging.DEBUG, LOG_INFO: logging.INFO, LOG_WARNING: logging.WARNING}


def _receive(context: Any, level: int, message: bytes) -> None:
    """One line of the library's. Nothing may be raised into C, so what a handler or a filter raises is dropped."""
    with contextlib.suppress(BaseException):
        LOGGER.log(_LEVELS.get(level, logging.WARNING), "%s", message.decode("utf-8", "replace"))


# One for the process, never freed: it outlives every client.
CALLBACK = _library.LogFunction(_receive)
