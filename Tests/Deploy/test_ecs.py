"""The ECS files: botocore's model of the API, cfn-lint's schemas, and the rules that make RegisterUsage work there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from . import cloudformation
from .places import DEPLOY

FOLDER = DEPLOY / "ecs"
TASKS = sorted(FOLDER.glob("task-definition-*.json"))
STACK = FOLDER / "service.yaml"


def _problems(parameters: dict[str, Any]) -> str:
    model = botocore.session.get_session().get_service_model("ecs").operation_model("RegisterTaskDefinition")
    report = ParamValidator().validate(parameters, model.input_shape)
    return report.generate_report()


@pytest.mark.parametrize("path", TASKS, ids=lambda path: path.stem)
def test_task_definition(path: Path) -> None:
    """`aws ecs register-task-definition --cli-input-json` takes it."""
    task = json.loads(path.read_text())
    assert _problems(task) == ""
    # The schema knows what the API's model does not: which cpu goes with which memory on Fargate, and what each launch
    # type requires.
    assert cloudformation.problems_of_resource("AWS::ECS::TaskDefinition", cloudformation.capitalised(task)) == ""


@pytest.mark.parametrize(
    "change",
    [{"taskRole": "x"}, {"cpu": 256}, {"containerDefinitions": [{"enviroment": []}]}],
    ids=["a name", "a type", "a name inside"],
)
def test_botocore_would_say_so(change: dict[str, Any]) -> None:
    assert _problems({**json.loads(TASKS[0].read_text()), **change}) != ""


def test_cfn_lint_would_say_so() -> None:
    task = {**json.loads((FOLDER / "task-definition-fargate.json").read_text()), "memory": "100"}
    assert "E30" in cloudformation.problems_of_resource("AWS::ECS::TaskDefinition", cloudformation.capitalised(task))


@pytest.mark.parametrize("path", TASKS, ids=lambda path: path.stem)
def test_the_role_is_the_tasks(path: Path) -> None:
    """AWS: "your software must use Amazon ECS task IAM role". The execution role pulls images, and the container never
    has it. https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html"""
    task = json.loads(path.read_text())
    assert task["taskRoleArn"] and task["taskRoleArn"] != task["executionRoleArn"]
    assert task["requiresCompatibilities"] == [path.stem.rpartition("-")[2].upper()]
    for container in task["containerDefinitions"]:
        assert not {"command", "entryPoint", "environment", "environmentFiles", "secrets"} & set(container)
        assert container["readonlyRootFilesystem"] and container["user"] == "65532:65532"
        assert container["linuxParameters"]["initProcessEnabled"], (
            "as process 1, a program that does not handle SIGTERM ignores it; AWS recommends it for ECS Exec too"
        )


def test_the_doctors_task_is_the_products_with_another_entry_point() -> None:
    """A container that has failed has ended: `aws ecs run-task` starts this one, with the same roles and image."""
    doctor, product = (
        json.loads((FOLDER / name).read_text()) for name in ("doctor.json", "task-definition-fargate.json")
    )
    assert _problems(doctor) == ""
    assert cloudformation.problems_of_resource("AWS::ECS::TaskDefinition", cloudformation.capitalised(doctor)) == ""
    (found,), (usual,) = doctor.pop("containerDefinitions"), product.pop("containerDefinitions")
    assert (found.pop("entryPoint"), found.pop("command")) == (["/usr/local/bin/mpmeter"], ["doctor"])
    assert {**doctor, "family": ""} == {**product, "family": ""}
    same = ("image", "user", "readonlyRootFilesystem", "linuxParameters")
    assert {name: found[name] for name in same} == {name: usual[name] for name in same}


def test_a_metered_product_has_a_volume_and_time_to_send() -> None:
    task = json.loads((FOLDER / "task-definition-metered-fargate.json").read_text())
    (container,), (volume,) = task["containerDefinitions"], task["volumes"]
    (mount,) = container["mountPoints"]
    assert mount["sourceVolume"] == volume["name"] and not mount["readOnly"]
    assert container["stopTimeout"] == 120, "the longest that Fargate grants"
    assert container["restartPolicy"]["enabled"], "otherwise the task ends with its container, and the volume with it"
    image = (DEPLOY / "images/metered.Dockerfile").read_text()
    assert f'VOLUME ["{mount["containerPath"]}"]' in image, "otherwise root owns the volume"


def test_stack() -> None:
    assert cloudformation.problems(STACK.read_text()) == ""


def test_stack_has_no_product_code() -> None:
    text = STACK.read_text()
    parameters = re.findall(r"^  (\w+):$", text.partition("Parameters:")[2].partition("Conditions:")[0], re.MULTILINE)
    assert parameters == [
        "Image",
        "Cluster",
        "LaunchType",
        "Architecture",
        "Subnets",
        "SecurityGroups",
        "AssignPublicIp",
        "DesiredCount",
        "EnableExec",
    ]
    assert "Environment:" not in text and "TaskRoleArn: !GetAtt TaskRole.Arn" in text
    task_role = text.partition("  TaskRole:\n")[2].partition("\n\n")[0]
    assert task_role.count("Action:") == 3 and "Action: aws-marketplace:RegisterUsage" in task_role


def test_the_stacks_doctor_is_its_product_with_another_entry_point() -> None:
    text = STACK.read_text()
    product, doctor = (text.partition(f"  {name}:\n")[2].partition("\n\n")[0] for name in ("Task", "Doctor"))
    added = {"Family: !Sub ${AWS::StackName}-doctor", "- Name: doctor", "EntryPoint: [/usr/local/bin/mpmeter]"}
    added |= {"Command: [doctor]", "awslogs-stream-prefix: doctor", "ReadonlyRootFilesystem: true"}
    lines = {line.split(" # ")[0].strip() for line in doctor.splitlines()}
    assert lines - {line.split(" # ")[0].strip() for line in product.splitlines()} == added


@pytest.mark.parametrize("enabled", [False, True])
def test_the_stack_with_ecs_exec_has_all_that_it_needs_and_without_it_nothing(enabled: bool) -> None:
    """Permissions of the task role, a root file system that can be written to, and the service's own switch.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html"""
    found = cloudformation.resources(STACK.read_text(), Exec=enabled)
    container = found["Task"]["Properties"]["ContainerDefinitions"][0]
    assert container["ReadonlyRootFilesystem"] is not enabled
    assert container["LinuxParameters"] == {"InitProcessEnabled": True, "Capabilities": {"Drop": ["ALL"]}}
    assert found["Service"]["Properties"]["EnableExecuteCommand"] == {"Ref": "EnableExec"}
    statements = [
        (statement["Effect"], statement["Action"], statement["Resource"])
        for policy in found["TaskRole"]["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    names = ["register-usage", "ecs-exec"] if enabled else ["register-usage"]
    assert statements == [
        (statement["Effect"], statement["Action"], statement["Resource"])
        for name in names
        for statement in json.loads((DEPLOY / f"iam/{name}.json").read_text())["Statement"]
    ]
    doctor = found["Doctor"]["Properties"]["ContainerDefinitions"][0]
    assert doctor["ReadonlyRootFilesystem"] is True, "nobody enters the one-off task"


def test_ecs_exec_is_off_by_default() -> None:
    text = STACK.read_text()
    parameter = text.partition("  EnableExec:\n")[2].partition("\n\n")[0]
    assert 'Default: "false"' in parameter and 'AllowedValues: ["true", "false"]' in parameter
    assert 'Exec: !Equals [!Ref EnableExec, "true"]' in text
