"""Decides what a fault is, how `--fault KIND[@SERVICE][:N]` is read, and which fault a request meets.

There are six kinds. A *connection* fault spoils a connection before there is a request on it. An *answer* fault
replaces or changes the answer. A *wire* fault sends it wrongly. A *usage* fault changes the ledger before MeterUsage
does. A *token* fault makes the registration token wrong. A *setting* fault changes the sandbox before it starts. A
request is always checked as if there were no fault, so the log tells whether it was in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..exchange import METERING, SERVICES, Received
from ..settings import Settings

Predicate = Callable[[Received], bool]


@dataclass(frozen=True)
class Fault:
    """One entry of the registry."""

    name: str
    kind: str
    service: str
    function: Callable[..., Any]
    anywhere: bool = False
    takes_value: bool = False
    when: Predicate | None = None
    refuses: bool = False

    @property
    def summary(self) -> str:
        """The docstring in one line."""
        return " ".join((self.function.__doc__ or "").split())


REGISTRY: dict[str, Fault] = {}


def fault(
    name: str,
    kind: str,
    service: str = METERING,
    *,
    anywhere: bool = False,
    takes_value: bool = False,
    when: Predicate | None = None,
    refuses: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function under a name. `anywhere`: may be aimed at another service; `takes_value`: N is a value, not a
    count.

    `refuses`: it stands for a service that did not do what was asked, so nothing is recorded.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        assert name not in REGISTRY and function.__doc__, name
        REGISTRY[name] = Fault(name, kind, service, function, anywhere, takes_value, when, refuses)
        return function

    return register


@dataclass
class Planned:
    """A fault as asked for: where, and how many requests it still spoils (None: every one) or its value."""

    fault: Fault
    service: str
    number: int | None


_SPECIFICATION = re.compile(r"(?P<name>[a-z0-9-]+)(@(?P<service>[a-z]+))?(:(?P<number>-?[0-9]+))?")


def parse(text: str) -> Planned:
    """Read KIND[@SERVICE][:N]. Raises ValueError with a sentence for the user."""
    match = _SPECIFICATION.fullmatch(text)
    found = REGISTRY.get(match.group("name")) if match else None
    if match is None or found is None:
        raise ValueError(f"there is no fault '{text}'; 'mpmeter-sandbox faults' lists them")
    service = match.group("service") or found.service
    number = int(match.group("number")) if match.group("number") else None
    if service not in SERVICES:
        raise ValueError(f"there is no service '{service}' in '{text}'; there are {', '.join(SERVICES)}")
    if service != found.service and not found.anywhere:
        raise ValueError(f"{found.name} is about {found.service} and cannot be aimed at {service}")
    if found.takes_value and number is None:
        raise ValueError(f"{found.name} needs a value, as in {found.name}:600")
    if found.kind == "setting" and not found.takes_value and number is not None:
        raise ValueError(f"{found.name} holds for the whole run and takes no number")
    if number is not None and number < 1 and not found.takes_value:
        raise ValueError(f"'{text}': the number of requests has to be at least 1")
    return Planned(found, service, number)


class FaultPlan:
    """The faults of one run, in the order they were asked for."""

    def __init__(self, specifications: Sequence[str] = ()) -> None:
        self.planned: list[Planned] = [parse(text) for text in specifications]

    @property
    def services(self) -> list[str]:
        """The services that faults are aimed at."""
        return [planned.service for planned in self.planned]

    def apply(self, settings: Settings) -> None:
        """Let the setting faults change the settings; one that may be aimed is told where, any other its value."""
        for planned in self.planned:
            if planned.fault.kind == "setting":
                planned.fault.function(settings, planned.service if planned.fault.anywhere else planned.number)

    def spoils_connections(self, service: str) -> bool:
        """Whether any connection to this service is to meet a fault."""
        return any(planned.fault.kind == "connection" and planned.service == service for planned in self.planned)

    def take(self, service: str, received: Received | None, kinds: Sequence[str] = ("answer", "wire")) -> Fault | None:
        """The first fault for this request, or for a connection without one, that is not used up; it is used once
        more."""
        for planned in self.planned:
            if planned.service != service or planned.fault.kind not in kinds or planned.number == 0:
                continue
            if planned.fault.when is not None and (received is None or not planned.fault.when(received)):
                continue
            if planned.number is not None:
                planned.number -= 1
            return planned.fault
        return None
