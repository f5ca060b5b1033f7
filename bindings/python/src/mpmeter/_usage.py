"""What needs no meter: a single record, and the report of somebody's journal. And what a meter shares with it: how a
quantity is written, and how the library's texts are taken."""

from __future__ import annotations

import ctypes
import json
import os
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, Union

from . import _library
from ._calls import Cancellation, OneCall, run
from ._client import Client
from ._enums import USAGE_DRY_RUN
from ._options import invalid, utf8
from ._results import take_error
from ._status import Status

Quantity = Union[int, str, Decimal]


def quantity_text(value: Quantity) -> bytes:
    """A quantity's text. A float is refused: 0.1 is not a tenth."""
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise TypeError(f"quantity must be int, str or Decimal, not {type(value).__name__}")
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise invalid(f"quantity: {value} is not a number")
        return format(value, "f").encode()
    return utf8("quantity", str(value))


def checked(library: Any, status: int, problem: ctypes.c_void_p) -> None:
    if status != Status.OK:
        raise take_error(library, status, problem)


def handed_out(library: Any, pointer: ctypes.c_void_p) -> str | None:
    """A text that the library handed out, which is freed."""
    if not pointer:
        return None
    try:
        return ctypes.string_at(pointer.value or 0).decode("utf-8")
    finally:
        library.mpmeter_string_free(pointer)


def journal_report(journal: str | os.PathLike[str]) -> dict[str, Any]:
    """The books of the journal at that path, which is not made if there is none. For a tool that looks from outside."""
    library = _library.load()
    document, problem = ctypes.c_void_p(), ctypes.c_void_p()
    status = library.mpmeter_journal_report(os.fsencode(journal), ctypes.byref(document), ctypes.byref(problem))
    checked(library, status, problem)
    books: dict[str, Any] = json.loads(handed_out(library, document) or "{}")
    return books


def meter_usage(
    product_code: str,
    dimension: str,
    quantity: Quantity,
    *,
    client: Client | None = None,
    timestamp: datetime | None = None,
    client_token: str | None = None,
    dry_run: bool = False,
    cancellation: Cancellation | None = None,
) -> str | None:
    """Sends one record, for a program that keeps books of its own. Returns AWS's MeteringRecordId, which is not signed;
    None after a dry run.

    Args:
        timestamp: when it was used, aware, at most six hours ago; None for now.
        client_token: 1 to 64 visible characters; None for a fresh one.

    Raises:
        UsageDuplicate: another quantity stands there for this pod, dimension and hour.
        DeadlineExceeded, NetworkError, ServiceUnavailable: the outcome may be open: call again with the same arguments.
    """
    if timestamp is not None and timestamp.tzinfo is None:
        raise invalid("timestamp: it has no time zone")
    library = _library.load()
    handle = (client or Client(unverified_key_version=1))._open()
    code, name, amount = utf8("product_code", product_code), utf8("dimension", dimension), quantity_text(quantity)
    token = None if client_token is None else utf8("client_token", client_token)
    seconds = 0 if timestamp is None else int(timestamp.astimezone(timezone.utc).timestamp())
    with OneCall(library, cancellation) as call:

        def send() -> str | None:
            record, problem = ctypes.c_void_p(), ctypes.c_void_p()
            status = library.mpmeter_meter_usage(
                handle.pointer,
                code,
                name,
                amount,
                seconds,
                token,
                USAGE_DRY_RUN if dry_run else 0,
                call.pointer,
                ctypes.byref(record),
                ctypes.byref(problem),
            )
            checked(library, status, problem)
            return handed_out(library, record)

        return run(send, call.cancel)
