"""Decides the wrong registration tokens. RFC 8725 (JWT best practices) names most of these attacks.

Each function gets the draft of the right token and returns what is sent in its place. Two of them are valid all the
same and say so.
"""

from __future__ import annotations

import json

from ..tokens import Draft, base64url, encode
from .registry import fault


@fault("token-wrong-key", "token")
def wrong_key(draft: Draft) -> str:
    """Signed rightly, but with another key pair."""
    return draft.sign(signature=draft.key.another().pss)


@fault("token-alg-none", "token")
def alg_none(draft: Draft) -> str:
    """Header alg "none" and an empty signature (RFC 8725 section 2.1)."""
    return f"{encode({'alg': 'none', 'typ': 'JWT'})}.{encode(draft.claims)}."


@fault("token-hs256", "token")
def hs256(draft: Draft) -> str:
    """Header alg HS256, an HMAC with the public key's PEM as the secret (RFC 8725 section 2.1)."""
    return draft.sign(header={"alg": "HS256", "typ": "JWT"}, signature=draft.key.hmac_with_public_key)


@fault("token-rs256", "token")
def rs256(draft: Draft) -> str:
    """Header alg RS256, a valid PKCS #1 v1.5 signature of the right key."""
    return draft.sign(header={"alg": "RS256", "typ": "JWT"}, signature=draft.key.pkcs1)


@fault("token-salt-0", "token")
def salt_0(draft: Draft) -> str:
    """RSA-PSS of the right key with no salt; PS256 demands 32 bytes (RFC 7518 section 3.5)."""
    return draft.sign(signature=lambda data: draft.key.pss(data, salt=0))


@fault("token-salt-max", "token")
def salt_max(draft: Draft) -> str:
    """RSA-PSS of the right key with the longest salt that fits; PS256 demands 32 bytes."""
    return draft.sign(signature=lambda data: draft.key.pss(data, salt=None))


@fault("token-bad-signature", "token")
def bad_signature(draft: Draft) -> str:
    """One bit of the signature is flipped."""

    def flipped(data: bytes) -> bytes:
        signature = draft.key.pss(data)
        return signature[:-1] + bytes([signature[-1] ^ 1])

    return draft.sign(signature=flipped)


@fault("token-wrong-nonce", "token")
def wrong_nonce(draft: Draft) -> str:
    """Signed rightly, with another nonce than the request's: a replay."""
    return draft.sign({**draft.claims, "nonce": "another-nonce"})


@fault("token-missing-nonce", "token")
def missing_nonce(draft: Draft) -> str:
    """Signed rightly, without a nonce."""
    return draft.sign({name: value for name, value in draft.claims.items() if name != "nonce"})


@fault("token-wrong-product", "token")
def wrong_product(draft: Draft) -> str:
    """Signed rightly, for another product."""
    return draft.sign({**draft.claims, "productCode": "prod-another"})


@fault("token-wrong-version", "token")
def wrong_version(draft: Draft) -> str:
    """Signed rightly, for another public key version."""
    return draft.sign({**draft.claims, "publicKeyVersion": draft.claims["publicKeyVersion"] + 1})


@fault("token-duplicate-claims", "token")
def duplicate_claims(draft: Draft) -> str:
    """productCode twice in the claims, first another product's, then the right one: a last-wins parser sees nothing
    wrong."""
    rest = json.dumps(draft.claims, separators=(",", ":"))[1:]
    return draft.sign('{"productCode":"prod-another",' + rest)


@fault("token-conflicting-claims", "token")
def conflicting_claims(draft: Draft) -> str:
    """productCode is right, ProductCode beside it names another product."""
    return draft.sign({**draft.claims, "ProductCode": "prod-another"})


@fault("token-garbage", "token")
def garbage(draft: Draft) -> str:
    """Text with two dots that is no token."""
    return "this.is-not.a-token"


@fault("token-critical-header", "token")
def critical_header(draft: Draft) -> str:
    """Signed rightly, with a critical header extension nobody knows; it has to be rejected (RFC 7515 section
    4.1.11)."""
    return draft.sign(header={"alg": "PS256", "typ": "JWT", "crit": ["mpmeter"], "mpmeter": 1})


@fault("token-extra-part", "token")
def extra_part(draft: Draft) -> str:
    """The right token with a fourth part behind it."""
    return f"{draft.sign()}.{base64url(b'more')}"


@fault("token-documented-case", "token")
def documented_case(draft: Draft) -> str:
    """Valid: the claims as AWS's documentation prints them, ProductCode, PublicKeyVersion (as a string) and Nonce."""
    claims = {
        "ProductCode": draft.claims["productCode"],
        "PublicKeyVersion": str(draft.claims["publicKeyVersion"]),
        "iat": draft.claims["iat"],
    }
    if "nonce" in draft.claims:
        claims["Nonce"] = draft.claims["nonce"]
    return draft.sign(claims)


@fault("token-extra-claims", "token")
def extra_claims(draft: Draft) -> str:
    """Valid: claims nobody knows and a null one beside the right ones; to be ignored."""
    return draft.sign({**draft.claims, "PublicKeyRotationTimestamp": None, "customer": {"id": ["x"]}})
