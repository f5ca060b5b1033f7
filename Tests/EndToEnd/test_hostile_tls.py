"""What a TLS peer cannot do: keep a call beyond its deadline, or be deaf to a cancellation, by records that are no
data.

RFC 8446 section 4.6 lets a server send tickets and key updates at any time and sets no limit; RFC 5246 section 7.4.1.1
HelloRequests, which a client in a handshake skips: for those no certificate is needed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import places
from .certificates import Authority
from .listener import listening
from .product import Beside

KINDS = ["key-updates", "tickets", "hello-requests"]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("peers") / "tls_flood"
    source = Path(__file__).with_name("peers") / "tls_flood.c"
    subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", path, source, "-lssl", "-lcrypto"], check=True)
    return path


def environment_of(port: str, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "AWS_REGION": "eu-west-3",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL_MARKETPLACE_METERING": f"https://localhost:{port}",
        **more,
    }


@contextlib.contextmanager
def hello_requests_in_the_handshake() -> Iterator[str]:
    """A port where HelloRequests, one a record, are the answer to a ClientHello."""

    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        while True:
            connection.sendall(b"\x16\x03\x03\x00\x04\x00\x00\x00\x00" * 29_000)

    with listening(serve) as port:
        yield str(port)


@pytest.fixture(params=[*KINDS, "hello-requests in the handshake"])
def flood(request: pytest.FixtureRequest, program: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of one whose metering endpoint is such a server."""
    if request.param not in KINDS:
        with hello_requests_in_the_handshake() as port:
            yield environment_of(port)
        return
    authority = Authority("flood")
    (tmp_path / "authority.pem").write_bytes(authority.pem)
    command = [str(program), str(authority.chain(tmp_path)), request.param]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    yield environment_of(server.stdout.readline().strip(), AWS_CA_BUNDLE=str(tmp_path / "authority.pem"))
    server.kill()
    server.wait()


def start(environment: dict[str, str], deadline: int) -> subprocess.Popen[str]:
    command = [str(places.CLI), "register", "--product-code", "p", "--public-key", str(places.KEYS / "rsa2048.pem")]
    command += ["--deadline", str(deadline)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_deadline_ends_it(flood: dict[str, str]) -> None:
    with Beside() as machine:
        started = time.monotonic()
        process = start(flood, 1)
        _, errors = process.communicate(timeout=300)
    assert time.monotonic() - started < 3 + machine.allowance
    assert process.returncode == 75, errors


def test_a_cancellation_ends_it(flood: dict[str, str]) -> None:
    process = start(flood, 300)
    time.sleep(0.7)
    with Beside() as machine:
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=600)
    assert time.monotonic() - asked < 2 + machine.allowance
    assert "MPMETER_E_CANCELLED" in errors
