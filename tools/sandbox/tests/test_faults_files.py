"""Each fault of the service account token's file makes it what its name says."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import run
from sandbox_client import assume, get

from mpmeter_sandbox.tokenfile import HUGE


def path(running: Any) -> Path:
    return Path(running.variables["AWS_WEB_IDENTITY_TOKEN_FILE"])


def vanishes(running: Any) -> bool:
    was_whole = path(running).read_text().count(".") == 2
    reply = assume(running.variables)
    return was_whole and reply.json["Error"]["Code"] == "InvalidIdentityToken" and not path(running).exists()


def changes(running: Any) -> bool:
    half, first = path(running).read_text(), assume(running.variables)
    whole, second = path(running).read_text(), assume(running.variables)
    back = path(running).read_text()
    return (
        (first.status, second.status) == (400, 200)
        and whole.startswith(half)
        and len(whole) // 2 == len(half)
        and back == half
    )


def huge(running: Any) -> bool:
    """And not on the disk."""
    size = path(running).stat()
    return size.st_size == HUGE and size.st_blocks * 512 < 1 << 20 and path(running).open("rb").read(3) == b"eyJ"


def binary(running: Any) -> bool:
    content = path(running).read_bytes()
    return content.startswith(b"\xff\xfe\x00") and len(content) > 500


def unreadable(running: Any) -> bool:
    """For whoever runs the test, root or not."""
    assert path(running).is_file()
    try:
        path(running).read_bytes()
    except OSError as error:
        return isinstance(error, PermissionError) != (os.geteuid() == 0)
    return False


CASES: dict[str, Callable[[Any], bool]] = {
    "token-file-missing": lambda running: not os.path.lexists(path(running)),
    "token-file-vanishes": vanishes,
    "token-file-changes": changes,
    "token-file-empty": lambda running: path(running).read_bytes() == b"",
    "token-file-huge": huge,
    "token-file-binary": binary,
    "token-file-unreadable": unreadable,
    "token-file-directory": lambda running: path(running).is_dir(),
    "token-file-fifo": lambda running: stat.S_ISFIFO(path(running).stat().st_mode),
}


@pytest.mark.parametrize("fault", CASES)
def test_the_file_is_what_its_name_says(fault: str, sandbox: Callable[..., Any]) -> None:
    running = sandbox("eks-irsa", fault)
    assert CASES[fault](running)
    running.stop()
    assert not path(running).parent.exists()


@pytest.mark.parametrize("fault", CASES)
def test_no_case_holds_without_its_fault(fault: str, sandbox: Callable[..., Any]) -> None:
    try:
        held = CASES[fault](sandbox("eks-irsa"))
    except KeyError:
        held = False
    assert not held


def test_the_agent_of_pod_identity_sees_the_file_change_too(sandbox: Callable[..., Any]) -> None:
    running = sandbox("eks-pod-identity", "token-file-changes")
    file = Path(running.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"])
    url = running.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    ask = lambda: get(url, Authorization=file.read_text()).status  # noqa: E731
    assert [ask() for _ in range(3)] == [403, 200, 403]


def test_a_host_without_such_a_file_cannot_have_its_faults() -> None:
    done = run("run", "--scenario", "ecs-ec2", "--fault", "token-file-huge", "--", "true")
    assert done.returncode == 2 and "has no service account token" in done.stderr
