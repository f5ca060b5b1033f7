"""Decides how the command line is run and what is true of every run: one JSON object, a status that fits its code,
action and exit."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import places
from .statuses import ALWAYS, CODES, FAILURE_KEYS, KEYS, action_of, exit_of

# What starting and ending a process may take on a busy machine, in seconds.
OVERHEAD = 20.0


class Beside(threading.Thread):
    """`with Beside() as machine:` measures how late this machine wakes a thread that sleeps, and so what the same delay
    may cost a process that works and waits beside it: `machine.allowance`, in seconds. On an idle machine that is next
    to nothing."""

    STEP = 0.01
    TURNS = 50  # how often a call has to be given a processor, at most

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._late = 0.0
        self._is_over = threading.Event()

    def run(self) -> None:
        while not self._is_over.is_set():
            started = time.monotonic()
            time.sleep(self.STEP)
            self._late = max(self._late, time.monotonic() - started - self.STEP)

    def __enter__(self) -> Beside:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self.join()

    @property
    def allowance(self) -> float:
        return self._late * self.TURNS


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names), f"a key is there twice: {names}"
    return dict(pairs)


@dataclass
class Outcome:
    """What one run of the command line left behind. `requests` is what the sandbox saw of it."""

    arguments: list[str]
    exit: int
    stdout: str
    stderr: str
    seconds: float
    allowance: float  # for what else this machine did meanwhile, in seconds
    requests: list[dict[str, Any]] = field(default_factory=list)

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout."""
        lines = self.stdout.splitlines()
        assert len(lines) == 1 and self.stdout.endswith("\n"), f"not one line:\n{self.stdout}\n{self.stderr}"
        found = json.loads(lines[0], object_pairs_hook=_once)
        assert isinstance(found, dict)
        return found

    def metering(self) -> list[dict[str, Any]]:
        return self.of("metering")

    def of(self, service: str) -> list[dict[str, Any]]:
        """What a service received."""
        return [request for request in self.requests if request["service"] == service]

    def expect(self, status: str, *, extra: set[str] | None = None) -> dict[str, Any]:
        """The JSON object, once it has been found to be that status in every respect."""
        found = self.json
        assert found["status"] == status, self
        assert found["code"] == CODES[status]
        assert found["action"] == action_of(status)
        assert self.exit == exit_of(status), self
        assert set(found) >= ALWAYS
        assert found["message"]
        if status == "MPMETER_OK":
            assert found["fix"] == ""
        else:
            assert set(found) <= FAILURE_KEYS | (extra or set()), set(found) - FAILURE_KEYS
            assert found["fix"]
            assert f"mpmeter: {status}" in self.stderr and found["message"] in self.stderr
            assert found["fix"] in self.stderr
        return found

    def expect_registration(self, **values: Any) -> dict[str, Any]:
        """An accepted registration, with these values."""
        found = self.expect("MPMETER_OK")
        assert list(found) == KEYS
        for name, value in values.items():
            assert found[name] == value, f"{name}: {found[name]!r}, expected {value!r}"
        return found

    def took_no_longer_than(self, deadline: float) -> None:
        """The call ended within 100 ms of its deadline, and the process soon after."""
        self.took_at_most(deadline + 0.1)
        assert self.seconds <= deadline + 0.1 + OVERHEAD + self.allowance, self

    def took_at_most(self, seconds: float) -> None:
        """By the library's own clock, on a machine with nothing else to do."""
        assert self.json["elapsed_ms"] <= (seconds + self.allowance) * 1000, self


def run(
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    input: str | bytes | None = None,
    prefix: Sequence[str] = (),
    program: Path = places.CLI,
) -> Outcome:
    """The command line to its end, in that environment and no other."""
    command = [*prefix, str(program), *arguments]
    data = input.encode() if isinstance(input, str) else input
    with Beside() as machine:
        started = time.monotonic()
        done = subprocess.run(
            command,
            env=dict(environment or {}),
            input=data,
            stdin=subprocess.DEVNULL if data is None else None,
            capture_output=True,
            timeout=300,
            check=False,
        )
        seconds = time.monotonic() - started
    said = (done.stdout.decode(), done.stderr.decode())
    return Outcome(list(arguments), done.returncode, *said, seconds, machine.allowance)
