"""Each fault of a connection without a request does to it what its name says."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from sandbox_client import get, register
from test_faults_wire import connected, until_end


def metering(running: Any) -> socket.socket:
    return connected(running.variables["AWS_ENDPOINT_URL_MARKETPLACE_METERING"])


def refused(running: Any) -> bool:
    try:
        metering(running).close()
    except ConnectionRefusedError:
        return True
    return False


def reset_before_request(running: Any) -> bool:
    """Without a byte being sent. The reset may be there before connect() has returned."""
    try:
        with metering(running) as connection:
            return until_end(connection) == (b"", True)
    except ConnectionResetError:
        return True


def reset_during_request(running: Any) -> bool:
    with metering(running) as connection:
        connection.settimeout(0.3)
        try:
            until_end(connection)
        except TimeoutError:
            connection.sendall(b"P")
            return until_end(connection) == (b"", True)
    return False


def silent(running: Any) -> bool:
    with metering(running) as connection:
        connection.settimeout(0.5)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            connection.recv(1)
        except TimeoutError:
            return True
    return False


def not_http(running: Any) -> bool:
    with metering(running) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        received, was_reset = until_end(connection)
    return received.startswith(b"SSH-2.0-") and not was_reset


CASES: dict[str, Callable[[Any], bool]] = {
    "refused": refused,
    "reset-before-request": reset_before_request,
    "reset-during-request": reset_during_request,
    "silent": silent,
    "not-http": not_http,
}


@pytest.mark.parametrize("fault", CASES)
def test_the_connection_fails_as_its_name_says(fault: str, sandbox: Callable[..., Any]) -> None:
    running = sandbox("ecs-fargate", fault)
    assert CASES[fault](running)
    logged = [(line["fault"], line["method"], line["status"]) for line in running.requests()]
    assert logged == ([] if fault == "refused" else [(fault, None, None)])


@pytest.mark.parametrize("fault", CASES)
def test_no_case_holds_without_its_fault(
    fault: str, sandbox: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("test_faults_wire.PATIENCE", 2)
    try:
        held = CASES[fault](sandbox("ecs-fargate"))
    except TimeoutError:  # the service waits for more
        held = False
    assert not held


@pytest.mark.parametrize("tls", [False, True])
def test_what_is_not_spoiled_is_passed_on(tls: bool, sandbox: Callable[..., Any]) -> None:
    """A number counts connections; the next one reaches the service."""
    running = sandbox("ecs-fargate", "reset-before-request@credentials:1", "reset-during-request:1", tls=tls)
    url = running.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    with pytest.raises(ConnectionResetError):
        get(url)
    assert get(url).json["AccessKeyId"] == "ASIASANDBOXTASKROLE2"
    if not tls:
        with pytest.raises(ConnectionResetError):
            register(running.variables)
        assert register(running.variables).status == 200


def test_a_connection_that_hangs_ends_with_the_sandbox(sandbox: Callable[..., Any]) -> None:
    running = sandbox("ecs-fargate", "silent")
    with metering(running) as connection:
        while not running.requests():  # until the fault has it
            time.sleep(0.01)
        running.stop()
        assert until_end(connection)[0] == b""
