"""Decides how a sandbox serves from a thread of a test's own process: what `mpmeter-sandbox serve` does, without a
process to start."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import Any

from .clock import Clock
from .runner import Sandbox
from .settings import Settings


class Background:
    """`with Background(settings) as running`. Raises ValueError if the settings make no sense."""

    def __init__(self, settings: Settings) -> None:
        self._sandbox = Sandbox(settings)

    def __enter__(self) -> Background:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mpmeter-sandbox", daemon=True)
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._sandbox.__aenter__(), self._loop).result(30)
        except BaseException:
            self._end()
            raise
        return self

    @property
    def variables(self) -> dict[str, str]:
        """The environment that a program in the scenario has, beside the parent's `environment.cleaned()`."""
        return self._sandbox.variables

    @property
    def clock(self) -> Clock:
        """What time it is at AWS: `clock.advance(3600)` lets an hour pass."""
        return self._sandbox.clock

    def billed(self) -> dict[str, Any]:
        """What MeterUsage recorded, as `mpmeter-sandbox ledger --json` prints it."""
        return self._sandbox.billed()

    @property
    def mistakes(self) -> list[str]:
        """What the sandbox did wrong itself, so far; a test asserts that there is nothing."""
        return self._sandbox.mistakes

    def stop(self) -> None:
        """Stop the services and remove the files. Can be called again."""
        if self._loop.is_closed():
            return
        try:
            asyncio.run_coroutine_threadsafe(self._sandbox.stop(), self._loop).result(30)
        finally:
            self._end()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()
