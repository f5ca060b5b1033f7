"""A client of the sandbox that shares no code with it: Signature Version 4 by hand, HTTP by the standard library.

Every part of a request can be changed, so that a test can send what no SDK would.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TARGET = "AWSMPMeteringService.RegisterUsage"
METER = {"x-amz-target": "AWSMPMeteringService.MeterUsage"}
JSON_TYPE = "application/x-amz-json-1.1"


@dataclass
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The metering service's error code, without its namespace."""
        return self.json["__type"].rpartition("#")[2]


@dataclass
class Keys:
    access_key: str
    secret_key: str
    token: str | None = None


def send(
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    timeout: float = 60,
    context: Any = None,
) -> Reply:
    """One request on a connection of its own, no redirects, no decoding, no proxies."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            parts.netloc, timeout=timeout, context=context
        )
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
    try:
        connection.request(
            method, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, dict(headers or {})
        )
        response = connection.getresponse()
        return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    finally:
        connection.close()


def get(url: str, **headers: str) -> Reply:
    return send("GET", url, {name.replace("_", "-"): value for name, value in headers.items()})


def parameters(**changed: Any) -> dict[str, Any]:
    return {"ProductCode": "prod-sandbox-paid", "PublicKeyVersion": 1, "Nonce": "nonce-4711", **changed}


def signed_headers(
    url: str,
    body: bytes,
    keys: Keys,
    region: str = "eu-west-3",
    service: str = "aws-marketplace",
    at: float | None = None,
    leave_out: tuple = (),
    extra: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The headers of a RegisterUsage request, signed. `leave_out` names headers that are sent without being signed."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() if at is None else at))
    headers = {
        "host": urllib.parse.urlsplit(url).netloc,
        "content-type": JSON_TYPE,
        "x-amz-date": stamp,
        "x-amz-target": TARGET,
    }
    headers.update(extra or {})
    if keys.token is not None:
        headers["x-amz-security-token"] = keys.token
    names = sorted(name for name in headers if name not in leave_out)
    canonical = "\n".join(
        [
            "POST",
            "/",
            "",
            *(f"{name}:{headers[name]}" for name in names),
            "",
            ";".join(names),
            hashlib.sha256(body).hexdigest(),
        ]
    )
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{keys.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={keys.access_key}/{scope}, SignedHeaders={';'.join(names)}, Signature={signature}"
    )
    return headers


def task_keys(variables: Mapping[str, str]) -> Keys:
    """The credentials of the container endpoint, as a container would fetch them."""
    document = get(variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"]).json
    return Keys(document["AccessKeyId"], document["SecretAccessKey"], document["Token"])


def register(
    variables: Mapping[str, str], keys: Keys | None = None, body: bytes | None = None, timeout: float = 60, **how: Any
) -> Reply:
    """RegisterUsage with the task role's or the given credentials."""
    url = variables["AWS_ENDPOINT_URL_MARKETPLACE_METERING"]
    content = json.dumps(parameters()).encode() if body is None else body
    return send("POST", url, signed_headers(url, content, keys or task_keys(variables), **how), content, timeout)


def meter(variables: Mapping[str, str], keys: Keys | None = None, **changed: Any) -> Reply:
    """MeterUsage of one unit now, with the task role's or the given credentials; a parameter given as None is left
    out."""
    usage = {"ProductCode": "prod-sandbox-paid", "Timestamp": int(time.time()), "UsageDimension": "requests"}
    usage |= {"UsageQuantityAsDecimal": "1"} | changed
    content = json.dumps({name: value for name, value in usage.items() if value is not None}).encode()
    return register(variables, keys, content, extra=METER)


def assume(
    variables: Mapping[str, str],
    accept: str | None = "application/json",
    headers: Mapping[str, str] | None = None,
    **changed: str | None,
) -> Reply:
    """AssumeRoleWithWebIdentity with the pod's token; a parameter given as None is left out."""
    form = {
        "Action": "AssumeRoleWithWebIdentity",
        "Version": "2011-06-15",
        "RoleArn": variables.get("AWS_ROLE_ARN", ""),
        "RoleSessionName": "test",
        "WebIdentityToken": Path(variables["AWS_WEB_IDENTITY_TOKEN_FILE"]).read_text()
        if "WebIdentityToken" not in changed
        else "",
        **changed,
    }
    body = urllib.parse.urlencode({name: value for name, value in form.items() if value is not None}).encode()
    all_headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        **({"Accept": accept} if accept else {}),
        **(headers or {}),
    }
    return send("POST", variables["AWS_ENDPOINT_URL_STS"] + "/", all_headers, body)
