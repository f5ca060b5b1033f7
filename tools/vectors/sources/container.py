"""The container credentials endpoint: the ECS agent's and the EKS Pod Identity agent's answers."""

import json
from unittest import mock

from botocore.credentials import ContainerProvider
from botocore.utils import ContainerMetadataFetcher

from .making import (
    AGENT,
    BAD,
    CONTAINER_GUIDE,
    KEY,
    LOOSE_MOMENTS,
    MOMENTS,
    NO_MOMENTS,
    REJECTED,
    RFC3339,
    RFC8259,
    RFC9110,
    UNAVAILABLE,
    Set,
    agree,
    answer,
    body,
    found,
    seconds,
)


def container():
    cases = Set()

    def add(name, source, text, expect, status=200, **rest):
        case, stricter = cases.add(name, source, text, expect, http_status=status, **rest)
        agree(case, stricter, botocore_container(case))

    add("ecs", CONTAINER_GUIDE, answer(), found())
    add("eks-pod-identity", CONTAINER_GUIDE, answer(RoleArn=..., AccountId="123456789012"), found())
    add("other-order-and-white-space", RFC8259 % "2", json.dumps(dict(reversed(answer().items())), indent=3), found())
    add("unknown-members", CONTAINER_GUIDE, answer(Extra={"a": [1, None]}, LastUpdated="x"), found())
    add("escapes", RFC8259 % "7", json.dumps(answer()).replace("/", "\\/").replace("ASIA", "\\u0041SIA"), found())
    for name, (text, moment) in MOMENTS.items():
        add(f"expiration-{name}", RFC3339, answer(Expiration=text), found(moment))
    for name, text in NO_MOMENTS.items():
        add(f"expiration-{name}", RFC3339, answer(Expiration=text), BAD)
    for name, text in LOOSE_MOMENTS.items():
        add(f"expiration-{name}", RFC3339, answer(Expiration=text), BAD, stricter=True)
    for name, value in (("array", []), ("object", {}), ("true", True)):
        add(f"expiration-{name}", CONTAINER_GUIDE, answer(Expiration=value), BAD)
    for name, value in (("missing", ...), ("null", None)):
        add(f"expiration-{name}", CONTAINER_GUIDE, answer(Expiration=value), found(None), stricter=True)
    for member in ("AccessKeyId", "SecretAccessKey", "Token"):
        add(f"{member}-missing", CONTAINER_GUIDE, answer(**{member: ...}), BAD)
        for name, value in (("null", None), ("empty", ""), ("number", 1), ("array", [KEY])):
            add(f"{member}-{name}", CONTAINER_GUIDE, answer(**{member: value}), BAD, stricter=True)
        for name, value in (
            ("line-end", "A\r\nX-Evil: 1"),
            ("newline-at-end", KEY + "\n"),
            ("space", "A B"),
            ("non-ascii", "\u00c5KID"),
        ):
            add(f"{member}-{name}", RFC9110, answer(**{member: value}), BAD, stricter=True)
        add(
            f"{member}-twice", RFC8259 % "4", json.dumps(answer())[:-1] + f', "{member}": "other"}}', BAD, stricter=True
        )
        add(f"{member}-nul", RFC8259 % "7", json.dumps(answer(**{member: "A\0B"})), BAD, stricter=True)
    good = json.dumps(answer())
    for name, text in (
        ("empty", ""),
        ("blank", " \n"),
        ("html", "<html><body>Log in</body></html>"),
        ("truncated", good[:-1]),
        ("garbage-after", good + "x"),
        ("two-objects", good + good),
        ("invalid-utf-8", good[:-1].encode() + b',"x":"\xff"}'),
        ("array", f"[{good}]"),
        ("string", json.dumps(good)),
        ("null", "null"),
        ("number", "1"),
        ("empty-object", "{}"),
    ):
        add(f"body-{name}", RFC8259 % "2", text, BAD)
    add(
        "error-with-200", AGENT, {"code": "NoIdInRequest", "message": "CredentialsV1Request: No ID in the request"}, BAD
    )
    for name, status, text in (
        (
            "no-id",
            400,
            {"code": "NoIdInRequest", "message": "CredentialsV1Request: No ID in the request", "HTTPErrorCode": 400},
        ),
        (
            "invalid-id",
            400,
            {
                "code": "InvalidIdInRequest",
                "message": "CredentialsV1Request: Credentials not found",
                "HTTPErrorCode": 400,
            },
        ),
        ("unauthorized", 401, {"message": "unauthorized"}),
        ("forbidden", 403, ""),
        ("not-found", 404, "404 page not found\n"),
        ("not-json", 400, "Bad Request"),
        ("good-body", 400, answer()),
    ):
        add(f"error-{name}", AGENT, text, REJECTED, status)
    for name, status, text in (
        ("internal", 500, {"code": "InternalServerError", "message": "x", "HTTPErrorCode": 500}),
        ("uninitialized", 503, {"code": "CredentialsUninitialized", "message": "x", "HTTPErrorCode": 503}),
        ("not-json", 502, "<html>"),
    ):
        add(f"error-5xx-{name}", AGENT, text, UNAVAILABLE, status)
    return cases.cases


def botocore_container(case):
    """What botocore's provider finds, or None."""
    answered = mock.Mock(status_code=case["http_status"], content=body(case))
    fetcher = ContainerMetadataFetcher(session=mock.Mock(send=lambda request: answered), sleep=lambda seconds: None)
    provider = ContainerProvider({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}, fetcher)
    try:
        got = provider.load()
        return found(seconds(got._expiry_time), got._token, got._access_key, got._secret_key)
    except Exception:  # Whatever the reason: it finds no credentials.
        return None
