"""Each fault below HTTP's meaning does to the connection what its name says."""

from __future__ import annotations

import http.client
import json
import socket
import time
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest
from sandbox_client import get, parameters, register, send, signed_headers, task_keys

# Seconds to wait for anything that is expected.
PATIENCE = 60


def connected(url: str) -> socket.socket:
    parts = urllib.parse.urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE)


def raw(running: Any) -> socket.socket:
    """A connection on which a whole good RegisterUsage request has been sent."""
    url = running.variables["AWS_ENDPOINT_URL_MARKETPLACE_METERING"]
    body = json.dumps(parameters()).encode()
    headers = {**signed_headers(url, body, task_keys(running.variables)), "content-length": str(len(body))}
    connection = connected(url)
    connection.sendall(
        ("POST / HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in headers.items()) + "\r\n").encode() + body
    )
    return connection


def until_end(connection: socket.socket) -> tuple[bytes, bool]:
    """Everything received, and whether the end was a reset instead of an orderly close."""
    received = b""
    while True:
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            return received, True
        if not piece:
            return received, False
        received += piece


def split(received: bytes) -> tuple[int, bytes]:
    """The promised length and what came of the body."""
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(lengths[0].split(b":")[1]), body


def silent(call: Callable[[], Any]) -> bool:
    try:
        call()
    except TimeoutError:
        return True
    return False


def reset(running: Any) -> bool:
    with raw(running) as connection:
        return until_end(connection) == (b"", True)


def reset_mid_body(running: Any) -> bool:
    with raw(running) as connection:
        received, was_reset = until_end(connection)
    promised, body = split(received)
    return was_reset and len(body) == promised // 2 and promised > 400


def slow(running: Any) -> bool:
    with raw(running) as connection:
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(65536)
        started = time.monotonic()
        while len(split(received)[1]) < 3:
            received += connection.recv(65536)
        return time.monotonic() - started > 1.5 and len(split(received)[1]) == 3


def truncated(running: Any) -> bool:
    with raw(running) as connection:
        received, was_reset = until_end(connection)
    promised, body = split(received)
    with pytest.raises(http.client.IncompleteRead):
        register(running.variables)
    return not was_reset and promised == len(body) + 100 and "Signature" in json.loads(body)


def oversized(running: Any) -> bool:
    reply = register(running.variables)
    return (
        len(reply.body) > 16 << 20
        and int(reply.headers["content-length"]) == len(reply.body)
        and "Signature" in reply.json
    )


def endless(running: Any) -> bool:
    with raw(running) as connection:
        received = b""
        while len(received) < 3 << 20:
            piece = connection.recv(65536)
            if not piece:
                return False
            received += piece
    return b"transfer-encoding: chunked" in received.lower() and b"Signature" not in received


def slow_head(running: Any) -> bool:
    with raw(running) as connection:
        started = time.monotonic()
        received = b"".join(connection.recv(1) for _ in range(3))
        return received == b"HTT" and time.monotonic() - started > 1.5


def late(running: Any) -> bool:
    started = time.monotonic()
    return "Signature" in register(running.variables).json and time.monotonic() - started > 1.4


def beginning(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        piece = connection.recv(65536)
        if not piece:
            break
        received += piece
    return received


def oversized_1gib(running: Any) -> bool:
    with raw(running) as connection:
        received = beginning(connection, 1 << 20)
    return split(received)[0] == 1 << 30 and len(received) >= 1 << 20


def endless_head(running: Any) -> bool:
    with raw(running) as connection:
        received = beginning(connection, 1 << 18)
    return (
        received.startswith(b"HTTP/1.1 200 ")
        and b"\r\n\r\n" not in received
        and received.count(b"\r\nX-Filler: x") > 50
    )


def continued(running: Any) -> bool:
    with raw(running) as connection:
        first, _, rest = until_end(connection)[0].partition(b"\r\n\r\n")
    return first == b"HTTP/1.1 100 Continue" and "Signature" in json.loads(split(rest)[1])


def endless_continue(running: Any) -> bool:
    with raw(running) as connection:
        received = beginning(connection, 1 << 16)
    return len(received) >= 1 << 16 and set(received.split(b"\r\n\r\n")[:-1]) == {b"HTTP/1.1 100 Continue"}


def two_lengths(running: Any) -> bool:
    with raw(running) as connection:
        head, _, body = until_end(connection)[0].partition(b"\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")]
    return lengths == [len(body), len(body) // 2] and "Signature" in json.loads(body)


def length_and_chunks(running: Any) -> bool:
    with raw(running) as connection:
        promised, chunks = split(until_end(connection)[0])
    size, _, rest = chunks.partition(b"\r\n")
    body = rest[: int(size, 16)]
    return promised == len(body) // 2 and rest[len(body) :] == b"\r\n0\r\n\r\n" and "Signature" in json.loads(body)


def chunked(size: bytes) -> Callable[[Any], bool]:
    """The right body, under another size than its own."""

    def holds(running: Any) -> bool:
        with raw(running) as connection:
            head, _, body = until_end(connection)[0].partition(b"\r\n\r\n")
        sent, _, rest = body.partition(b"\r\n")
        answer = rest.partition(b"\r\n")[0]
        named = size % len(answer) if b"%" in size else size
        return b"transfer-encoding: chunked" in head.lower() and sent == named and "Signature" in json.loads(answer)

    return holds


def metadata_v2_hang(running: Any) -> bool:
    base = running.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
    lifetime = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
    put = lambda: send("PUT", base + "/latest/api/token", lifetime, timeout=0.5)  # noqa: E731
    return silent(put) and get(base + "/latest/meta-data/placement/region").status == 401


CASES: dict[str, Callable[[Any], bool]] = {
    "reset": reset,
    "reset-mid-body": reset_mid_body,
    "hang": lambda running: silent(lambda: register(running.variables, timeout=0.5)),
    "slow": slow,
    "slow-head": slow_head,
    "late": late,
    "truncated": truncated,
    "oversized": oversized,
    "oversized-1gib": oversized_1gib,
    "endless": endless,
    "endless-head": endless_head,
    "continue": continued,
    "endless-continue": endless_continue,
    "two-lengths": two_lengths,
    "length-and-chunks": length_and_chunks,
    "chunked-no-size": chunked(b"size"),
    "chunked-negative-size": chunked(b"-%x"),
    "chunked-huge-size": chunked(b"fffffffffffffffff"),
    "chunked-long-size": chunked(b"7fffffffffffffff"),
    "chunked-short-size": chunked(b"1"),
    "credentials-hang": lambda running: silent(
        lambda: send("GET", running.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"], timeout=0.5)
    ),
    "metadata-hang": lambda running: silent(
        lambda: send("GET", running.variables["ECS_CONTAINER_METADATA_URI_V4"] + "/task", timeout=0.5)
    ),
    "metadata-v2-hang": metadata_v2_hang,
}


@pytest.mark.parametrize("fault", CASES)
def test_the_connection_fails_as_its_name_says(fault: str, sandbox: Callable[..., Any]) -> None:
    running = sandbox("ecs-ec2", fault)
    assert CASES[fault](running)
    logged = [line for service in ("metering", "ecs", "credentials", "imds") for line in running.requests(service)]
    spoiled = [line for line in logged if line["fault"] == fault]
    assert spoiled and all(line["status"] is None for line in spoiled)


@pytest.mark.parametrize(
    "fault", ["reset", "hang", "truncated", "oversized", "oversized-1gib", "continue", "late", "chunked-short-size"]
)
def test_no_case_holds_without_its_fault(
    fault: str, sandbox: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Some wait for the end of a connection that the service keeps open.
    monkeypatch.setattr("test_faults_wire.PATIENCE", 2)
    running = sandbox("ecs-ec2")
    try:
        held = CASES[fault](running)
    except (TimeoutError, pytest.fail.Exception, ValueError, IndexError):
        held = False
    assert not held


def test_a_general_wire_fault_works_on_other_services(sandbox: Callable[..., Any]) -> None:
    running = sandbox("ecs-ec2", "reset@ecs:1")
    url = running.variables["ECS_CONTAINER_METADATA_URI_V4"]
    with pytest.raises(ConnectionResetError):
        get(url)
    assert get(url).status == 200
