"""Decides what a call returns: immutable values that hold nothing of the library's memory."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from . import _errors
from ._enums import NUMBERS, ProductKind
from ._library import text
from ._status import Status


@dataclass(frozen=True)
class Registration:
    """A registration that AWS accepted, and whose proof held.

    Attributes:
        product_code: the ProductCode that was registered.
        product_kind: FREE if the code was trusted as free, else PAID.
        public_key_version: the PublicKeyVersion that AWS signed with.
        nonce: the Nonce that was sent, and found in the proof.
        verified: whether the signature was verified. False only with `unverified_key_version`.
        signature: the signed response, a JWT in compact form; store it with the nonce to verify it again.
        public_key_rotation: PublicKeyRotationTimestamp as AWS sent it, which means that this key version has expired
            and a newer one is to be shipped; or None.
        issued_at: when AWS says that it issued the proof (`iat`), aware, in UTC; None if it does not say.
        region, region_source: the Region that was registered in, and where it was found: "AWS_REGION",
            "AWS_DEFAULT_REGION", "ecs-task-metadata", "eks-web-identity-token" or "ec2-instance-metadata". None after
            verify().
        credentials_source: "eks-irsa", "ecs-task-role", "eks-pod-identity", "environment", "shared-credentials-file" or
            "ec2-instance-role". None after verify().
        platform: "ecs", "fargate", "eks", "ec2" or "none". None after verify().
        request_id: AWS's request id of the answer, or None.
        attempts: how many RegisterUsage requests it took; 0 after verify().
        elapsed: the time that it took, from the call to the answer.
    """

    product_code: str
    product_kind: ProductKind
    public_key_version: int
    nonce: str
    verified: bool
    signature: str = field(repr=False)
    public_key_rotation: str | None
    issued_at: datetime | None
    region: str | None
    region_source: str | None
    credentials_source: str | None
    platform: str | None
    request_id: str | None
    attempts: int
    elapsed: timedelta

    def to_dict(self) -> dict[str, Any]:
        """For `json.dumps`: the keys of `mpmeter register --json`. What is not known is None."""
        return {
            "status": Status.OK.constant,
            "code": int(Status.OK),
            "action": Status.OK.action.value,
            "message": Status.OK.message,
            "fix": Status.OK.fix,
            "product_code": self.product_code,
            "public_key_version": self.public_key_version,
            "nonce": self.nonce,
            "verified": self.verified,
            "signature": self.signature,
            "public_key_rotation": self.public_key_rotation,
            "region": self.region,
            "region_source": self.region_source,
            "credentials_source": self.credentials_source,
            "platform": self.platform,
            "request_id": self.request_id,
            "attempts": self.attempts,
            "elapsed_ms": self.elapsed // timedelta(milliseconds=1),
        }


@dataclass(frozen=True)
class Region:
    """A Region that was found.

    Attributes:
        name: such as "eu-west-3".
        source: where it was found, as `Registration.region_source`.
        platform: "ecs", "fargate", "eks", "ec2" or "none".
        supported: False if AWS's documentation names it as one where RegisterUsage is not offered.
    """

    name: str
    source: str
    platform: str
    supported: bool

    def __str__(self) -> str:
        return self.name


def take_registration(library: Any, pointer: ctypes.c_void_p) -> Registration:
    """The registration behind a pointer, which is freed."""

    def ask(name: str) -> Any:
        return getattr(library, f"mpmeter_registration_{name}")(pointer)

    try:
        issued_at = ask("issued_at")
        return Registration(
            product_code=text(ask("product_code")) or "",
            product_kind=ProductKind.FREE if ask("product_kind") == NUMBERS[ProductKind.FREE] else ProductKind.PAID,
            public_key_version=ask("public_key_version"),
            nonce=text(ask("nonce")) or "",
            verified=ask("verified") == 1,
            signature=text(ask("signature")) or "",
            public_key_rotation=text(ask("public_key_rotation")),
            issued_at=_moment(issued_at),
            region=text(ask("region")),
            region_source=text(ask("region_source")),
            credentials_source=text(ask("credentials_source")),
            platform=text(ask("platform")),
            request_id=text(ask("request_id")),
            attempts=ask("attempts"),
            elapsed=timedelta(milliseconds=ask("elapsed_ms")),
        )
    finally:
        library.mpmeter_registration_free(pointer)


def take_region(library: Any, pointer: ctypes.c_void_p) -> Region:
    """The Region behind a pointer, which is freed."""
    try:
        return Region(
            name=text(library.mpmeter_region_name(pointer)) or "",
            source=text(library.mpmeter_region_source(pointer)) or "",
            platform=text(library.mpmeter_region_platform(pointer)) or "",
            supported=library.mpmeter_region_supported(pointer) == 1,
        )
    finally:
        library.mpmeter_region_free(pointer)


def take_error(library: Any, status: int, pointer: ctypes.c_void_p) -> _errors.Error:
    """The exception for a status. `pointer` may hold an error object, which is freed."""

    def ask(name: str) -> Any:
        return getattr(library, f"mpmeter_error_{name}")(pointer)

    kind = _errors.Error.of(status)
    if not pointer:
        return kind(text(library.mpmeter_status_message(status)) or "", text(library.mpmeter_status_fix(status)) or "")
    try:
        return kind(
            text(ask("message")) or "",
            text(ask("fix")) or "",
            http_status=ask("http_status") or None,
            aws_type=text(ask("aws_type")),
            request_id=text(ask("request_id")),
            region=text(ask("region")),
            region_source=text(ask("region_source")),
            credentials_source=text(ask("credentials_source")),
            platform=text(ask("platform")),
            attempts=ask("attempts"),
            elapsed=timedelta(milliseconds=ask("elapsed_ms")),
            text=text(ask("text")),
        )
    finally:
        library.mpmeter_error_free(pointer)


def _moment(seconds: int) -> datetime | None:
    """Seconds since 1970 as a time; 0 means unknown, and what no calendar can hold is unknown too."""
    if seconds == 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, ValueError, OSError):
        return None
