"""The IAM documents: what they allow, and the linters' verdict. parliament knows which actions there are and which
resources each takes; cfn-lint knows the shape of a trust policy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from parliament import analyze_policy_string

from . import cloudformation
from .places import DEPLOY

FOLDER = DEPLOY / "iam"
PERMISSIONS = FOLDER / "register-usage.json"
TRUST = sorted(FOLDER.glob("*-trust.json"))


def _findings(policy: dict[str, Any]) -> list[str]:
    return [str(finding) for finding in analyze_policy_string(json.dumps(policy)).findings]


def test_parliament() -> None:
    assert _findings(json.loads(PERMISSIONS.read_text())) == []


@pytest.mark.parametrize(
    "change, finding",
    [
        ({"Action": "aws-marketplace:RegisterUse"}, "UNKNOWN_ACTION"),
        ({"Resource": "arn:aws:s3:::x"}, "RESOURCE_MISMATCH"),
    ],
    ids=["a misspelt action", "a resource"],
)
def test_parliament_would_say_so(change: dict[str, str], finding: str) -> None:
    """RegisterUsage takes no resource: a policy that names one allows nothing."""
    policy = json.loads(PERMISSIONS.read_text())
    policy["Statement"][0].update(change)
    assert any(finding in found for found in _findings(policy))


def test_it_allows_register_usage_and_nothing_else() -> None:
    """https://docs.aws.amazon.com/marketplace/latest/userguide/iam-user-policy-for-aws-marketplace-actions.html"""
    (statement,) = json.loads(PERMISSIONS.read_text())["Statement"]
    del statement["Sid"]
    assert statement == {"Effect": "Allow", "Action": "aws-marketplace:RegisterUsage", "Resource": "*"}


@pytest.mark.parametrize(
    "name, actions",
    [
        ("meter-usage", {"aws-marketplace:MeterUsage"}),
        (
            "ecs-exec",
            {f"ssmmessages:{verb}{kind}Channel" for verb in ("Create", "Open") for kind in ("Control", "Data")},
        ),
    ],
)
def test_the_other_permissions(name: str, actions: set[str]) -> None:
    policy = json.loads((FOLDER / f"{name}.json").read_text())
    assert _findings(policy) == []
    (statement,) = policy["Statement"]
    found = statement["Action"]
    assert ({found} if isinstance(found, str) else set(found)) == actions and statement["Effect"] == "Allow"


@pytest.mark.parametrize("path", TRUST, ids=lambda path: path.stem)
def test_trust(path: Path) -> None:
    trust, permissions = json.loads(path.read_text()), json.loads(PERMISSIONS.read_text())
    role = {
        "AssumeRolePolicyDocument": trust,
        "Policies": [{"PolicyName": "RegisterUsage", "PolicyDocument": permissions}],
    }
    assert cloudformation.problems_of_resource("AWS::IAM::Role", role) == ""
    (statement,) = trust["Statement"]
    assert statement["Condition"], "anybody's task or pod could take the role"
    statement["Efect"] = statement.pop("Effect")
    assert "Efect" in cloudformation.problems_of_resource("AWS::IAM::Role", role), "the linter did not look"


def test_who_is_trusted() -> None:
    ecs, irsa = (
        json.loads((FOLDER / f"{name}-trust.json").read_text())["Statement"][0] for name in ("ecs-task", "irsa")
    )
    assert ecs["Principal"] == {"Service": "ecs-tasks.amazonaws.com"} and ecs["Action"] == "sts:AssumeRole"
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html: against the confused deputy.
    assert set(ecs["Condition"]) == {"StringEquals", "ArnLike"}
    # https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html: this service account alone,
    # and no wildcard.
    assert irsa["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert irsa["Condition"] == {
        "StringEquals": {
            "OIDC_PROVIDER:aud": "sts.amazonaws.com",
            "OIDC_PROVIDER:sub": "system:serviceaccount:NAMESPACE:product",
        }
    }
