"""Decides when usage is sent without the program's doing: by a thread, or by an asyncio task."""

from __future__ import annotations

import _thread
import asyncio
import contextlib
import logging
import os
import queue
import threading
from typing import TYPE_CHECKING, Callable

from ._calls import Cancellation
from ._errors import Error
from ._outcome import Outcome
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
    try:
        if on_error is not None:
            on_error(error)
    except Exception:  # It is no reason to send no more.
        _log.exception("on_error raised")


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
        self._stopped, self._ended = False, False
        # Neither an Event nor a Thread to join: a signal handler may call stop(), or end it, between any of its lines.
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._cancellation = Cancellation()
        self._process, self._own = os.getpid(), 0
        self._sending = Outcome(self._run, name="mpmeter-sender")
        if not self._sending.start(is_brief=False):
            raise RuntimeError("can't start new thread")

    def _run(self) -> None:
        self._own = threading.get_ident()
        try:
            while not self._stopped:
                with contextlib.suppress(queue.Empty):
                    self._wake.get(timeout=self._step())
        except Exception:
            _log.exception("the sender ended; stop() sends what is left")

    def _step(self) -> float:
        """Sends if it is due. Returns the seconds to wait before it is looked at again."""
        due = _due(self._meter, self._on_error)
        if due:
            return due
        try:
            self._meter.send(cancellation=self._cancellation)
        except Error as error:
            if not self._stopped:
                _told(error, self._on_error)
        return 1.0

    def stop(self, grace: float = 25.0) -> None:
        """Ends the thread, and sends what is left, this hour's usage too, for `grace` seconds at most. Raises what
        send() does.

        After it has returned or raised an Error, it does nothing. It also does nothing in a child made by fork(). If
        something else ended it, such as a signal handler's exception, call it again to finish.
        """
        if self._process != os.getpid() or self._ended:
            return
        self._stopped = True
        self._wake.put(None)
        self._cancellation.cancel()
        if threading.get_ident() != self._own:  # `on_error` may stop it.
            self._sending.wait()
        last, over = Cancellation(), threading.Lock()
        with over:
            _thread.start_new_thread(_cancel_after, (min(grace, threading.TIMEOUT_MAX), over, last))
            try:
                self._meter.send(final=True, cancellation=last)
            except Error:
                self._ended = True
                raise
        self._ended = True


def _cancel_after(seconds: float, over: threading.Lock, cancellation: Cancellation) -> None:
    if over.acquire(timeout=max(0.0, seconds)):
        over.release()
    else:
        cancellation.cancel()


class SenderTask:
    """An asyncio task that sends what is due. What it cannot send waits in the journal; why is logged, and given to
    `on_error`."""

    def __init__(self, meter: Meter, on_error: Callable[[Error], None] | None = None) -> None:
        self._meter, self._on_error = meter, on_error
        self._ended = False
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
        if self._ended:
            return
        self._task.cancel()
        # Unlike `await self._task`, leaves a cancellation of this very task to it.
        await asyncio.wait({self._task})
        try:
            await asyncio.wait_for(self._meter.send_async(final=True), grace)
        except (Error, asyncio.TimeoutError):
            self._ended = True
            raise
        self._ended = True
