"""What a server with a good certificate cannot do: keep a call beyond its deadline, or be deaf to a cancellation, by records that are no data.

RFC 8446 section 4.6 lets a server send tickets and key updates at any time and sets no limit; RFC 5246 section 7.4.1.1 HelloRequests.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import places
from .certificates import Authority

KINDS = ["key-updates", "tickets", "hello-requests"]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("peers") / "tls_flood"
    source = Path(__file__).with_name("peers") / "tls_flood.c"
    subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", path, source, "-lssl", "-lcrypto"], check=True)
    return path


@pytest.fixture(params=KINDS)
def flood(request: pytest.FixtureRequest, program: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of one whose metering endpoint is such a server."""
    authority = Authority("flood")
    (tmp_path / "authority.pem").write_bytes(authority.pem)
    command = [str(program), str(authority.chain(tmp_path)), request.param]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    yield {
        "PATH": os.environ["PATH"],
        "AWS_REGION": "eu-west-3",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CA_BUNDLE": str(tmp_path / "authority.pem"),
        "AWS_ENDPOINT_URL_MARKETPLACE_METERING": f"https://localhost:{server.stdout.readline().strip()}",
    }
    server.kill()
    server.wait()


def start(environment: dict[str, str], deadline: int) -> subprocess.Popen[str]:
    command = [str(places.CLI), "register", "--product-code", "p", "--public-key", str(places.KEYS / "rsa2048.pem")]
    command += ["--deadline", str(deadline)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_deadline_ends_it(flood: dict[str, str]) -> None:
    started = time.monotonic()
    process = start(flood, 1)
    _, errors = process.communicate(timeout=60)
    assert time.monotonic() - started < 3
    assert process.returncode == 75, errors


def test_a_cancellation_ends_it(flood: dict[str, str]) -> None:
    process = start(flood, 60)
    time.sleep(0.7)
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=90)
    assert time.monotonic() - asked < 2
    assert "MPMETER_E_CANCELLED" in errors
