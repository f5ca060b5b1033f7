"""Decides which libmpmeter is loaded, when, and how its functions are called.

The library is looked for when it is first needed, not at import: the copy inside this package (in a wheel there is one), else the file
that MPMETER_LIBRARY names (for development), else the system's libmpmeter.so.1. A variable never takes the place of the copy inside: the
environment is the buyer's, and whoever chooses the library chooses the answer.
"""

from __future__ import annotations

import ctypes
import logging
import os
from pathlib import Path
from typing import Any

SONAME = "libmpmeter.so.1"
ENVIRONMENT = "MPMETER_LIBRARY"
# Before 1.0 a minor version may change the interface, so it has to be the same.
COMPATIBLE = (0, 1)


class LibraryNotFound(ImportError):
    """libmpmeter cannot be loaded, or is of a version that this package does not fit. The message names every place that was tried."""


_Handle = ctypes.c_void_p
_Out = ctypes.POINTER(ctypes.c_void_p)
_Text = ctypes.c_char_p
_Status = ctypes.c_int32

LogFunction = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int32, ctypes.c_char_p)

# Every function that is called: what it returns, and what it takes. A test compares this with mpmeter.h.
PROTOTYPES: dict[str, tuple[Any, list[Any]]] = {
    "mpmeter_version": (_Text, []),
    "mpmeter_version_number": (ctypes.c_uint32, []),
    "mpmeter_status_name": (_Text, [_Status]),
    "mpmeter_status_action": (ctypes.c_int32, [_Status]),
    "mpmeter_status_message": (_Text, [_Status]),
    "mpmeter_status_fix": (_Text, [_Status]),
    "mpmeter_status_count": (ctypes.c_int32, []),
    "mpmeter_status_at": (_Status, [ctypes.c_int32]),
    "mpmeter_action_name": (_Text, [ctypes.c_int32]),
    "mpmeter_error_free": (None, [_Handle]),
    "mpmeter_error_message": (_Text, [_Handle]),
    "mpmeter_error_fix": (_Text, [_Handle]),
    "mpmeter_error_http_status": (ctypes.c_int32, [_Handle]),
    "mpmeter_error_aws_type": (_Text, [_Handle]),
    "mpmeter_error_request_id": (_Text, [_Handle]),
    "mpmeter_error_region": (_Text, [_Handle]),
    "mpmeter_error_region_source": (_Text, [_Handle]),
    "mpmeter_error_credentials_source": (_Text, [_Handle]),
    "mpmeter_error_platform": (_Text, [_Handle]),
    "mpmeter_error_attempts": (ctypes.c_int32, [_Handle]),
    "mpmeter_error_elapsed_ms": (ctypes.c_int64, [_Handle]),
    "mpmeter_options_new": (_Status, [_Out]),
    "mpmeter_options_free": (None, [_Handle]),
    "mpmeter_options_add_public_key": (_Status, [_Handle, ctypes.c_int32, _Text]),
    "mpmeter_options_set_minimum_key_bits": (_Status, [_Handle, ctypes.c_int32]),
    "mpmeter_options_trust_product": (_Status, [_Handle, _Text, ctypes.c_int32]),
    "mpmeter_options_accept_free_products": (_Status, [_Handle, ctypes.c_int32]),
    "mpmeter_options_set_unverified": (_Status, [_Handle, ctypes.c_int32]),
    "mpmeter_options_set_deadline_ms": (_Status, [_Handle, ctypes.c_int64]),
    "mpmeter_options_set_region_policy": (_Status, [_Handle, ctypes.c_int32]),
    "mpmeter_options_set_log": (_Status, [_Handle, LogFunction, ctypes.c_void_p, ctypes.c_int32]),
    "mpmeter_cancellation_new": (_Status, [_Out]),
    "mpmeter_cancellation_free": (None, [_Handle]),
    "mpmeter_cancellation_cancel": (None, [_Handle]),
    "mpmeter_client_new": (_Status, [_Handle, _Out, _Out]),
    "mpmeter_client_free": (None, [_Handle]),
    "mpmeter_register_usage": (_Status, [_Handle, _Text, _Text, _Handle, _Out, _Out]),
    "mpmeter_verify": (_Status, [_Handle, _Text, _Text, ctypes.c_int32, _Text, _Out, _Out]),
    "mpmeter_registration_free": (None, [_Handle]),
    "mpmeter_registration_product_code": (_Text, [_Handle]),
    "mpmeter_registration_product_kind": (ctypes.c_int32, [_Handle]),
    "mpmeter_registration_public_key_version": (ctypes.c_int32, [_Handle]),
    "mpmeter_registration_nonce": (_Text, [_Handle]),
    "mpmeter_registration_verified": (ctypes.c_int32, [_Handle]),
    "mpmeter_registration_signature": (_Text, [_Handle]),
    "mpmeter_registration_public_key_rotation": (_Text, [_Handle]),
    "mpmeter_registration_issued_at": (ctypes.c_int64, [_Handle]),
    "mpmeter_registration_region": (_Text, [_Handle]),
    "mpmeter_registration_region_source": (_Text, [_Handle]),
    "mpmeter_registration_credentials_source": (_Text, [_Handle]),
    "mpmeter_registration_platform": (_Text, [_Handle]),
    "mpmeter_registration_request_id": (_Text, [_Handle]),
    "mpmeter_registration_attempts": (ctypes.c_int32, [_Handle]),
    "mpmeter_registration_elapsed_ms": (ctypes.c_int64, [_Handle]),
    "mpmeter_region_find": (_Status, [_Handle, _Handle, _Out, _Out]),
    "mpmeter_region_free": (None, [_Handle]),
    "mpmeter_region_name": (_Text, [_Handle]),
    "mpmeter_region_source": (_Text, [_Handle]),
    "mpmeter_region_platform": (_Text, [_Handle]),
    "mpmeter_region_supported": (ctypes.c_int32, [_Handle]),
    "mpmeter_diagnose": (_Status, [_Handle, ctypes.POINTER(_Text), ctypes.c_int32, ctypes.c_uint32, _Handle, _Out, _Out]),
    "mpmeter_diagnosis_free": (None, [_Handle]),
    "mpmeter_diagnosis_status": (_Status, [_Handle]),
    "mpmeter_diagnosis_json": (_Text, [_Handle]),
    "mpmeter_endpoint": (_Status, [_Text, ctypes.c_uint32, _Out]),
    "mpmeter_string_free": (None, [_Handle]),
}

# Set once, by whoever comes first. Two threads that load at the same time load the same file, so no lock is needed, and none can be
# held across a fork.
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
    named = os.environ.get(ENVIRONMENT)
    return [named] if named and not own.exists() else [str(own), SONAME]


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
    raise LibraryNotFound(
        f"libmpmeter cannot be loaded. Tried: {'; '.join(tried)}. Install a wheel of mpmeter, which holds the library, or "
        f"libmpmeter itself, or name its file in {ENVIRONMENT}. It needs Linux with glibc 2.34 or later."
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
