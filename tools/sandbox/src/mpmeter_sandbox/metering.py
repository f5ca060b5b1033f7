"""Decides what AWS Marketplace Metering answers to RegisterUsage.

The order of the checks is the order in which AWS refuses: who are you, is it signed, do you ask too often, does it fit
the model, where do you run, which product, which key, did the customer subscribe.
https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_RegisterUsage.html
"""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from . import sigv4
from .credentials import Identities, Identity
from .errors import JSON_TYPE, Refusal, metering_error
from .exchange import METERING, Answer, Received, Service
from .faults.registry import FaultPlan
from .numbers import with_scientific
from .quota import Quota
from .settings import Settings
from .tokens import Draft, SigningKey
from .validation import problem_with

TARGET = "AWSMPMeteringService.RegisterUsage"


class Metering(Service):
    """The service, its product list and its keys."""

    name = METERING

    def __init__(
        self, settings: Settings, identities: Identities, keys: dict[int, SigningKey], plan: FaultPlan
    ) -> None:
        self.settings = settings
        self.identities = identities
        self.keys = keys
        self.plan = plan
        self.quota = Quota(settings.quota)

    def now(self) -> float:
        """The service's clock, wrong by as much as the fault clock-skew says."""
        return time.time() + self.settings.clock_offset

    def answer(self, received: Received) -> Answer:
        try:
            return self._register(received)
        except Refusal as refusal:
            received.notes["problem"] = str(refusal)
            return metering_error(refusal.code, refusal.message, refusal.status)

    def _register(self, received: Received) -> Answer:
        self._check_protocol(received)
        identity, region = sigv4.authenticate(received, self.identities, self.now())
        if not self.quota.grants():
            raise Refusal("ThrottlingException", "Rate exceeded")
        params = self._parameters(received)
        self._check_business(identity, region, params)
        return self._success(received, params)

    def _check_protocol(self, received: Received) -> None:
        """awsJson1.1 over HTTP: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html"""
        if received.method != "POST" or received.path != "/":
            raise Refusal("UnknownOperationException", "The only request is POST /.", 404)
        target = received.header("X-Amz-Target")
        received.notes["operation"] = (target or "").rpartition(".")[2]
        if target != TARGET:
            raise Refusal("UnknownOperationException", f"X-Amz-Target has to be {TARGET}.")
        if (received.header("Content-Type") or "").partition(";")[0].strip().lower() != JSON_TYPE:
            raise Refusal("UnknownOperationException", f"Content-Type has to be {JSON_TYPE}.")

    def _parameters(self, received: Received) -> dict[str, Any]:
        try:
            params = json.loads(received.body.decode("utf-8"))
        except (ValueError, RecursionError):
            raise Refusal("SerializationException", "The body is not JSON.") from None
        if not isinstance(params, dict):
            raise Refusal("SerializationException", "The body is not a JSON object.")
        params = {name: value for name, value in params.items() if value is not None}
        received.notes.update(
            product_code=params.get("ProductCode"),
            public_key_version=params.get("PublicKeyVersion"),
            nonce=params.get("Nonce"),
        )
        problem = problem_with("meteringmarketplace", "RegisterUsage", params)
        if problem is not None:
            raise Refusal("ValidationException", f"1 validation error detected: {problem}")
        return params

    def _check_business(self, identity: Identity, region: str, params: dict[str, Any]) -> None:
        """What only the metering service knows. One loopback endpoint stands for every Region's, so the scope tells the Region."""
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

    def _success(self, received: Received, params: dict[str, Any]) -> Answer:
        claims = {
            "productCode": params["ProductCode"],
            "publicKeyVersion": params["PublicKeyVersion"],
            "iat": int(self.now()),
        }
        if "Nonce" in params:
            claims["nonce"] = params["Nonce"]
        draft = Draft(claims, self.keys[params["PublicKeyVersion"]])
        fault = self.plan.take(self.name, received, kinds=("token",))
        if fault is not None:
            received.notes["token_fault"] = fault.name
        result = {
            "PublicKeyRotationTimestamp": self.settings.rotation_timestamp,
            "Signature": fault.function(draft) if fault else draft.sign(),
        }
        headers = {"Content-Type": JSON_TYPE, "x-amzn-RequestId": str(uuid.uuid4())}
        return Answer(200, headers, with_scientific(result, "PublicKeyRotationTimestamp"))
