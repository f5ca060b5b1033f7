"""Decides what AWS Marketplace Metering answers before it looks at what is asked: protocol, signature, quota, model.

The order of the checks is the order in which AWS refuses: who are you, is it signed, do you ask too often, does it fit
the model. What comes after that is the operation's: registerusage.py, meterusage.py.
"""

from __future__ import annotations

import json
import time
from typing import Any, Protocol

from . import sigv4
from .clock import Clock
from .credentials import Identities, Identity
from .errors import JSON_TYPE, Refusal, metering_error
from .exchange import METERING, Answer, Received, Service
from .faults.registry import FaultPlan
from .ledger import Ledger
from .meterusage import MeterUsage
from .quota import Quota
from .registerusage import RegisterUsage
from .settings import Settings
from .tokens import SigningKey
from .validation import problem_with

PREFIX = "AWSMPMeteringService."


class Operation(Protocol):
    """One operation of the service."""

    quota: Quota

    def notes(self, params: dict[str, Any]) -> dict[str, Any]:
        """What of the parameters goes into the log."""

    def perform(self, received: Received, identity: Identity, region: str, params: dict[str, Any]) -> Answer:
        """The answer to a request that is signed and fits the model. Raises Refusal."""


class Metering(Service):
    """The service and its operations."""

    name = METERING

    def __init__(
        self,
        settings: Settings,
        identities: Identities,
        keys: dict[int, SigningKey],
        plan: FaultPlan,
        clock: Clock,
        ledger: Ledger,
    ) -> None:
        self.settings = settings
        self.identities = identities
        self.clock = clock
        self.ledger = ledger
        self._operations: dict[str, Operation] = {
            "RegisterUsage": RegisterUsage(settings, keys, plan, self.now),
            "MeterUsage": MeterUsage(settings, ledger, plan, identities.place, self.now),
        }

    def now(self) -> float:
        """The service's clock, wrong by as much as the fault clock-skew says."""
        return self.clock.now() + self.settings.clock_offset

    def answer(self, received: Received) -> Answer:
        try:
            return self._answer(received)
        except Refusal as refusal:
            self.ledger.settle(keep=False)
            received.notes["problem"] = str(refusal)
            return metering_error(refusal.code, refusal.message, refusal.status)

    def settle(self, kept: bool) -> None:
        """What was recorded stands unless a fault refused the request."""
        self.ledger.settle(kept)

    def _answer(self, received: Received) -> Answer:
        name, operation = self._operation(received)
        # A client that a test did not move with the clock is not refused for it: its signature is as good by its own
        # clock.
        unmoved = time.time() + self.settings.clock_offset
        identity, region = sigv4.authenticate(received, self.identities, (self.now(), unmoved))
        if not operation.quota.grants():
            raise Refusal("ThrottlingException", "Rate exceeded")
        params = self._parameters(received)
        received.notes.update(operation.notes(params))
        problem = problem_with("meteringmarketplace", name, params)
        if problem is not None:
            raise Refusal("ValidationException", f"1 validation error detected: {problem}")
        return operation.perform(received, identity, region, params)

    def _operation(self, received: Received) -> tuple[str, Operation]:
        """awsJson1.1 over HTTP: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html"""
        if received.method != "POST" or received.path != "/":
            raise Refusal("UnknownOperationException", "The only request is POST /.", 404)
        target = received.header("X-Amz-Target") or ""
        name = target.rpartition(".")[2]
        received.notes["operation"] = name
        operation = self._operations.get(name)
        if operation is None or target != PREFIX + name:
            known = " or ".join(PREFIX + known for known in self._operations)
            raise Refusal("UnknownOperationException", f"X-Amz-Target has to be {known}.")
        if (received.header("Content-Type") or "").partition(";")[0].strip().lower() != JSON_TYPE:
            raise Refusal("UnknownOperationException", f"Content-Type has to be {JSON_TYPE}.")
        return name, operation

    def _parameters(self, received: Received) -> dict[str, Any]:
        try:
            params = json.loads(received.body.decode("utf-8"))
        except (ValueError, RecursionError):
            raise Refusal("SerializationException", "The body is not JSON.") from None
        if not isinstance(params, dict):
            raise Refusal("SerializationException", "The body is not a JSON object.")
        return {name: value for name, value in params.items() if value is not None}
