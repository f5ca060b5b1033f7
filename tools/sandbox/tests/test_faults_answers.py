"""Each fault that answers something else answers what its name says."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from sandbox_client import Reply, assume, get, register, send


def named(code: str, status: int = 400) -> Callable[[Any], bool]:
    def holds(running: Any) -> bool:
        reply = register(running.variables)
        return (reply.status, reply.error, reply.headers["x-amzn-errortype"].split(":")[0]) == (status, code, code)

    return holds


def sts(code: str, status: int = 400) -> Callable[[Any], bool]:
    def holds(running: Any) -> bool:
        reply, xml = assume(running.variables), assume(running.variables, None)
        return (reply.status, reply.json["Error"]["Code"]) == (
            status,
            code,
        ) and f"<Code>{code}</Code>".encode() in xml.body

    return holds


def sts_xml(code: str, status: int = 400) -> Callable[[Any], bool]:
    def holds(running: Any) -> bool:
        reply = assume(running.variables)
        return (reply.status, ElementTree.fromstring(reply.body).findtext(".//{*}Code")) == (status, code)

    return holds


def metering(check: Callable[[Reply], bool]) -> Callable[[Any], bool]:
    return lambda running: check(register(running.variables))


def credentials(check: Callable[[Reply], bool]) -> Callable[[Any], bool]:
    return lambda running: check(get(running.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"]))


def task(check: Callable[[Reply], bool]) -> Callable[[Any], bool]:
    return lambda running: check(get(running.variables["ECS_CONTAINER_METADATA_URI_V4"] + "/task"))


def html(reply: Reply) -> bool:
    return reply.headers["content-type"] == "text/html" and b"<html>" in reply.body


def redirect(status: int) -> Callable[[Reply], bool]:
    def holds(reply: Reply) -> bool:
        location = reply.headers["location"]
        return reply.status == status and location.endswith("/redirected") and send("GET", location).status == status

    return holds


def page(status: int, retry_after: str | None) -> Callable[[Reply], bool]:
    return lambda reply: reply.status == status and html(reply) and reply.headers.get("retry-after") == retry_after


def deep(levels: int) -> Callable[[Reply], bool]:
    def holds(reply: Reply) -> bool:
        text = reply.body.decode()
        head, _, tail = text.partition("[" * levels)
        return text.count("[") == levels and "Signature" in json.loads(head + tail.replace("]" * levels, "0"))

    return holds


def nul_bytes(reply: Reply) -> bool:
    before, _, after = reply.body.partition(b"\x00")
    return "Signature" in json.loads(before) and after == b"tail"


def duplicates(reply: Reply) -> bool:
    pairs = json.loads(reply.body, object_pairs_hook=list)
    values = [value for name, value in pairs if name == "Signature"]
    return len(values) == 2 and values[0] == "duplicate" and values[1].count(".") == 2


def wrong_types(reply: Reply) -> bool:
    return reply.status == 200 and reply.json == {"PublicKeyRotationTimestamp": {"a": []}, "Signature": 42}


def invalid_utf8(reply: Reply) -> bool:
    try:
        reply.body.decode("utf-8")
    except UnicodeDecodeError:
        return json.loads(reply.body.decode("latin-1"))["Signature"].count(".") == 2
    return False


def nul(reply: Reply) -> bool:
    before, after = reply.json["Signature"].split("\x00")
    return before.count(".") == 2 and after == "tail" and b"\\u0000" in reply.body


def gzipped(reply: Reply) -> bool:
    return reply.headers["content-encoding"] == "gzip" and "Signature" in json.loads(gzip.decompress(reply.body))


def imds(status: int) -> Callable[[Any], bool]:
    def holds(running: Any) -> bool:
        base = running.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
        put = send("PUT", base + "/latest/api/token", {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
        return (put.status, get(base + "/latest/meta-data/placement/region").status) == (status, status)

    return holds


STS_ERRORS: dict[str, tuple[str, int]] = {
    "sts-access-denied": ("AccessDenied", 403),
    "sts-invalid-identity-token": ("InvalidIdentityToken", 400),
    "sts-expired-token": ("ExpiredTokenException", 400),
    "sts-idp-communication-error": ("IDPCommunicationError", 400),
    "sts-region-disabled": ("RegionDisabledException", 403),
    "sts-throttle": ("Throttling", 400),
    "sts-internal-error": ("InternalFailure", 500),
}
CASES: dict[str, Callable[[Any], bool]] = {
    "throttle": named("ThrottlingException"),
    "internal-error": named("InternalServiceErrorException", 500),
    "access-denied": named("AccessDeniedException"),
    "api-disabled": named("DisabledApiException"),
    "not-authenticated": named("UnrecognizedClientException"),
    "expired-credentials": named("ExpiredTokenException"),
    "unknown-error": named("SomethingNewException"),
    "invalid-product-code": named("InvalidProductCodeException"),
    "invalid-region": named("InvalidRegionException"),
    "invalid-public-key-version": named("InvalidPublicKeyVersionException"),
    "not-entitled": named("CustomerNotEntitledException"),
    "platform-not-supported": named("PlatformNotSupportedException"),
    **{f"http-{status}": metering(page(status, None)) for status in (429, 500, 503)},
    **{f"http-{status}-retry-after": metering(page(status, "1")) for status in (429, 500, 503)},
    "http-503-retry-after-hour": metering(page(503, "3600")),
    "http-503-retry-after-garbage": metering(page(503, "-1; soon")),
    "proxy-page": task(lambda reply: reply.status == 200 and html(reply)),
    "redirect": metering(redirect(302)),
    "redirect-308": metering(redirect(308)),
    "wrong-content-type": metering(
        lambda reply: reply.headers["content-type"] == "image/png" and "Signature" in reply.json
    ),
    "nul-bytes": metering(nul_bytes),
    "not-json": metering(
        lambda reply: reply.status == 200 and reply.body == b"It works!" and "json" in reply.headers["content-type"]
    ),
    "empty-body": metering(
        lambda reply: (reply.status, reply.body, reply.headers["content-length"]) == (200, b"", "0")
    ),
    "json-deep": metering(deep(100_000)),
    "json-deep-short": metering(lambda reply: len(reply.body) < 65536 and deep(20_000)(reply)),
    "json-duplicate-keys": metering(duplicates),
    "json-wrong-types": metering(wrong_types),
    "json-invalid-utf8": metering(invalid_utf8),
    "json-nul": metering(nul),
    "gzip": metering(gzipped),
    "metadata-404": task(lambda reply: reply.status == 404),
    "metadata-large": task(
        lambda reply: len(reply.body) > 1 << 20 and rb"\u0000" in reply.body and str(1 << 63).encode() in reply.body
    ),
    "imds-401": imds(401),
    "imds-403": imds(403),
    "credentials-404": credentials(lambda reply: reply.status == 404 and "code" in reply.json),
    "credentials-500": credentials(lambda reply: reply.status == 500 and "message" in reply.json),
    "credentials-not-json": credentials(lambda reply: reply.status == 200 and reply.body == b"credentials: none"),
    **{name: sts(*error) for name, error in STS_ERRORS.items()},
    **{f"{name}-xml": sts_xml(*error) for name, error in STS_ERRORS.items()},
}


def scenario(fault: str) -> str:
    return "eks-irsa" if fault.startswith("sts-") else "ecs-ec2"


@pytest.mark.parametrize("fault", CASES)
def test_the_answer_is_what_its_name_says(fault: str, sandbox: Callable[..., Any]) -> None:
    running = sandbox(scenario(fault), fault)
    assert CASES[fault](running)
    logged = running.requests("metering") + running.requests("sts") + running.requests("ecs") + running.requests("imds")
    assert fault in [line["fault"] for line in logged + running.requests("credentials")]


@pytest.mark.parametrize("fault", CASES)
def test_no_case_holds_without_its_fault(fault: str, sandbox: Callable[..., Any]) -> None:
    try:
        held = CASES[fault](sandbox(scenario(fault)))
    except (KeyError, ValueError, ElementTree.ParseError):
        held = False
    assert not held


def test_the_json_faults_leave_what_is_not_json_alone(sandbox: Callable[..., Any]) -> None:
    for fault in (
        "json-deep",
        "json-deep-short",
        "json-duplicate-keys",
        "json-wrong-types",
        "json-invalid-utf8",
        "json-nul",
    ):
        base = sandbox("ec2", f"{fault}@imds").variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
        token = send("PUT", base + "/latest/api/token", {"X-aws-ec2-metadata-token-ttl-seconds": "60"}).body.decode()
        headers = {"X-aws-ec2-metadata-token": token}
        assert send("GET", base + "/latest/meta-data/placement/region", headers).body == b"eu-west-3"


def test_access_denied_spells_its_key_with_a_capital(sandbox: Callable[..., Any]) -> None:
    assert set(register(sandbox("ecs-ec2", "access-denied").variables).json) == {"__type", "Message"}
