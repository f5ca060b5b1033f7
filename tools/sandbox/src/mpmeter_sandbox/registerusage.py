"""Decides what AWS Marketplace Metering answers to RegisterUsage.

After the service's own checks: where do you run, which product, which key, did the customer subscribe.
https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_RegisterUsage.html
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from .credentials import Identity
from .errors import JSON_TYPE, Refusal
from .exchange import METERING, Answer, Received
from .faults.registry import FaultPlan
from .numbers import with_scientific
from .quota import Quota
from .settings import Settings
from .tokens import Draft, SigningKey


class RegisterUsage:
    """The operation: the products, and the keys that tokens are signed with."""

    def __init__(
        self, settings: Settings, keys: dict[int, SigningKey], plan: FaultPlan, now: Callable[[], float]
    ) -> None:
        self.settings = settings
        self.keys = keys
        self.plan = plan
        self.now = now
        self.quota = Quota(settings.quota)

    def notes(self, params: dict[str, Any]) -> dict[str, Any]:
        """What of the parameters goes into the log."""
        return {
            "product_code": params.get("ProductCode"),
            "public_key_version": params.get("PublicKeyVersion"),
            "nonce": params.get("Nonce"),
        }

    def perform(self, received: Received, identity: Identity, region: str, params: dict[str, Any]) -> Answer:
        """The token, or a Refusal."""
        self._check(identity, region, params)
        claims = {
            "productCode": params["ProductCode"],
            "publicKeyVersion": params["PublicKeyVersion"],
            "iat": int(self.now()),
        }
        if "Nonce" in params:
            claims["nonce"] = params["Nonce"]
        draft = Draft(claims, self.keys[params["PublicKeyVersion"]])
        fault = self.plan.take(METERING, received, kinds=("token",))
        if fault is not None:
            received.notes["token_fault"] = fault.name
        result = {
            "PublicKeyRotationTimestamp": self.settings.rotation_timestamp,
            "Signature": fault.function(draft) if fault else draft.sign(),
        }
        headers = {"Content-Type": JSON_TYPE, "x-amzn-RequestId": str(uuid.uuid4())}
        return Answer(200, headers, with_scientific(result, "PublicKeyRotationTimestamp"))

    def _check(self, identity: Identity, region: str, params: dict[str, Any]) -> None:
        """What only the service knows. One loopback endpoint stands for every Region's, so the scope tells the
        Region."""
        if not identity.may_register:
            raise Refusal(
                "PlatformNotSupportedException",
                "RegisterUsage is for Amazon ECS tasks and Amazon EKS pods, "
                f"not for a caller with credentials of kind '{identity.source}'.",
            )
        if region != self.settings.region:
            raise Refusal(
                "InvalidRegionException",
                "RegisterUsage must be called in the Region in which the task or pod was launched.",
            )
        entitled = self.settings.products.get(params["ProductCode"])
        if entitled is None:
            raise Refusal(
                "InvalidProductCodeException", "The product code passed does not match a product code in the catalog."
            )
        if params["PublicKeyVersion"] not in self.settings.accepted_versions:
            raise Refusal("InvalidPublicKeyVersionException", "Public Key version is invalid.")
        if not entitled:
            raise Refusal(
                "CustomerNotEntitledException", "The customer does not have a valid subscription for the product."
            )
