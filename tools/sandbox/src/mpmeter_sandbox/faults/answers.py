"""Decides the faults that answer something else: refusals by name, and bodies that are wrong while HTTP is right."""

from __future__ import annotations

import gzip as gzip_module
import json
from collections.abc import Callable
from typing import Any

from ..errors import agent_error, metering_error, plain_error
from ..exchange import CREDENTIALS, ECS, IMDS, Answer, Received
from .registry import fault


def _named(name: str, code: str, message: str, description: str, status: int = 400) -> None:
    """Register a fault of the metering service that is one modelled error."""

    def refuse(received: Received, answer: Answer) -> Answer:
        return metering_error(code, message, status)

    refuse.__doc__ = f"{description} ({code}, HTTP {status})."
    fault(name, "answer", refuses=True)(refuse)


_named("throttle", "ThrottlingException", "Rate exceeded", "RegisterUsage is throttled")
_named("internal-error", "InternalServiceErrorException", "An internal error has occurred.", "The service fails", 500)
_named(
    "access-denied",
    "AccessDeniedException",
    "Not authorized to perform: aws-marketplace:RegisterUsage",
    "The role lacks the permission",
)
_named(
    "api-disabled",
    "DisabledApiException",
    "The API is disabled in the Region.",
    "RegisterUsage is disabled in the Region",
)
_named(
    "not-authenticated",
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
    "The token is unknown",
)
_named(
    "expired-credentials",
    "ExpiredTokenException",
    "The security token included in the request is expired",
    "AWS says expired, the source said not yet",
)
_named("unknown-error", "SomethingNewException", "This error is in no model.", "An error that no model has")
_named(
    "invalid-product-code",
    "InvalidProductCodeException",
    "The product code is not in the catalog.",
    "The product code is unknown",
)
_named(
    "invalid-region",
    "InvalidRegionException",
    "RegisterUsage must be called in the launch Region.",
    "The Region is wrong",
)
_named(
    "invalid-public-key-version",
    "InvalidPublicKeyVersionException",
    "Public Key version is invalid.",
    "The key version is wrong",
)
_named(
    "not-entitled",
    "CustomerNotEntitledException",
    "The customer has no valid subscription.",
    "The customer is not subscribed",
)
_named(
    "platform-not-supported",
    "PlatformNotSupportedException",
    "Not an ECS task or EKS pod.",
    "The platform is not supported",
)


@fault("proxy-page", "answer", ECS, anywhere=True, refuses=True)
def proxy_page(received: Received, answer: Answer) -> Answer:
    """A captive portal's HTML page with status 200, from task metadata unless aimed elsewhere."""
    return Answer(
        200,
        {"Content-Type": "text/html"},
        b"<!DOCTYPE html><html><body>Please log in to the network.</body></html>",
        error="page",
    )


@fault("redirect", "answer", anywhere=True, refuses=True)
def redirect(received: Received, answer: Answer) -> Answer:
    """Status 302 to /redirected on the same server; a client that follows it shows up in the log."""
    return _redirected(received, 302)


@fault("redirect-308", "answer", anywhere=True, refuses=True)
def redirect_308(received: Received, answer: Answer) -> Answer:
    """Status 308 to /redirected, with which a client that follows it sends method, body and credentials again."""
    return _redirected(received, 308)


def _redirected(received: Received, status: int) -> Answer:
    base = received.url[: len(received.url) - len(received.path)]
    return Answer(status, {"Location": f"{base}/redirected"}, b"", error=str(status))


@fault("not-json", "answer", anywhere=True)
def not_json(received: Received, answer: Answer) -> Answer:
    """Status 200 and a text that is not JSON, called JSON."""
    return answer.with_body(b"It works!")


@fault("empty-body", "answer", anywhere=True)
def empty_body(received: Received, answer: Answer) -> Answer:
    """The right status and headers with an empty body."""
    return answer.with_body(b"")


@fault("wrong-content-type", "answer", anywhere=True)
def wrong_content_type(received: Received, answer: Answer) -> Answer:
    """The right body, called an image (Content-Type: image/png)."""
    return answer.with_body(answer.body, **{"Content-Type": "image/png"})


@fault("nul-bytes", "answer", anywhere=True)
def nul_bytes(received: Received, answer: Answer) -> Answer:
    """The right body with a NUL byte and more behind it: cut off at the NUL, as C does, it would be right."""
    return answer.with_body(answer.body + b"\x00tail")


@fault("json-deep", "answer", anywhere=True)
def json_deep(received: Received, answer: Answer) -> Answer:
    """JSON nested 100,000 levels deep beside the right members: a recursive parser runs out of stack."""
    return _with_member(answer, b'"Deep":' + b"[" * 100_000 + b"]" * 100_000)


@fault("json-deep-short", "answer", anywhere=True)
def json_deep_short(received: Received, answer: Answer) -> Answer:
    """JSON nested 20,000 levels deep beside the right members, short enough for a client that stops reading at 64
    KiB."""
    return _with_member(answer, b'"Deep":' + b"[" * 20_000 + b"]" * 20_000)


@fault("json-duplicate-keys", "answer", anywhere=True)
def json_duplicate_keys(received: Received, answer: Answer) -> Answer:
    """Every member of the answer's object twice, first as "duplicate", then right: a last-wins parser sees nothing
    wrong."""
    if not _is_object(answer):
        return answer
    members = "".join(f'{json.dumps(name)}:"duplicate",' for name in json.loads(answer.body))
    return answer.with_body(b"{" + members.encode() + answer.body.lstrip()[1:])


@fault("json-wrong-types", "answer", anywhere=True)
def json_wrong_types(received: Received, answer: Answer) -> Answer:
    """Every value in the answer has another type: 42 where there was text, an object where there was none."""
    return _with_values(answer, lambda value: 42 if isinstance(value, str) else {"a": []})


@fault("json-invalid-utf8", "answer", anywhere=True)
def json_invalid_utf8(received: Received, answer: Answer) -> Answer:
    """A member with bytes that are not UTF-8 beside the right ones (RFC 8259 section 8.1 demands UTF-8)."""
    return _with_member(answer, b'"Note":"\xff\xfe\xc0\xaf"')


@fault("json-nul", "answer", anywhere=True)
def json_nul(received: Received, answer: Answer) -> Answer:
    r"""Every text in the answer is followed by \u0000 and more: cut off at the NUL, as C does, it would be right."""
    return _with_values(answer, lambda value: f"{value}\x00tail" if isinstance(value, str) else value)


def _is_object(answer: Answer) -> bool:
    """Whether there is a JSON object to spoil; the JSON faults leave other answers alone."""
    return answer.body.lstrip().startswith(b"{")


def _with_member(answer: Answer, member: bytes) -> Answer:
    """The JSON object with one more member at its end."""
    return answer.with_body(answer.body.rstrip()[:-1] + b"," + member + b"}") if _is_object(answer) else answer


def _with_values(answer: Answer, change: Callable[[Any], Any]) -> Answer:
    """The JSON object with every value that is no object or array changed."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: walk(inner) for name, inner in value.items()}
        return [walk(inner) for inner in value] if isinstance(value, list) else change(value)

    return answer.with_body(json.dumps(walk(json.loads(answer.body))).encode()) if _is_object(answer) else answer


@fault("gzip", "answer", anywhere=True)
def gzip(received: Received, answer: Answer) -> Answer:
    """The right body in Content-Encoding: gzip, which nobody asked for."""
    return answer.with_body(gzip_module.compress(answer.body), **{"Content-Encoding": "gzip"})


@fault("metadata-404", "answer", ECS, anywhere=True)
def metadata_404(received: Received, answer: Answer) -> Answer:
    """Task metadata, or what it is aimed at, answers 404."""
    return plain_error(404, "404 page not found")


@fault("metadata-large", "answer", ECS)
def metadata_large(received: Received, answer: Answer) -> Answer:
    """Task metadata of a mebibyte: long labels, with numbers beyond 2^63 and NULs in parts that nobody asks for."""
    if not _is_object(answer):
        return answer
    document = json.loads(answer.body)
    for container in document.get("Containers", [document]):
        container["Labels"]["io.buildpacks.build.metadata"] = '{"bom":"' + '\u0000"\\é' * (1 << 16) + '"}'
        container["Labels"]["io.buildpacks.lifecycle.metadata"] = "x" * (1 << 19)
        container["Limits"].update(CPU=1 << 63, Memory=-(1 << 70), Share=1e308)
    return answer.with_body(json.dumps(document).encode())


@fault("imds-403", "answer", IMDS)
def imds_403(received: Received, answer: Answer) -> Answer:
    """The instance metadata service is switched off (HttpEndpoint=disabled): 403 to everything."""
    return plain_error(403, "Forbidden")


@fault("imds-401", "answer", IMDS)
def imds_401(received: Received, answer: Answer) -> Answer:
    """The instance metadata service refuses everybody: 401 to everything, the PUT for a token included."""
    return plain_error(401, "Unauthorized")


@fault("credentials-404", "answer", CREDENTIALS)
def credentials_404(received: Received, answer: Answer) -> Answer:
    """The credentials endpoint knows of no role: 404."""
    return agent_error(404, "InvalidIdInRequest", "CredentialsV2Request: ID not found")


@fault("credentials-500", "answer", CREDENTIALS)
def credentials_500(received: Received, answer: Answer) -> Answer:
    """The credentials endpoint fails: 500."""
    return agent_error(500, "InternalServerError", "An internal error has occurred.")


@fault("credentials-not-json", "answer", CREDENTIALS)
def credentials_not_json(received: Received, answer: Answer) -> Answer:
    """The credentials endpoint answers 200 with a text that is not JSON."""
    return answer.with_body(b"credentials: none")
