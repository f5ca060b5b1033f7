"""Decides the faults of MeterUsage alone: what is recorded although the client does not hear of it, and the reverse."""

from __future__ import annotations

from decimal import Decimal

from aiohttp import web

from ..errors import metering_error
from ..exchange import Answer, Received
from ..ledger import Ledger, Reported
from ..settings import Settings
from ..usage import Usage
from .registry import fault
from .wire import reset


def _recorded(received: Received) -> bool:
    """Whether the request is a MeterUsage that was recorded."""
    return "record_id" in received.notes


def _meters(received: Received) -> bool:
    return received.notes.get("operation") == "MeterUsage"


def _is_dry_run(received: Received) -> bool:
    return _meters(received) and received.notes.get("dry_run") is True


@fault("meter-lost", "wire", when=_recorded)
async def lost(request: web.Request, answer: Answer) -> web.StreamResponse:
    """The usage is recorded, and the connection is reset before the answer: the client cannot know."""
    response: web.StreamResponse = await reset(request, answer)
    return response


@fault("meter-lost-500", "answer", when=_recorded)
def lost_500(received: Received, answer: Answer) -> Answer:
    """The usage is recorded, and answered with InternalServiceErrorException (HTTP 500)."""
    return metering_error("InternalServiceErrorException", "An internal error has occurred.", 500)


@fault("meter-duplicate", "usage")
def duplicate(ledger: Ledger, reported: Reported, now: float) -> None:
    """Somebody else has recorded one unit more for the same pod, dimension and hour: DuplicateRequestException."""
    usage = reported.usage
    theirs = Usage(usage.dimension, usage.hour, usage.quantity + Decimal(1))
    ledger.record(Reported(reported.product_code, reported.pod, theirs), None, now)
    ledger.settle(keep=True)


@fault("meter-dry-run-200", "setting")
def dry_run_200(settings: Settings, value: None) -> None:
    """A dry run that would succeed is answered with HTTP 200 and an empty object instead of DryRunOperation."""
    settings.dry_run = "200"


def _named(name: str, code: str, message: str, description: str, *, dry_run: bool = False) -> None:
    """Register one modelled error of MeterUsage; nothing is recorded."""

    def refuse(received: Received, answer: Answer) -> Answer:
        return metering_error(code, message)

    refuse.__doc__ = f"{description} ({code}, HTTP 400); nothing is recorded."
    fault(name, "answer", when=_is_dry_run if dry_run else _meters, refuses=True)(refuse)


_named(
    "meter-access-denied",
    "AccessDeniedException",
    "Not authorized to perform: aws-marketplace:MeterUsage",
    "The role may register, but not meter",
)
_named("meter-throttle", "ThrottlingException", "Rate exceeded", "MeterUsage is throttled")
_named("meter-not-entitled", "CustomerNotEntitledException", "No valid subscription.", "The customer has left")
_named(
    "meter-out-of-bounds",
    "TimestampOutOfBoundsException",
    "The timestamp value passed in the request is out of range.",
    "The hour is called too old or in the future",
)
_named(
    "meter-invalid-dimension",
    "InvalidUsageDimensionException",
    "The usage dimension is not one of the product's.",
    "The dimension is unknown",
)
_named("meter-invalid-tag", "InvalidTagException", "The tag is invalid.", "A tag is refused")
_named(
    "meter-invalid-allocations",
    "InvalidUsageAllocationsException",
    "Sum of allocated usage quantities is not equal to the usage quantity.",
    "The allocations are refused",
)
_named(
    "meter-invalid-region",
    "InvalidEndpointRegionException",
    "The Region of the endpoint and of the task or pod must match.",
    "The endpoint's Region is wrong",
)
_named(
    "meter-idempotency-conflict",
    "IdempotencyConflictException",
    "The ClientToken is being used for multiple requests.",
    "The ClientToken is called used",
)
_named(
    "meter-dry-run-unauthorized",
    "UnauthorizedException",
    "You are not authorized to perform this action.",
    "A dry run finds that the role lacks the permission",
    dry_run=True,
)
