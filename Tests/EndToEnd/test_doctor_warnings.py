"""What `mpmeter doctor` only warns about: it works, but should be changed. And who calls: the program as process 1, or
a shell around it."""

from __future__ import annotations

import json
import shlex
import subprocess
from typing import Any, Callable

import pytest

from . import places
from .doctor import diagnose
from .sandbox import STATIC_KEY, STATIC_SECRET, Sandbox

STATIC = {"AWS_ACCESS_KEY_ID": STATIC_KEY, "AWS_SECRET_ACCESS_KEY": STATIC_SECRET}


# ---- Warnings --------------------------------------------------------------------------------------------------------

# Each works, and should not be left like this: what is asked, the check that warns, words of its sentence and of its
# advice.
WARNINGS: dict[str, tuple[str, tuple[str, ...], dict[str, Any], list[str], str, str, str]] = {
    "a machine that is none of AWS's": (
        "local",
        (),
        {},
        [],
        "platform",
        "neither an Amazon ECS task nor an Amazon EKS pod",
        "On a laptop",
    ),
    "two variables that disagree": (
        "ecs-fargate",
        (),
        {"set": {"AWS_DEFAULT_REGION": "eu-west-1"}},
        [],
        "region-environment",
        "AWS_DEFAULT_REGION says eu-west-1",
        "boto3",
    ),
    "task metadata that are not needed": (
        "ecs-fargate",
        ("metadata-404@ecs",),
        {},
        [],
        "region-task-metadata",
        "HTTP 404",
        "ECS agent",
    ),
    "a task without task metadata": (
        "ecs-fargate",
        (),
        {"unset": ["ECS_CONTAINER_METADATA_URI_V4"]},
        [],
        "region-task-metadata",
        "is not set in this task",
        "1.4.0",
    ),
    "a clock that is two minutes off": (
        "ecs-fargate",
        ("clock-skew:120",),
        {},
        [],
        "clock",
        "2 min behind",
        "Set the host's clock",
    ),
    "one server's time, which another contradicts": (
        "eks-irsa",
        ("clock-skew:10800",),
        {},
        [],
        "clock",
        "AWS Marketplace Metering tells a time that is 3 h 0 min ahead",
        "old answers",
    ),
    "a proxy for metadata": (
        "ecs-fargate",
        (),
        {"set": {"HTTP_PROXY": "http://127.0.0.1:1", "NO_PROXY": "localhost"}},
        [],
        "proxy",
        "does not contain 169.254.170.2",
        "Add 169.254.170.2 to NO_PROXY",
    ),
    "a proxy that is not there, and not needed": (
        "ecs-fargate",
        (),
        {"set": {"HTTPS_PROXY": "http://127.0.0.1:1"}},
        [],
        "proxy",
        "HTTPS_PROXY=127.0.0.1:1 does not answer",
        "Correct HTTPS_PROXY",
    ),
    "a CA bundle that is not there, and not needed": (
        "ecs-fargate",
        (),
        {"set": {"AWS_CA_BUNDLE": "/nonexistent"}},
        [],
        "ca-roots",
        "/nonexistent",
        "AWS_CA_BUNDLE",
    ),
    "static keys beside a role": (
        "eks-irsa",
        (),
        {"set": STATIC},
        [],
        "static-keys",
        "SDKs beside it would take the keys first",
        "Remove them from the image",
    ),
    "an old key": (
        "ecs-fargate",
        (),
        {},
        [
            "--minimum-key-bits",
            "1024",
            "--public-key-version",
            "2",
            "--public-key",
            str(places.KEYS / "rsa1024.pem"),
            "--public-key-version",
            "1",
        ],
        "public-key",
        "1024 bits: less than 2048",
        "new key",
    ),
    "a code from the environment": (
        "ecs-fargate",
        (),
        {"set": {"PRODUCT": "prod-sandbox-paid"}},
        [],
        "product-code",
        "environment variable PRODUCT",
        "trusted product codes",
    ),
    "a product's ARN": (
        "ecs-fargate",
        (),
        {},
        ["--product-code", "arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/ContainerProduct/prod-abc"],
        "product-code",
        "looks like a product's ARN",
        "25 lower-case letters and digits",
    ),
    "a path for the product code": (
        "ecs-fargate",
        (),
        {},
        ["--product-code", "/etc/keys/key.pem"],
        "product-code",
        "/etc/keys/key.pem looks like a path",
        "25 lower-case letters and digits",
    ),
    "an unsupported Region that is to be tried": (
        "ecs-fargate",
        (),
        {"region": "ap-east-1"},
        ["--region-policy", "attempt"],
        "region-supported",
        "excludes ap-east-1",
        "Region where",
    ),
    "a rotation that was announced": (
        "ecs-fargate",
        ("rotation-announced",),
        {},
        ["--register"],
        "registration",
        "has been rotated",
        "Ship the newer key",
    ),
}


@pytest.mark.parametrize("what", WARNINGS)
def test_warning(what: str, sandbox: Callable[..., Sandbox]) -> None:
    scenario, faults, changes, arguments, check, seen, advice = WARNINGS[what]
    options = {name: value for name, value in changes.items() if name == "region"}
    report = diagnose(
        sandbox(scenario, *faults, **options),
        *arguments,
        **{name: changes[name] for name in changes if name not in options},
    )
    assert report.failures == (["static-keys"] if scenario == "local" else []), report.json
    assert check in report.warnings, report.json
    assert seen in report.checks[check]["seen"] and advice in report.checks[check]["advice"], report.checks[check]


# ---- Who calls -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "first, outcome, seen",
    [("mpmeter", "pass", "container's first process"), ("sh", "warn", 'process 1 is the shell "sh"')],
)
def test_who_calls(first: str, outcome: str, seen: str, sandbox: Callable[..., Sandbox]) -> None:
    """In a process namespace of its own the program, or a script around it, is process 1, as in a container."""
    running = sandbox("ecs-fargate")
    command = [str(places.CLI), "doctor", "--json"]
    inside = command if first == "mpmeter" else ["sh", "-c", f"{shlex.join(command)}; exit $?"]
    done = subprocess.run(
        ["unshare", "-rpf", "--mount-proc", *inside],
        env=running.surroundings(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = next(check for check in json.loads(done.stdout)["checks"] if check["id"] == "process")
    assert found["outcome"] == outcome and seen in found["seen"], found
    assert outcome == "pass" or "ENTRYPOINT" in found["advice"]
