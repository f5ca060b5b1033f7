"""Decides the faults that change the sandbox before it starts."""

from __future__ import annotations

from ..exchange import IMDS, STS
from ..settings import Settings
from .registry import fault


@fault("clock-skew", "setting", takes_value=True)
def clock_skew(settings: Settings, value: int) -> None:
    """The metering service's clock is off by that many seconds; its Date header says so. Beyond 300 signatures are
    refused."""
    settings.clock_offset = float(value)


@fault("key-rotated", "setting")
def key_rotated(settings: Settings, value: None) -> None:
    """The embedded key's version is refused, the next one accepted with PublicKeyRotationTimestamp.

    MPMETER_SANDBOX_NEXT_PUBLIC_KEY is the next version's PEM file.
    """
    settings.key_rotated = True


@fault("rotation-announced", "setting")
def rotation_announced(settings: Settings, value: None) -> None:
    """The embedded key's version still works, but the answer has a PublicKeyRotationTimestamp."""
    settings.rotation_announced = True


@fault("credentials-expired", "setting")
def credentials_expired(settings: Settings, value: None) -> None:
    """Every source hands out credentials that have already expired; the metering service refuses them."""
    settings.credentials_lifetime = -60


@fault("credentials-expiring", "setting")
def credentials_expiring(settings: Settings, value: None) -> None:
    """Every source hands out credentials that expire in a minute; the metering service still takes them."""
    settings.credentials_lifetime = 60


@fault("credentials-rotated", "setting")
def credentials_rotated(settings: Settings, value: None) -> None:
    """Credentials change at the moment they are used: of the sets a source hands out, the first, third, fifth … are
    called expired."""
    settings.credentials_rotate = True


@fault("local-zone", "setting")
def local_zone(settings: Settings, value: None) -> None:
    """The AvailabilityZone in task and instance metadata is a Local Zone, whose name is not the Region plus a
    letter."""
    settings.local_zone = True


@fault("imds-v1-only", "setting", IMDS)
def imds_v1_only(settings: Settings, value: None) -> None:
    """The instance has no IMDSv2: PUT for a token is answered 404, GET works without a token."""
    settings.imds_mode = "v1-only"


@fault("sts-iso-expiration", "setting", STS)
def sts_iso_expiration(settings: Settings, value: None) -> None:
    """Expiration in STS's JSON is an ISO 8601 date instead of a number."""
    settings.sts_form = "iso-expiration"


@fault("sts-xml", "setting", STS)
def sts_xml(settings: Settings, value: None) -> None:
    """STS answers XML even where JSON was asked for."""
    settings.sts_form = "xml"


@fault("refused", "setting", anywhere=True)
def refused(settings: Settings, service: str) -> None:
    """Nothing listens at the service's address: connections are refused."""
    settings.refused.add(service)
