"""Decides the errors of STS: each in the form the client asked for, and once more in the XML that STS speaks by
default."""

from __future__ import annotations

from ..errors import sts_error
from ..exchange import STS, Answer, Received
from .registry import fault


def _named(name: str, code: str, message: str, status: int = 400) -> None:
    """Register a fault of STS that is one error, twice: as it was asked for, and `-xml`."""

    def refuse(received: Received, answer: Answer) -> Answer:
        return sts_error(code, message, status, "application/json" in (received.header("Accept") or ""))

    def refuse_in_xml(received: Received, answer: Answer) -> Answer:
        return sts_error(code, message, status)

    refuse.__doc__ = f"STS refuses AssumeRoleWithWebIdentity ({code}, HTTP {status})."
    refuse_in_xml.__doc__ = f"The same ({code}, HTTP {status}) in XML, whatever was asked for."
    fault(name, "answer", STS)(refuse)
    fault(f"{name}-xml", "answer", STS)(refuse_in_xml)


_named("sts-access-denied", "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403)
_named("sts-invalid-identity-token", "InvalidIdentityToken", "No OpenIDConnect provider found in your account")
_named(
    "sts-expired-token",
    "ExpiredTokenException",
    "Token expired: current date/time must be before the expiration date/time",
)
_named("sts-idp-communication-error", "IDPCommunicationError", "Error communicating with the identity provider")
_named(
    "sts-region-disabled",
    "RegionDisabledException",
    "STS is not activated in this region for account:111122223333.",
    403,
)
_named("sts-throttle", "Throttling", "Rate exceeded")
_named("sts-internal-error", "InternalFailure", "The request processing has failed because of an unknown error.", 500)
