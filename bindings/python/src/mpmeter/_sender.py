"""Decides when usage is sent without the program's doing: by a thread, or by an asyncio task."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import threading
from typing import TYPE_CHECKING, Callable

from ._calls import Cancellation
from ._errors import Error
from ._status import Status

if TYPE_CHECKING:
    from ._meter import Meter

_log = logging.getLogger("mpmeter")
# Others may add to the journal, and clocks are set: the sender looks again after so many seconds.
_LONGEST_WAIT = 60.0


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
