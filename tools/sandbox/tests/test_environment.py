"""Each scenario's command gets the environment that such a host gives, and nothing of the parent's about AWS."""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import run
from joserfc import jws
from sandbox_client import get, send

ALWAYS = {
    "AWS_ENDPOINT_URL_MARKETPLACE_METERING",
    "AWS_ENDPOINT_URL_STS",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "MPMETER_SANDBOX_CLOCK",
    "MPMETER_SANDBOX_LEDGER",
    "MPMETER_SANDBOX_PUBLIC_KEY",
    "MPMETER_SANDBOX_PUBLIC_KEY_VERSION",
    "MPMETER_SANDBOX_PRODUCT_CODE",
}
ECS = {"ECS_CONTAINER_METADATA_URI_V4", "AWS_EXECUTION_ENV", "AWS_CONTAINER_CREDENTIALS_FULL_URI"}
REGION = {"AWS_REGION", "AWS_DEFAULT_REGION"}
POD = {"KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"}
NAMES: dict[str, set[str]] = {
    "ecs-ec2": ECS,
    "ecs-fargate": ECS | REGION,
    "eks-irsa": REGION | POD | {"AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_STS_REGIONAL_ENDPOINTS"},
    "eks-pod-identity": REGION | POD | {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"},
    "ec2": set(),
    "local": {"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"},
}
WITH_IMDS = {"ecs-ec2", "ec2"}


def refused(url: str) -> bool:
    parts = urllib.parse.urlsplit(url)
    assert parts.hostname == "127.0.0.1"
    try:
        socket.create_connection((parts.hostname, parts.port), timeout=60).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.parametrize("scenario", NAMES)
def test_the_variables_are_exactly_the_documented_ones(scenario: str, sandbox: Callable[..., Any]) -> None:
    variables = sandbox(scenario).variables
    assert set(variables) == ALWAYS | NAMES[scenario]
    assert (
        not Path(variables["AWS_CONFIG_FILE"]).exists() and not Path(variables["AWS_SHARED_CREDENTIALS_FILE"]).exists()
    )
    assert "BEGIN PUBLIC KEY" in Path(variables["MPMETER_SANDBOX_PUBLIC_KEY"]).read_text()
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        assert variables.get(name, "eu-west-3") == "eu-west-3"


@pytest.mark.parametrize("scenario", NAMES)
def test_only_hosts_with_imds_have_one(scenario: str, sandbox: Callable[..., Any]) -> None:
    assert refused(sandbox(scenario).variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"]) == (scenario not in WITH_IMDS)


@pytest.mark.parametrize("scenario", NAMES)
def test_every_address_is_on_loopback(scenario: str, sandbox: Callable[..., Any]) -> None:
    variables = sandbox(scenario).variables
    for value in variables.values():
        if value.startswith("http"):
            assert urllib.parse.urlsplit(value).hostname == "127.0.0.1"


def test_execution_environments(sandbox: Callable[..., Any]) -> None:
    assert sandbox("ecs-ec2").variables["AWS_EXECUTION_ENV"] == "AWS_ECS_EC2"
    assert sandbox("ecs-fargate").variables["AWS_EXECUTION_ENV"] == "AWS_ECS_FARGATE"


@pytest.mark.parametrize(
    "scenario, name, audience",
    [
        ("eks-irsa", "AWS_WEB_IDENTITY_TOKEN_FILE", "sts.amazonaws.com"),
        ("eks-pod-identity", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "pods.eks.amazonaws.com"),
    ],
)
def test_the_service_account_token_is_like_a_real_one(
    scenario: str, name: str, audience: str, sandbox: Callable[..., Any]
) -> None:
    variables = sandbox(scenario, region="ap-southeast-2").variables
    path = Path(variables[name])
    token = jws.extract_compact(path.read_bytes())
    claims = json.loads(token.payload)
    assert token.headers()["alg"] == "RS256"
    assert claims["iss"].startswith("https://oidc.eks.ap-southeast-2.amazonaws.com/id/")
    assert claims["aud"] == [audience] and claims["exp"] > claims["iat"]
    assert claims["sub"] == "system:serviceaccount:default:metered"
    assert set(claims["kubernetes.io"]) == {"namespace", "node", "pod", "serviceaccount"}
    with urllib.request.urlopen(
        f"http://{variables['KUBERNETES_SERVICE_HOST']}:{variables['KUBERNETES_SERVICE_PORT']}/version", timeout=60
    ) as answer:
        version = json.load(answer)
    assert (version["major"], version["minor"]) == ("1", "31+") and version["gitVersion"].startswith("v1.31.")
    assert stat.S_IMODE(path.stat().st_mode) & 0o400


def test_the_parents_variables_about_aws_and_proxies_are_gone() -> None:
    leaks = {
        name: "leak"
        for name in (
            "AWS_PROFILE",
            "AWS_SESSION_TOKEN",
            "ECS_AGENT_URI",
            "HTTPS_PROXY",
            "no_proxy",
            "SSL_CERT_FILE",
            "KUBERNETES_PORT",
        )
    }
    kept = {"PROXY_OF_MINE": "kept", "MY_AWS": "kept"}
    child = "import json, os; print(json.dumps(dict(os.environ)))"
    done = run("run", "--scenario", "ec2", "--", sys.executable, "-c", child, env={**os.environ, **leaks, **kept})
    variables = json.loads(done.stdout)
    assert "leak" not in variables.values()
    assert kept.items() <= variables.items()
    assert variables["PATH"] == os.environ["PATH"]


def test_set_and_unset_come_last() -> None:
    child = "import json, os; print(json.dumps(dict(os.environ)))"
    done = run(
        *(
            "run",
            "--scenario",
            "eks-irsa",
            "--set",
            "AWS_REGION=us-east-1",
            "--set",
            "EMPTY=",
            "--unset",
            "AWS_DEFAULT_REGION",
            "--unset",
            "MINE",
        ),
        *("--", sys.executable, "-c", child),
        env={**os.environ, "MINE": "x"},
    )
    variables = json.loads(done.stdout)
    assert (variables["AWS_REGION"], variables["EMPTY"]) == ("us-east-1", "")
    assert "AWS_DEFAULT_REGION" not in variables and "MINE" not in variables


def test_task_metadata_names_the_region_only_in_arns(sandbox: Callable[..., Any]) -> None:
    running = sandbox("ecs-ec2", region="us-gov-west-1")
    base = running.variables["ECS_CONTAINER_METADATA_URI_V4"]
    task = get(base + "/task").json
    assert task["TaskARN"].split(":")[:4] == ["arn", "aws-us-gov", "ecs", "us-gov-west-1"]
    assert task["LaunchType"] == "EC2" and "VPCID" in task and "Region" not in task
    assert task["AvailabilityZone"] == "us-gov-west-1a"
    assert get(base).json["Labels"]["com.amazonaws.ecs.task-arn"] == task["TaskARN"]
    assert get(base + "/task/").status == 404
    assert get(base.replace("/v4/", "//v4/")).status == 404
    assert [line["status"] for line in running.requests("ecs")] == [200, 200, 404, 404]


def test_fargate_task_metadata_has_no_vpc(sandbox: Callable[..., Any]) -> None:
    task = get(sandbox("ecs-fargate").variables["ECS_CONTAINER_METADATA_URI_V4"] + "/task").json
    assert task["LaunchType"] == "FARGATE" and "VPCID" not in task


def test_the_task_credentials_endpoint_wants_the_exact_path(sandbox: Callable[..., Any]) -> None:
    url = sandbox("ecs-ec2").variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    document = get(url).json
    assert set(document) == {"RoleArn", "AccessKeyId", "SecretAccessKey", "Token", "Expiration"}
    assert document["AccessKeyId"] == "ASIASANDBOXTASKROLE2" and len(document["SecretAccessKey"]) == 40
    assert get(url.replace("/v2/", "//v2/")).status == 404
    assert send("POST", url).status == 404


def test_the_pod_identity_agent_compares_the_token(sandbox: Callable[..., Any]) -> None:
    running = sandbox("eks-pod-identity")
    url = running.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    token = Path(running.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]).read_text()
    assert get(url).status == 400
    assert get(url, Authorization=token + "x").status == 403
    document = get(url, Authorization=token).json
    assert document["AccessKeyId"] == "ASIASANDBOXPODIDENT2" and "RoleArn" not in document
    assert token not in Path(running.settings.log).read_text()
