"""What is refused before AWS is asked, and what MeterUsage and the journal refuse: with test_faults.py and
test_doctor_causes.py, every status of a failure that can be produced has its messages in messages.txt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from . import messages, places
from .sandbox import Sandbox
from .statuses import CODES

REGISTER = "register --product-code {code} --public-key {key} --deadline 20"
METER = "meter {} --product-code {{code}} --journal {{folder}}/usage"
CHECK, SEND = METER.format("check"), METER.format("send") + " --final --deadline 3"
ADD = METER.format("add") + " --dimension requests --quantity 1"


class Case(NamedTuple):
    name: str
    status: str
    command: str
    scenario: str = "ecs-fargate"
    faults: tuple[str, ...] = ()
    before: str = ""  # a command that succeeds
    file: str | None = None  # what is in the journal's place
    sandbox: dict[str, Any] = {}


ANYWHERE = "--product-code {code} --public-key"
CASES = [
    Case("a product code that is none", "INVALID_ARGUMENT", "register --product-code a,b --public-key {key}"),
    Case("no such file", "PUBLIC_KEY", f"register {ANYWHERE} {{folder}}/missing.pem"),
    Case("another command", "INVALID_ARGUMENT", "frobnicate"),
    Case("a nonce that is empty", "INVALID_ARGUMENT", REGISTER + " --nonce="),
    Case("a product that is not trusted", "UNTRUSTED_PRODUCT", REGISTER + " --trust another"),
    Case("a free product", "UNTRUSTED_PRODUCT", REGISTER + " --trust {code}=free"),
    Case("a private key", "PUBLIC_KEY", f"register {ANYWHERE} {{keys}}/rsa2048.private.pem"),
    Case("a certificate", "PUBLIC_KEY", f"register {ANYWHERE} {{keys}}/bad-certificate.pem"),
    Case("an empty key", "PUBLIC_KEY", f"register {ANYWHERE} {{keys}}/bad-empty.pem"),
    Case("text for a key", "PUBLIC_KEY", f"register {ANYWHERE} {{keys}}/bad-text.pem"),
    Case("a key that is cut off", "PUBLIC_KEY", f"register {ANYWHERE} {{keys}}/bad-truncated.pem"),
    Case("a key of 1024 bits", "PUBLIC_KEY", f"register {ANYWHERE} {{keys}}/rsa1024.pem"),
    Case("an elliptic curve", "PUBLIC_KEY", f"register {ANYWHERE} {{keys}}/ec-p256.pem"),
    Case("no Region", "REGION_NOT_FOUND", REGISTER, "local", sandbox={"unset": ["AWS_REGION", "AWS_DEFAULT_REGION"]}),
    Case(
        "a Region that AWS leaves out",
        "REGION_UNSUPPORTED",
        REGISTER + " --region-policy enforce",
        sandbox={"region": "ap-east-1"},
    ),
    Case(
        "no credentials",
        "CREDENTIALS_NOT_FOUND",
        REGISTER,
        "local",
        sandbox={"unset": ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]},
    ),
    Case("a journal whose folder is missing", "JOURNAL", ADD.replace("{folder}/", "{folder}/missing/")),
    Case("a journal that is empty", "JOURNAL_DAMAGED", ADD, file=""),
    Case("a journal that is none", "JOURNAL_DAMAGED", ADD, file="This is a text, and it is longer than a header. " * 9),
    Case("a quantity that is none", "INVALID_ARGUMENT", ADD.replace("quantity 1", "quantity 1e9")),
    Case("a tag that is none", "INVALID_ARGUMENT", ADD + " --tag team"),
    Case("check: access denied", "ACCESS_DENIED", CHECK, faults=("meter-dry-run-unauthorized",)),
    Case("check: an unknown dimension", "INVALID_DIMENSION", CHECK, faults=("meter-invalid-dimension",)),
    Case("check: an unknown product code", "INVALID_PRODUCT_CODE", CHECK, faults=("invalid-product-code",)),
    Case("check: another Region", "INVALID_REGION", CHECK, faults=("meter-invalid-region",)),
    Case("check: not entitled", "CUSTOMER_NOT_ENTITLED", CHECK, faults=("meter-not-entitled",)),
    Case("check: invalid allocations", "INVALID_ALLOCATIONS", CHECK, faults=("meter-invalid-allocations",)),
    Case("check: an invalid tag", "INVALID_ALLOCATIONS", CHECK, faults=("meter-invalid-tag",)),
    Case("check: throttled", "THROTTLED", CHECK + " --deadline 3", faults=("meter-throttle",)),
    Case("send: throttled", "THROTTLED", SEND, faults=("meter-throttle",), before=ADD),
    Case("send: access denied", "ACCESS_DENIED", SEND, faults=("meter-access-denied",), before=ADD),
    Case("send: not entitled", "CUSTOMER_NOT_ENTITLED", SEND, faults=("meter-not-entitled",), before=ADD),
    Case("send: an unknown dimension", "INVALID_DIMENSION", SEND, faults=("meter-invalid-dimension",), before=ADD),
    Case("send: invalid allocations", "INVALID_ALLOCATIONS", SEND, faults=("meter-invalid-allocations",), before=ADD),
    Case("send: recorded by another", "USAGE_HELD", SEND, faults=("meter-duplicate",), before=ADD),
    Case("send: the answer is lost", "NETWORK", SEND, faults=("meter-lost",), before=ADD),
]
# The command line does not end with these, or not on purpose. The first two come from MeterUsage without a journal.
ELSEWHERE = {"USAGE_DUPLICATE", "USAGE_TIMESTAMP", "OUT_OF_MEMORY", "INTERNAL", "CANCELLED", "JOURNAL_BUSY"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_refusal(case: Case, sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    running = sandbox(case.scenario, *case.faults, **case.sandbox)
    values = {"code": running.product_code, "key": running.key, "keys": str(places.KEYS), "folder": str(tmp_path)}

    def run(command: str):
        return running.run(*[part.format(**values) for part in command.split()], "--json")

    if case.file is not None:
        (tmp_path / "usage").write_text(case.file)
    if case.before:
        assert run(case.before).exit == 0
    for _ in range(3):
        found = run(case.command).json
        if found["status"] != "MPMETER_E_DEADLINE":  # The deadline passed while an answer was awaited.
            break
    assert found["status"] == f"MPMETER_E_{case.status}", found
    messages.check(f"refused: {case.name}", found)


def test_every_status_of_a_failure_has_a_message() -> None:
    recorded = {text.split("\n", 1)[0].removeprefix("MPMETER_E_") for text in messages.golden().values()}
    failures = {name.removeprefix("MPMETER_E_") for name in CODES if name != "MPMETER_OK"}
    assert failures - recorded == ELSEWHERE
