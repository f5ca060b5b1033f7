"""Decides what AWS Marketplace Metering answers to MeterUsage from a container.

After the service's own checks: where do you run, which product, did the customer subscribe, which dimension, tags,
sums, which hour; then the ledger.
https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_MeterUsage.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from . import usage
from .clock import iso
from .credentials import IRSA, Identity
from .errors import JSON_TYPE, Refusal
from .exchange import METERING, Answer, Received
from .faults.registry import FaultPlan
from .ledger import Ledger, Reported
from .places import Place
from .quota import Quota
from .settings import Settings


class MeterUsage:
    """The operation: the products, their dimensions, and the ledger."""

    def __init__(
        self, settings: Settings, ledger: Ledger, plan: FaultPlan, place: Place, now: Callable[[], float]
    ) -> None:
        self.settings = settings
        self.ledger = ledger
        self.plan = plan
        self.place = place
        self.now = now
        self.quota = Quota(settings.meter_quota)

    def notes(self, params: dict[str, Any]) -> dict[str, Any]:
        """What of the parameters goes into the log."""
        at = params.get("Timestamp")
        return {
            "product_code": params.get("ProductCode"),
            "dimension": params.get("UsageDimension"),
            "quantity": params.get("UsageQuantityAsDecimal", params.get("UsageQuantity")),
            "timestamp": iso(at) if isinstance(at, (int, float)) and 0 <= at < 1 << 33 else at,
            "dry_run": params.get("DryRun", False),
            "client_token": params.get("ClientToken"),
        }

    def perform(self, received: Received, identity: Identity, region: str, params: dict[str, Any]) -> Answer:
        """The record's id, or a Refusal; a dry run's success is one too, unless the fault meter-dry-run-200 is on."""
        self._check(identity, region, params)
        found = usage.read(params, self.now(), self.settings.dimensions)
        if params.get("DryRun"):
            if self.settings.dry_run == "200":
                return _answer({})
            raise Refusal("DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
        pod = self.place.pod_uid if identity.source == IRSA else self.place.task_arn
        reported = Reported(params["ProductCode"], pod, found)
        fault = self.plan.take(METERING, received, kinds=("usage",))
        if fault is not None:
            received.notes["token_fault"] = fault.name
            fault.function(self.ledger, reported, self.now())
        record_id = self.ledger.record(reported, params.get("ClientToken"), self.now())
        received.notes["record_id"] = record_id
        return _answer({"MeteringRecordId": record_id})

    def _check(self, identity: Identity, region: str, params: dict[str, Any]) -> None:
        """What only the service knows. The documentation does not say what a caller of the wrong kind is answered."""
        if not identity.may_register:
            raise Refusal(
                "CustomerNotEntitledException",
                "MeterUsage of a container product is for Amazon ECS tasks and Amazon EKS pods, "
                f"not for a caller with credentials of kind '{identity.source}'.",
            )
        if region != self.settings.region:
            raise Refusal(
                "InvalidEndpointRegionException",
                "The Region of the Metering Service endpoint and the Region of the ECS task or EKS pod must match.",
            )
        entitled = self.settings.products.get(params["ProductCode"])
        if entitled is None:
            raise Refusal(
                "InvalidProductCodeException",
                "The product code passed does not match the product code used for publishing the product.",
            )
        if not entitled:
            raise Refusal(
                "CustomerNotEntitledException", "The customer does not have a valid subscription for the product."
            )


def _answer(result: dict[str, Any]) -> Answer:
    headers = {"Content-Type": JSON_TYPE, "x-amzn-RequestId": str(uuid.uuid4())}
    return Answer(200, headers, json.dumps(result).encode())
