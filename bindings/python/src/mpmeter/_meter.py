"""Decides how a program meters usage: `Meter` adds and sends, and a thread or an asyncio task sends by itself."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import logging
import os
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Callable, Union

from . import _library
from ._calls import Cancellation, Handle, OneCall, run, run_async
from ._client import Client
from ._errors import Error
from ._options import ClientOptions, invalid, utf8
from ._results import take_error
from ._status import Status

if TYPE_CHECKING:
    from typing_extensions import Unpack  # Type checkers bring it along; nothing needs it at run time.

Quantity = Union[int, str, Decimal]
_log = logging.getLogger("mpmeter")
# Others may add to the journal, and clocks are set: the sender looks again after so many seconds.
_LONGEST_WAIT = 60.0


def _quantity(value: Quantity) -> bytes:
    """A quantity's text. A float is refused: 0.1 is not a tenth."""
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise TypeError(f"quantity must be int, str or Decimal, not {type(value).__name__}")
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise invalid(f"quantity: {value} is not a number")
        return format(value, "f").encode()
    return utf8("quantity", str(value))


def _checked(library: Any, status: int, problem: ctypes.c_void_p) -> None:
    if status != Status.OK:
        raise take_error(library, status, problem)


def _text(library: Any, pointer: ctypes.c_void_p) -> str | None:
    """A text that the library handed out, which is freed."""
    if not pointer:
        return None
    try:
        return ctypes.string_at(pointer.value or 0).decode("utf-8")
    finally:
        library.mpmeter_string_free(pointer)


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
            (1 if whole_units else 0) | (2 if hold_late else 0),
            ctypes.byref(meter),
            ctypes.byref(problem),
        )
        _checked(self._library, status, problem)
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
                _checked(library, status, problem)

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
            _quantity(quantity),
            keys,
            values,
            len(pairs),
            ctypes.byref(problem),
        )
        _checked(self._library, status, problem)

    def _send(self, final: bool, call: OneCall) -> Callable[[], None]:
        library, handle = self._library, self._open()

        def send() -> None:
            problem = ctypes.c_void_p()
            status = library.mpmeter_meter_send(handle.pointer, 1 if final else 0, call.pointer, ctypes.byref(problem))
            _checked(library, status, problem)

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
        _checked(self._library, status, problem)
        return timedelta(milliseconds=milliseconds.value)

    def report(self) -> dict[str, Any]:
        """The books: pending, held (with why) and sent (with record_id), and totals by dimension."""
        document, problem = ctypes.c_void_p(), ctypes.c_void_p()
        status = self._library.mpmeter_meter_report(self._open().pointer, ctypes.byref(document), ctypes.byref(problem))
        _checked(self._library, status, problem)
        books: dict[str, Any] = json.loads(_text(self._library, document) or "{}")
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


def _told(error: Error, on_error: Callable[[Error], None] | None) -> None:
    # While another process of the pod sends, there is nothing to do.
    if error.status is Status.JOURNAL_BUSY:
        return
    _log.warning("usage could not be sent: %s", error)
    if on_error is not None:
        on_error(error)


def _due(meter: Meter, on_error: Callable[[Error], None] | None) -> float:
    """Seconds until the next send is due, a minute at most."""
    try:
        return min(meter.next_due().total_seconds(), _LONGEST_WAIT)
    except Error as error:
        _told(error, on_error)
        return _LONGEST_WAIT


class Sender:
    """A thread that sends what is due. What it cannot send waits in the journal; why is logged, and given to
    `on_error`.

    It does not survive a fork(): a child that is to send makes one of its own.
    """

    def __init__(self, meter: Meter, on_error: Callable[[Error], None] | None = None) -> None:
        self._meter, self._on_error = meter, on_error
        self._stopped = threading.Event()
        self._cancellation = Cancellation()
        self._process = os.getpid()
        self._thread = threading.Thread(target=self._run, name="mpmeter-sender", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._stopped.wait(self._step())

    def _step(self) -> float:
        """Sends if it is due. Returns the seconds to wait before it is looked at again."""
        due = _due(self._meter, self._on_error)
        if due:
            return due
        try:
            self._meter.send(cancellation=self._cancellation)
        except Error as error:
            if not self._stopped.is_set():
                _told(error, self._on_error)
        return 1.0

    def stop(self, grace: float = 25.0) -> None:
        """Ends the thread, and sends what is left, this hour's usage too, for `grace` seconds at most. Raises what
        send() does.

        In a child made by fork() it does nothing.
        """
        if self._process != os.getpid() or self._stopped.is_set():
            return
        self._stopped.set()
        self._cancellation.cancel()
        self._thread.join()
        last = Cancellation()
        timer = threading.Timer(grace, last.cancel)
        timer.daemon = True
        timer.start()
        try:
            self._meter.send(final=True, cancellation=last)
        finally:
            timer.cancel()


class SenderTask:
    """An asyncio task that sends what is due. What it cannot send waits in the journal; why is logged, and given to
    `on_error`."""

    def __init__(self, meter: Meter, on_error: Callable[[Error], None] | None = None) -> None:
        self._meter, self._on_error = meter, on_error
        self._task = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        while True:
            due = _due(self._meter, self._on_error)
            if not due:
                due = 1.0
                try:
                    await self._meter.send_async()
                except Error as error:
                    _told(error, self._on_error)
            await asyncio.sleep(due)

    async def stop(self, grace: float = 25.0) -> None:
        """Ends the task, and sends what is left, this hour's usage too, for `grace` seconds at most. Raises what send()
        does, or TimeoutError."""
        if self._task.cancelled():
            return
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await asyncio.wait_for(self._meter.send_async(final=True), grace)


def journal_report(journal: str | os.PathLike[str]) -> dict[str, Any]:
    """The books of the journal at that path, which is not made if there is none. For a tool that looks from outside."""
    library = _library.load()
    document, problem = ctypes.c_void_p(), ctypes.c_void_p()
    status = library.mpmeter_journal_report(os.fsencode(journal), ctypes.byref(document), ctypes.byref(problem))
    _checked(library, status, problem)
    books: dict[str, Any] = json.loads(_text(library, document) or "{}")
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
    code, name, amount = utf8("product_code", product_code), utf8("dimension", dimension), _quantity(quantity)
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
                1 if dry_run else 0,
                call.pointer,
                ctypes.byref(record),
                ctypes.byref(problem),
            )
            _checked(library, status, problem)
            return _text(library, record)

        return run(send, call.cancel)
