"""A certificate that is refused is told as what it is, by a registration and by the doctor, and with a remedy that
fits."""

from __future__ import annotations

import socket
import ssl
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from . import certificates
from .certificates import Authority
from .doctor import diagnose
from .sandbox import Sandbox


class Shown(NamedTuple):
    """What the server shows, and what the bundle holds."""

    chain: Path
    bundle: bytes


def _cut(chain: Path) -> Path:
    """Without the intermediate certificate."""
    end = b"-----END CERTIFICATE-----\n"
    text = chain.read_bytes()
    chain.write_bytes(text[: text.index(end) + len(end)])
    return chain


def _incomplete(at: Path) -> Shown:
    root = Authority("root")
    return Shown(_cut(root.intermediate("intermediate").chain(at)), root.pem)


def _same_name(at: Path) -> Shown:
    return Shown(Authority("corporate root").chain(at), Authority("corporate root").pem)


def _of(make: Callable[[Authority, Path], Path]) -> Callable[[Path], Shown]:
    def shown(at: Path) -> Shown:
        root = Authority("root")
        return Shown(make(root, at), root.pem)

    return shown


def _constrained(at: Path) -> Shown:
    root = Authority("root", permits="corp.example")
    return Shown(root.chain(at), root.pem)


CASES: dict[str, tuple[Callable[[Path], Shown], str, str]] = {
    "expired": (_of(lambda root, at: root.chain(at, days=-1)), "is not valid today", "clock"),
    "not valid yet": (_of(lambda root, at: root.chain(at, starts=2)), "is not valid today", "clock"),
    "another name": (_of(lambda root, at: root.chain(at, name="example.com")), "another name", "Check DNS"),
    "a weak key": (_of(lambda root, at: root.chain(at, bits=1024)), "too weak", "2048 bits"),
    "for clients": (_of(lambda root, at: root.chain(at, usage="client")), "not issued for a server", "serverAuth"),
    "issued by what may not": (
        _of(lambda root, at: root.intermediate("leaf", is_authority=False).chain(at)),
        "may not issue it",
        "CA:TRUE",
    ),
    "a name that its authority may not certify": (_constrained, "may not certify", "name constraints"),
    "an unknown issuer": (
        lambda at: Shown(Authority("somebody").chain(at), Authority("root").pem),
        "not trusted",
        "AWS_CA_BUNDLE",
    ),
    "an unknown issuer with its chain": (
        lambda at: Shown(Authority("somebody").intermediate("below").chain(at), Authority("root").pem),
        "not trusted",
        "AWS_CA_BUNDLE",
    ),
    "an incomplete chain": (_incomplete, "no intermediate certificate", "whole chain"),
    "an authority's new key": (_same_name, "another key", "current certificate"),
}


@pytest.mark.parametrize("what", CASES)
def test_is_told_as_what_it_is(what: str, sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    make, finding, remedy = CASES[what]
    shown = make(tmp_path)
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(shown.bundle)
    running = sandbox("ecs-fargate")
    with certificates.served(shown.chain, running.environment["AWS_ENDPOINT_URL_MARKETPLACE_METERING"]) as endpoint:
        changes = {"AWS_ENDPOINT_URL_MARKETPLACE_METERING": endpoint, "AWS_CA_BUNDLE": str(bundle)}
        assert not _python_accepts(endpoint, bundle)
        found = running.register(set=changes).expect("MPMETER_E_TLS")
        report = diagnose(running, set=changes)
    assert finding in found["message"] and remedy in found["fix"], found
    check = report.checks["endpoint"]
    assert report.json["first_failure"] == "endpoint" and check["status"] == "MPMETER_E_TLS"
    assert (finding in check["seen"] or "not know" in check["seen"]) and remedy in check["advice"], check
    # Of an authority that the bundle holds that is never said.
    assert "issuer" in what or what == "an incomplete chain" or "not know" not in check["seen"]


@pytest.mark.parametrize("hold", ["root", "intermediate"])
def test_a_bundle_that_holds_the_issuer_is_enough(hold: str, sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """As in Go, and in Python from 3.13 on: an intermediate certificate that is trusted needs nothing above it."""
    root = Authority("root")
    intermediate = root.intermediate("intermediate")
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes((root if hold == "root" else intermediate).pem)
    chain = intermediate.chain(tmp_path)
    running = sandbox("ecs-fargate")
    with certificates.served(
        chain if hold == "root" else _cut(chain), running.environment["AWS_ENDPOINT_URL_MARKETPLACE_METERING"]
    ) as endpoint:
        running.register(
            set={"AWS_ENDPOINT_URL_MARKETPLACE_METERING": endpoint, "AWS_CA_BUNDLE": str(bundle)}
        ).expect_registration()


BUNDLES = {
    "nothing there": (None, "cannot be read"),
    "a directory": ("", "cannot be read"),
    "no certificate": (b"nothing\n", "it holds no certificate"),
    "a broken certificate": (
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "certificate 1 in it cannot be read",
    ),
}


@pytest.mark.parametrize("what", BUNDLES)
def test_a_bundle_that_cannot_be_used_is_named(what: str, sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    content, words = BUNDLES[what]
    bundle = tmp_path / "bundle.pem"
    if isinstance(content, bytes):
        bundle.write_bytes(content)
    elif content is not None:
        bundle.mkdir()
    chain = Authority("root").chain(tmp_path)
    running = sandbox("ecs-fargate")
    with certificates.served(chain, running.environment["AWS_ENDPOINT_URL_MARKETPLACE_METERING"]) as endpoint:
        changes = {"AWS_ENDPOINT_URL_MARKETPLACE_METERING": endpoint, "AWS_CA_BUNDLE": str(bundle)}
        found = running.register(set=changes).expect("MPMETER_E_TLS")
        report = diagnose(running, set=changes)
    assert "AWS_CA_BUNDLE" in found["fix"] and words in found["message"], found
    first = report.checks[report.json["first_failure"]]
    assert report.json["status"] == "MPMETER_E_TLS" and "AWS_CA_BUNDLE" in first["advice"]


def _python_accepts(endpoint: str, bundle: Path) -> bool:
    """Whether Python's own check, which is OpenSSL's, takes it: then the library should too."""
    where = urllib.parse.urlsplit(endpoint)
    context = ssl.create_default_context(cafile=str(bundle))
    try:
        with (
            socket.create_connection((where.hostname, where.port)) as plain,
            context.wrap_socket(plain, server_hostname=where.hostname),
        ):
            return True
    except ssl.SSLError:
        return False
