"""Decides the faults of TLS: what metering and STS show, and what the image has to check it with. Each implies
--tls."""

from __future__ import annotations

from ..settings import Settings
from .registry import fault


def _shown(name: str, certificate: str, description: str) -> None:
    """Register a fault of the servers."""

    def show(settings: Settings, value: None) -> None:
        settings.tls, settings.certificate = True, certificate

    show.__doc__ = f"Metering and STS {description}; implies --tls."
    fault(name, "setting")(show)


_shown("tls-self-signed", "self-signed", "show a certificate that signed itself")
_shown("tls-wrong-host", "wrong-host", "show a trusted certificate for another host")
_shown("tls-expired", "expired", "show a trusted certificate that expired yesterday")
_shown("tls-unknown-ca", "unknown-ca", "show a certificate of an authority that is not in the bundle")
_shown("tls-1-0", "old", "speak TLS 1.0 and nothing newer")
_shown("tls-plain-http", "none", "speak plain HTTP at an https URL")


def _bundled(name: str, bundle: str, description: str) -> None:
    """Register a fault of the image."""

    def change(settings: Settings, value: None) -> None:
        settings.tls, settings.bundle = True, bundle

    change.__doc__ = f"The image lacks the servers' authority: {description}; implies --tls."
    fault(name, "setting")(change)


_bundled("tls-no-bundle", "unnamed", "AWS_CA_BUNDLE is not set")
_bundled("tls-bundle-missing", "missing", "AWS_CA_BUNDLE names a file that is not there")
_bundled("tls-bundle-empty", "empty", "AWS_CA_BUNDLE names an empty file")
_bundled("tls-bundle-garbage", "garbage", "AWS_CA_BUNDLE names a file that holds no certificate")
