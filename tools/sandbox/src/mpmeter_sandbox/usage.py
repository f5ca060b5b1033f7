"""Decides what a MeterUsage request says: one quantity for one dimension and hour, and how it is allocated to tags.

https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_MeterUsage.html
What botocore's model can say of the parameters was checked before; here are the rules that are only in its text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .errors import Refusal

HOUR = 3600
OLDEST = 6 * HOUR
TAG_KEYS = 5
# How far ahead of AWS's clock a timestamp may be is not documented; here it is as far as a signature's.
AHEAD = 300

Tags = tuple[tuple[str, str], ...]
_DIMENSION = re.compile(r"[A-Za-z0-9_]{1,255}")


@dataclass(frozen=True)
class Usage:
    """The quantity of one dimension in one hour, by the sorted tags of each allocation."""

    dimension: str
    hour: int
    quantity: Decimal
    allocations: tuple[tuple[Tags, Decimal], ...] = ()


def read(params: Mapping[str, Any], now: float, dimensions: set[str]) -> Usage:
    """The usage, or the Refusal that AWS would answer. Without `dimensions` any name that a listing could have is
    one."""
    dimension = params["UsageDimension"]
    if dimension not in dimensions and (dimensions or not _DIMENSION.fullmatch(dimension)):
        raise Refusal(
            "InvalidUsageDimensionException",
            f"The usage dimension '{dimension}' does not match one of the UsageDimensions associated with products.",
        )
    quantity = _quantity(params, "UsageQuantity")
    allocations = _allocations(params, quantity)
    timestamp = float(params["Timestamp"])
    if not now - OLDEST <= timestamp <= now + AHEAD:
        raise Refusal("TimestampOutOfBoundsException", "The timestamp value passed in the request is out of range.")
    return Usage(dimension, int(timestamp // HOUR) * HOUR, quantity, allocations)


def plain(quantity: Decimal) -> str:
    """Without an exponent and without trailing zeros: 17 for 17.000, so that equal quantities are equal texts."""
    return f"{quantity.normalize():f}"


def _quantity(of: Mapping[str, Any], name: str) -> Decimal:
    if name in of and f"{name}AsDecimal" in of:
        raise Refusal("ValidationException", f"{name} and {name}AsDecimal cannot be given together.")
    return Decimal(of[f"{name}AsDecimal"]) if f"{name}AsDecimal" in of else Decimal(of.get(name, 0))


def _allocations(params: Mapping[str, Any], quantity: Decimal) -> tuple[tuple[Tags, Decimal], ...]:
    given = params.get("UsageAllocations")
    if given is None:
        return ()
    wanted = "AllocatedUsageQuantityAsDecimal" if "UsageQuantityAsDecimal" in params else "AllocatedUsageQuantity"
    for allocation in given:
        if [name for name in allocation if name != "Tags"] != [wanted]:
            raise Refusal(
                "InvalidUsageAllocationsException", f"Each allocation has to have {wanted}, and no other quantity."
            )
    found = tuple(sorted((_tags(allocation), _quantity(allocation, "AllocatedUsageQuantity")) for allocation in given))
    if len({tags for tags, _ in found}) < len(found):
        raise Refusal("InvalidUsageAllocationsException", "Two allocations have the same set of tags.")
    if len({key for tags, _ in found for key, _ in tags}) > TAG_KEYS:
        raise Refusal("InvalidTagException", f"There are more than {TAG_KEYS} tag keys in the request.")
    if sum(part for _, part in found) != quantity:
        raise Refusal(
            "InvalidUsageAllocationsException", "Sum of allocated usage quantities is not equal to the usage quantity."
        )
    return found


def _tags(allocation: Mapping[str, Any]) -> Tags:
    tags = [(tag["Key"], tag["Value"]) for tag in allocation.get("Tags", [])]
    if len({key for key, _ in tags}) < len(tags):
        raise Refusal("InvalidTagException", "A tag key is repeated in an allocation.")
    return tuple(sorted(tags))
