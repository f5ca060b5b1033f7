"""Decides how the main thread waits for what another thread does, and still runs signal handlers.

A signal handler may raise between any two instructions of the main thread. In threading.Event and Thread.start(), which
are written in Python, that can leave a lock taken, and the other thread then waits for it forever. So the code here
waits on a lock of the interpreter, and starts a bare thread.
"""

from __future__ import annotations

import _thread
import math
import threading
import time
from typing import Any, Callable

# Python checks for signals before it waits for a lock. A signal that arrives just after that check does not end the
# wait, so the wait starts again after this many seconds.
_LOOK_FOR_SIGNALS = 0.1


class Outcome:
    """What a function came to on a thread of its own."""

    def __init__(
        self, function: Callable[[], Any], done: Callable[[], None] = lambda: None, name: str = "mpmeter"
    ) -> None:
        self._function, self._done, self._name = function, done, name
        self._value: Any = None
        self._error: BaseException | None = None
        self._started, self._over, self._running = False, False, _thread.allocate_lock()
        self._running.acquire()
        self._turn = _thread.allocate_lock()

    def start(self, *, is_brief: bool = True) -> bool:
        """On a thread that does not keep the program from ending; on one that does if there can be no other and it is
        brief. False if there can be none."""
        self._started = True
        try:
            _thread.start_new_thread(self._start, ())
            return True
        except RuntimeError as error:
            if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
                raise  # A signal handler's, which has a frame of its own. The thread may have begun.
        try:  # A sub-interpreter has no daemon threads; or there can be no thread at all.
            if is_brief:
                threading.Thread(target=self._run, name=self._name, daemon=False).start()
                return True
        except RuntimeError:
            pass
        self._started = False
        return False

    def _start(self) -> None:
        try:
            threading.Thread(target=self._run, name=self._name, daemon=True).start()
        except BaseException:  # No further thread, or no memory for it: this one will do, though it has no name.
            self._run()

    def _run(self) -> None:
        if not self._turn.acquire(blocking=False):
            return  # The other thread has it.
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

    def stop(self, cancel: Callable[[], None], seconds: float) -> None:
        """Cancels the function and waits for its end, at most so long. What signal handlers raise meanwhile is dropped:
        another exception is on its way already."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                cancel()  # Anew, for an exception may have come before it was done.
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
