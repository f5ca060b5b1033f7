"""A server that takes the connection and then says nothing: what is named is what stopped, and not the way there, which
is open."""

from __future__ import annotations

from typing import Callable

import pytest

from .doctor import diagnose
from .sandbox import Sandbox

HANDSHAKE = "does not answer the TLS handshake"
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
    assert HANDSHAKE in endpoint["seen"] and "MTU" in endpoint["advice"], endpoint
    advises_no_way(endpoint["advice"])


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_request_without_an_answer_is_no_matter_of_the_way(sandbox: Callable[..., Sandbox], tls: bool) -> None:
    running = sandbox("ecs-fargate", "hang", tls=tls)
    found = running.register(deadline=2).expect("MPMETER_E_DEADLINE")
    assert HANDSHAKE not in found["message"] and "MTU" not in found["fix"]
    endpoint = diagnose(running, "--deadline", "20").checks["endpoint"]
    assert "does not answer" in endpoint["seen"] and HANDSHAKE not in endpoint["seen"], endpoint
    assert "The way there is open" in endpoint["advice"], endpoint
    advises_no_way(endpoint["advice"])
