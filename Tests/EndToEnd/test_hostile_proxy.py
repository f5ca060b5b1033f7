"""What a proxy on the buyer's side cannot do: keep a call beyond its deadline, be deaf to a cancellation, or get its
password into a message.

The proxy is on loopback, and CONNECT goes no further than it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import places

ENDLESS_407 = b'HTTP/1.1 407 no\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 9000000000000000000\r\n\r\n'


@pytest.fixture
def talkative_proxy() -> Iterator[int]:
    """Refuses every CONNECT with a body that does not end, as fast as it is read. Answers its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    connections: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        try:
            connection.recv(65536)
            connection.sendall(ENDLESS_407)
            while True:
                connection.sendall(b"z" * 1_000_000)
        except OSError:
            pass

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connections.append(connection)
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    for open_socket in [listener, *connections]:
        open_socket.close()


def start(proxy: str, deadline: str) -> subprocess.Popen[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_REGION": "eu-west-3",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_EC2_METADATA_DISABLED": "true",
        "HTTPS_PROXY": proxy,
    }
    key = Path(places.KEYS, "rsa2048.pem")
    command = [str(places.CLI), "register", "--product-code", "p", "--public-key", str(key), "--deadline", deadline]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_deadline_ends_a_body_that_does_not(talkative_proxy: int) -> None:
    """libcurl reads the body of a 407 in a loop of its own, which no poll interrupts."""
    started = time.monotonic()
    process = start(f"http://127.0.0.1:{talkative_proxy}", "1")
    _, errors = process.communicate(timeout=20)
    assert time.monotonic() - started < 3
    assert process.returncode == 75 and "MPMETER_E_DEADLINE" in errors


def test_a_cancellation_ends_it_too(talkative_proxy: int) -> None:
    process = start(f"http://127.0.0.1:{talkative_proxy}", "60")
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    started = time.monotonic()
    _, errors = process.communicate(timeout=20)
    assert time.monotonic() - started < 1.5
    assert process.returncode == 128 + signal.SIGTERM and "MPMETER_E_CANCELLED" in errors


@pytest.mark.parametrize(
    "proxy",
    ["http://bob:hunter2 secret@127.0.0.1:1", "ftp://bob:hunter2@127.0.0.1:1", "http://bob:hunter2@127.0.0.1:99999"],
)
def test_a_proxy_that_is_none_is_named_at_once_and_without_its_password(proxy: str) -> None:
    """libcurl quotes a proxy's URL whole. Trying again cannot help."""
    process = start(proxy, "60")
    output, errors = process.communicate(timeout=20)
    assert process.returncode == 2 and "MPMETER_E_INVALID_ARGUMENT" in errors
    assert "fix: Correct HTTPS_PROXY" in errors and "attempt 2" not in errors
    assert "hunter2" not in output + errors
