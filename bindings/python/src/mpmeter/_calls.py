"""Decides which thread a blocking call runs on, and how it is stopped.

A call blocks in C with the GIL released. Python runs signal handlers on the main thread only, between its own
instructions, so a call that blocked the main thread would hold back Ctrl-C until it returned. Therefore a call made on
the main thread runs on a thread of its own while the main thread waits; when the wait is broken by KeyboardInterrupt,
or by anything else that a signal handler raises, the call is cancelled, its end is awaited, and the exception goes on.
A call made on any other thread runs on that thread.

Where gevent has made threads into greenlets, all of them are on the main thread: there each call runs on a thread of
gevent's pool, and its hub goes on.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import sys
import threading
import time
from typing import Any, Callable, TypeVar

from ._outcome import Outcome
from ._results import take_error

T = TypeVar("T")

# A cancelled call returns within 100 ms; a machine may be busy.
_END_OF_CALL = 2.0


class Handle:
    """A pointer of the library's that is freed with the last reference to it, so that nothing frees what a call still
    uses."""

    __slots__ = ("_free", "pointer")

    def __init__(self, pointer: ctypes.c_void_p, free: Callable[[ctypes.c_void_p], None]) -> None:
        self.pointer = pointer
        self._free = free

    def __del__(self) -> None:
        self._free(self.pointer)


def make(library: Any, kind: str, *arguments: Any, error: bool = False) -> Handle:
    """The handle that mpmeter_KIND_new() makes. Raises the Error of its status."""
    pointer, problem = ctypes.c_void_p(), ctypes.c_void_p()
    outputs = [ctypes.byref(pointer), *([ctypes.byref(problem)] if error else [])]
    status = getattr(library, f"mpmeter_{kind}_new")(*arguments, *outputs)
    if status != 0:
        raise take_error(library, status, problem)
    return Handle(pointer, getattr(library, f"mpmeter_{kind}_free"))


class Cancellation:
    """Stops calls from another thread, or from a signal handler written in Python. Any number of calls may share one.

    This cannot be undone: after cancel(), every new call that uses it raises Cancelled at once.
    """

    def __init__(self) -> None:
        self._cancelled = False
        self._calls: set[OneCall] = set()

    @property
    def cancelled(self) -> bool:
        """Whether cancel() was called."""
        return self._cancelled

    def cancel(self) -> None:
        """Makes every call that was given it raise Cancelled, within 100 ms."""
        # Without a lock, so that a signal handler may call it at any time: attach() adds first and looks at the flag
        # afterwards.
        self._cancelled = True
        for call in tuple(self._calls):
            call.cancel()

    def attach(self, call: OneCall) -> None:
        """From now on cancel() stops that call too."""
        self._calls.add(call)
        if self._cancelled:
            call.cancel()

    def detach(self, call: OneCall) -> None:
        """The call is over."""
        self._calls.discard(call)


class OneCall:
    """The library's cancellation of a single call, so that stopping this one stops no other."""

    def __init__(self, library: Any, cancellation: Cancellation | None = None) -> None:
        self._library = library
        self._handle = make(library, "cancellation")
        self._cancellation = cancellation

    @property
    def pointer(self) -> ctypes.c_void_p:
        """What the library is given."""
        return self._handle.pointer

    def cancel(self) -> None:
        """Makes the call return, within 100 ms."""
        self._library.mpmeter_cancellation_cancel(self._handle.pointer)

    def __enter__(self) -> OneCall:
        if self._cancellation is not None:
            self._cancellation.attach(self)
        return self

    def __exit__(self, *_: object) -> None:
        if self._cancellation is not None:
            self._cancellation.detach(self)


class _Guard:
    """Cancels when the frame that holds it is gone: signals may come faster than any line that would cancel."""

    _cancel: Callable[[], None] | None = None

    def __init__(self, cancel: Callable[[], None]) -> None:
        self._cancel = cancel

    def __del__(self) -> None:
        if self._cancel is not None:
            self._cancel()


def run(function: Callable[[], T], cancel: Callable[[], None]) -> T:
    """`function()`, which blocks in the library until `cancel()` is called or it is done."""
    if _threads_are_greenlets():
        return _run_beside_greenlets(function, cancel)
    if threading.current_thread() is not threading.main_thread():
        return function()
    outcome, guard = Outcome(function), _Guard(cancel)
    try:
        if not outcome.start():  # No more threads, or the interpreter is about to end.
            return function()
        outcome.wait()
    except BaseException:
        outcome.stop(cancel, _END_OF_CALL)
        raise
    del guard
    result: T = outcome.result()
    return result


def _threads_are_greenlets() -> bool:
    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and bool(monkey.is_module_patched("threading"))


def _run_beside_greenlets(function: Callable[[], T], cancel: Callable[[], None]) -> T:
    """The same under gevent, in whose hub signal handlers run: a call that blocked the thread would hold them back, and
    every greenlet."""
    gevent = importlib.import_module("gevent")
    errors: list[BaseException] = []

    def call() -> T | None:
        try:
            return function()
        except BaseException as error:  # gevent would print it.
            errors.append(error)
            return None

    outcome, guard = None, _Guard(cancel)
    try:
        outcome = gevent.get_hub().threadpool.spawn(call)
        outcome.wait()
    except BaseException:  # A signal handler's, a Timeout, or GreenletExit.
        end = time.monotonic() + _END_OF_CALL
        while time.monotonic() < end:
            try:
                cancel()  # Also where the exception came within spawn(): the call may have begun.
                if outcome is not None and not outcome.ready():
                    outcome.wait(end - time.monotonic())
                break
            except BaseException:  # noqa: B036
                continue
        raise
    del guard
    if errors:
        raise errors.pop()
    result: T = outcome.get()
    return result


async def run_async(function: Callable[[], T], cancel: Callable[[], None]) -> T:
    """The same without blocking the event loop. When the task is cancelled, so is the call, and its end is awaited."""
    import asyncio

    loop = asyncio.get_running_loop()
    over: asyncio.Future[None] = loop.create_future()

    def tell() -> None:
        if not over.done():
            over.set_result(None)

    def done() -> None:
        with contextlib.suppress(RuntimeError):  # The loop was closed: nobody waits any more.
            loop.call_soon_threadsafe(tell)

    outcome = Outcome(function, done)
    try:
        if not outcome.start():
            raise RuntimeError("can't start new thread")
        await asyncio.wait({over})  # Unlike `await over`, leaves the future alone when the task is cancelled.
    except asyncio.CancelledError:
        cancel()
        while not over.done():
            try:
                await asyncio.wait({over})
            except asyncio.CancelledError:
                continue
        raise
    except BaseException:  # The coroutine is closed; it may not wait any more.
        cancel()
        raise
    result: T = outcome.result()
    return result


def library_call(library: Any, function: str, *arguments: Any, take: Callable[[Any, ctypes.c_void_p], T]) -> T:
    """Calls a function that ends in `out_object, out_error`. Returns what `take` makes of the object, or raises."""
    found, error = ctypes.c_void_p(), ctypes.c_void_p()
    status = getattr(library, function)(*arguments, ctypes.byref(found), ctypes.byref(error))
    if status != 0:
        raise take_error(library, status, error)
    return take(library, found)
