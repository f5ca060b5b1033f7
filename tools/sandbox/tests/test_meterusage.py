"""MeterUsage is checked, and the ledger kept, by AWS's rules: one immutable quantity for each pod, dimension and
hour."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import COMMAND, run
from sandbox_client import Keys, Reply, assume, get, meter, task_keys

Start = Callable[..., Any]
HOUR = 3600


@pytest.fixture
def running(sandbox: Start) -> Any:
    return sandbox("ecs-ec2", clock="2026-11-26T12:30:00Z")


def at(running: Any, **changed: Any) -> Reply:
    """A record for the hour that it is at AWS."""
    return meter(running.variables, **{"Timestamp": int(running.clock.now()), **changed})


def bill(running: Any) -> list[tuple[str, str, str]]:
    return [(record["dimension"], record["hour"], record["quantity"]) for record in running.billed()["records"]]


# ---- Once an hour


@pytest.mark.parametrize("first, again", [("17", "17.0"), ("17.00", 17), (17, "17"), ("0.5", "0.500000"), (0, "0")])
def test_equal_quantities_are_the_same_record(running: Any, first: Any, again: Any) -> None:
    def send(quantity: Any) -> Reply:
        if isinstance(quantity, int):
            return at(running, UsageQuantity=quantity, UsageQuantityAsDecimal=None)
        return at(running, UsageQuantityAsDecimal=quantity)

    ids = {send(quantity).json["MeteringRecordId"] for quantity in (first, again)}
    assert len(ids) == 1 and len(bill(running)) == 1


def test_another_quantity_is_a_duplicate_and_the_first_stands(running: Any) -> None:
    assert at(running, UsageQuantityAsDecimal="2").status == 200
    assert at(running, UsageQuantityAsDecimal="3").error == "DuplicateRequestException"
    assert bill(running) == [("requests", "2026-11-26T12:00:00Z", "2")]


def test_a_zero_closes_its_hour(running: Any) -> None:
    assert at(running, UsageQuantityAsDecimal=None).status == 200
    assert at(running, UsageQuantityAsDecimal="1").error == "DuplicateRequestException"


def test_hours_dimensions_and_products_are_apart(sandbox: Start) -> None:
    running = sandbox("ecs-ec2", products={"a": True, "b": True}, clock="2026-11-26T12:30:00Z")
    now = int(running.clock.now())
    for code, dimension, moment in (("a", "x", now), ("a", "y", now), ("a", "x", now - HOUR), ("b", "x", now)):
        assert meter(running.variables, ProductCode=code, UsageDimension=dimension, Timestamp=moment).status == 200
    assert running.billed()["totals"] == {"a": {"x": "2", "y": "1"}, "b": {"x": "1"}}


def test_the_timestamp_is_floored_to_the_hour(running: Any) -> None:
    start = int(running.clock.now()) // HOUR * HOUR
    ids = {meter(running.variables, Timestamp=start + second).json["MeteringRecordId"] for second in (0, 1, 1799.5)}
    assert len(ids) == 1


def test_pods_are_apart_and_share_a_ledger(sandbox: Start, tmp_path: Path) -> None:
    ledger = str(tmp_path / "ledger")
    first, second, again = (sandbox("ecs-ec2", ledger=ledger, pod=pod) for pod in ("1", "2", "1"))
    moment = int(time.time())
    one, two, three = (
        meter(pod.variables, Timestamp=moment).json["MeteringRecordId"] for pod in (first, second, again)
    )
    assert one == three != two
    task = get(second.variables["ECS_CONTAINER_METADATA_URI_V4"] + "/task").json["TaskARN"]
    assert task in {record["pod"] for record in first.billed()["records"]}


# ---- Six hours


@pytest.mark.parametrize(
    "ago, accepted", [(0, True), (6 * HOUR - 60, True), (6 * HOUR + 1, False), (-240, True), (-HOUR, False)]
)
def test_out_of_bounds(running: Any, ago: int, accepted: bool) -> None:
    reply = meter(running.variables, Timestamp=int(running.clock.now()) - ago)
    assert reply.status == 200 if accepted else reply.error == "TimestampOutOfBoundsException"


def test_time_passes(running: Any) -> None:
    moment = int(running.clock.now())
    running.clock.advance(5 * HOUR)
    assert meter(running.variables, Timestamp=moment).status == 200
    running.clock.advance(HOUR)
    assert meter(running.variables, Timestamp=moment).error == "TimestampOutOfBoundsException"
    assert at(running).headers["date"].startswith("Thu, 26 Nov 2026 18:30:")


# ---- Tags and allocations


def tags(**pairs: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def parts(*of: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [
        {"AllocatedUsageQuantityAsDecimal": part, **({"Tags": tags(**pairs)} if pairs else {})} for part, pairs in of
    ]


def test_allocations_are_billed_with_their_tags(running: Any) -> None:
    allocations = parts(("1.5", {"team": "a"}), ("0.5", {}))
    assert at(running, UsageQuantityAsDecimal="2", UsageAllocations=allocations).status == 200
    assert at(running, UsageQuantityAsDecimal="2.0", UsageAllocations=allocations[::-1]).status == 200
    assert running.billed()["records"][0]["allocations"] == [
        {"tags": {}, "quantity": "0.5"},
        {"tags": {"team": "a"}, "quantity": "1.5"},
    ]


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("ValidationException", {"UsageQuantity": 1}),
    ("ValidationException", {"UsageQuantityAsDecimal": "-1"}),
    ("ValidationException", {"UsageQuantityAsDecimal": "1e3"}),
    ("ValidationException", {"UsageQuantityAsDecimal": "01"}),
    ("ValidationException", {"UsageQuantityAsDecimal": "1.1234567"}),
    ("ValidationException", {"UsageQuantityAsDecimal": "12345678901"}),
    ("ValidationException", {"UsageQuantityAsDecimal": None, "UsageQuantity": 2**31}),
    ("ValidationException", {"UsageQuantityAsDecimal": None, "UsageQuantity": -1}),
    ("ValidationException", {"UsageQuantityAsDecimal": None, "UsageQuantity": 1.5}),
    ("ValidationException", {"Timestamp": "2026-11-26T12:00:00Z"}),
    ("ValidationException", {"Timestamp": None}),
    ("ValidationException", {"UsageDimension": ""}),
    ("ValidationException", {"UsageDimension": "x" * 256}),
    ("ValidationException", {"ClientToken": "x" * 65}),
    ("ValidationException", {"UsageAllocations": []}),
    ("ValidationException", {"UsageAllocations": parts(*[("0", {"k": str(n)}) for n in range(2501)])}),
    ("ValidationException", {"UsageAllocations": parts(("1", {"k": "ü"}))}),
    ("ValidationException", {"UsageAllocations": parts(("1", {"k" * 101: "v"}))}),
    ("ValidationException", {"UsageAllocations": parts(("1", {f"k{n}": "v" for n in range(6)}))}),
    (
        "InvalidTagException",
        {"UsageAllocations": parts(*[("0", {f"k{n}": "v"}) for n in range(5)], ("1", {"k5": "v"}))},
    ),
    (
        "InvalidTagException",
        {"UsageAllocations": [{"AllocatedUsageQuantityAsDecimal": "1", "Tags": tags(k="a") + tags(k="b")}]},
    ),
    ("InvalidUsageAllocationsException", {"UsageAllocations": parts(("0.5", {"k": "v"}))}),
    ("InvalidUsageAllocationsException", {"UsageAllocations": parts(("0.5", {"k": "v"}), ("0.5", {"k": "v"}))}),
    ("InvalidUsageAllocationsException", {"UsageAllocations": [{"AllocatedUsageQuantity": 1}]}),
    ("InvalidUsageAllocationsException", {"UsageAllocations": [{"Tags": tags(k="v")}]}),
    ("InvalidUsageDimensionException", {"UsageDimension": "with space"}),
    ("InvalidProductCodeException", {"ProductCode": "unknown"}),
]


@pytest.mark.parametrize("code, changed", REFUSED)
def test_refused(running: Any, code: str, changed: dict[str, Any]) -> None:
    reply = at(running, **changed)
    assert (reply.status, reply.error) == (400, code) and bill(running) == []


def test_a_listings_dimensions(sandbox: Start) -> None:
    running = sandbox("ecs-ec2", dimensions={"users", "gb"})
    assert meter(running.variables, UsageDimension="users").status == 200
    assert meter(running.variables, UsageDimension="requests").error == "InvalidUsageDimensionException"


def test_a_client_token_belongs_to_one_request(running: Any) -> None:
    assert at(running, ClientToken="t").json == at(running, ClientToken="t").json
    assert at(running, ClientToken="other").status == 200
    assert at(running, ClientToken="t", UsageDimension="users").error == "IdempotencyConflictException"


# ---- Who and where


def test_a_pod_with_irsa_is_known_by_its_uid(sandbox: Start) -> None:
    running = sandbox("eks-irsa")
    given = assume(running.variables).json["AssumeRoleWithWebIdentityResponse"]["AssumeRoleWithWebIdentityResult"]
    found = given["Credentials"]
    keys = Keys(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
    assert meter(running.variables, keys).status == 200
    token = Path(running.variables["AWS_WEB_IDENTITY_TOKEN_FILE"]).read_text()
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert running.billed()["records"][0]["pod"] == claims["kubernetes.io"]["pod"]["uid"]


def test_not_entitled_the_wrong_region_and_the_wrong_role(sandbox: Start) -> None:
    running = sandbox("ecs-ec2", products={"free": False})
    assert meter(running.variables, ProductCode="free").error == "CustomerNotEntitledException"
    running = sandbox("ecs-ec2")
    running.settings.region = "us-east-1"
    assert meter(running.variables).error == "InvalidEndpointRegionException"
    static = Keys("AKIASANDBOXSTATICKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    assert meter(running.variables, static).error == "CustomerNotEntitledException"


def test_a_dry_run_records_nothing_and_finds_what_is_wrong(sandbox: Start) -> None:
    running = sandbox("ecs-ec2", products={"prod-sandbox-paid": True, "free": False})
    assert meter(running.variables, DryRun=True).error == "DryRunOperation"
    assert meter(running.variables, DryRun=True, ProductCode="free").error == "CustomerNotEntitledException"
    assert running.billed() == {"records": [], "totals": {}}


def test_calls_beyond_the_quota_are_throttled_apart_from_registrations(sandbox: Start) -> None:
    running = sandbox("ecs-ec2", meter_quota=1)
    replies = [meter(running.variables) for _ in range(50)]
    assert {reply.error for reply in replies if reply.status != 200} == {"ThrottlingException"}


def test_what_is_logged(running: Any) -> None:
    record = at(running, ClientToken="t").json["MeteringRecordId"]
    (line,) = running.requests()
    assert {name: line[name] for name in ("operation", "dimension", "quantity", "client_token", "record_id")} == {
        "operation": "MeterUsage",
        "dimension": "requests",
        "quantity": "1",
        "client_token": "t",
        "record_id": record,
    }
    assert line["timestamp"].startswith("2026-11-26T12:30:0") and line["problem"] is None


# ---- The commands


def inside(running: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(*arguments, env={**os.environ, **running.variables})


def test_the_ledger_is_printed(running: Any) -> None:
    at(running, UsageQuantityAsDecimal="1.50")
    assert json.loads(inside(running, "ledger", "--json").stdout) == running.billed()
    lines = inside(running, "ledger").stdout.splitlines()
    assert lines[0].split() == ["HOUR", "POD", "PRODUCT", "DIMENSION", "QUANTITY", "RECORD"]
    assert lines[1].split()[0] == "2026-11-26T12:00:00Z" and lines[1].split()[4] == "1.5"
    assert lines[2].split() == ["total", "prod-sandbox-paid", "requests", "1.5"]


def test_the_clock_is_moved_from_outside(running: Any) -> None:
    assert inside(running, "clock", "+1h").stdout.startswith("2026-11-26T13:30:")
    assert inside(running, "clock", "2026-12-24T18:00:00Z").stdout.startswith("2026-12-24T18:00:0")
    assert at(running).headers["date"].startswith("Thu, 24 Dec 2026 18:00:")
    assert inside(running, "clock").stdout.startswith("2026-12-24T18:00:")


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["ledger"], "MPMETER_SANDBOX_LEDGER is not set"),
        (["ledger", "/nowhere/ledger"], "there is no ledger '/nowhere/ledger'"),
        (["clock"], "MPMETER_SANDBOX_CLOCK is not set"),
        (
            ["run", "--scenario", "ec2", "--clock", "soon", "--", "true"],
            "'soon' is neither a shift such as +1h nor a time",
        ),
    ],
)
def test_what_is_wrong_is_said(arguments: list[str], said: str) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MPMETER_SANDBOX")}
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=300, env=clean, check=False)
    assert (done.returncode, done.stdout) == (2, "") and said in done.stderr, done.stderr


def test_a_ledger_that_cannot_be_written_ends_the_start() -> None:
    done = run("run", "--scenario", "ec2", "--ledger", "/", "--", "true")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "mpmeter-sandbox: the ledger '/' cannot be used: unable to open database file\n"


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    path.write_text("not a database, and longer than the header of one\n" * 100)
    done = run("ledger", str(path))
    assert done.returncode == 2 and "is not a ledger" in done.stderr


def test_credentials_expire_by_the_moved_clock(running: Any) -> None:
    before = get(running.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"]).json["Expiration"]
    running.clock.advance(24 * HOUR)
    assert get(running.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"]).json["Expiration"] > before
    assert task_keys(running.variables)
