"""Each fault that changes the sandbox before it starts changes what its name says."""

from __future__ import annotations

import calendar
import email.utils
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from sandbox_client import assume, get, parameters, register, send, task_keys

Start = Callable[..., Any]


def version(number: int) -> bytes:
    return json.dumps(parameters(PublicKeyVersion=number)).encode()


def clock_skew(start: Start) -> None:
    for offset in (-301, 301, 86400):
        running = start("ecs-ec2", f"clock-skew:{offset}")
        reply = register(running.variables)
        assert reply.error == "InvalidSignatureException"
        assert ("not yet current" if offset < 0 else "Signature expired") in reply.json["message"]
        shown = calendar.timegm(email.utils.parsedate(reply.headers["date"]) or ())
        assert abs(shown - time.time() - offset) < 5
        assert register(running.variables, at=shown).status == 200
    assert register(start("ecs-ec2", "clock-skew:250").variables).status == 200


def key_rotated(start: Start) -> None:
    variables = start("ecs-ec2", "key-rotated").variables
    assert register(variables, body=version(1)).error == "InvalidPublicKeyVersionException"
    reply = register(variables, body=version(2))
    assert re.search(rb'"PublicKeyRotationTimestamp": [0-9]\.[0-9]+E9\b', reply.body)
    assert time.time() - reply.json["PublicKeyRotationTimestamp"] > 86400
    key = RSAKey.import_key(Path(variables["MPMETER_SANDBOX_NEXT_PUBLIC_KEY"]).read_bytes())
    assert jwt.decode(reply.json["Signature"], key, algorithms=["PS256"]).claims["publicKeyVersion"] == 2


def rotation_announced(start: Start) -> None:
    variables = start("ecs-ec2", "rotation-announced").variables
    reply = register(variables)
    assert reply.json["PublicKeyRotationTimestamp"] < time.time()
    key = RSAKey.import_key(Path(variables["MPMETER_SANDBOX_PUBLIC_KEY"]).read_bytes())
    assert jwt.decode(reply.json["Signature"], key, algorithms=["PS256"]).claims["publicKeyVersion"] == 1


def credentials_expired(start: Start) -> None:
    variables = start("ecs-ec2", "credentials-expired").variables
    document = get(variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"]).json
    assert document["Expiration"] < time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    assert register(variables).error == "ExpiredTokenException"


def credentials_expiring(start: Start) -> None:
    variables = start("ecs-ec2", "credentials-expiring").variables
    document = get(variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"]).json
    left = calendar.timegm(time.strptime(document["Expiration"], "%Y-%m-%dT%H:%M:%SZ")) - time.time()
    assert 50 < left <= 60 and register(variables).status == 200


def credentials_rotated(start: Start) -> None:
    """A source for itself: what one hands out does not depend on the other."""
    running = start("ecs-ec2", "credentials-rotated")
    keys = [task_keys(running.variables) for _ in range(3)]
    assert keys[0] == keys[2] and keys[0].access_key != keys[1].access_key and keys[0].token != keys[1].token
    assert [register(running.variables, key).status for key in keys] == [400, 200, 400]
    assert register(running.variables, keys[0]).error == "ExpiredTokenException"
    assert all(line["identity"] == "ecs-task-role" for line in running.requests())
    variables = start("eks-irsa", "credentials-rotated").variables
    results = [
        assume(variables).json["AssumeRoleWithWebIdentityResponse"]["AssumeRoleWithWebIdentityResult"] for _ in range(2)
    ]
    assert (
        results[0]["Credentials"]["AccessKeyId"] != results[1]["Credentials"]["AccessKeyId"] == "ASIASANDBOXIRSAROLE2"
    )


def local_zone(start: Start) -> None:
    variables = start("ecs-ec2", "local-zone", region="us-west-2").variables
    task = get(variables["ECS_CONTAINER_METADATA_URI_V4"] + "/task").json
    assert task["AvailabilityZone"] == "us-west-2-lax-1a" and task["TaskARN"].split(":")[3] == "us-west-2"


def imds_v1_only(start: Start) -> None:
    base = start("ec2", "imds-v1-only").variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
    assert send("PUT", base + "/latest/api/token", {"X-aws-ec2-metadata-token-ttl-seconds": "60"}).status == 404
    assert get(base + "/latest/meta-data/placement/region").body == b"eu-west-3"


def sts_iso_expiration(start: Start) -> None:
    reply = assume(start("eks-irsa", "sts-iso-expiration").variables)
    result = reply.json["AssumeRoleWithWebIdentityResponse"]["AssumeRoleWithWebIdentityResult"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", result["Credentials"]["Expiration"])


def sts_xml(start: Start) -> None:
    reply = assume(start("eks-irsa", "sts-xml").variables)
    assert reply.headers["content-type"] == "text/xml" and b"<AccessKeyId>ASIASANDBOXIRSAROLE2<" in reply.body


CASES: dict[str, Callable[[Start], None]] = {
    "clock-skew": clock_skew,
    "key-rotated": key_rotated,
    "rotation-announced": rotation_announced,
    "credentials-expired": credentials_expired,
    "credentials-expiring": credentials_expiring,
    "credentials-rotated": credentials_rotated,
    "local-zone": local_zone,
    "imds-v1-only": imds_v1_only,
    "sts-iso-expiration": sts_iso_expiration,
    "sts-xml": sts_xml,
}


@pytest.mark.parametrize("fault", CASES)
def test_the_sandbox_is_changed_as_its_name_says(fault: str, sandbox: Start) -> None:
    CASES[fault](sandbox)
