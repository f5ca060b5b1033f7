"""A server that takes the connection and then says nothing: what is named is what stopped, and not the way there, which
is open."""

from __future__ import annotations

import socket
from typing import Callable

import pytest

from .doctor import diagnose
from .listener import listening
from .sandbox import Sandbox
from .test_hostile_proxy import start

HANDSHAKE = "nobody answers the TLS handshake"
WAY = ("DNS", "security group", "NAT gateway")


def advises_no_way(text: str) -> None:
    assert not [word for word in WAY if word in text], text


def test_a_lost_handshake_is_a_matter_of_large_packets(sandbox: Callable[..., Sandbox]) -> None:
    """A path MTU that nobody is told of (RFC 2923 section 2.1): the connection is made, and the certificates never
    arrive."""
    running = sandbox("ecs-fargate", "silent", tls=True)
    found = running.register(deadline=2).expect("MPMETER_E_DEADLINE")
    assert HANDSHAKE in found["message"] and "MTU" in found["fix"]
    advises_no_way(found["fix"])
    endpoint = diagnose(running, "--deadline", "20").checks["endpoint"]
    assert HANDSHAKE in endpoint["seen"], endpoint
    # A variable led there: that, too, is said in both places.
    assert endpoint["advice"] == found["fix"] and "Or unset AWS_ENDPOINT_URL" in found["fix"]


def test_a_handshake_that_is_lost_behind_a_proxy_is_the_proxys_matter() -> None:
    """From the proxy on, the packets are its own: the MTU of the container is not at fault."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while connection.recv(65536):
            pass

    with listening(serve) as port:
        _, errors = start(f"http://127.0.0.1:{port}", "2").communicate(timeout=60)
    assert "MPMETER_E_DEADLINE" in errors and f"HTTPS_PROXY=127.0.0.1:{port}" in errors, errors
    assert HANDSHAKE in errors and "MTU" not in errors and "a proxy" in errors, errors


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_request_without_an_answer_is_no_matter_of_the_way(sandbox: Callable[..., Sandbox], tls: bool) -> None:
    running = sandbox("ecs-fargate", "hang", tls=tls)
    found = running.register(deadline=2).expect("MPMETER_E_DEADLINE")
    assert HANDSHAKE not in found["message"] and "MTU" not in found["fix"]
    endpoint = diagnose(running, "--deadline", "20").checks["endpoint"]
    assert "does not answer" in endpoint["seen"] and HANDSHAKE not in endpoint["seen"], endpoint
    assert "The connection works" in endpoint["advice"], endpoint
    advises_no_way(endpoint["advice"])
