"""The instance metadata service is IMDSv2: no token, no answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sandbox_client import Reply, get, send

TOKEN = "/latest/api/token"


def token(base: str, ttl: str = "21600", **headers: str) -> Reply:
    return send("PUT", base + TOKEN, {"X-aws-ec2-metadata-token-ttl-seconds": ttl, **headers})


@pytest.fixture
def base(sandbox: Callable[..., Any]) -> str:
    return sandbox("ec2").variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"]


def with_token(base: str, path: str) -> Reply:
    return send("GET", base + path, {"X-aws-ec2-metadata-token": token(base).body.decode()})


def test_metadata_with_a_token(base: str) -> None:
    assert with_token(base, "/latest/meta-data/placement/region").body == b"eu-west-3"
    assert with_token(base, "/latest/meta-data/placement/availability-zone").body == b"eu-west-3a"
    assert with_token(base, "/latest/dynamic/instance-identity/document").json["region"] == "eu-west-3"
    role = with_token(base, "/latest/meta-data/iam/security-credentials/").body.decode()
    document = with_token(base, f"/latest/meta-data/iam/security-credentials/{role}").json
    assert document["Code"] == "Success" and document["AccessKeyId"] == "ASIASANDBOXNODEROLE2"
    assert with_token(base, "/latest/meta-data/nothing").status == 404


def test_no_or_a_made_up_token_is_401(base: str) -> None:
    assert get(base + "/latest/meta-data/placement/region").status == 401
    assert (
        send("GET", base + "/latest/meta-data/placement/region", {"X-aws-ec2-metadata-token": "made-up"}).status == 401
    )


@pytest.mark.parametrize("ttl", ["", "0", "21601", "-1", "x"])
def test_the_token_needs_a_lifetime(base: str, ttl: str) -> None:
    assert token(base, ttl).status == 400
    assert send("PUT", base + TOKEN).status == 400


def test_a_token_is_not_given_through_a_proxy_or_to_get(base: str) -> None:
    assert token(base, **{"X-Forwarded-For": "10.0.0.1"}).status == 403
    assert get(base + TOKEN).status == 405
