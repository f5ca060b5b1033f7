"""How faults are asked for and counted; and every fault of the registry has a case that proves what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import test_faults_answers
import test_faults_cluster
import test_faults_connections
import test_faults_files
import test_faults_settings
import test_faults_tls
import test_faults_tokens
import test_faults_usage
import test_faults_wire
from conftest import run
from sandbox_client import get, register

from mpmeter_sandbox.faults import REGISTRY

MODULES = (
    test_faults_answers,
    test_faults_cluster,
    test_faults_connections,
    test_faults_files,
    test_faults_settings,
    test_faults_tls,
    test_faults_tokens,
    test_faults_usage,
    test_faults_wire,
)


def test_every_fault_has_a_case_and_every_case_a_fault() -> None:
    cases = [name for module in MODULES for name in module.CASES]
    assert sorted(cases) == sorted(REGISTRY)


def test_the_list_has_every_fault_with_a_description() -> None:
    done = run("faults")
    lines = dict(line.split("  ", 1) for line in done.stdout.splitlines())
    assert set(lines) == set(REGISTRY)
    assert all(len(text.strip()) > 20 for text in lines.values())


def test_a_fault_with_a_number_spoils_that_many_requests(sandbox: Callable[..., Any]) -> None:
    running = sandbox("ecs-ec2", "throttle:2", "internal-error:1")
    assert [register(running.variables).status for _ in range(5)] == [400, 400, 500, 200, 200]
    assert [line["fault"] for line in running.requests()] == ["throttle", "throttle", "internal-error", None, None]


def test_token_faults_are_counted_in_tokens(sandbox: Callable[..., Any]) -> None:
    running = sandbox("ecs-ec2", "token-garbage:1")
    assert register(running.variables, region="us-east-1").error == "InvalidRegionException"
    assert register(running.variables).json["Signature"] == "this.is-not.a-token"
    assert register(running.variables).json["Signature"].startswith("eyJ")
    assert [line["fault"] for line in running.requests()] == [None, "token-garbage", None]


def test_a_general_fault_can_be_aimed(sandbox: Callable[..., Any]) -> None:
    running = sandbox("ecs-ec2", "not-json@credentials:1", "http-503@imds")
    url = running.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    assert get(url).body == b"It works!"
    assert get(url).json["AccessKeyId"] == "ASIASANDBOXTASKROLE2"
    assert get(running.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"]).status == 503
    assert register(running.variables).status == 200


def test_the_request_is_checked_although_a_fault_answers(sandbox: Callable[..., Any]) -> None:
    running = sandbox("ecs-ec2", "throttle")
    register(running.variables, service="sts")
    register(running.variables)
    problems = [line["problem"] for line in running.requests()]
    assert problems[0].startswith("InvalidSignatureException") and problems[1] is None


def test_a_fault_of_imds_brings_one_along(sandbox: Callable[..., Any]) -> None:
    running = sandbox("eks-irsa", "imds-403")
    assert get(running.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] + "/latest/meta-data/").status == 403


@pytest.mark.parametrize(
    "fault, words",
    [
        ("nonsense", "there is no fault"),
        ("throttle:x", "there is no fault"),
        ("throttle:0", "at least 1"),
        ("throttle:-1", "at least 1"),
        ("throttle@sts", "cannot be aimed at sts"),
        ("hang@nowhere", "there is no service"),
        ("clock-skew", "needs a value"),
        ("key-rotated:2", "takes no number"),
        ("metadata-404", "has no service 'ecs'"),
        ("credentials-404", "has no service 'credentials'"),
    ],
)
def test_a_fault_that_can_do_nothing_is_a_usage_error(fault: str, words: str) -> None:
    done = run("run", "--scenario", "local", "--fault", fault, "--", "true")
    assert done.returncode == 2 and words in done.stderr and done.stdout == ""
