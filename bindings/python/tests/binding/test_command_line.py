"""`python -m mpmeter` and build/bin/mpmeter: one set of arguments, one outcome."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable

import pytest

from .conftest import REPOSITORY, Running

Serve = Callable[..., Running]
CLI = Path(os.environ.get("MPMETER_CLI") or REPOSITORY / "build" / "bin" / "mpmeter")
OURS, THEIRS = [sys.executable, "-m", "mpmeter"], [str(CLI)]
REGISTER = "register --product-code $CODE --public-key $KEY --deadline 5"
VOLATILE = ["nonce", "signature", "request_id", "elapsed_ms", "public_key_rotation"]


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    assert CLI.is_file(), f"{CLI} is not there: run make"


def run(
    command: list[str], sandbox: Running, arguments: str, input: str | None = None
) -> subprocess.CompletedProcess[str]:
    values = {"$CODE": sandbox.product_code, "$KEY": sandbox.variables["MPMETER_SANDBOX_PUBLIC_KEY"]}
    values["$NEXT"] = sandbox.variables.get("MPMETER_SANDBOX_NEXT_PUBLIC_KEY", "")
    words = [values.get(word, word) for word in arguments.split()]
    return subprocess.run(
        [*command, *words],
        env=sandbox.environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        input=input,
    )


def steady(text: str) -> str:
    """Without what differs from run to run."""
    text = re.sub(r"\d+ ms|in \d+\.\d+ s", "N ms", text)
    text = re.sub(r"request id  \S+|request_id=\S+|elapsed_ms=\d+", "request id", text)
    text = re.sub(r"\b\d{10}\b", "SECONDS", text)  # of a rotation
    text = re.sub(r"\bport \d+", "port N", text)
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", text)


def same(serve: Serve, scenario: str, faults: list[str], arguments: str) -> tuple[Any, Any]:
    """Both, each in a sandbox of its own; what both printed on stdout, once exit status and stderr have been
    compared."""
    outcomes = []
    for command in (THEIRS, OURS):
        outcomes.append(run(command, serve(scenario, *faults), arguments))
    theirs, ours = outcomes
    assert ours.returncode == theirs.returncode, ours.stderr
    told = [line for line in ours.stderr.splitlines() if "MPMETER_LIBRARY" not in line]
    assert steady("\n".join(told)) == steady(theirs.stderr.rstrip("\n"))
    return theirs.stdout, ours.stdout


CASES = [
    ("ecs-ec2", [], REGISTER),
    ("ecs-fargate", ["throttle:1"], REGISTER),
    ("eks-irsa", [], REGISTER + " --nonce given"),
    ("eks-pod-identity", [], REGISTER),
    ("ecs-fargate", ["rotation-announced"], REGISTER),
    ("ecs-fargate", ["key-rotated"], REGISTER + " --public-key-version 1 --public-key $NEXT --public-key-version 2"),
    ("ecs-fargate", ["not-entitled"], REGISTER + " --nonce given"),
    ("ecs-fargate", ["hang"], REGISTER.replace("5", "1")),
    ("ecs-fargate", ["token-wrong-key"], REGISTER),
    ("ecs-fargate", ["credentials-404"], REGISTER),
    ("ec2", ["imds-403"], REGISTER),
    ("ecs-fargate", [], REGISTER + " --trust other"),
    ("ecs-fargate", [], REGISTER + " --trust $CODE"),
    ("ecs-fargate", [], REGISTER + " --trust prod=free --trust prod2=paid"),
    ("ecs-fargate", [], REGISTER + " --minimum-key-bits 3072"),
    ("ecs-fargate", [], "register --product-code $CODE --public-key /nonexistent"),
    ("ecs-fargate", [], "register --product-code $CODE --public-key /dev"),
    ("ecs-ec2", [], "region"),
    ("ec2", ["imds-403"], "region"),
    ("local", [], "endpoint --region eu-west-3 --dualstack"),
    ("local", [], "endpoint --region Paris"),
    ("local", [], "version"),
    ("local", [], "verify --product-code $CODE --public-key $KEY --nonce n a.b.c"),
]  # fmt: skip


@pytest.mark.parametrize("scenario, faults, arguments", CASES, ids=lambda value: str(value).replace("--", ""))
def test_json(scenario: str, faults: list[str], arguments: str, serve: Serve) -> None:
    theirs, ours = (json.loads(text) for text in same(serve, scenario, faults, arguments + " --json"))
    assert list(ours) == list(theirs)
    for found in (theirs, ours):
        found["message"] = steady(found["message"])
        for name in VOLATILE:
            if name in found and found[name] not in (None, "given", "n"):
                found[name] = type(found[name]).__name__
    assert ours == theirs


@pytest.mark.parametrize("scenario, faults, arguments", CASES, ids=lambda value: str(value).replace("--", ""))
def test_for_people(scenario: str, faults: list[str], arguments: str, serve: Serve) -> None:
    theirs, ours = same(serve, scenario, faults, arguments)
    assert steady(ours) == steady(theirs)


USAGE = [
    "",
    "nonsense",
    "register",
    "register --product-code $CODE",
    "register --product-code $CODE --public-key $KEY --deadline 0",
    "register --product-code $CODE --public-key $KEY --deadline nan",
    "register --product-code $CODE --public-key $KEY --deadline 90000",
    "register --product-code $CODE --public-key $KEY --public-key-version 0",
    "register --product-code $CODE --public-key $KEY --public-key-version -1",
    "register --product-code $CODE --public-key $KEY --public-key-version 99999999999",
    "register --product-code $CODE --public-key $KEY --public-key-version 1 --public-key-version 2",
    "register --product-code $CODE --public-key $KEY --minimum-key-bits 12",
    "register --product-code $CODE --public-key $KEY --region-policy hope",
    "register --product-code $CODE --public-key $KEY --trust a --trust a",
    "register --product-code $CODE --public-key $KEY extra",
    "register --no-such-option",
    "verify --product-code $CODE --public-key $KEY --nonce n",
    "verify --product-code $CODE --public-key $KEY token",
    "endpoint",
]


@pytest.mark.parametrize("arguments", USAGE)
def test_usage_errors(arguments: str, serve: Serve) -> None:
    """The words are argparse's; status, exit status and the one object are the same."""
    sandbox = serve("local")
    theirs, ours = (run(command, sandbox, arguments + " --json") for command in (THEIRS, OURS))
    assert ours.returncode == theirs.returncode == 2
    found, expected = json.loads(ours.stdout), json.loads(theirs.stdout)
    assert {name: found[name] for name in ("status", "code", "action")} == {
        name: expected[name] for name in ("status", "code", "action")
    }
    assert found["message"] and found["fix"]


def test_a_token_on_standard_input(serve: Serve) -> None:
    sandbox = serve("ecs-fargate")
    found = json.loads(run(OURS, sandbox, REGISTER + " --nonce n --json").stdout)
    arguments = "verify --product-code $CODE --public-key $KEY --nonce n -"
    for input, code in (
        (found["signature"] + "\n", 0),
        (" " + found["signature"] + "\n\n", 0),
        ("", 1),
        ("a\0b", 1),
        ("x" * 70000, 1),
    ):
        theirs, ours = (run(command, sandbox, arguments, input) for command in (THEIRS, OURS))
        assert (ours.returncode, ours.stdout) == (theirs.returncode, theirs.stdout) and ours.returncode in (code, 2), (
            input[:10]
        )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals(number: signal.Signals, serve: Serve) -> None:
    sandbox = serve("ecs-fargate", "hang")
    key = sandbox.variables["MPMETER_SANDBOX_PUBLIC_KEY"]
    command = [*OURS, "register", "--json", "--product-code", sandbox.product_code, "--public-key", key]
    process = subprocess.Popen(
        command, env=sandbox.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    while "credentials from" not in (line := process.stderr.readline()):
        assert line, "it ended before it had credentials"
    time.sleep(0.2)
    process.send_signal(number)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 128 + number
    assert json.loads(out)["status"] == "MPMETER_E_CANCELLED"


def test_an_answer_that_cannot_be_written(serve: Serve) -> None:
    sandbox = serve("local")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*OURS, "version"], env=sandbox.environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert "cannot be written" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("scenario", ["ecs-fargate", "eks-pod-identity", "local"])
@pytest.mark.parametrize("shown", ["", "--quiet", "--all"])
def test_doctor_prints_the_same_report(scenario: str, shown: str, serve: Serve) -> None:
    theirs, ours = same(serve, scenario, [], f"doctor --product-code $CODE --public-key $KEY {shown}")
    without_callers = [[line for line in text.splitlines() if "Who calls" not in line] for text in (theirs, ours)]
    assert [steady("\n".join(lines)) for lines in without_callers][0] == steady("\n".join(without_callers[1]))


@pytest.mark.parametrize("scenario", ["ecs-fargate", "local"])
@pytest.mark.parametrize("shown", ["", "--json"])
def test_doctor_of_metering_prints_the_same_report(scenario: str, shown: str, serve: Serve) -> None:
    asked = f"doctor --product-code $CODE --journal missing/usage --dimension requests --dimension a-dash {shown}"
    theirs, ours = same(serve, scenario, [], asked)
    if shown:
        theirs, ours = [json.dumps(whole(json.loads(text))) for text in (theirs, ours)]
        assert '"journal-place"' in ours and '"dimensions"' in ours
    assert steady(ours) == steady(theirs)


def whole(report: dict[str, Any]) -> dict[str, Any]:
    """Without what differs between two processes."""
    steady_checks = [check for check in report["checks"] if check["id"] != "process"]
    checks = [{key: check[key] for key in ("id", "outcome", "advice")} for check in steady_checks]
    return {"status": report["status"], "first_failure": report["first_failure"], "checks": checks}


@pytest.mark.parametrize(
    "arguments, word",
    [
        ("--register --journal j --product-code a", "hourly or metered"),
        ("--register --dimension d --product-code a", "hourly or metered"),
        ("--journal j --product-code a --product-code b", "one --product-code"),
    ],
)
def test_doctor_of_metering_refuses(arguments: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    from mpmeter.__main__ import main

    assert main(["doctor", *arguments.split()]) == 2
    assert word in capsys.readouterr().err
