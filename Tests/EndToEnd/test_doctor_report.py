"""What `mpmeter doctor` says where nothing fails, how it looks, and how it is stopped."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import time
from typing import Callable

import pytest

from . import places
from .doctor import CHECKS, diagnose
from .product import OVERHEAD
from .sandbox import REGION, STATIC_KEY, STATIC_SECRET, Sandbox

STATIC = {"AWS_ACCESS_KEY_ID": STATIC_KEY, "AWS_SECRET_ACCESS_KEY": STATIC_SECRET}
# The first process is the machine's, which need not be a container's.
ANY_MACHINE = {"process"}


# ---- Nothing fails ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scenario, facts",
    [
        ("ecs-ec2", {"region_source": "ecs-task-metadata", "credentials_source": "ecs-task-role", "platform": "ecs"}),
        ("ecs-fargate", {"region_source": "AWS_REGION", "credentials_source": "ecs-task-role", "platform": "fargate"}),
        ("eks-irsa", {"region_source": "AWS_REGION", "credentials_source": "eks-irsa", "platform": "eks"}),
    ],
)
@pytest.mark.parametrize("tls", [False, True])
def test_healthy(scenario: str, facts: dict[str, str], tls: bool, sandbox: Callable[..., Sandbox]) -> None:
    report = diagnose(sandbox(scenario, tls=tls))
    assert report.failures == [] and set(report.warnings) <= ANY_MACHINE, report.json
    assert {key: report.json[key] for key in facts} == facts and report.json["region"] == REGION
    assert (
        report.checks["registration"]["outcome"] == "skipped"
        and "Only a registration shows" in report.checks["registration"]["seen"]
    )
    if scenario == "eks-irsa":
        assert "Kubernetes v1.31" in report.checks["kubernetes"]["seen"]
        # "token claims: issuer and expiry only"
        assert (
            "oidc.eks.eu-west-3" in report.checks["role-token"]["seen"]
            and "it is valid for another 2" in report.checks["role-token"]["seen"]
        )
        assert "system:serviceaccount" not in report.outcome.stdout


@pytest.mark.parametrize("region, publishes", [("us-east-1", True), (REGION, False)])
def test_a_registration_that_was_asked_for(region: str, publishes: bool, sandbox: Callable[..., Sandbox]) -> None:
    """One request; and whether it is the run in us-east-1 that publishing needs."""
    report = diagnose(sandbox("ecs-ec2", region=region), "--register")
    assert report.failures == [] and report.checks["registration"]["outcome"] == "pass"
    assert [request["operation"] for request in report.outcome.metering() if request.get("operation")] == [
        "RegisterUsage"
    ]
    assert report.checks["us-east-1"]["outcome"] == ("pass" if publishes else "warn")
    assert ("publishing needs" in report.checks["registration"]["advice"]) == publishes
    assert publishes or "us-east-1" in report.checks["us-east-1"]["advice"]


def test_the_laptop(sandbox: Callable[..., Sandbox]) -> None:
    """'PlatformNotSupportedException on a laptop: the integration works'"""
    report = diagnose(sandbox("local"), "--register")
    found = report.checks["registration"]
    assert report.failures == ["static-keys"] and found["outcome"] == "warn"
    assert "PlatformNotSupportedException" in found["seen"] and "the integration works" in found["seen"]


def test_nothing_but_the_environment_is_needed(fargate: Sandbox) -> None:
    report = diagnose(fargate, key=False, product=False)
    assert report.failures == [] and {report.checks[name]["outcome"] for name in ("public-key", "product-code")} == {
        "skipped"
    }


# ---- How it looks ----------------------------------------------------------------------------------------------------


def test_lines_for_a_person(sandbox: Callable[..., Sandbox]) -> None:
    """--all: one line a check in the order of the document, and what to do below it; the cause goes to standard
    error."""
    running = sandbox("eks-pod-identity")
    report = diagnose(running)
    outcome = running.run("doctor", "--all", "--product-code", running.product_code, "--public-key", running.key)
    assert outcome.exit == report.outcome.exit == 1
    lines = outcome.stdout.splitlines()
    starts = {"pass": "pass  ", "warn": "WARN  ", "fail": "FAIL  ", "skipped": "skip  "}
    position = 0
    for name in CHECKS:
        check = report.checks[name]
        position = next(
            number
            for number, line in enumerate(lines)
            if number >= position and line.startswith(starts[check["outcome"]] + check["title"])
        )
        if check["outcome"] == "fail":
            assert check["seen"] in lines[position] and lines[position + 1].strip() == f"fix: {check['advice']}"
    assert lines[-1].startswith(f"{report.json['passed']} passed, {report.json['warned']} warned, 1 failed, ")
    assert outcome.stderr == f"mpmeter: {report.json['status']}: {report.json['message']}\nfix: {report.json['fix']}\n"


def test_the_good_news_comes_first(fargate: Sandbox) -> None:
    outcome = fargate.run("doctor")
    lines = outcome.stdout.splitlines()
    assert (outcome.exit, outcome.stderr) == (0, "") and "stands in the way" in lines[0]
    assert lines[-1] == "mpmeter doctor --all prints each check."


def test_the_verdict_comes_before_the_lines(sandbox: Callable[..., Sandbox]) -> None:
    """On a terminal, or in a log, where both streams end in one place; and of the lines only the problems are there."""
    running = sandbox("eks-pod-identity")
    done = subprocess.run(
        [str(places.CLI), "doctor"],
        env=running.surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert lines[0].startswith("mpmeter: MPMETER_E_") and lines[1].startswith("fix: ")
    assert "FAIL  EKS Pod Identity" in done.stdout and "\npass  " not in done.stdout and "\nskip  " not in done.stdout


def test_quiet_shows_problems_only(sandbox: Callable[..., Sandbox]) -> None:
    lines = sandbox("eks-pod-identity").run("doctor", "--quiet").stdout.splitlines()
    assert lines and all(line.startswith(("WARN  ", "FAIL  ", "      ")) for line in lines)
    assert any(line.startswith("FAIL  EKS Pod Identity") for line in lines)


def test_off_aws_it_says_so_first_and_points_to_the_sandbox(sandbox: Callable[..., Sandbox]) -> None:
    local, task = sandbox("local").run("doctor").stdout, sandbox("ecs-fargate").run("doctor").stdout
    assert local.startswith("Nothing here says that this is AWS: ")
    assert "mpmeter-sandbox run --scenario" in local.splitlines()[1]
    assert "says that this is AWS" not in task


@pytest.mark.parametrize(
    "variables, colourful",
    [
        ({"TERM": "xterm"}, True),
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
    ],
)
def test_colour_on_a_terminal_alone(variables: dict[str, str], colourful: bool, fargate: Sandbox) -> None:
    """https://no-color.org"""
    assert "\033" not in fargate.run("doctor", set=variables).stdout
    ours, theirs = pty.openpty()
    environment = fargate.surroundings(variables, [] if "TERM" in variables else ["TERM"])
    with subprocess.Popen(
        [str(places.CLI), "doctor", "--all"], env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                data = os.read(ours, 65536)
            except OSError:  # EIO: the last one has closed the terminal.
                break
            shown += data
        assert process.wait(20) == 0
    os.close(ours)
    assert b"Region" in shown and (b"\033[32mpass\033[0m" in shown) == colourful and (b"\033" in shown) == colourful


def test_one_object_whatever_happens(sandbox: Callable[..., Sandbox]) -> None:
    running = sandbox("local")
    for arguments in (
        ["--json", "--register"],
        ["--json", "--nonsense"],
        ["--json", "operand"],
        ["--json", "--deadline", "0"],
    ):
        outcome = running.run("doctor", *arguments)
        assert outcome.exit == 2 and outcome.json["status"] == "MPMETER_E_INVALID_ARGUMENT" and outcome.requests == []


def test_several_codes_and_keys(fargate: Sandbox) -> None:
    keys = ["--public-key-version", "1", "--public-key", str(places.KEYS / "rsa3072.pem"), "--public-key-version", "2"]
    report = diagnose(fargate, "--product-code", "another", *keys)
    assert "prod-sandbox-paid: paid; another: paid" in report.checks["product-code"]["seen"]
    assert "version 1: RSA, 2048 bits; version 2: RSA, 3072 bits" in report.checks["public-key"]["seen"]


def test_a_key_file_that_cannot_be_read_is_not_the_first_cause_if_another_stands_before_it(
    sandbox: Callable[..., Sandbox],
) -> None:
    report = diagnose(sandbox("eks-pod-identity"), "--public-key", "/nonexistent/key.pem", key=False)
    assert report.failures == ["pod-identity", "public-key"] and "No such file" in report.checks["public-key"]["seen"]


def test_verbose_logs_every_step(fargate: Sandbox) -> None:
    assert "mpmeter: the Region is eu-west-3" in fargate.run("doctor", "--verbose").stderr


# ---- How it ends -----------------------------------------------------------------------------------------------------


def test_the_deadline(sandbox: Callable[..., Sandbox]) -> None:
    """What hangs is named; what comes after it is skipped."""
    report = diagnose(sandbox("ecs-fargate", "credentials-hang"), "--deadline", "0.7")
    assert (
        report.failures == ["credentials"] and "container credentials endpoint" in report.checks["credentials"]["seen"]
    )
    assert report.json["status"] == "MPMETER_E_DEADLINE" and report.outcome.exit == 75
    assert report.checks["registration"]["outcome"] == "skipped" and "is up" in report.checks["registration"]["seen"]
    report.outcome.took_no_longer_than(0.7)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal(number: signal.Signals, sandbox: Callable[..., Sandbox]) -> None:
    # On a busy machine the wait may be over before the signal is sent: then it is tried again.
    for _ in range(10):
        running = sandbox("ecs-fargate", "credentials-hang")
        process = subprocess.Popen(
            [str(places.CLI), "doctor", "--json"],
            env=running.surroundings(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while not any(request["service"] == "credentials" for request in running.requests()):
            time.sleep(0.01)
        started = time.monotonic()
        process.send_signal(number)
        stdout, _ = process.communicate(timeout=120)
        if process.returncode != 75:
            break
    assert process.returncode == 128 + number and '"status":"MPMETER_E_CANCELLED"' in stdout
    assert time.monotonic() - started < 0.2 + OVERHEAD


def test_output_that_cannot_be_written_is_no_success(fargate: Sandbox) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [str(places.CLI), "doctor"], env=fargate.surroundings(), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
