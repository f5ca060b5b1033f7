"""Decides what a service sees of a request and what it gives as its answer: values, without a server."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

METERING = "metering"
STS = "sts"
ECS = "ecs"
CREDENTIALS = "credentials"
IMDS = "imds"
KUBERNETES = "kubernetes"
SERVICES = (METERING, STS, ECS, CREDENTIALS, IMDS, KUBERNETES)


@dataclass(frozen=True)
class Answer:
    """A whole HTTP answer. `error` is the code for the log, not part of the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    error: str | None = None

    def with_body(self, body: bytes, **headers: str) -> Answer:
        """The same answer around another body."""
        return replace(self, body=body, headers={**self.headers, **headers})


@dataclass
class Received:
    """A request as it came, and the notes the service takes on it for the log."""

    service: str
    method: str
    path: str
    url: str
    headers: Any  # multidict.CIMultiDictProxy: several values a name, names without regard to case
    body: bytes
    notes: dict[str, Any] = field(default_factory=dict)

    def header(self, name: str) -> str | None:
        """The only value of a header, or None if it is absent or given more than once."""
        values = self.headers.getall(name, [])
        return values[0] if len(values) == 1 else None


class Service:
    """One of the services: a name and a way to answer."""

    name: str

    def answer(self, received: Received) -> Answer:
        """The answer AWS would give. What is wrong with the request goes into `received.notes['problem']`."""
        raise NotImplementedError

    def settle(self, kept: bool) -> None:
        """Keep what the answer promises, or take it back because a fault refused in its place."""

    def now(self) -> float:
        """The service's own clock, which its Date header shows."""
        return time.time()
