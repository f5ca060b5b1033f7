"""STS checks the form, the token and the role, and answers JSON or XML as asked."""

from __future__ import annotations

import re
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from sandbox_client import Keys, assume, register, send

from mpmeter_sandbox import webidentity
from mpmeter_sandbox.errors import Refusal
from mpmeter_sandbox.places import Place


@pytest.fixture
def running(sandbox: Callable[..., Any]) -> Any:
    return sandbox("eks-irsa")


def test_json_has_the_expiration_in_scientific_notation(running: Any) -> None:
    reply = assume(running.variables)
    assert reply.status == 200 and reply.headers["content-type"].startswith("application/json")
    number = re.search(rb'"Expiration": ([0-9]\.[0-9]+E9)', reply.body)
    assert number is not None
    assert 5 * 3600 < float(number.group(1)) - time.time() <= 6 * 3600 + 1
    result = reply.json["AssumeRoleWithWebIdentityResponse"]["AssumeRoleWithWebIdentityResult"]
    credentials = result["Credentials"]
    assert credentials["AccessKeyId"] == "ASIASANDBOXIRSAROLE2"
    assert result["AssumedRoleUser"]["Arn"].endswith(":assumed-role/sandbox-irsa-role/test")
    keys = Keys(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])
    assert register(running.variables, keys).status == 200


def test_its_date_is_of_the_moved_clock(running: Any) -> None:
    running.clock.advance(7200)
    date = parsedate_to_datetime(assume(running.variables).headers["date"]).timestamp()
    assert abs(date - running.clock.now()) < 60


@pytest.mark.parametrize("accept", [None, "*/*", "text/xml"])
def test_xml_otherwise(running: Any, accept: str | None) -> None:
    reply = assume(running.variables, accept)
    root = ElementTree.fromstring(reply.body)
    space = {"sts": "https://sts.amazonaws.com/doc/2011-06-15/"}
    assert root.findtext(".//sts:AccessKeyId", namespaces=space) == "ASIASANDBOXIRSAROLE2"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", root.findtext(".//sts:Expiration", namespaces=space) or "")


WRONG: dict[str, dict[str, Any]] = {
    "InvalidIdentityToken": {"WebIdentityToken": "not.a.token"},
    "AccessDenied": {"RoleArn": "arn:aws:iam::111122223333:role/another-role"},
    "ValidationError": {"RoleSessionName": None},
    "InvalidAction": {"Action": "GetCallerIdentity"},
    "InvalidClientTokenId": {"headers": {"Authorization": "AWS4-HMAC-SHA256 Credential=x"}},
}


@pytest.mark.parametrize("code", WRONG)
def test_what_is_wrong_is_refused_by_name(running: Any, code: str) -> None:
    reply = assume(running.variables, **WRONG[code])
    assert reply.status in (400, 403)
    assert reply.json["Error"]["Code"] == code
    assert running.requests("sts")[0]["problem"].startswith(code)
    assert f"<Code>{code}</Code>" in assume(running.variables, None, **WRONG[code]).body.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"RoleSessionName": "with space"},
        {"RoleSessionName": "x"},
        {"RoleArn": "short"},
        {"DurationSeconds": "60"},
        {"DurationSeconds": "an hour"},
        {"Unknown": "member"},
    ],
)
def test_parameters_have_to_fit_the_model(running: Any, changed: dict[str, str]) -> None:
    assert assume(running.variables, **changed).json["Error"]["Code"] == "ValidationError"


def test_a_token_for_another_audience_or_out_of_date_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = webidentity.ClusterIssuer(Place.of("eu-west-3"))
    assert issuer.check(issuer.token("sts.amazonaws.com"), "sts.amazonaws.com")["iss"] == issuer.issuer
    with pytest.raises(Refusal, match="InvalidIdentityToken: Incorrect token audience"):
        issuer.check(issuer.token("pods.eks.amazonaws.com"), "sts.amazonaws.com")
    monkeypatch.setattr(webidentity, "LIFETIME", -1)
    with pytest.raises(Refusal, match="ExpiredTokenException"):
        issuer.check(issuer.token("sts.amazonaws.com"), "sts.amazonaws.com")


def test_a_token_of_another_cluster_is_refused(running: Any, sandbox: Callable[..., Any]) -> None:
    other = sandbox("eks-pod-identity", region="us-east-1").variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]
    assert (
        assume(running.variables, WebIdentityToken=Path(other).read_text()).json["Error"]["Code"]
        == "InvalidIdentityToken"
    )


def test_the_tokens_signature_is_verified(running: Any) -> None:
    token = Path(running.variables["AWS_WEB_IDENTITY_TOKEN_FILE"]).read_text()
    head, payload, signature = token.split(".")
    forged = f"{head}.{payload}.{'A' * len(signature)}"
    assert assume(running.variables, WebIdentityToken=forged).json["Error"]["Code"] == "InvalidIdentityToken"
    assert assume(running.variables, WebIdentityToken=token).status == 200


def test_only_a_posted_form_is_accepted(running: Any) -> None:
    url = running.variables["AWS_ENDPOINT_URL_STS"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert b"InvalidAction" in send("GET", f"{url}/?Action=AssumeRoleWithWebIdentity").body
    assert b"InvalidAction" in send("POST", f"{url}/", {"Content-Type": "application/json"}, b"{}").body
    assert b"MalformedInput" in send("POST", f"{url}/", form, b"Action=a&Action=b").body
    assert b"MalformedInput" in send("POST", f"{url}/", form, b"Action").body


def test_no_secret_is_logged(running: Any) -> None:
    credentials = assume(running.variables).json["AssumeRoleWithWebIdentityResponse"][
        "AssumeRoleWithWebIdentityResult"
    ]["Credentials"]
    text = Path(running.settings.log).read_text()
    token = Path(running.variables["AWS_WEB_IDENTITY_TOKEN_FILE"]).read_text()
    for secret in (credentials["SecretAccessKey"], credentials["SessionToken"], token, token.split(".")[2]):
        assert secret not in text
