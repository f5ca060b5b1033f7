"""Decides which exception stands for which status: the classes below are the table. A test compares it with the library's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from ._status import Action, Status


class Error(Exception):
    """Why a call failed. Each status has a subclass of its own; a status newer than this package arrives as this class itself.

    Attributes:
        status: the status, a `Status`; `INTERNAL` for one that is newer than this package.
        action: what to do, an `Action`.
        message: what happened and where it was seen, for a log. Holds no secret.
        fix: what to do about it, for the engineer on duty.
        http_status: the HTTP status of the answer that caused it, or None.
        aws_type: the error type that AWS answered, such as "CustomerNotEntitledException", or None.
        request_id: AWS's request id, for a support case, or None.
        region, region_source: the Region that was used and where it was found, or None if the call did not get so far.
        credentials_source: where the credentials came from, or None.
        platform: "ecs", "fargate", "eks", "ec2" or "none"; None if the call did not look.
        attempts: how many RegisterUsage requests were sent.
        elapsed: the time from the call to its failure, a timedelta.
    """

    status: Status = Status.INTERNAL
    _by_status: ClassVar[dict[Status, type[Error]]] = {}

    def __init_subclass__(cls, status: Status | None = None, **others: Any) -> None:
        super().__init_subclass__(**others)
        if status is not None:
            cls.status = status
            Error._by_status[status] = cls

    def __init__(
        self,
        message: str,
        fix: str = "",
        *,
        http_status: int | None = None,
        aws_type: str | None = None,
        request_id: str | None = None,
        region: str | None = None,
        region_source: str | None = None,
        credentials_source: str | None = None,
        platform: str | None = None,
        attempts: int = 0,
        elapsed: timedelta = timedelta(0),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.http_status = http_status
        self.aws_type = aws_type
        self.request_id = request_id
        self.region = region
        self.region_source = region_source
        self.credentials_source = credentials_source
        self.platform = platform
        self.attempts = attempts
        self.elapsed = elapsed

    @property
    def action(self) -> Action:
        """What to do about it."""
        return self.status.action

    def __str__(self) -> str:
        return f"{self.message} Fix: {self.fix}" if self.fix else self.message

    @classmethod
    def of(cls, status: int) -> type[Error]:
        """The class that stands for a status's number; `Error` itself for a number that this package does not know."""
        try:
            return cls._by_status.get(Status(status), Error)
        except ValueError:
            return Error


# The caller


class InvalidArgument(Error, ValueError, status=Status.INVALID_ARGUMENT):
    """An argument is missing, or outside what the function or AWS accepts."""


class UntrustedProduct(Error, status=Status.UNTRUSTED_PRODUCT):
    """The product code is not in the trusted list, or is a free one where a paid one is required."""


class PublicKeyError(Error, status=Status.PUBLIC_KEY):
    """The public key cannot be read, is not RSA, is too short, or is missing."""


# Where and who


class RegionNotFound(Error, status=Status.REGION_NOT_FOUND):
    """Nothing in the environment or the platform says which Region this is."""


class RegionUnsupported(Error, status=Status.REGION_UNSUPPORTED):
    """RegisterUsage is not offered in this Region."""


class CredentialsNotFound(Error, status=Status.CREDENTIALS_NOT_FOUND):
    """No source of credentials is configured or reachable."""


class CredentialsRejected(Error, status=Status.CREDENTIALS_REJECTED):
    """A source of credentials is configured, and it refused or cannot be used."""


# The way


class NetworkError(Error, status=Status.NETWORK):
    """A server cannot be reached, or the connection broke."""


class TLSError(Error, status=Status.TLS):
    """The server's certificate is not accepted, or a CA bundle cannot be read."""


class DeadlineExceeded(Error, status=Status.DEADLINE):
    """The deadline passed before AWS accepted the registration."""


class Cancelled(Error, status=Status.CANCELLED):
    """A `Cancellation` was cancelled."""


class BadResponse(Error, status=Status.BAD_RESPONSE):
    """A server answered something that its protocol does not allow."""


# AWS's answer


class CustomerNotEntitled(Error, status=Status.CUSTOMER_NOT_ENTITLED):
    """CustomerNotEntitledException: the buyer has no subscription."""


class PlatformNotSupported(Error, status=Status.PLATFORM_NOT_SUPPORTED):
    """PlatformNotSupportedException: not an ECS task or EKS pod, or not its own role."""


class InvalidRegion(Error, status=Status.INVALID_REGION):
    """InvalidRegionException: called in a Region other than the one it runs in."""


class InvalidProductCode(Error, status=Status.INVALID_PRODUCT_CODE):
    """InvalidProductCodeException."""


class InvalidPublicKeyVersion(Error, status=Status.INVALID_PUBLIC_KEY_VERSION):
    """InvalidPublicKeyVersionException, for every version that was given."""


class APIDisabled(Error, status=Status.API_DISABLED):
    """DisabledApiException."""


class AccessDenied(Error, status=Status.ACCESS_DENIED):
    """AccessDeniedException: the role lacks aws-marketplace:RegisterUsage."""


class NotAuthenticated(Error, status=Status.NOT_AUTHENTICATED):
    """AWS does not know these credentials, or they have expired."""


class Throttled(Error, status=Status.THROTTLED):
    """ThrottlingException, until the deadline."""


class ServiceUnavailable(Error, status=Status.SERVICE_UNAVAILABLE):
    """InternalServiceErrorException or another 5xx, until the deadline."""


class ServiceError(Error, status=Status.SERVICE):
    """Any other error that AWS answered."""


# The token


class TokenMalformed(Error, status=Status.TOKEN_MALFORMED):
    """The signature is not a JWT in compact form (RFC 7515 section 7.1)."""


class TokenAlgorithmInvalid(Error, status=Status.TOKEN_ALGORITHM):
    """Its header asks for anything but PS256, or for an extension."""


class TokenSignatureInvalid(Error, status=Status.TOKEN_SIGNATURE):
    """It was not signed by the holder of the private key."""


class TokenClaimsInvalid(Error, status=Status.TOKEN_CLAIMS):
    """It is genuine, but speaks of another product, key version or nonce."""


# Us


class OutOfMemory(Error, status=Status.OUT_OF_MEMORY):
    """Memory is exhausted."""


class InternalError(Error, status=Status.INTERNAL):
    """The library failed in a way that it should not. Please report it."""
