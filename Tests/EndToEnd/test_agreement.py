"""A registration and the doctor agree, in every set-up that test_doctor_causes.py breaks: the same status, and the same
variable named."""

from __future__ import annotations

import re
from typing import Any, Callable

import pytest

from .doctor import diagnose
from .doctor_causes import ALL
from .product import Outcome
from .sandbox import Sandbox
from .statuses import RETRY, action_of

VARIABLES = re.compile(r"\b(?:AWS|ECS|SSL|HTTPS?|NO|https?|no)_[A-Za-z0-9_]+\b")
# Where the two may differ, and why.
DIFFERENT = {
    "a cluster before 1.13": ("OK", "AWS's to refuse: the registration does not ask for the cluster's version"),
    "an instance's Region is set wrongly": ("PLATFORM_NOT_SUPPORTED", "two things are wrong; AWS tells of the other"),
    "Pod Identity whose agent does not answer": ("NETWORK", "without credentials AWS is not asked"),
}
# What AWS refuses by its own words, which do not say what in the container led there.
AWS_SAYS = {
    "a task without a role, on EC2",
    "a pod whose service account has no role",
    "a role without a token",
    "a task without a role, on Fargate",
    "static keys alone",
    "static keys in a task without a role",
    "Pod Identity hides IRSA",
}


def registered(running: Sandbox, row: dict[str, Any]) -> Outcome:
    arguments = [argument for argument in row["arguments"] if argument != "--register"]
    usual = ["--public-key", running.key]
    usual += [] if "--product-code" in arguments else ["--product-code", running.product_code]
    if "--deadline" not in arguments:
        usual += ["--deadline", "8" if action_of(row["status"]) == RETRY else "120"]
    return running.run("register", "--json", *usual, *arguments, **row["changes"])


@pytest.mark.parametrize("what", ALL)
def test_register_and_doctor(what: str, sandbox: Callable[..., Sandbox]) -> None:
    row = ALL[what]
    running = sandbox(row["scenario"], *row["faults"], **row["sandbox"])
    found = registered(running, row).json
    report = diagnose(running, *row["arguments"], **row["changes"])
    first = report.checks[row["first"]]
    assert report.json["status"] == row["status"]
    if what in DIFFERENT:
        status = DIFFERENT[what][0]
        assert found["status"] == ("MPMETER_OK" if status == "OK" else f"MPMETER_E_{status}"), found
        return
    assert found["status"] == row["status"], (found["message"], first["seen"])
    # Of those that the row spoils; the sandbox sets others.
    named = set(VARIABLES.findall(first["seen"])) & {*row["changes"]["set"], *row["changes"]["unset"]}
    if named and what not in AWS_SAYS:
        assert named & set(VARIABLES.findall(found["message"] + " " + found["fix"])), (found, first)


@pytest.mark.parametrize("seconds, seen", [(10830, "3 h 0 min behind"), (-7290, "2 h 1 min ahead of")])
@pytest.mark.parametrize("scenario", ["ecs-fargate", "eks-irsa"])
def test_a_clock_that_is_hours_off(scenario: str, seconds: int, seen: str, sandbox: Callable[..., Sandbox]) -> None:
    """A registration signs again with AWS's time, so the doctor warns, and does not fail."""
    running = sandbox(scenario, f"clock-skew:{seconds}")
    running.register().expect_registration(attempts=2)
    report = diagnose(running)
    assert report.json["status"] == "MPMETER_OK" and report.failures == [], report.json
    clock = report.checks["clock"]
    if scenario == "ecs-fargate":
        assert clock["outcome"] == "warn" and seen in clock["seen"] and "signs again" in clock["advice"], clock


def test_the_differences_are_rows_of_the_table() -> None:
    assert DIFFERENT.keys() | AWS_SAYS <= ALL.keys()
