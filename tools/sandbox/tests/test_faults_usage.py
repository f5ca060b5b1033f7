"""Each fault of MeterUsage answers what its name says, and the ledger has what AWS's would have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sandbox_client import meter, register

Case = Callable[[Any], bool]


def quantities(running: Any) -> list[str]:
    return [record["quantity"] for record in running.billed()["records"]]


def refused(code: str, **changed: Any) -> Case:
    """It is refused, nothing is recorded, and a registration is not concerned."""

    def holds(running: Any) -> bool:
        reply = meter(running.variables, **changed)
        registers = register(running.variables).status == 200
        return (reply.status, reply.error) == (400, code) and quantities(running) == [] and registers

    return holds


def lost(running: Any) -> bool:
    """The same again is answered with the record that is there."""
    try:
        meter(running.variables)
    except ConnectionResetError:
        record = running.billed()["records"][0]["record_id"]
        return meter(running.variables).json["MeteringRecordId"] == record and quantities(running) == ["1"]
    return False


def lost_500(running: Any) -> bool:
    reply = meter(running.variables)
    found = (reply.status, reply.error, quantities(running))
    return found == (500, "InternalServiceErrorException", ["1"]) and meter(running.variables).status == 200


def duplicate(running: Any) -> bool:
    replies = [meter(running.variables) for _ in range(2)]
    return [r.error for r in replies] == ["DuplicateRequestException"] * 2 and quantities(running) == ["2"]


def dry_run_200(running: Any) -> bool:
    reply = meter(running.variables, DryRun=True)
    return (reply.status, reply.json, quantities(running)) == (200, {}, [])


CASES: dict[str, Case] = {
    "meter-lost": lost,
    "meter-lost-500": lost_500,
    "meter-duplicate": duplicate,
    "meter-dry-run-200": dry_run_200,
    "meter-dry-run-unauthorized": refused("UnauthorizedException", DryRun=True),
    "meter-access-denied": refused("AccessDeniedException"),
    "meter-throttle": refused("ThrottlingException"),
    "meter-not-entitled": refused("CustomerNotEntitledException"),
    "meter-out-of-bounds": refused("TimestampOutOfBoundsException"),
    "meter-invalid-dimension": refused("InvalidUsageDimensionException"),
    "meter-invalid-tag": refused("InvalidTagException"),
    "meter-invalid-allocations": refused("InvalidUsageAllocationsException"),
    "meter-invalid-region": refused("InvalidEndpointRegionException"),
    "meter-idempotency-conflict": refused("IdempotencyConflictException"),
}
ONCE = {"meter-lost", "meter-lost-500", "meter-duplicate"}


@pytest.mark.parametrize("name", CASES)
def test_fault(name: str, sandbox: Callable[..., Any]) -> None:
    assert CASES[name](sandbox("ecs-ec2", f"{name}:1" if name in ONCE else name))


@pytest.mark.parametrize("fault", ["throttle", "internal-error", "http-503", "redirect", "proxy-page@metering"])
def test_a_service_that_refuses_records_nothing(fault: str, sandbox: Callable[..., Any]) -> None:
    running = sandbox("ecs-ec2", f"{fault}:1")
    assert meter(running.variables).json if "throttle" in fault else meter(running.variables)
    assert quantities(running) == []
    assert meter(running.variables).status == 200 and quantities(running) == ["1"]


@pytest.mark.parametrize("fault", ["not-json", "empty-body", "reset", "truncated"])
def test_an_answer_that_goes_wrong_does_not_undo_the_record(fault: str, sandbox: Callable[..., Any]) -> None:
    running = sandbox("ecs-ec2", f"{fault}:1")
    try:
        meter(running.variables)
    except Exception as error:  # whatever the standard library makes of it
        assert fault in ("reset", "truncated"), error
    assert quantities(running) == ["1"]
