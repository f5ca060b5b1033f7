"""Decides how a server is run as a container runs it: as process 1 of its own process namespace, in a sandbox's
environment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from EndToEnd import places
from EndToEnd.sandbox import Sandbox

VENV = Path(sys.executable).parent
PRODUCT = "4w1vgsrkqdkypbz43g7qkk4uz"
PATIENCE = 90  # seconds in which a busy machine does what takes it one


class Container:
    """`with Container(sandbox, folder, command) as container`. What is left of it at the end is killed."""

    def __init__(
        self, sandbox: Sandbox, folder: Path, command: Sequence[str], variables: Mapping[str, str] | None = None
    ) -> None:
        self.sandbox = sandbox
        self._log = folder / "output"
        path = f"{VENV}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        environment = {"PATH": path, "MPMETER_LIBRARY": str(places.LIBRARY), "PYTHONDONTWRITEBYTECODE": "1"}
        environment["LD_LIBRARY_PATH"] = str(places.LIBRARY.parent)
        prefix = ["unshare", "--user", "--map-root-user"] if os.geteuid() else ["unshare"]
        with self._log.open("wb") as output:
            self._outside = subprocess.Popen(
                [*prefix, "--pid", "--fork", "--kill-child", "--", *command],
                cwd=folder,
                env={**sandbox.surroundings(), **environment, **(variables or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> Container:
        return self

    def __exit__(self, *_: object) -> None:
        if self._outside.poll() is None:
            self._outside.kill()
        self._outside.wait(PATIENCE)

    @property
    def output(self) -> str:
        """What it wrote so far, to both streams."""
        return self._log.read_text(errors="replace")

    def calls(self) -> int:
        """How often RegisterUsage was called so far."""
        return sum(line.get("operation") == "RegisterUsage" for line in self.sandbox.requests())

    def first_process(self) -> int:
        """The process that is number 1 inside."""
        children = Path(f"/proc/{self._outside.pid}/task/{self._outside.pid}/children")
        self.until(lambda: children.read_text().strip() != "", "it starts")
        return int(children.read_text().split()[0])

    def a_child(self) -> int:
        """One of the processes that number 1 started."""
        first = self.first_process()
        return int(Path(f"/proc/{first}/task/{first}/children").read_text().split()[0])

    def handles_sigterm(self) -> bool:
        """Whether process 1 has a handler by now: the kernel's SigCgt."""
        status = Path(f"/proc/{self.first_process()}/status").read_text()
        mask = next(line for line in status.splitlines() if line.startswith("SigCgt:")).split()[1]
        return bool(int(mask, 16) >> (signal.SIGTERM - 1) & 1)

    def terminate(self) -> None:
        """SIGTERM to process 1, as ECS and Kubernetes send it."""
        os.kill(self.first_process(), signal.SIGTERM)

    def ends(self) -> int:
        """The exit status. With process 1 the kernel ends all others."""
        try:
            status = self._outside.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it did not end\n{self.output}") from None
        return status if status >= 0 else 128 - status

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for it while the container runs."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert self._outside.poll() is None, f"it ended before {what}:\n{self.output}"
            assert time.monotonic() < end, f"never: {what}\n{self.output}"
            time.sleep(0.05)

    def serves(self, port: int, path: str = "/") -> str:
        """What it answers, once it does."""
        found: list[str] = []

        def answers() -> bool:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
                    found.append(response.read().decode())
            except OSError:
                return False
            return True

        self.until(answers, "it answers")
        return found[-1]
