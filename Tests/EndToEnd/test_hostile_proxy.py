"""What a proxy on the buyer's side cannot do: keep a call beyond its deadline, be deaf to a cancellation, or get its
password into a message.

The proxy is on loopback, and CONNECT goes no further than it.
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

from . import certificates, places
from .listener import listening
from .product import Beside

ENDLESS_407 = b'HTTP/1.1 407 no\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 9000000000000000000\r\n\r\n'


@pytest.fixture
def talkative_proxy() -> Iterator[int]:
    """Refuses every CONNECT with a body that does not end, as fast as it is read. Answers its port."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(ENDLESS_407)
        while True:
            connection.sendall(b"z" * 1_000_000)

    with listening(serve) as port:
        yield port


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
    with Beside() as machine:
        started = time.monotonic()
        process = start(f"http://127.0.0.1:{talkative_proxy}", "1")
        _, errors = process.communicate(timeout=300)
    assert time.monotonic() - started < 3 + machine.allowance
    assert process.returncode == 75 and "MPMETER_E_DEADLINE" in errors
    assert f"through the proxy HTTPS_PROXY=127.0.0.1:{talkative_proxy}" in errors


def test_a_cancellation_ends_it_too(talkative_proxy: int) -> None:
    process = start(f"http://127.0.0.1:{talkative_proxy}", "300")
    time.sleep(1)
    with Beside() as machine:
        process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        _, errors = process.communicate(timeout=600)
    assert time.monotonic() - started < 1.5 + machine.allowance
    assert process.returncode == 128 + signal.SIGTERM and "MPMETER_E_CANCELLED" in errors


@pytest.mark.parametrize(
    "proxy",
    ["http://bob:hunter2 secret@127.0.0.1:1", "ftp://bob:hunter2@127.0.0.1:1", "http://bob:hunter2@127.0.0.1:99999"],
)
def test_a_proxy_that_is_none_is_named_at_once_and_without_its_password(proxy: str) -> None:
    """libcurl quotes a proxy's URL whole. Trying again cannot help."""
    process = start(proxy, "60")
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 2 and "MPMETER_E_INVALID_ARGUMENT" in errors
    assert "Fix: Correct HTTPS_PROXY" in errors and "attempt 2" not in errors
    assert "hunter2" not in output + errors


# What stands first, and then for ever, in answer to CONNECT.
NOT_HTTP = {
    "a status line without end": (b"HTTP/1.1 200 ", b"a" * 65536),
    "a field without end": (b"HTTP/1.1 200 OK\r\nX: ", b"a" * 65536),
    "fields without end": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 9000),
    "continuations without end": (b"HTTP/1.1 200 OK\r\nX: y\r\n", b" a\r\n" * 9000),
    "provisional answers without end": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 3000),
    "letters without end": (b"", b"z" * 65536),
    "lines without end": (b"", b"z\r\n" * 20000),
    "NULs without end": (b"", b"\0" * 65536),
    "empty lines without end": (b"", b"\r\n" * 30000),
    "another protocol": (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"z" * 1000),
    "a status that is none": (b"HTTP/1.1 99999 OK\r\n\r\n", b"z" * 1000),
}


@contextlib.contextmanager
def answering(first: bytes, more: bytes) -> Iterator[int]:
    """A proxy that answers so, whatever it is asked: its port."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(first)
        while True:
            connection.sendall(more)

    with listening(serve) as port:
        yield port


@pytest.mark.parametrize("what", NOT_HTTP)
def test_an_answer_to_connect_that_is_not_http_ends_the_call_at_once(what: str) -> None:
    """Trying again until the deadline, half an hour later, cannot help."""
    with answering(*NOT_HTTP[what]) as port:
        _, errors = start(f"http://127.0.0.1:{port}", "50").communicate(timeout=60)
    assert "MPMETER_E_BAD_RESPONSE" in errors and f"127.0.0.1:{port}" in errors and "attempt 2" not in errors, errors


# What a proxy does once it has the CONNECT: its answer, and what is told.
ENDS = {
    "nothing": (b"", "ends the connection before it answers CONNECT", "NETWORK"),
    "a page in the tunnel": (
        b"HTTP/1.1 200 OK\r\n\r\n<html>blocked</html>",
        "what comes through the proxy",
        "TLS",
    ),
}


@pytest.mark.parametrize("what", ENDS)
def test_what_a_proxy_does_is_told_of_the_proxy(what: str) -> None:
    """And in our words: libcurl's "Proxy CONNECT aborted" names nothing."""
    answer, words, status = ENDS[what]

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_WR)
        # Until the other side has read it.
        while connection.recv(65536):
            pass

    with listening(serve) as port:
        _, errors = start(f"http://127.0.0.1:{port}", "3").communicate(timeout=120)
    assert f"MPMETER_E_{status}" in errors and words in errors and f"HTTPS_PROXY=127.0.0.1:{port}" in errors, errors
    assert "aborted" not in errors and "to NO_PROXY" in errors


def test_a_proxys_own_certificate_is_told_of_the_proxy(tmp_path: Path) -> None:
    """Not of AWS's server, which nobody has reached."""
    chain = certificates.Authority("somebody").chain(tmp_path)
    with certificates.served(chain, "http://127.0.0.1:1") as proxy:
        _, errors = start(proxy, "20").communicate(timeout=120)
    assert "MPMETER_E_TLS" in errors and "the certificate of the proxy HTTPS_PROXY=localhost:" in errors, errors
    assert "not trusted here" in errors and "AWS_CA_BUNDLE" in errors
