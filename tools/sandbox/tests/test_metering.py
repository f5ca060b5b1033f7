"""RegisterUsage is checked as AWS checks it, in AWS's order, whoever wrote the client."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from sandbox_client import Keys, Reply, parameters, register, send, signed_headers, task_keys


@pytest.fixture
def running(sandbox: Callable[..., Any]) -> Any:
    return sandbox("ecs-ec2")


def body(**changed: Any) -> bytes:
    return json.dumps(parameters(**changed)).encode()


def test_a_request_signed_by_other_code_is_accepted(running: Any) -> None:
    reply = register(running.variables)
    assert reply.status == 200, reply.body
    assert (
        set(reply.json) == {"PublicKeyRotationTimestamp", "Signature"}
        and reply.json["PublicKeyRotationTimestamp"] is None
    )
    key = RSAKey.import_key(Path(running.variables["MPMETER_SANDBOX_PUBLIC_KEY"]).read_bytes())
    claims = jwt.decode(reply.json["Signature"], key, algorithms=["PS256"]).claims
    assert claims["nonce"] == "nonce-4711" and abs(claims["iat"] - time.time()) < 60
    assert reply.headers["content-type"] == "application/x-amz-json-1.1"
    assert "date" in reply.headers and "x-amzn-requestid" in reply.headers


def test_an_error_looks_like_awss(running: Any) -> None:
    reply = register(running.variables, body=body(ProductCode="unknown"))
    assert reply.status == 400
    assert reply.json["__type"] == "com.amazonaws.marketplace.metering#InvalidProductCodeException"
    assert reply.headers["x-amzn-errortype"].startswith("InvalidProductCodeException:")
    assert reply.headers["x-amzn-requestid"] == running.requests()[0]["request_id"]
    assert "date" in reply.headers and isinstance(reply.json["message"], str)


def test_without_a_nonce_there_is_no_such_claim(running: Any) -> None:
    reply = register(running.variables, body=b'{"ProductCode":"prod-sandbox-paid","PublicKeyVersion":1,"Nonce":null}')
    key = RSAKey.import_key(Path(running.variables["MPMETER_SANDBOX_PUBLIC_KEY"]).read_bytes())
    assert set(jwt.decode(reply.json["Signature"], key, algorithms=["PS256"]).claims) == {
        "productCode",
        "publicKeyVersion",
        "iat",
    }


def changed_keys(running: Any, **changed: Any) -> Keys:
    return Keys(**{**vars(task_keys(running.variables)), **changed})


SIGNATURE: dict[str, Callable[[Any], Reply]] = {
    "secret": lambda r: register(r.variables, changed_keys(r, secret_key="x" * 40)),
    "service": lambda r: register(r.variables, service="sts"),
    "old": lambda r: register(r.variables, at=time.time() - 330),
    "early": lambda r: register(r.variables, at=time.time() + 330),
    "target unsigned": lambda r: register(r.variables, leave_out=("x-amz-target",)),
    "host unsigned": lambda r: register(r.variables, leave_out=("host",)),
    "token unsigned": lambda r: register(r.variables, leave_out=("x-amz-security-token",)),
    "payload hash": lambda r: register(r.variables, extra={"x-amz-content-sha256": "0" * 64}),
    "unsigned payload": lambda r: register(r.variables, extra={"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}),
}


@pytest.mark.parametrize("what", SIGNATURE)
def test_a_wrong_signature_is_refused(running: Any, what: str) -> None:
    reply = SIGNATURE[what](running)
    assert (reply.status, reply.error) == (400, "InvalidSignatureException")


def tampered(
    running: Any, change: Callable[[dict[str, str]], None], content: bytes = body(), sent: bytes = body()
) -> Reply:
    """A request that is changed after it was signed."""
    url = running.variables["AWS_ENDPOINT_URL_MARKETPLACE_METERING"]
    headers = signed_headers(url, content, task_keys(running.variables))
    change(headers)
    return send("POST", url, headers, sent)


def replace(name: str, old: str, new: str) -> Callable[[dict[str, str]], None]:
    def change(headers: dict[str, str]) -> None:
        assert old in headers[name]
        headers[name] = headers[name].replace(old, new)

    return change


def test_what_was_signed_cannot_be_changed(running: Any) -> None:
    wrong = "InvalidSignatureException"
    assert tampered(running, lambda headers: None).status == 200
    assert tampered(running, lambda headers: None, sent=body(ProductCode="prod-sandbox-free")).error == wrong
    assert tampered(running, replace("authorization", "/eu-west-3/", "/us-east-1/")).error == wrong
    assert tampered(running, replace("authorization", "aws4_request", "aws5_request")).error == wrong
    assert tampered(running, replace("content-type", "1.1", "1.1; charset=utf-8")).error == wrong

    def flip(headers: dict[str, str]) -> None:
        last = headers["authorization"][-1]
        headers["authorization"] = headers["authorization"][:-1] + ("1" if last == "0" else "0")

    assert tampered(running, flip).error == wrong


def test_a_stated_payload_hash_has_to_be_the_bodys(running: Any) -> None:
    url = running.variables["AWS_ENDPOINT_URL_MARKETPLACE_METERING"]
    stated = {"x-amz-content-sha256": hashlib.sha256(body()).hexdigest()}
    headers = signed_headers(url, body(), task_keys(running.variables), extra=stated)
    assert send("POST", url, headers, body()).status == 200
    reply = send("POST", url, headers, body(ProductCode="prod-sandbox-free"))
    assert reply.error == "InvalidSignatureException" and "x-amz-content-sha256" in reply.json["message"]


def test_who_signed_is_asked_first(running: Any) -> None:
    variables = running.variables
    unknown = "UnrecognizedClientException"
    assert register(variables, changed_keys(running, access_key="ASIANOBODYKNOWSTHIS2")).error == unknown
    assert register(variables, changed_keys(running, token=None)).error == unknown
    assert register(variables, changed_keys(running, token="x")).error == unknown
    assert (
        register(variables, changed_keys(running, access_key="ASIANOBODYKNOWSTHIS2"), at=0, body=b"no json").error
        == unknown
    )


def test_missing_and_malformed_authorizations(running: Any) -> None:
    assert (
        tampered(running, lambda headers: headers.pop("authorization")).error == "MissingAuthenticationTokenException"
    )
    assert (
        tampered(running, replace("authorization", "AWS4-HMAC-SHA256", "Bearer")).error
        == "IncompleteSignatureException"
    )
    assert tampered(running, lambda headers: headers.pop("x-amz-date")).error == "IncompleteSignatureException"


def test_the_protocol(running: Any) -> None:
    url = running.variables["AWS_ENDPOINT_URL_MARKETPLACE_METERING"]
    assert (send("GET", url).status, send("POST", url + "/other").status) == (404, 404)
    assert (
        tampered(running, replace("x-amz-target", "RegisterUsage", "BatchMeterUsage")).error
        == "UnknownOperationException"
    )
    assert tampered(running, replace("content-type", "1.1", "1.0")).error == "UnknownOperationException"


@pytest.mark.parametrize("content", [b"", b"no json", b"[]", b'"text"', b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object(running: Any, content: bytes) -> None:
    assert register(running.variables, body=content).error == "SerializationException"


@pytest.mark.parametrize(
    "changed",
    [
        {"ProductCode": "x" * 256},
        {"ProductCode": "with space"},
        {"ProductCode": "line\n"},
        {"ProductCode": 1},
        {"ProductCode": None},
        {"PublicKeyVersion": 0},
        {"PublicKeyVersion": "1"},
        {"PublicKeyVersion": True},
        {"PublicKeyVersion": 1.0},
        {"PublicKeyVersion": 2**31},
        {"PublicKeyVersion": None},
        {"Nonce": "x" * 256},
        {"Nonce": 5},
        {"Unknown": "member"},
    ],
)
def test_parameters_have_to_fit_the_model(running: Any, changed: dict[str, Any]) -> None:
    assert register(running.variables, body=body(**changed)).error == "ValidationException"


@pytest.mark.parametrize("nonce", ["x" * 255, "", "é\n\u0000\U0001f600", '"\\'])
def test_every_nonce_of_the_model_comes_back(running: Any, nonce: str) -> None:
    reply = register(running.variables, body=body(Nonce=nonce))
    key = RSAKey.import_key(Path(running.variables["MPMETER_SANDBOX_PUBLIC_KEY"]).read_bytes())
    assert jwt.decode(reply.json["Signature"], key, algorithms=["PS256"]).claims["nonce"] == nonce


def test_the_business_checks_come_in_awss_order(sandbox: Callable[..., Any]) -> None:
    running = sandbox("ecs-ec2", products={"prod-sandbox-paid": True, "free": False})
    variables = running.variables
    static = Keys("AKIASANDBOXSTATICKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    everything_wrong = body(ProductCode="unknown", PublicKeyVersion=9)
    assert register(variables, static, everything_wrong, region="us-east-1").error == "PlatformNotSupportedException"
    assert register(variables, body=everything_wrong, region="us-east-1").error == "InvalidRegionException"
    assert register(variables, body=everything_wrong).error == "InvalidProductCodeException"
    assert (
        register(variables, body=body(ProductCode="free", PublicKeyVersion=9)).error
        == "InvalidPublicKeyVersionException"
    )
    assert register(variables, body=body(ProductCode="free")).error == "CustomerNotEntitledException"
    assert register(variables, body=body()).status == 200
    assert [line["problem"].split(":")[0] if line["problem"] else None for line in running.requests()][-2:] == [
        "CustomerNotEntitledException",
        None,
    ]


def test_the_log_tells_who_signed_for_where_and_no_secret(running: Any) -> None:
    keys = task_keys(running.variables)
    token = register(running.variables, keys, region="eu-west-1").json
    signature = register(running.variables, keys).json["Signature"]
    first, second = running.requests()
    assert (first["access_key"], first["identity"], first["region"]) == (
        "ASIASANDBOXTASKROLE2",
        "ecs-task-role",
        "eu-west-1",
    )
    assert first["error"] == "InvalidRegionException" and first["problem"].startswith("InvalidRegionException")
    assert (second["problem"], second["status"], second["operation"]) == (None, 200, "RegisterUsage")
    assert (second["product_code"], second["public_key_version"], second["nonce"]) == (
        "prod-sandbox-paid",
        1,
        "nonce-4711",
    )
    text = Path(running.settings.log).read_text()
    assert token and keys.secret_key not in text and keys.token not in text and signature not in text
