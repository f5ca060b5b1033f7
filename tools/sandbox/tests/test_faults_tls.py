"""Each fault of TLS spoils the servers or the bundle as its name says."""

from __future__ import annotations

import socket
import ssl
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sandbox_client import send

Start = Callable[..., Any]
URLS = ("AWS_ENDPOINT_URL_MARKETPLACE_METERING", "AWS_ENDPOINT_URL_STS")


def refused_certificate(fault: str, reason: str) -> Callable[[Start], None]:
    def check(start: Start) -> None:
        variables = start("ecs-ec2", fault).variables
        context = ssl.create_default_context(cafile=variables["AWS_CA_BUNDLE"])
        for name in URLS:
            assert variables[name].startswith("https://")
            with pytest.raises(ssl.SSLCertVerificationError) as caught:
                send("POST", variables[name], context=context)
            assert reason in caught.value.verify_message

    return check


def old_version(start: Start) -> None:
    variables = start("ecs-ec2", "tls-1-0").variables
    old = ssl.create_default_context(cafile=variables["AWS_CA_BUNDLE"])
    old.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1
    for name in URLS:
        with pytest.raises(ssl.SSLError) as caught:
            send("POST", variables[name], context=ssl.create_default_context(cafile=variables["AWS_CA_BUNDLE"]))
        assert caught.value.reason == "TLSV1_ALERT_PROTOCOL_VERSION"
        host, port = variables[name].rpartition("/")[2].split(":")
        assert version(host, int(port), old) == "TLSv1"


def version(host: str, port: int, context: ssl.SSLContext) -> str | None:
    """What a client and the server agree on."""
    with (
        socket.create_connection((host, port), timeout=60) as plain,
        context.wrap_socket(plain, server_hostname=host) as tls,
    ):
        return tls.version()


def plain_http(start: Start) -> None:
    variables = start("ecs-ec2", "tls-plain-http").variables
    for name in URLS:
        assert variables[name].startswith("https://")
        assert send("GET", variables[name].replace("https", "http", 1)).status in (400, 404)
        with pytest.raises(ssl.SSLError):
            send("GET", variables[name], context=ssl.create_default_context())


def no_bundle(start: Start) -> None:
    variables = start("ecs-ec2", "tls-no-bundle").variables
    assert "AWS_CA_BUNDLE" not in variables and all(variables[name].startswith("https://") for name in URLS)


def bundle(fault: str, content: bytes | None) -> Callable[[Start], None]:
    def check(start: Start) -> None:
        variables = start("ecs-ec2", fault).variables
        path = Path(variables["AWS_CA_BUNDLE"])
        assert (path.read_bytes() if path.exists() else None) == content
        assert all(variables[name].startswith("https://") for name in URLS)

    return check


CASES: dict[str, Callable[[Start], None]] = {
    "tls-self-signed": refused_certificate("tls-self-signed", "self-signed certificate"),
    "tls-wrong-host": refused_certificate("tls-wrong-host", "IP address mismatch"),
    "tls-expired": refused_certificate("tls-expired", "certificate has expired"),
    "tls-unknown-ca": refused_certificate("tls-unknown-ca", "unable to get local issuer certificate"),
    "tls-1-0": old_version,
    "tls-plain-http": plain_http,
    "tls-no-bundle": no_bundle,
    "tls-bundle-missing": bundle("tls-bundle-missing", None),
    "tls-bundle-empty": bundle("tls-bundle-empty", b""),
    "tls-bundle-garbage": bundle("tls-bundle-garbage", b"this is not a certificate\n"),
}


@pytest.mark.parametrize("fault", CASES)
def test_the_sandbox_is_changed_as_its_name_says(fault: str, sandbox: Start) -> None:
    CASES[fault](sandbox)


def test_good_tls_is_trusted_through_the_bundle_alone(sandbox: Start) -> None:
    variables = sandbox("ecs-ec2", tls=True).variables
    url = variables["AWS_ENDPOINT_URL_MARKETPLACE_METERING"]
    context = ssl.create_default_context(cafile=variables["AWS_CA_BUNDLE"])
    assert send("GET", url, context=context).status == 404
    assert variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"].startswith("http://")
    with pytest.raises(ssl.SSLCertVerificationError):
        send("GET", url, context=ssl.create_default_context())
