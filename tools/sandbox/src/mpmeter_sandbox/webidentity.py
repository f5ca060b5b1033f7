"""Decides what a Kubernetes service account's projected token is, and whether STS trusts one.

Claims:
https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#schema-for-service-account-private-claims
"""

from __future__ import annotations

import base64
import functools
import json
import time
import uuid
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .errors import Refusal
from .places import Place
from .tokens import base64url, encode

STS_AUDIENCE = "sts.amazonaws.com"
POD_IDENTITY_AUDIENCE = "pods.eks.amazonaws.com"
NAMESPACE = "default"
SERVICE_ACCOUNT = "metered"
SUBJECT = f"system:serviceaccount:{NAMESPACE}:{SERVICE_ACCOUNT}"
LIFETIME = 86400


class ClusterIssuer:
    """The cluster's OpenID Connect provider: issues the pod's tokens and lets STS check them."""

    def __init__(self, place: Place) -> None:
        self.issuer = place.oidc_issuer
        self._pod_uid = place.pod_uid

    @functools.cached_property
    def _private(self) -> rsa.RSAPrivateKey:
        """The provider's key, made when it is first needed."""
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def token(self, audience: str) -> str:
        """A token as the kubelet writes it into the pod's volume."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "aud": [audience],
            "exp": now + LIFETIME,
            "iat": now,
            "iss": self.issuer,
            "jti": str(uuid.uuid4()),
            "kubernetes.io": {
                "namespace": NAMESPACE,
                "node": {"name": "ip-10-0-0-7.internal", "uid": str(uuid.uuid4())},
                "pod": {"name": "metered-6d4b75cb6d-hx5vq", "uid": self._pod_uid},
                "serviceaccount": {"name": SERVICE_ACCOUNT, "uid": str(uuid.uuid4())},
            },
            "nbf": now,
            "sub": SUBJECT,
        }
        signed = f"{encode({'alg': 'RS256', 'kid': 'sandbox', 'typ': 'JWT'})}.{encode(claims)}"
        signature = self._private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{base64url(signature)}"

    def check(self, token: str, audience: str) -> dict[str, Any]:
        """The claims of a token that this cluster issued, or the Refusal that STS would answer."""
        try:
            signed, signature, claims = _take_apart(token)
            self._private.public_key().verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        except (ValueError, InvalidSignature):
            raise Refusal("InvalidIdentityToken", "The web identity token could not be validated.") from None
        if claims.get("iss") != self.issuer:
            raise Refusal(
                "InvalidIdentityToken", f"No OpenIDConnect provider found in your account for {claims.get('iss')}"
            )
        if audience not in claims.get("aud", []):
            raise Refusal("InvalidIdentityToken", "Incorrect token audience")
        if claims.get("exp", 0) <= time.time():
            raise Refusal("ExpiredTokenException", "Token expired")
        return claims


def _take_apart(token: str) -> tuple[bytes, bytes, dict[str, Any]]:
    """What is signed, the signature, the claims."""
    header, payload, signature = token.split(".")
    claims = json.loads(_decode(payload))
    if not isinstance(claims, dict):
        raise ValueError("claims are not an object")
    return f"{header}.{payload}".encode(), _decode(signature), claims


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
