"""Decides how a program meters usage: `Meter` adds, sends and reports."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Callable

from . import _library
from ._calls import Cancellation, Handle, OneCall, run, run_async
from ._client import Client
from ._enums import METER_HOLD_LATE, METER_WHOLE_UNITS, SEND_FINAL
from ._errors import Error
from ._options import ClientOptions, utf8
from ._sender import Sender, SenderTask
from ._usage import Quantity, checked, handed_out, quantity_text

if TYPE_CHECKING:
    from typing_extensions import Unpack  # Type checkers bring it along; nothing needs it at run time.


class Meter:
    """The usage of one product in this task or pod: what is added goes into a journal, and from there to AWS, once an
    hour.

    Any number of threads may use it, other processes may use the same journal, and a child made by fork() may go on
    with it. What is promised is in docs/metering.md.

    Args:
        product_code: the product code that AWS Marketplace issued.
        journal: the path of the journal, on a volume of the task or pod; it is made if there is none.
        client: whose options count. Without one a client is made from `options`; no public key is needed.
        whole_units: bills whole units only, and carries the rest to the next hour.
        hold_late: holds usage that could not be sent within six hours, instead of billing it in the current hour.

    Raises:
        JournalDamaged: the file is damaged, cut or no journal; it is never begun anew.
        JournalError, JournalBusy, InvalidArgument, UntrustedProduct, PlatformNotSupported.
    """

    def __init__(
        self,
        product_code: str,
        journal: str | os.PathLike[str],
        *,
        client: Client | None = None,
        whole_units: bool = False,
        hold_late: bool = False,
        **options: Unpack[ClientOptions],
    ) -> None:
        self._library = _library.load()
        if client is None:
            options.setdefault("unverified_key_version", 1)
            client = Client(**options)
        elif options:
            raise TypeError("options belong to the client that is given")
        self._client = client
        meter, problem = ctypes.c_void_p(), ctypes.c_void_p()
        status = self._library.mpmeter_meter_open(
            client._open().pointer,
            utf8("product_code", product_code),
            os.fsencode(journal),
            (METER_WHOLE_UNITS if whole_units else 0) | (METER_HOLD_LATE if hold_late else 0),
            ctypes.byref(meter),
            ctypes.byref(problem),
        )
        checked(self._library, status, problem)
        self._handle: Handle | None = Handle(meter, self._library.mpmeter_meter_free)

    def _open(self) -> Handle:
        if self._handle is None:
            raise ValueError("the meter is closed")
        return self._handle

    def check(self, dimension: str | None = None, *, cancellation: Cancellation | None = None) -> None:
        """Asks AWS whether this container may meter, and meters nothing. Call it at the start, and go on only if it
        returns.

        Args:
            dimension: a dimension of the listing; None for one that was added before, or a placeholder, which AWS may
                not know.

        Raises:
            Error: why not. `error.action` says what to do.
        """
        library, handle = self._library, self._open()
        name = None if dimension is None else utf8("dimension", dimension)
        with OneCall(library, cancellation) as call:

            def ask() -> None:
                problem = ctypes.c_void_p()
                status = library.mpmeter_meter_check(handle.pointer, name, call.pointer, ctypes.byref(problem))
                checked(library, status, problem)

            run(ask, call.cancel)

    def add(self, dimension: str, quantity: Quantity, tags: Mapping[str, str] | None = None) -> None:
        """Adds usage. When it returns, the usage is on the disk; when it raises, nothing was added.

        Args:
            dimension: 1 to 255 bytes; a listing allows 15 letters, digits and underscores.
            quantity: from 0 to 9999999999.999999 with at most six places: an int, a Decimal or a text; never a float.
            tags: at most 5.

        Raises:
            InvalidArgument, JournalError (such as a full disk), JournalDamaged, JournalBusy.
        """
        pairs = list((tags or {}).items())
        texts = ctypes.c_char_p * len(pairs)
        keys = texts(*[utf8("a tag's key", key) for key, _ in pairs])
        values = texts(*[utf8("a tag's value", value) for _, value in pairs])
        problem = ctypes.c_void_p()
        status = self._library.mpmeter_meter_add(
            self._open().pointer,
            utf8("dimension", dimension),
            quantity_text(quantity),
            keys,
            values,
            len(pairs),
            ctypes.byref(problem),
        )
        checked(self._library, status, problem)

    def _send(self, final: bool, call: OneCall) -> Callable[[], None]:
        library, handle = self._library, self._open()

        def send() -> None:
            problem = ctypes.c_void_p()
            status = library.mpmeter_meter_send(
                handle.pointer, SEND_FINAL if final else 0, call.pointer, ctypes.byref(problem)
            )
            checked(library, status, problem)

        return send

    def send(self, *, final: bool = False, cancellation: Cancellation | None = None) -> None:
        """Sends the usage of every hour that is over, with retries until the client's deadline. `final` sends this
        hour's too: the program ends.

        Raises:
            UsageHeld: usage became held; see report().
            JournalBusy: another thread or process sends.
            Error: what is left waits in the journal.
        """
        with OneCall(self._library, cancellation) as call:
            run(self._send(final, call), call.cancel)

    async def send_async(self, *, final: bool = False) -> None:
        """send() for asyncio. Cancelling the task cancels the call, within 100 ms. Raises the same."""
        with OneCall(self._library) as call:
            await run_async(self._send(final, call), call.cancel)

    def next_due(self) -> timedelta:
        """How long until the next send is due: in this journal's own minute of the hour."""
        milliseconds, problem = ctypes.c_int64(), ctypes.c_void_p()
        status = self._library.mpmeter_meter_next_due(
            self._open().pointer, ctypes.byref(milliseconds), ctypes.byref(problem)
        )
        checked(self._library, status, problem)
        return timedelta(milliseconds=milliseconds.value)

    def report(self) -> dict[str, Any]:
        """The books: pending, held (with why) and sent (with record_id), and totals by dimension."""
        document, problem = ctypes.c_void_p(), ctypes.c_void_p()
        status = self._library.mpmeter_meter_report(self._open().pointer, ctypes.byref(document), ctypes.byref(problem))
        checked(self._library, status, problem)
        books: dict[str, Any] = json.loads(handed_out(self._library, document) or "{}")
        return books

    @contextlib.contextmanager
    def sending(self, *, grace: float = 25.0, on_error: Callable[[Error], None] | None = None) -> Iterator[Sender]:
        """Sends by a thread for as long as the block runs, and sends what is left at its end. See `Sender`."""
        sender = Sender(self, on_error)
        try:
            yield sender
        finally:
            sender.stop(grace)

    @contextlib.asynccontextmanager
    async def sending_async(
        self, *, grace: float = 25.0, on_error: Callable[[Error], None] | None = None
    ) -> AsyncIterator[SenderTask]:
        """Sends by an asyncio task for as long as the block runs, and sends what is left at its end. See
        `SenderTask`."""
        sender = SenderTask(self, on_error)
        try:
            yield sender
        finally:
            await sender.stop(grace)

    def close(self) -> None:
        """Frees what the meter holds; calls under way go on to their end. What was added stays in the journal."""
        self._handle = None

    def __enter__(self) -> Meter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
