"""Decides whether a request is signed as AWS demands, by recomputing its Signature Version 4 with botocore.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import calendar
import hashlib
import hmac
import re
import time
from dataclasses import dataclass

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from .credentials import Identities, Identity
from .errors import Refusal
from .exchange import Received

SERVICE = "aws-marketplace"
TOLERANCE = 300

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=(?P<credential>[^\s,]+)\s*,\s*"
    r"SignedHeaders=(?P<headers>[^\s,]+)\s*,\s*Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Authorization:
    """The parts of an Authorization header."""

    access_key: str
    date: str
    region: str
    service: str
    terminator: str
    signed_headers: list[str]
    signature: str


class _Verifier(SigV4Auth):  # type: ignore[misc]  # botocore has no types
    """botocore's signer over exactly the headers the client says it signed, instead of botocore's own choice."""

    def __init__(self, identity: Identity, auth: Authorization) -> None:
        credentials = Credentials(identity.access_key, identity.secret_key, identity.session_token)
        super().__init__(credentials, auth.service, auth.region)
        self._signed = auth.signed_headers

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        headers = HTTPHeaders()
        for name in self._signed:
            for value in request.headers.get_all(name) or []:
                headers[name] = value
        return headers


def authenticate(received: Received, identities: Identities, clocks: tuple[float, ...]) -> tuple[Identity, str]:
    """Who signed and for which Region, by any of the clocks, or the Refusal that AWS would answer."""
    auth = parse(received)
    received.notes.update(access_key=auth.access_key, region=auth.region)
    identity = identities.by_access_key(auth.access_key)
    token = received.header("X-Amz-Security-Token")
    if identity is None or not _same(token or "", identity.session_token or ""):
        raise Refusal("UnrecognizedClientException", "The security token included in the request is invalid.")
    received.notes["identity"] = identity.source
    if identity.expired:
        raise Refusal("ExpiredTokenException", "The security token included in the request is expired")
    timestamp = received.header("X-Amz-Date") or ""
    _check_clock(timestamp, clocks)
    _check_scope(received, auth, timestamp)
    _check_signature(received, identity, auth, timestamp)
    return identity, auth.region


def parse(received: Received) -> Authorization:
    """The one Authorization header, taken apart."""
    values = received.headers.getall("Authorization", [])
    if not values:
        raise Refusal("MissingAuthenticationTokenException", "Missing Authentication Token")
    match = _AUTHORIZATION.fullmatch(values[0].strip()) if len(values) == 1 else None
    scope = match.group("credential").split("/") if match else []
    if match is None or len(scope) != 5:
        raise Refusal(
            "IncompleteSignatureException",
            "The Authorization header is not a Signature Version 4 one, or there are several.",
        )
    access_key, date, region, service, terminator = scope
    signed_headers = match.group("headers").split(";")
    return Authorization(access_key, date, region, service, terminator, signed_headers, match.group("signature"))


def _check_clock(timestamp: str, clocks: tuple[float, ...]) -> None:
    """At most five minutes either way, in AWS's words."""
    if not re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", timestamp):
        raise Refusal(
            "IncompleteSignatureException", "X-Amz-Date has to be there once, in the form YYYYMMDD'T'HHMMSS'Z'."
        )
    try:
        signed_at = calendar.timegm(time.strptime(timestamp, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        raise Refusal("IncompleteSignatureException", "X-Amz-Date is not a date.") from None
    now = min(clocks, key=lambda clock: abs(clock - signed_at))
    if signed_at > now + TOLERANCE:
        raise Refusal(
            "InvalidSignatureException",
            f"Signature not yet current: {timestamp} is still later than {_basic(now + TOLERANCE)} "
            f"({_basic(now)} + 5 min.)",
        )
    if signed_at < now - TOLERANCE:
        raise Refusal(
            "InvalidSignatureException",
            f"Signature expired: {timestamp} is now earlier than {_basic(now - TOLERANCE)} ({_basic(now)} - 5 min.)",
        )


def _check_scope(received: Received, auth: Authorization, timestamp: str) -> None:
    """The credential scope, and the headers that have to be signed: host and every x-amz-*."""
    if auth.service != SERVICE:
        raise Refusal("InvalidSignatureException", f"Credential should be scoped to correct service: '{SERVICE}'.")
    if auth.terminator != "aws4_request":
        raise Refusal(
            "InvalidSignatureException", "Credential should be scoped with a valid terminator: 'aws4_request'."
        )
    if auth.date != timestamp[:8]:
        raise Refusal(
            "InvalidSignatureException",
            "Date in Credential scope does not match YYYYMMDD from the date in the request.",
        )
    if auth.signed_headers != sorted(set(auth.signed_headers)) or any(
        name != name.lower() for name in auth.signed_headers
    ):
        raise Refusal("InvalidSignatureException", "SignedHeaders has to be lower-case, sorted and without repetition.")
    present = {name.lower() for name in received.headers}
    demanded = {"host"} | {name for name in present if name.startswith("x-amz-")}
    for name in sorted(demanded - set(auth.signed_headers)):
        raise Refusal("InvalidSignatureException", f"'{name}' must be a 'SignedHeader' in the AWS Authorization.")
    for name in sorted(set(auth.signed_headers) - present):
        raise Refusal("InvalidSignatureException", f"'{name}' is a SignedHeader, but the request does not have it.")


def _check_signature(received: Received, identity: Identity, auth: Authorization, timestamp: str) -> None:
    """Recompute the signature over the request as it came, then the payload hash the client states."""
    request = AWSRequest(method=received.method, url=received.url, data=received.body)
    for name, value in received.headers.items():
        request.headers[name] = value
    request.context["timestamp"] = timestamp
    verifier = _Verifier(identity, auth)
    expected = verifier.signature(verifier.string_to_sign(request, verifier.canonical_request(request)), request)
    if not _same(expected, auth.signature):
        raise Refusal(
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        )
    stated = received.header("X-Amz-Content-SHA256")
    if stated is not None and not _same(stated, hashlib.sha256(received.body).hexdigest()):
        raise Refusal(
            "InvalidSignatureException", "x-amz-content-sha256 is not the SHA-256 of the body that was received."
        )


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def _basic(moment: float) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(moment))
