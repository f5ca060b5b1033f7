"""Decides which exception stands for which status: the classes below are the table. A test compares it with the
library's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from ._enums import Action
from ._status import Status


def _sentences(message: str, fix: str) -> str:
    ended = [text if text.endswith((".", "!", "?", "…")) else f"{text}." for text in (message, fix) if text]
    return " Fix: ".join(ended)


class Error(Exception):
    """Why a call failed. Each status has a subclass of its own; a status newer than this package arrives as this class
    itself.

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
        text: one line for a log that holds all of this.
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
        text: str | None = None,
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
        self.text = text or f"{self.status.constant} ({self.action.value}): {_sentences(message, fix)}"

    @property
    def action(self) -> Action:
        """What to do about it."""
        return self.status.action

    def __str__(self) -> str:
        return _sentences(self.message, self.fix)

    def to_dict(self) -> dict[str, Any]:
        """For `json.dumps`: the keys of `mpmeter register --json`. What is not known is left out."""
        known = {
            "region": self.region,
            "region_source": self.region_source,
            "credentials_source": self.credentials_source,
            "platform": self.platform,
            "request_id": self.request_id,
            "aws_type": self.aws_type,
            "http_status": self.http_status,
        }
        return {
            "status": self.status.constant,
            "code": int(self.status),
            "action": self.action.value,
            "message": self.message,
            "fix": self.fix,
            **{key: value for key, value in known.items() if value is not None},
            "attempts": self.attempts,
            "elapsed_ms": self.elapsed // timedelta(milliseconds=1),
        }

    @classmethod
    def of(cls, status: int) -> type[Error]:
        """The class that stands for a status's number; `Error` itself for a number that this package does not know."""
        try:
            return cls._by_status.get(Status(status), Error)
        except ValueError:
            return Error


# generated: classes, by make generate

# The caller


class InvalidArgument(Error, ValueError, status=Status.INVALID_ARGUMENT):
    """An argument or an environment variable is missing, or is not one that the function or AWS accepts."""


class UntrustedProduct(Error, status=Status.UNTRUSTED_PRODUCT):
    """The product code is not one that the vendor trusts for this program.

    It is not in the trusted list, or is a free product where a paid one is required.
    """


class PublicKeyError(Error, status=Status.PUBLIC_KEY):
    """The public key cannot be used. It cannot be read, is not RSA, is too short, or is missing."""


# Where and who


class RegionNotFound(Error, status=Status.REGION_NOT_FOUND):
    """Nothing in the environment or the platform says which AWS Region this is."""


class RegionUnsupported(Error, status=Status.REGION_UNSUPPORTED):
    """RegisterUsage is not offered in this AWS Region."""


class CredentialsNotFound(Error, status=Status.CREDENTIALS_NOT_FOUND):
    """No AWS credentials were found. No source is configured, or none can be reached."""


class CredentialsRejected(Error, status=Status.CREDENTIALS_REJECTED):
    """The configured source of AWS credentials refused the request, or cannot be used."""


# The way


class NetworkError(Error, status=Status.NETWORK):
    """A server could not be reached, or the connection broke."""


class TLSError(Error, status=Status.TLS):
    """The server's TLS certificate was not accepted. This includes a CA bundle that cannot be read."""


class DeadlineExceeded(Error, status=Status.DEADLINE):
    """The deadline passed before AWS accepted the call."""


class Cancelled(Error, status=Status.CANCELLED):
    """The call was cancelled. The program used its mpmeter_cancellation, or the language's own way to cancel."""


class BadResponse(Error, status=Status.BAD_RESPONSE):
    """A server sent a response that its protocol does not allow."""


# AWS's answer


class CustomerNotEntitled(Error, status=Status.CUSTOMER_NOT_ENTITLED):
    """The buyer has no subscription to this product (CustomerNotEntitledException)."""


class PlatformNotSupported(Error, status=Status.PLATFORM_NOT_SUPPORTED):
    """AWS did not recognise the caller as an ECS task or EKS pod with its own role (PlatformNotSupportedException)."""


class InvalidRegion(Error, status=Status.INVALID_REGION):
    """The call went to a Region other than the one the container runs in (InvalidRegionException)."""


class InvalidProductCode(Error, status=Status.INVALID_PRODUCT_CODE):
    """AWS does not know the product code (InvalidProductCodeException)."""


class InvalidPublicKeyVersion(Error, status=Status.INVALID_PUBLIC_KEY_VERSION):
    """AWS does not know any of the public key versions (InvalidPublicKeyVersionException).

    Each version that was given has been tried.
    """


class APIDisabled(Error, status=Status.API_DISABLED):
    """AWS has disabled this API in the Region (DisabledApiException)."""


class AccessDenied(Error, status=Status.ACCESS_DENIED):
    """The role may not make this call to AWS Marketplace (AccessDeniedException).

    It lacks aws-marketplace:RegisterUsage or aws-marketplace:MeterUsage, or a policy denies the call.
    """


class NotAuthenticated(Error, status=Status.NOT_AUTHENTICATED):
    """AWS did not accept the credentials or the request's signature. They are unknown to AWS, or have expired."""


class Throttled(Error, status=Status.THROTTLED):
    """AWS throttled the request until the deadline (ThrottlingException)."""


class ServiceUnavailable(Error, status=Status.SERVICE_UNAVAILABLE):
    """AWS, or the node's agent, could not serve the request until the deadline (InternalServiceErrorException).

    This includes 5xx responses, and STS's IDPCommunicationError.
    """


class ServiceError(Error, status=Status.SERVICE):
    """AWS answered with an error that this release does not know."""


# The token


class TokenMalformed(Error, status=Status.TOKEN_MALFORMED):
    """The signed response is not a well-formed JWT. It must be in compact form: RFC 7515, section 7.1."""


class TokenAlgorithmInvalid(Error, status=Status.TOKEN_ALGORITHM):
    """The signed response does not use PS256. Its header asks for another algorithm, or for an extension."""


class TokenSignatureInvalid(Error, status=Status.TOKEN_SIGNATURE):
    """The response was not signed by AWS Marketplace with this product's key."""


class TokenClaimsInvalid(Error, status=Status.TOKEN_CLAIMS):
    """The signed response is for another product, key version or nonce."""


# Us


class OutOfMemory(Error, status=Status.OUT_OF_MEMORY):
    """Memory is exhausted. See "Memory" in mpmeter.h."""


class InternalError(Error, status=Status.INTERNAL):
    """The library failed unexpectedly. Please report it."""


# Usage


class JournalError(Error, status=Status.JOURNAL):
    """The journal cannot be created, read or written.

    The disk is full or read-only, or the folder is missing. Usage that was acknowledged before is still there.
    """


class JournalDamaged(Error, status=Status.JOURNAL_DAMAGED):
    """The journal is damaged, or is not a journal."""


class JournalBusy(Error, status=Status.JOURNAL_BUSY):
    """Another thread or process is using the journal, or is sending from it."""


class InvalidDimension(Error, status=Status.INVALID_DIMENSION):
    """The product's listing does not have this dimension (InvalidUsageDimensionException)."""


class InvalidAllocations(Error, status=Status.INVALID_ALLOCATIONS):
    """AWS does not accept the tags or allocations of this usage (InvalidUsageAllocationsException).

    AWS may also return InvalidTagException.
    """


class UsageDuplicate(Error, status=Status.USAGE_DUPLICATE):
    """AWS has another quantity for this task or pod, dimension and hour (DuplicateRequestException).

    AWS may also return IdempotencyConflictException. The quantity that was sent is not billed.
    """


class UsageTimestamp(Error, status=Status.USAGE_TIMESTAMP):
    """AWS does not accept usage for this time (TimestampOutOfBoundsException).

    It is over six hours old, or in the future.
    """


class UsageHeld(Error, status=Status.USAGE_HELD):
    """Usage is held: it will not be sent again, and must be settled by hand.

    AWS may have billed it already, has another quantity for the hour, or no longer accepts it.
    """


# end of generated
