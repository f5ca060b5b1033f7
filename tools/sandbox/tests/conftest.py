"""Sandboxes for tests: in this process for speed, or as the command line for what only that can show."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mpmeter_sandbox.background import Background
from mpmeter_sandbox.clock import Clock
from mpmeter_sandbox.settings import Settings

COMMAND = [sys.executable, "-m", "mpmeter_sandbox"]


class Running:
    """A sandbox that serves from a thread of this process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._background = Background(settings).__enter__()
        self.variables: dict[str, str] = self._background.variables
        self.stop = self._background.stop
        self.billed = self._background.billed

    @property
    def clock(self) -> Clock:
        return self._background.clock

    def requests(self, service: str = "metering") -> list[dict[str, Any]]:
        """What the log says was received by a service."""
        assert self.settings.log is not None
        lines = [json.loads(line) for line in Path(self.settings.log).read_text().splitlines()]
        return [line for line in lines if line["service"] == service]


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start sandboxes: `sandbox("ecs-ec2", "throttle:1", region=...)`. All are stopped at the end of the test."""
    started: list[Running] = []

    def start(scenario: str = "ecs-ec2", *faults: str, **options: Any) -> Running:
        options.setdefault("log", str(tmp_path / f"log-{len(started)}"))
        started.append(Running(Settings(scenario=scenario, faults=list(faults), **options)))
        return started[-1]

    yield start
    for running in started:
        running.stop()


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """`mpmeter-sandbox` with arguments, to its end."""
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=300, **options)


@pytest.fixture
def background() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `mpmeter-sandbox` and go on. What is still there at the end of the test is killed, and fails the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **options,
        )
        started.append(process)
        return process

    yield start
    left = 0
    for process in started:
        try:
            os.killpg(process.pid, signal.SIGKILL)
            left += 1
        except ProcessLookupError:
            pass
        process.communicate()
    assert left == 0, "mpmeter-sandbox or its command was still running"


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


__all__ = ["COMMAND", "Running", "alive", "run", "signal"]
