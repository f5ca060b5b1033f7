"""In which order the Region and the credentials are looked for, and which of several wins.

Region: AWS_REGION, AWS_DEFAULT_REGION, the ECS task's ARN, the issuer of the EKS token, instance metadata. Credentials:
IRSA, the ECS task role, Pod Identity, keys in the environment, the shared file, the instance role. An empty value is an
unset one. Nothing has a default.
"""

from __future__ import annotations

from pathlib import Path
from typing import Callable

import pytest

from .sandbox import STATIC_KEY, STATIC_SECRET, Sandbox

REGIONS = ["AWS_REGION", "AWS_DEFAULT_REGION"]
STATIC = {"AWS_ACCESS_KEY_ID": STATIC_KEY, "AWS_SECRET_ACCESS_KEY": STATIC_SECRET}


# ---- The Region ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scenario, changes, region, source, platform, asked",
    [
        (
            "ecs-fargate",
            {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"},
            "eu-west-1",
            "AWS_REGION",
            "fargate",
            [],
        ),
        ("ecs-fargate", {"AWS_REGION": ""}, "eu-west-3", "AWS_DEFAULT_REGION", "fargate", []),
        (
            "ecs-fargate",
            {"AWS_REGION": "", "AWS_DEFAULT_REGION": ""},
            "eu-west-3",
            "ecs-task-metadata",
            "fargate",
            ["ecs"],
        ),
        ("ecs-ec2", {}, "eu-west-3", "ecs-task-metadata", "ecs", ["ecs"]),
        ("ecs-ec2", {"AWS_REGION": "eu-west-1"}, "eu-west-1", "AWS_REGION", "ecs", []),
        ("eks-irsa", {"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, "eu-west-3", "eks-web-identity-token", "eks", []),
        ("ec2", {}, "eu-west-3", "ec2-instance-metadata", "ec2", ["imds", "imds"]),
        ("ec2", {"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1", "AWS_DEFAULT_REGION", "none", []),
        ("local", {}, "eu-west-3", "AWS_REGION", "none", []),
    ],
)
def test_region(
    scenario: str,
    changes: dict[str, str],
    region: str,
    source: str,
    platform: str,
    asked: list[str],
    sandbox: Callable[..., Sandbox],
) -> None:
    """Metadata is asked only if the environment has no answer, and credentials not at all."""
    running = sandbox(scenario)
    outcome = running.run("region", "--json", set=changes)
    found = outcome.expect("MPMETER_OK")
    assert (found["region"], found["region_source"], found["platform"]) == (region, source, platform)
    assert [request["service"] for request in outcome.requests] == asked
    people = running.run("region", set=changes)
    assert people.exit == 0 and all(text in people.stdout for text in (region, source, platform))


def test_no_region_anywhere(sandbox: Callable[..., Sandbox]) -> None:
    """Never a silent us-east-1; the message names each source that was tried."""
    running = sandbox("local")
    for command in (["region", "--json"], None):
        outcome = running.run(*command, unset=REGIONS) if command else running.register(unset=REGIONS)
        found = outcome.expect("MPMETER_E_REGION_NOT_FOUND")
        assert "region" not in found and "us-east-1" not in outcome.stdout + outcome.stderr
        for source in (
            "AWS_REGION",
            "AWS_DEFAULT_REGION",
            "ECS task metadata",
            "web-identity token",
            "instance metadata",
        ):
            assert source in found["message"]
        assert found["fix"] and outcome.exit == 1


@pytest.mark.parametrize(
    "value",
    [
        "eu-west-3a",
        "us-west-2-lax-1a",
        "us-west-2-lax-1",
        "EU-WEST-3",
        " eu-west-3",
        "eu",
        "a.example.com/#",
        "aws-global",
    ],
)
def test_a_region_that_is_none(value: str, fargate: Sandbox) -> None:
    """It is never trimmed to one, and becomes part of no host name."""
    outcome = fargate.register(set={"AWS_REGION": value})
    found = outcome.expect("MPMETER_E_REGION_NOT_FOUND")
    assert "AWS_REGION" in found["message"]
    assert outcome.requests == []


def test_two_variables_that_disagree_are_told(fargate: Sandbox) -> None:
    outcome = fargate.register(set={"AWS_DEFAULT_REGION": "eu-west-1"})
    outcome.expect_registration(region="eu-west-3", region_source="AWS_REGION")
    assert "warning" in outcome.stderr and "eu-west-1" in outcome.stderr


def test_a_token_of_another_region_is_told(irsa: Sandbox) -> None:
    """'a disagreement is logged'"""
    outcome = irsa.register(set={"AWS_REGION": "eu-west-1"})
    outcome.expect("MPMETER_E_INVALID_REGION")
    warning = next(line for line in outcome.stderr.splitlines() if line.startswith("mpmeter: warning: "))
    assert "eu-west-1" in warning and "eu-west-3" in warning


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "ap-southeast-2", "mx-central-1", "eusc-de-east-1"])
@pytest.mark.parametrize("scenario", ["ecs-ec2", "eks-irsa"])
def test_every_region_is_as_good_as_another(scenario: str, region: str, sandbox: Callable[..., Sandbox]) -> None:
    sandbox(scenario, region=region, unset=REGIONS).register().expect_registration(region=region)


# ---- Credentials -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario, source", [("eks-irsa", "eks-irsa"), ("ecs-fargate", "ecs-task-role")])
def test_roles_come_before_static_keys(
    scenario: str, source: str, sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    """Unlike in the SDKs: AWS takes RegisterUsage from a role alone."""
    shared = tmp_path / "credentials"
    shared.write_text(f"[default]\naws_access_key_id = {STATIC_KEY}\naws_secret_access_key = {STATIC_SECRET}\n")
    outcome = sandbox(scenario).register(set={**STATIC, "AWS_SHARED_CREDENTIALS_FILE": str(shared)})
    outcome.expect_registration(credentials_source=source)


def test_irsa_comes_before_container_credentials(sandbox: Callable[..., Sandbox]) -> None:
    other = sandbox("ecs-fargate")
    name = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    sandbox("eks-irsa").register(set={name: other.environment[name]}).expect_registration(credentials_source="eks-irsa")
    assert other.requests() == []


@pytest.mark.parametrize("profile", [None, "metered"])
def test_the_shared_credentials_file(profile: str | None, sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    shared = tmp_path / "credentials"
    shared.write_text(
        "# written by hand\n[other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = other\n"
        f"[{profile or 'default'}]\naws_access_key_id={STATIC_KEY}\naws_secret_access_key = {STATIC_SECRET}\n"
    )
    changes = {"AWS_SHARED_CREDENTIALS_FILE": str(shared), **({"AWS_PROFILE": profile} if profile else {})}
    outcome = sandbox("local").register(set=changes, unset=list(STATIC))
    found = outcome.expect("MPMETER_E_PLATFORM_NOT_SUPPORTED")
    assert found["credentials_source"] == "shared-credentials-file" and "static keys" in found["fix"]
    assert outcome.metering()[0]["access_key"] == STATIC_KEY


def test_no_credentials_anywhere(sandbox: Callable[..., Sandbox]) -> None:
    outcome = sandbox("local").register(unset=list(STATIC))
    found = outcome.expect("MPMETER_E_CREDENTIALS_NOT_FOUND")
    assert "taskRoleArn" in found["fix"] and outcome.metering() == []


FAILING = {
    "IRSA without its file": {
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/nonexistent/token",
        "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/x",
    },
    "IRSA without a role": {"AWS_WEB_IDENTITY_TOKEN_FILE": "/etc/hostname", "AWS_ROLE_ARN": ""},
    "the container's token file missing": {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/nonexistent/token",
    },
    "a relative URI that is none": {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "@evil.example.com/"},
    "a relative URI with another port": {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": ":81/"},
    "a full URI that is none": {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "file:///etc/passwd"},
    "an authorization token with a line end": {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "secret-of-the-agent\r\nX-Header: 1",
    },
    "a profile that is not there": {
        "AWS_SHARED_CREDENTIALS_FILE": "/etc/hostname",
        "AWS_PROFILE": "missing",
        "AWS_ACCESS_KEY_ID": "",
    },
}


@pytest.mark.parametrize("what", FAILING)
def test_a_source_that_is_configured_and_fails_ends_the_search(what: str, sandbox: Callable[..., Sandbox]) -> None:
    """'never a silent fall to a weaker role': keys and an instance role would be there to fall to."""
    running = sandbox("ec2", set={"AWS_REGION": "eu-west-3"})
    changes = {**STATIC, **FAILING[what]}
    outcome = running.register(set=changes)
    outcome.expect("MPMETER_E_CREDENTIALS_REJECTED")
    assert outcome.metering() == [] and outcome.of("imds") == []


def test_half_a_pair_of_keys_is_not_a_pair(sandbox: Callable[..., Sandbox]) -> None:
    outcome = sandbox("local").register(unset=["AWS_SECRET_ACCESS_KEY"])
    assert outcome.json["status"] in ("MPMETER_E_CREDENTIALS_REJECTED", "MPMETER_E_CREDENTIALS_NOT_FOUND")
    assert outcome.metering() == []


def test_a_session_token_of_the_environment_is_sent(sandbox: Callable[..., Sandbox]) -> None:
    """The sandbox knows the long-term key without one, so that one that is sent is refused."""
    outcome = sandbox("local").register(set={"AWS_SESSION_TOKEN": "IQoJ-session-token-of-the-environment"})
    outcome.expect("MPMETER_E_NOT_AUTHENTICATED")


def test_the_session_name_is_handed_on(irsa: Sandbox) -> None:
    outcome = irsa.register(set={"AWS_ROLE_SESSION_NAME": "pod-4711"})
    outcome.expect_registration()
    assert outcome.of("sts")[0]["session_name"] == "pod-4711"


def test_a_token_file_that_cannot_be_read(sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """A directory, as the mount of a volume without its file's name makes one."""
    outcome = sandbox("eks-irsa").register(set={"AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path)})
    found = outcome.expect("MPMETER_E_CREDENTIALS_REJECTED")
    assert "AWS_WEB_IDENTITY_TOKEN_FILE" in found["message"] and "by hand" in found["fix"]
