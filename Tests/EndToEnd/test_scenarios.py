"""What a vendor sees on each kind of host, when nothing goes wrong but the host itself.

AWS takes RegisterUsage from an ECS task role and from IRSA, and refuses Pod Identity, node roles and static keys:
https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html
"""

from __future__ import annotations

import re
from typing import Callable, NamedTuple

import pytest

from .sandbox import REGION, Sandbox


class Expected(NamedTuple):
    status: str
    region_source: str
    credentials_source: str
    platform: str
    access_key: str
    fix: str  # what the remedy must speak of


REFUSED = "MPMETER_E_PLATFORM_NOT_SUPPORTED"
SCENARIOS = {
    "ecs-ec2": Expected("MPMETER_OK", "ecs-task-metadata", "ecs-task-role", "ecs", "ASIASANDBOXTASKROLE2", ""),
    "ecs-fargate": Expected("MPMETER_OK", "AWS_REGION", "ecs-task-role", "fargate", "ASIASANDBOXTASKROLE2", ""),
    "eks-irsa": Expected("MPMETER_OK", "AWS_REGION", "eks-irsa", "eks", "ASIASANDBOXIRSAROLE2", ""),
    "eks-pod-identity": Expected(
        REFUSED, "AWS_REGION", "eks-pod-identity", "eks", "ASIASANDBOXPODIDENT2", "Pod Identity"
    ),
    "ec2": Expected(
        REFUSED, "ec2-instance-metadata", "ec2-instance-role", "ec2", "ASIASANDBOXNODEROLE2", "instance role"
    ),
    "local": Expected(REFUSED, "AWS_REGION", "environment", "none", "AKIASANDBOXSTATICKEY", "the integration works"),
}
SUCCESSES = [name for name, expected in SCENARIOS.items() if expected.status == "MPMETER_OK"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_register(name: str, sandbox: Callable[..., Sandbox]) -> None:
    expected = SCENARIOS[name]
    running = sandbox(name)
    outcome = running.register("--nonce", "nonce of the test")
    found = outcome.expect(expected.status)
    for key in ("region_source", "credentials_source", "platform"):
        assert found[key] == getattr(expected, key)
    assert (found["region"], found["attempts"], found["product_code"]) == (REGION, 1, running.product_code)
    assert expected.fix in found["fix"]
    assert found["elapsed_ms"] > 0
    outcome.took_at_most(5)

    (request,) = outcome.metering()
    assert (request["operation"], request["access_key"], request["region"]) == (
        "RegisterUsage",
        expected.access_key,
        REGION,
    )
    assert (request["nonce"], request["public_key_version"]) == ("nonce of the test", 1)
    assert request["request_id"] == found["request_id"]
    refusals = [line["problem"] for line in outcome.requests if line["problem"]]
    assert len(refusals) == (0 if expected.status == "MPMETER_OK" else 1), refusals
    assert "us-east-1" not in outcome.stdout + outcome.stderr


@pytest.mark.parametrize("name", SUCCESSES)
def test_success_is_a_whole_registration(name: str, sandbox: Callable[..., Sandbox]) -> None:
    running = sandbox(name, region="us-west-2")
    outcome = running.register()
    found = outcome.expect_registration(
        region="us-west-2", verified=True, attempts=1, public_key_version=1, public_key_rotation=None, fix=""
    )
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", found["signature"])
    assert outcome.metering()[0]["nonce"] == found["nonce"] and len(found["nonce"]) >= 32


def test_each_registration_has_a_nonce_of_its_own(fargate: Sandbox) -> None:
    assert len({fargate.register().expect_registration()["nonce"] for _ in range(3)}) == 3


def test_failure_names_what_is_known(sandbox: Callable[..., Sandbox]) -> None:
    """'On failure the keys that are known are there.'"""
    found = sandbox("ecs-fargate", "not-entitled").register("--nonce", "n").expect("MPMETER_E_CUSTOMER_NOT_ENTITLED")
    known = set(
        "status code action message fix product_code public_key_version nonce region region_source "
        "credentials_source platform "
        "request_id attempts elapsed_ms aws_type http_status".split()
    )
    assert set(found) == known
    assert (found["aws_type"], found["http_status"]) == ("CustomerNotEntitledException", 400)
    assert found["public_key_version"] == 1


def test_a_buyer_who_is_not_entitled(sandbox: Callable[..., Sandbox]) -> None:
    running = sandbox("ecs-ec2", products=["prod-x=not-entitled"])
    found = running.register().expect("MPMETER_E_CUSTOMER_NOT_ENTITLED")
    assert (found["product_code"], found["attempts"]) == ("prod-x", 1)


def test_a_product_that_aws_does_not_know(fargate: Sandbox) -> None:
    outcome = fargate.run("register", "--json", "--product-code", "prod-unknown", "--public-key", fargate.key)
    outcome.expect("MPMETER_E_INVALID_PRODUCT_CODE")
    assert len(outcome.metering()) == 1


@pytest.mark.parametrize("name", SCENARIOS)
def test_for_people(name: str, sandbox: Callable[..., Sandbox]) -> None:
    """Without --json: results on stdout, progress and failures on stderr."""
    expected = SCENARIOS[name]
    running = sandbox(name)
    outcome = running.run(
        "register", "--product-code", running.product_code, "--public-key", running.key, "--deadline", "60"
    )
    if expected.status != "MPMETER_OK":
        assert outcome.exit == 1 and outcome.stdout == ""
        (line,) = [line for line in outcome.stderr.splitlines() if line.startswith(f"mpmeter: {expected.status} (")]
        assert " Fix: " in line and " elapsed_ms=" in line
        return
    assert outcome.exit == 0
    for text in (running.product_code, REGION, expected.region_source, expected.credentials_source, "verified"):
        assert text in outcome.stdout
    assert "NOT VERIFIED" not in outcome.stdout
    assert expected.credentials_source in outcome.stderr and expected.region_source in outcome.stderr


UNSUPPORTED = "ap-east-1 me-south-1 cn-north-1 cn-northwest-1 us-gov-east-1 us-gov-west-1".split()


@pytest.mark.parametrize("region", UNSUPPORTED)
def test_aws_has_the_last_word_on_a_region_that_its_list_leaves_out(
    region: str, sandbox: Callable[..., Sandbox]
) -> None:
    """The list of "Integrating Paid Container Software": it explains a refusal, and refuses by itself only with
    `enforce`."""
    running = sandbox("ecs-fargate", region=region)
    running.register().expect_registration(region=region)
    running.register("--region-policy", "ask").expect_registration(region=region)
    running.register("--region-policy", "attempt").expect_registration(region=region)
    outcome = running.register("--region-policy", "enforce")
    found = outcome.expect("MPMETER_E_REGION_UNSUPPORTED")
    assert (found["region"], found["attempts"]) == (region, 0)
    assert outcome.requests == []


@pytest.mark.parametrize(
    ("policy", "status"),
    [("ask", "REGION_UNSUPPORTED"), ("enforce", "REGION_UNSUPPORTED"), ("attempt", "API_DISABLED")],
)
def test_what_aws_refuses_in_such_a_region(policy: str, status: str, sandbox: Callable[..., Sandbox]) -> None:
    running = sandbox("ecs-fargate", "api-disabled", region="ap-east-1")
    found = running.register("--region-policy", policy).expect(f"MPMETER_E_{status}")
    assert found["action"] == "terminate" and found["attempts"] == (0 if policy == "enforce" else 1)
    assert "ap-east-1" in found["message"] or policy == "attempt"


def test_unverified_takes_an_explicit_option(sandbox: Callable[..., Sandbox]) -> None:
    """Without a key and without --unverified nothing is sent; with it a redirected endpoint is not believed (see
    test_proxies)."""
    running = sandbox("ecs-fargate")
    outcome = running.run("register", "--json", "--product-code", running.product_code)
    outcome.expect("MPMETER_E_INVALID_ARGUMENT")
    assert outcome.requests == []
