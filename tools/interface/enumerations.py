"""Decides which constants of include/mpmeter.h belong to one enumeration, and which are flags."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .model import Enumerator, Model, Status

NAMES = {
    "Action": (
        "MPMETER_ACTION_",
        "What to do about a status. AWS asks a container to stop on every error but throttling.",
    ),
    "ProductKind": ("MPMETER_PRODUCT_", "What a trusted product code stands for."),
    "RegionPolicy": (
        "MPMETER_REGION_",
        "What to do in a Region that AWS's documentation names as one where RegisterUsage is not offered.",
    ),
    "LogLevel": ("MPMETER_LOG_", "How much a log line matters."),
    "EndpointKind": ("MPMETER_ENDPOINT_", "Kinds of endpoint, to be combined."),
}
FLAGS = ("MPMETER_DIAGNOSE_", "MPMETER_METER_", "MPMETER_SEND_", "MPMETER_USAGE_")


@dataclass(frozen=True)
class Enumeration:
    name: str  # "RegionPolicy"
    prefix: str  # "MPMETER_REGION_"
    doc: str
    members: tuple[Enumerator, ...]

    def key(self, member: Enumerator) -> str:
        """ "ENFORCE"."""
        return member.name.removeprefix(self.prefix)


def enumerations(model: Model) -> dict[str, Enumeration]:
    """By name, the members in the header's order."""
    return {
        name: Enumeration(name, prefix, doc, tuple(model.constants(prefix))) for name, (prefix, doc) in NAMES.items()
    }


def flags(model: Model) -> list[Enumerator]:
    return [constant for prefix in FLAGS for constant in model.constants(prefix)]


def told(model: Model, doc: str, name_of: Callable[[Status], str]) -> str:
    """A member's comment, with the statuses as the language names them."""
    names = {status.name: name_of(status) for status in model.statuses}
    return re.sub(r"MPMETER_(?:OK|E_[A-Z_]*[A-Z])", lambda match: names[match[0]], doc)
