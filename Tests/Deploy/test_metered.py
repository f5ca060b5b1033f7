"""The files for a product that is billed by use: the schemas' verdict, and what metering needs."""

from __future__ import annotations

import json

import botocore.session
import kubernetes_validate
import pytest
import yaml
from botocore.validate import ParamValidator
from parliament import analyze_policy_string

from . import cloudformation
from .places import DEPLOY

TASK = json.loads((DEPLOY / "ecs/metered-task-definition.json").read_text())
MANIFESTS = {part["kind"]: part for part in yaml.safe_load_all((DEPLOY / "eks/metered.yaml").read_text())}
# What the last send is given at most, by default, in seconds.
LAST_SEND = 25


def test_ecs_takes_the_task() -> None:
    model = botocore.session.get_session().get_service_model("ecs").operation_model("RegisterTaskDefinition")
    assert ParamValidator().validate(TASK, model.input_shape).generate_report() == ""
    assert cloudformation.problems_of_resource("AWS::ECS::TaskDefinition", cloudformation.capitalised(TASK)) == ""


@pytest.mark.parametrize("version", ["1.25", "1.37"])
def test_kubernetes_takes_the_manifests(version: str) -> None:
    assert set(MANIFESTS) == {"ServiceAccount", "Deployment"}
    for part in MANIFESTS.values():
        kubernetes_validate.validate(part, version, strict=True)


def test_the_role_may_meter_and_nothing_else() -> None:
    policy = (DEPLOY / "iam/meter-usage.json").read_text()
    assert [str(finding) for finding in analyze_policy_string(policy).findings] == []
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Action"] == "aws-marketplace:MeterUsage" and statement["Effect"] == "Allow"


def test_the_journal_lies_on_a_volume_of_the_task_or_pod() -> None:
    (container,) = TASK["containerDefinitions"]
    assert {mount["sourceVolume"] for mount in container["mountPoints"]} == {volume["name"] for volume in TASK["volumes"]}
    assert all("host" not in volume for volume in TASK["volumes"])
    pod = MANIFESTS["Deployment"]["spec"]["template"]["spec"]
    assert {mount["name"] for mount in pod["containers"][0]["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    assert all("emptyDir" in volume for volume in pod["volumes"])


def test_sigterm_leaves_time_for_the_last_send() -> None:
    (container,) = TASK["containerDefinitions"]
    assert container["stopTimeout"] > LAST_SEND
    assert MANIFESTS["Deployment"]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > LAST_SEND
