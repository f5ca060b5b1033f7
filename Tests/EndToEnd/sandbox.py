"""Decides how a sandbox is started, what the command line is given of it, and that no secret it handed out shows in any
output."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import shlex
import socket
import ssl
import subprocess
import tempfile
import threading
import urllib.parse
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from mpmeter_sandbox.background import Background
from mpmeter_sandbox.cli import settings_of

from . import places, product
from .product import Outcome

STATIC_KEY, STATIC_SECRET = "AKIASANDBOXSTATICKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
REGION = "eu-west-3"

# Where a secret stands in the answers of STS, the container credentials endpoint and IMDS: JSON, or STS's XML.
_SECRETS = re.compile(
    rb'"(?:SecretAccessKey|Token|SessionToken)"\s*:\s*"([^"\\]{20,})|<(?:SecretAccessKey|SessionToken)>([^<]{20,})<'
)


class Sandbox:
    """`mpmeter-sandbox serve` for the length of a with statement: in this process, or behind a `prefix` that starts it
    elsewhere."""

    def __init__(
        self,
        scenario: str,
        *faults: str,
        region: str = REGION,
        products: Sequence[str] = (),
        tls: bool = False,
        public_key_version: int = 1,
        key_bits: int = 2048,
        quota: int | None = None,
        set: Mapping[str, str] | None = None,
        unset: Sequence[str] = (),
        prefix: Sequence[str] = (),
    ) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="mpmeter-end-to-end-")
        self.log = Path(self._directory.name) / "log"
        self.prefix = list(prefix)
        self._arguments = ["--scenario", scenario, "--region", region, "--log", str(self.log)]
        self._arguments += ["--public-key-version", str(public_key_version), "--key-bits", str(key_bits)]
        for flag, values in (("--fault", faults), ("--product", products), ("--unset", unset)):
            for value in values:
                self._arguments += [flag, value]
        for name, value in (set or {}).items():
            self._arguments += ["--set", f"{name}={value}"]
        self._arguments += ["--tls"] * tls
        self._arguments += ["--quota", str(quota)] * (quota is not None)
        self._known: set[str] = set_of()
        self.environment: dict[str, str] = {}

    def __enter__(self) -> Sandbox:
        if self.prefix:
            self._start_elsewhere()
        else:
            self._background = Background(settings_of(self._arguments)).__enter__()
            self.environment.update(self._background.variables)
        return self

    def _start_elsewhere(self) -> None:
        command = [*self.prefix, str(places.SANDBOX), "serve", *self._arguments]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            name, _, value = shlex.split(line)[1].partition("=")
            self.environment[name] = value
            if name == "MPMETER_SANDBOX_PID":
                return
        _, said = self._process.communicate()
        raise RuntimeError(f"the sandbox did not start: {said}")

    def __exit__(self, *_: object) -> None:
        if self.prefix:
            self._process.terminate()
            _, said = self._process.communicate(timeout=60)
        else:
            self._background.stop()
            said = "\n".join(self._background.mistakes)
        self._directory.cleanup()
        assert said == "", f"the sandbox found a mistake of its own: {said}"

    @property
    def product_code(self) -> str:
        return self.environment["MPMETER_SANDBOX_PRODUCT_CODE"]

    @property
    def key(self) -> str:
        return self.environment["MPMETER_SANDBOX_PUBLIC_KEY"]

    @property
    def next_key(self) -> str:
        return self.environment["MPMETER_SANDBOX_NEXT_PUBLIC_KEY"]

    @property
    def registering(self) -> list[str]:
        """The command line's arguments for the sandbox's product and key."""
        return ["register", "--json", "--product-code", self.product_code, "--public-key", self.key]

    def requests(self) -> list[dict[str, Any]]:
        """Everything received so far."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def surroundings(self, set: Mapping[str, str] | None = None, unset: Sequence[str] = ()) -> dict[str, str]:
        """The environment of a command: the scenario's, changed, and nothing else."""
        variables = {"PATH": "/usr/bin:/bin", "HOME": self._directory.name, **self.environment, **(set or {})}
        return {name: value for name, value in variables.items() if name not in unset}

    def run(
        self,
        *arguments: str,
        set: Mapping[str, str] | None = None,
        unset: Sequence[str] = (),
        input: str | bytes | None = None,
    ) -> Outcome:
        """The command line in the scenario. Fails if anything secret shows in what it wrote."""
        before = len(self.requests())
        environment = self.surroundings(set, unset)
        outcome = product.run(*arguments, environment=environment, input=input, prefix=self.prefix)
        outcome.requests = self.requests()[before:]
        self.assert_nothing_secret(outcome.stdout + outcome.stderr, environment)
        assert "Signature=" not in outcome.stdout + outcome.stderr, "a request's Authorization header"
        return outcome

    def register(self, *arguments: str, deadline: float = 60, **changes: Any) -> Outcome:
        """`mpmeter register --json` with the sandbox's product and key."""
        version = self.environment["MPMETER_SANDBOX_PUBLIC_KEY_VERSION"]
        usual = [*self.registering, "--public-key-version", version, "--deadline", str(deadline)]
        return self.run(*usual, *arguments, **changes)

    def assert_nothing_secret(self, text: str, environment: Mapping[str, str]) -> None:
        """None of the secrets that the command was given or could ask for is in the text."""
        for secret in self.secrets(environment):
            assert secret not in text, f"a secret shows: {secret[:6]}…"

    def secrets(self, environment: Mapping[str, str]) -> set[str]:
        """What nobody may see. In a namespace only what is in the environment and in files, for want of a way to
        ask."""
        if not self._known and not self.prefix:
            self._known = {
                match.decode() for body in self._answers() for pair in _SECRETS.findall(body) for match in pair if match
            }
        found = {*self._known, STATIC_SECRET}
        for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"):
            found |= {environment[name]} if environment.get(name) else set_of()
        for name in ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"):
            text = _token(environment.get(name, "/nonexistent")).strip()
            found |= {part for part in (text, text.rpartition(".")[2]) if len(part) > 20}
        return found

    def _answers(self) -> list[bytes]:
        """What each source of credentials answers to one who asks as the library does."""
        variables, answers = self.environment, []
        token_file = variables.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
        authorization = {"Authorization": _token(token_file)} if token_file else {}
        if "AWS_CONTAINER_CREDENTIALS_FULL_URI" in variables:
            answers.append(_ask(variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"], "GET", authorization))
        if "AWS_WEB_IDENTITY_TOKEN_FILE" in variables:
            form = {
                "Action": "AssumeRoleWithWebIdentity",
                "Version": "2011-06-15",
                "RoleArn": variables["AWS_ROLE_ARN"],
                "RoleSessionName": "test",
                "WebIdentityToken": _token(variables["AWS_WEB_IDENTITY_TOKEN_FILE"]),
            }
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
            answers.append(_ask(variables["AWS_ENDPOINT_URL_STS"], "POST", headers, urllib.parse.urlencode(form)))
        if "AWS_CONTAINER_CREDENTIALS_FULL_URI" not in variables and "AWS_WEB_IDENTITY_TOKEN_FILE" not in variables:
            base = variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
            token = _ask(base + "/latest/api/token", "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
            path = "/latest/meta-data/iam/security-credentials/sandbox-node-role"
            answers.append(
                _ask(base + path, "GET", {"X-aws-ec2-metadata-token": token.decode("latin-1")} if token else {})
            )
        return answers


def set_of() -> set[str]:
    """An empty one; `set` is an argument's name here."""
    return set()


def _token(path: str) -> str:
    """The beginning of a token's file, or nothing if a fault makes it none."""
    try:
        return Path(path).open("rb").read(1 << 14).decode("latin-1").partition("\0")[0] if Path(path).is_file() else ""
    except OSError:
        return ""


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _ask(url: str, method: str, headers: Mapping[str, str], body: str | None = None) -> bytes:
    """The answer's first 64 KiB, or nothing if a fault keeps it back."""
    parts = urllib.parse.urlsplit(url)
    assert parts.hostname is not None
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        unchecked = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=0.3, context=unchecked)
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=0.3)
    try:
        connection.connect()
    except OSError:
        return b""
    # http.client reads one 100 Continue after another, for ever.
    enough = threading.Timer(1, _end, [connection.sock])
    enough.start()
    try:
        connection.request(method, parts.path or "/", body, dict(headers))
        answer = connection.getresponse()
        content = answer.read(1 << 16)
        return gzip.decompress(content) if answer.headers.get("Content-Encoding") == "gzip" else content
    except (OSError, http.client.HTTPException, ValueError):
        return b""
    finally:
        enough.cancel()
        connection.close()
