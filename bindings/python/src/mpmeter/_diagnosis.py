"""Decides how a program asks why a registration would fail: `diagnose`, for a vendor's own --diagnose."""

from __future__ import annotations

import ctypes
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import _library
from ._calls import Cancellation, OneCall, library_call, run
from ._enums import DIAGNOSE_REGISTER, Action
from ._options import ClientOptions, PublicKey, options_of, utf8
from ._status import Status

if TYPE_CHECKING:
    from typing_extensions import Unpack


@dataclass(frozen=True)
class Diagnosis:
    """Why a registration would fail in the place where the program runs. Holds no secret.

    Attributes:
        status: that of the first check that failed, with which a registration would end as far as can be told; OK if
            none did.
        report: the whole of it: `message` and `fix` of the first failure, and `checks`, a list of mappings with id,
            title, outcome ("pass", "warn", "fail", "skipped"), seen, advice, status and elapsed_ms, in which a cause
            stands before what follows from it.
        json: the same as text, for a log or a support case.
    """

    status: Status
    report: Mapping[str, Any]
    json: str

    @property
    def action(self) -> Action:
        """What a program does about the status."""
        return self.status.action

    def __str__(self) -> str:
        return self.json


def diagnose(
    *product_codes: str,
    public_key: PublicKey | None = None,
    register: bool = False,
    cancellation: Cancellation | None = None,
    **options: Unpack[ClientOptions],
) -> Diagnosis:
    """Looks why a registration fails, or would fail, in the place where the program runs. Changes nothing; takes a
    minute at most.

    Args:
        product_codes: the codes that the program may register.
        public_key: as for `Client`, but that a key that cannot be used is found, not refused. None is needed.
        register: sends one registration, of the only product code, and says what AWS's answer means.
        cancellation: stops it from another thread. On the main thread it can be interrupted, as
            `Client.register_usage`.
        options: those of `Client`.

    Raises:
        InvalidArgument, TypeError: an option is outside what is accepted, or `register` without exactly one product
            code.
        Cancelled: `cancellation` was cancelled.
        LibraryNotFound: libmpmeter cannot be loaded.
    """
    library = _library.load()
    prepared = options_of(library, public_key, options)
    codes = (ctypes.c_char_p * len(product_codes))(*[utf8("product_codes", code) for code in product_codes])

    with OneCall(library, cancellation) as call:

        def ask() -> Diagnosis:
            arguments = (prepared.pointer, codes, len(codes), DIAGNOSE_REGISTER if register else 0, call.pointer)
            return library_call(library, "mpmeter_diagnose", *arguments, take=_take)

        return run(ask, call.cancel)


def diagnose_metering(
    product_code: str | None = None,
    journal: str | os.PathLike[str] | None = None,
    *dimensions: str,
    cancellation: Cancellation | None = None,
    **options: Unpack[ClientOptions],
) -> Diagnosis:
    """Looks why metering fails, or would fail, in the place where the program runs: Region, role (by a dry run, which
    meters nothing), the journal's place and content, names of dimensions, usage held, other senders.

    Args:
        product_code: None for none: then AWS is not asked.
        journal: its path; it need not be there yet, and is not made.
        dimensions: names of dimensions; the first is that of the dry run.
        cancellation, options: as for `diagnose`.

    Raises:
        InvalidArgument, TypeError, Cancelled, LibraryNotFound: as `diagnose`.
    """
    library = _library.load()
    prepared = options_of(library, None, options)
    code = None if product_code is None else utf8("product_code", product_code)
    path = None if journal is None else os.fsencode(journal)
    names = (ctypes.c_char_p * len(dimensions))(*[utf8("dimensions", name) for name in dimensions])

    with OneCall(library, cancellation) as call:

        def ask() -> Diagnosis:
            arguments = (prepared.pointer, code, path, names, len(names), 0, call.pointer)
            return library_call(library, "mpmeter_diagnose_metering", *arguments, take=_take)

        return run(ask, call.cancel)


def _take(library: Any, pointer: ctypes.c_void_p) -> Diagnosis:
    """The diagnosis behind a pointer, which is freed."""
    try:
        text = _library.text(library.mpmeter_diagnosis_json(pointer)) or "{}"
        return Diagnosis(Status(library.mpmeter_diagnosis_status(pointer)), json.loads(text), text)
    finally:
        library.mpmeter_diagnosis_free(pointer)
