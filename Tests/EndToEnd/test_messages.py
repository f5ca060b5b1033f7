"""Every message and remedy reads as a sentence, and NULL is called NULL. What each case of test_faults.py says is in
messages.txt."""

from __future__ import annotations

import ctypes

import pytest

from . import messages, places
from .messages import problems
from .statuses import CODES

GOLDEN = messages.golden()


@pytest.mark.parametrize("case", GOLDEN)
def test_what_a_fault_says(case: str) -> None:
    status, message, fix = GOLDEN[case].splitlines()
    assert status in CODES and problems(message.strip(), fix.strip().removeprefix("fix: ")) == []


@pytest.fixture(scope="module")
def library() -> ctypes.CDLL:
    loaded = ctypes.CDLL(str(places.LIBRARY))
    for name in ("status_message", "status_fix", "error_message"):
        getattr(loaded, f"mpmeter_{name}").restype = ctypes.c_char_p
    loaded.mpmeter_error_message.argtypes = [ctypes.c_void_p]
    loaded.mpmeter_error_free.argtypes = [ctypes.c_void_p]
    return loaded


@pytest.mark.parametrize("status", sorted(CODES.values()))
def test_what_a_status_says(library: ctypes.CDLL, status: int) -> None:
    message, fix = (getattr(library, f"mpmeter_status_{what}")(status).decode() for what in ("message", "fix"))
    assert message and problems(message, fix or "nothing.") == []


@pytest.mark.parametrize(
    "code, key, said",
    [
        (None, b"x", "product_code is NULL"),
        (b"\xff", b"x", "product_code is not UTF-8"),
        (b"code", None, "public_key_pem is NULL"),
        (b"code", b"\xff", "public_key_pem is not UTF-8"),
    ],
)
def test_null_is_called_null(library: ctypes.CDLL, code: bytes | None, key: bytes | None, said: str) -> None:
    error = ctypes.c_void_p()
    call = library.mpmeter_register_product
    status = call(code, ctypes.c_int32(1), key, ctypes.c_int64(0), None, ctypes.byref(error))
    try:
        assert status == CODES["MPMETER_E_INVALID_ARGUMENT"]
        assert library.mpmeter_error_message(error).decode() == said
    finally:
        library.mpmeter_error_free(error)
