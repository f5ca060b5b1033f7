"""The command line against the double, in a pod of its own, at any time of day."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from .double import HOUR, Double

ROOT = Path(__file__).resolve().parents[2]
# The one that is linked to the shared library: the other is static, and hears of no other clock.
MPMETER = ROOT / "build/tests/bin/mpmeter"
PRODUCT = "prod-metered"
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


class Meter:
    """`mpmeter meter` in one pod, on one journal."""

    def __init__(self, double: Double, folder: Path, pod: str = "pod-1"):
        self.double, self.folder, self.pod = double, folder, pod
        self.journal = folder / "journal"
        self.environment = double.environment(folder, pod)
        # Seconds that the pod's clock is ahead of AWS's.
        self.skew = 0.0

    def in_pod(self, pod: str) -> "Meter":
        return Meter(self.double, self.folder, pod)

    def at(self) -> dict[str, str]:
        """The environment in which it is as late as in the double."""
        if not self.double.offset and not self.skew:
            return self.environment
        assert FAKETIME, "the package faketime is not installed"
        fake = {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME": f"{int(self.double.offset + self.skew):+d}s",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        return self.environment | fake | {"DONT_FAKE_MONOTONIC": "1", "FAKETIME_DISABLE_SHM": "1"}

    def command(self, name: str, *arguments: str) -> list[str]:
        product = [] if name == "status" else ["--product-code", PRODUCT]
        return [str(MPMETER), "meter", name, *product, "--journal", str(self.journal), *arguments]

    def __call__(
        self, name: str, *arguments: str, wrapper: tuple[str, ...] = (), code: int | None = 0, **environment: str
    ):
        ran = subprocess.run(
            [*wrapper, *self.command(name, *arguments)],
            env=self.at() | environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if code is not None and ran.returncode != code:
            pytest.fail(f"{name} exited with {ran.returncode}, not {code}: {ran.stdout}{ran.stderr}")
        return ran

    def add(self, quantity: str, dimension: str = "requests", *arguments: str, **options):
        return self("add", "--dimension", dimension, "--quantity", quantity, *arguments, **options)

    def send(self, *arguments: str, **options):
        return self("send", "--deadline", "10", *arguments, **options)

    def send_in_vain(self, fault: str):
        """The answer to the one request is lost in that way, and so is every later one: its outcome is unknown."""
        before = self.double.attempts
        for _ in range(20):
            self.double.faults = [fault] + ["reset-before"] * 1000
            self("send", "--deadline", "1", code=None)
            if self.double.attempts > before:
                break
        assert self.double.attempts > before
        self.double.faults = []

    def in_a_task(self, name: str = "0123456789abcdef") -> "Meter":
        task = Meter(self.double, self.folder, self.pod)
        task.environment = self.double.task_environment(name)
        return task

    def status(self) -> dict:
        return json.loads(self("status", "--json").stdout)

    def pass_hours(self, hours: float):
        """Time passes, for the pod and for AWS."""
        self.double.offset += hours * HOUR


@pytest.fixture
def double():
    one = Double()
    yield one
    one.close()


@pytest.fixture
def meter(double: Double, tmp_path: Path) -> Meter:
    return Meter(double, tmp_path)


@pytest.fixture(scope="session")
def strace() -> str:
    found = shutil.which("strace")
    assert found, "strace is not installed"
    return found
