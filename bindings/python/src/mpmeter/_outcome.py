"""Decides how the main thread waits for what another thread does, and still runs signal handlers.

A signal handler may raise between any two of the main thread's instructions. In threading.Event and in Thread.start(),
which are written in Python, that leaves a lock behind which the other thread then waits for. So the one that waits here
takes nothing but a lock of the interpreter's own, and starts nothing but a bare thread.
"""

from __future__ import annotations

import _thread
import math
import threading
import time
from typing import Any, Callable

# Python looks for signals before it waits for a lock; one that arrives in between does not end the wait. So the wait
# begins anew after so many seconds.
_LOOK_FOR_SIGNALS = 0.1


class Outcome:
    """What a function came to on a thread of its own."""

    def __init__(self, function: Callable[[], Any], done: Callable[[], None] = lambda: None) -> None:
        self._function, self._done = function, done
        self._value: Any = None
        self._error: BaseException | None = None
        self._started, self._over, self._running = False, False, _thread.allocate_lock()
        self._running.acquire()

    def start(self) -> None:
        """On a thread that does not keep the program from ending. Raises RuntimeError if there can be no thread."""
        self._started = True
        try:
            _thread.start_new_thread(self._start, ())
        except RuntimeError:  # A sub-interpreter has no daemon threads; or there can be no thread at all.
            threading.Thread(target=self._run, name="mpmeter", daemon=False).start()

    def _start(self) -> None:
        try:
            threading.Thread(target=self._run, name="mpmeter", daemon=True).start()
        except RuntimeError:  # No further thread: this one will do, though it has no name.
            self._run()

    def _run(self) -> None:
        try:
            self._value = self._function()
        except BaseException as error:  # It belongs to the thread that waits.
            self._error = error
        finally:
            self._over = True
            self._running.release()
            self._done()

    def wait(self, seconds: float = math.inf) -> None:
        """Waits for the end of the function, if it was started, at most so long."""
        end = time.monotonic() + seconds
        while self._started and not self._over and time.monotonic() < end:
            self._running.acquire(timeout=max(0.0, min(_LOOK_FOR_SIGNALS, end - time.monotonic())))

    def wait_in_spite_of_signals(self, seconds: float) -> None:
        """The same. What signal handlers raise meanwhile is dropped: another exception is on its way already."""
        end = time.monotonic() + seconds
        while True:
            try:
                return self.wait(end - time.monotonic())
            except BaseException:  # noqa: B036
                continue

    def result(self) -> Any:
        """Returns what the function returned, or raises what it raised."""
        error, self._error = self._error, None
        if error is None:
            return self._value
        try:
            raise error
        finally:
            del error  # It refers to this frame, and this frame to it.
