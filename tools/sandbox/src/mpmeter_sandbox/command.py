"""Decides how the command runs: with the sandbox's environment, untouched standard streams, signals passed on, its
status handed back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence

FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
CANNOT_EXECUTE = 126
NOT_FOUND = 127


class SignalRelay:
    """Passes signals on to the command; before there is one, a signal stops the start."""

    def __init__(self) -> None:
        self.received: int | None = None
        self.stopped = asyncio.Event()
        self._child: asyncio.subprocess.Process | None = None
        loop = asyncio.get_running_loop()
        for number in FORWARDED:
            # Under nohup SIGHUP stays ignored. SIGINT does not: a shell's background jobs start with it ignored.
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue
            loop.add_signal_handler(number, self._handle, number)

    def attach(self, child: asyncio.subprocess.Process) -> None:
        """From now on signals go to this command; one that came in between goes there at once."""
        self._child = child
        if self.received is not None:
            child.send_signal(self.received)

    def _handle(self, number: int) -> None:
        self.received = number
        self.stopped.set()
        if self._child is None or self._child.returncode is not None:
            return
        # Ctrl-C at a terminal reaches the whole foreground group, so the command already has it.
        if number == signal.SIGINT and _in_foreground():
            return
        self._child.send_signal(number)


def _in_foreground() -> bool:
    try:
        return os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


async def run(command: Sequence[str], variables: dict[str, str], relay: SignalRelay) -> int:
    """Run the command to its end and return the status for the shell: its own, or 128 and the signal that killed it."""
    if relay.received is not None:
        return 128 + relay.received
    arguments: list[str] = list(command)
    try:
        # Descriptors beyond the three are handed down too: a shell's <(…) is one. The sandbox's own are close-on-exec
        # (PEP 446).
        child = await asyncio.create_subprocess_exec(*arguments, env=variables, close_fds=False)
    except (FileNotFoundError, PermissionError) as error:
        print(f"mpmeter-sandbox: {arguments[0]}: {error.strerror}", file=sys.stderr)
        return NOT_FOUND if isinstance(error, FileNotFoundError) else CANNOT_EXECUTE
    relay.attach(child)
    try:
        status = await child.wait()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return status if status >= 0 else 128 - status
