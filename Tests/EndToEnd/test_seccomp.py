"""Where a container's seccomp profile forbids a system call, a registration over TLS succeeds without it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import places, product
from .sandbox import Sandbox

FORBIDDING = [sys.executable, str(Path(__file__).with_name("forbidding.py"))]
CALLS = ["getrandom", "access", "faccessat", "faccessat2", "eventfd2", "membarrier", "prlimit64", "rseq", "sysinfo",
         "uname", "sched_yield"]  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox("ecs-fargate", tls=True) as started:
        yield started


def registered(running: Sandbox, forbidden: str, program: Path, prefix: list[str]) -> product.Outcome:
    return product.run(
        "register", "--json", "--product-code", running.product_code, "--public-key", running.key, "--deadline", "10",
        environment=running.surroundings(), prefix=[*prefix, *FORBIDDING, forbidden], program=program,
    )  # fmt: skip


@pytest.mark.parametrize("program", [places.CLI, places.SHARED_CLI], ids=["static", "shared"])
@pytest.mark.parametrize("error", ["EPERM", "ENOSYS"])
@pytest.mark.parametrize("call", CALLS)
def test_a_registration_does_without(running: Sandbox, call: str, error: str, program: Path) -> None:
    registered(running, f"{call}={error}", program, []).expect_registration(platform="fargate")


def test_a_name_is_resolved_without_getrandom(running: Sandbox) -> None:
    """c-ares numbers its questions at random; told EPERM, it would ask for ever."""
    outcome = product.run(
        "region", environment={"PATH": "/usr/bin:/bin", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://nowhere.invalid"},
        prefix=[*FORBIDDING, "getrandom=EPERM"],
    )  # fmt: skip
    assert "MPMETER_E_REGION_NOT_FOUND" in outcome.stderr, outcome


def test_without_any_random_bytes_the_cause_is_named(running: Sandbox) -> None:
    """Neither getrandom(2) nor the device: a status, not the end of the host."""
    hidden = ["unshare", "-rm", "sh", "-c", 'mount --bind /dev/null /dev/urandom && exec "$0" "$@"']
    outcome = registered(running, "getrandom=EPERM", places.CLI, hidden)
    found = outcome.expect("MPMETER_E_INTERNAL")
    assert "random" in found["message"] and "getrandom" in found["fix"], found


def test_the_filter_forbids() -> None:
    """That the tests above have a filter at all."""
    done = subprocess.run(
        [*FORBIDDING, "getrandom=EPERM", sys.executable, "-c", "import os; os.getrandom(1)"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "PermissionError" in done.stderr
