"""Sandboxes for the binding's tests, and the library that they use: MPMETER_LIBRARY, or the repository's own build."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Callable

import pytest

REPOSITORY = Path(__file__).resolve().parents[4]
LIBRARY = Path(os.environ.get("MPMETER_LIBRARY") or REPOSITORY / "build" / "lib" / "libmpmeter.so.1")
SANDBOX = Path(sys.executable).parent / "mpmeter-sandbox"
_NOT_INHERITED = re.compile(r"(AWS|ECS|KUBERNETES|MPMETER_SANDBOX)_.*|.*_PROXY|SSL_CERT_.*", re.IGNORECASE)

os.environ["MPMETER_LIBRARY"] = str(LIBRARY)

# A shell starts its background jobs with SIGINT ignored, and Python leaves that as it is: every program that a test
# starts would be deaf to it.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _built() -> None:
    """A missing part is a failure, not a reason to skip."""
    assert LIBRARY.is_file(), f"{LIBRARY} is not there: run make"
    assert SANDBOX.is_file(), f"{SANDBOX} is not there: pip install tools/sandbox"


class Running:
    """`mpmeter-sandbox serve`, and what a program in it sees."""

    def __init__(self, scenario: str, *faults: str, arguments: tuple[str, ...] = ()) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="mpmeter-binding-")
        self._log = Path(self._directory.name) / "log"
        command = [str(SANDBOX), "serve", "--scenario", scenario, "--log", str(self._log), *arguments]
        for fault in faults:
            command += ["--fault", fault]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.variables: dict[str, str] = {}
        for line in self._process.stdout:
            name, _, value = shlex.split(line)[1].partition("=")
            self.variables[name] = value
            if name == "MPMETER_SANDBOX_PID":
                break
        self.product_code = self.variables["MPMETER_SANDBOX_PRODUCT_CODE"]
        self.public_key = Path(self.variables["MPMETER_SANDBOX_PUBLIC_KEY"]).read_text()

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not _NOT_INHERITED.fullmatch(name)}
        return {**inherited, **self.variables, **(more or {})}

    def requests(self, service: str = "metering") -> list[dict[str, Any]]:
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [request for request in map(json.loads, lines) if request["service"] == service]

    def python(
        self, script: str, *arguments: str, timeout: float = 300, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """A script in a process of its own, in the sandbox. CODE and PEM are there."""
        begin = (
            "import os, mpmeter\nfrom pathlib import Path\n"
            "CODE, PEM = os.environ['MPMETER_SANDBOX_PRODUCT_CODE'], "
            "Path(os.environ['MPMETER_SANDBOX_PUBLIC_KEY']).read_text()\n"
        )
        return subprocess.run(
            [sys.executable, "-c", begin + script, *arguments],
            env=self.environment(more),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(120)
        self._directory.cleanup()


@pytest.fixture
def serve() -> Iterator[Callable[..., Running]]:
    """Start sandboxes: `serve("ecs-ec2", "throttle:1")`. All are stopped at the end of the test."""
    with ExitStack() as stack:

        def start(*arguments: Any, **options: Any) -> Running:
            running = Running(*arguments, **options)
            stack.callback(running.close)
            return running

        yield start


@pytest.fixture
def enter(serve: Callable[..., Running], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Running]:
    """Start a sandbox, and give this process its environment."""

    def start(*arguments: Any, **options: Any) -> Running:
        running = serve(*arguments, **options)
        for name in [name for name in os.environ if _NOT_INHERITED.fullmatch(name)]:
            monkeypatch.delenv(name)
        for name, value in running.variables.items():
            monkeypatch.setenv(name, value)
        return running

    return start
