"""Where plain HTTP goes: to this machine and to AWS's agents, by the address that the socket is opened to, whatever the
name was taken for."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from . import places
from .listener import listening
from .test_hostile_tls import environment_of

KEY = places.ROOT / "Tests" / "Vectors" / "keys" / "rsa2048.pem"


def registered(variables: dict[str, str], deadline: str = "3") -> str:
    """What `mpmeter register` says."""
    environment = environment_of("1")
    environment = {**environment, **variables}
    arguments = ["register", "--product-code", "product", "--public-key", str(KEY), "--deadline", deadline]
    return subprocess.run(
        [places.CLI, *arguments], env=environment, capture_output=True, text=True, timeout=300, check=False
    ).stderr


OTHER = "192.0.2.7"  # RFC 5737: nobody's.


@pytest.mark.parametrize(
    "variables",
    [
        {"AWS_REGION": "", "AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://{OTHER}"},
        {"AWS_REGION": "", "ECS_CONTAINER_METADATA_URI_V4": f"http://{OTHER}/v4/1"},
    ],
)
def test_metadata_are_not_asked_of_another_machine_in_clear(variables: dict[str, str]) -> None:
    assert "plain HTTP is only allowed" in registered(variables)


@pytest.mark.parametrize("host", ["127.0.0.08", "127.0.0.09", "127.08.0.1", "127.0.0.1.", "0127.0.0.1"])
def test_what_is_no_address_is_not_loopback(host: str) -> None:
    variables = {
        "AWS_ACCESS_KEY_ID": "",
        "AWS_SECRET_ACCESS_KEY": "",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://{host}:1/credentials",
    }
    said = registered({**variables, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "token-of-the-agent-0123456789"})
    assert "could not be reached" not in said, said


@contextmanager
def heads_without_end(first: bytes) -> Iterator[int]:
    """A server whose answer begins so, and never comes to the end of that line."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(first)
        for _ in range(40):
            connection.sendall(b"a" * 16384)

    with listening(serve) as port:
        yield port


@pytest.mark.parametrize(
    "first", [b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 ", b"HTTP/1.1 200 OK\r\nServer: a\r\n b"]
)
def test_a_head_without_end_is_a_bad_response(first: bytes) -> None:
    with heads_without_end(first) as port:
        said = registered({"AWS_ENDPOINT_URL_MARKETPLACE_METERING": f"http://127.0.0.1:{port}"}, "5")
    assert "MPMETER_E_BAD_RESPONSE" in said, said
