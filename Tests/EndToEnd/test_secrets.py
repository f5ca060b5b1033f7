"""Secrets appear in no log, error or debug description: not at the most talkative level, and not if a server says them
aloud.

Every other run of this suite is searched too; see sandbox.py.
"""

from __future__ import annotations

import http.server
import json
import threading
import urllib.parse
from collections.abc import Iterator
from typing import Callable

import pytest

from . import product
from .sandbox import STATIC_SECRET, Sandbox
from .test_scenarios import SCENARIOS

HAS_SESSION_TOKEN = {"ecs-ec2", "ecs-fargate", "eks-irsa", "eks-pod-identity", "ec2"}


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_search_knows_the_secrets(name: str, sandbox: Callable[..., Sandbox]) -> None:
    """The control: what is looked for is really there to be found, and finding it fails a test."""
    running = sandbox(name)
    running.register()
    known = running.secrets(running.surroundings())
    assert STATIC_SECRET in known
    if name in HAS_SESSION_TOKEN:
        assert any(len(secret) == 40 and secret.startswith("/+") for secret in known), "the role's secret key"
        assert any(len(secret) > 400 for secret in known), "the role's session token"
    if name.startswith("eks-"):
        assert any(secret.count(".") == 2 for secret in known), "the service account's token"
    for secret in known:
        with pytest.raises(AssertionError):
            running.assert_nothing_secret(f"text {secret} text", running.surroundings())


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_debug_log(name: str, sandbox: Callable[..., Sandbox]) -> None:
    """Each step is told, each answer's status, and no secret."""
    outcome = sandbox(name).register("--verbose")
    assert "answered HTTP" in outcome.stderr
    assert len(outcome.stderr.splitlines()) > 2


class Parrot(http.server.BaseHTTPRequestHandler):
    """Refuses everything, and repeats in its message what it was sent: header by header, and the form's fields."""

    def _refuse(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.seen.append((dict(self.headers), body))  # type: ignore[attr-defined]
        fields = [value for values in urllib.parse.parse_qs(body).values() for value in values]
        said = " ".join([*(f"{name}: {value}" for name, value in self.headers.items()), *fields])
        answer = {
            "__type": "SomethingNewException",
            "message": said,
            "code": said,
            "Error": {"Code": "Odd", "Message": said},
        }
        content = json.dumps(answer).encode()
        self.send_response(400)
        self.send_header("Content-Type", "application/json")
        self.send_header("x-amzn-RequestId", self.headers.get("X-Amz-Security-Token") or "none")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = _refuse

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def parrot() -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Parrot)
    server.seen = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "scenario, variable",
    [
        ("eks-irsa", "AWS_ENDPOINT_URL_STS"),
        ("eks-irsa", "AWS_ENDPOINT_URL_MARKETPLACE_METERING"),
        ("ecs-fargate", "AWS_ENDPOINT_URL_MARKETPLACE_METERING"),
        ("eks-pod-identity", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
        ("ec2", "AWS_EC2_METADATA_SERVICE_ENDPOINT"),
        ("local", "AWS_ENDPOINT_URL_MARKETPLACE_METERING"),
    ],
)
def test_a_server_that_repeats_what_it_was_sent(
    scenario: str, variable: str, sandbox: Callable[..., Sandbox], parrot: http.server.ThreadingHTTPServer
) -> None:
    running = sandbox(scenario)
    url = f"http://127.0.0.1:{parrot.server_address[1]}"
    environment = running.surroundings({variable: url})
    usual = ["register", "--json", "--verbose", "--product-code", running.product_code, "--public-key", running.key]
    outcome = product.run(*usual, "--deadline", "2", environment=environment)
    assert outcome.exit == 1
    assert parrot.seen, "the server was not asked"  # type: ignore[attr-defined]
    running.assert_nothing_secret(outcome.stdout + outcome.stderr, environment)
    # In pieces neither: a message may be cut, but not in the middle of a secret.
    for secret in running.secrets(environment):
        assert (
            secret[:20] not in outcome.stdout + outcome.stderr and secret[-20:] not in outcome.stdout + outcome.stderr
        )
