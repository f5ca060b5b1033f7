"""Decides what a registration token is: a JWT (RFC 7519) signed with PS256, RSA-PSS with SHA-256, MGF1 and a 32-byte
salt.

Algorithms: RFC 7518 section 3.5. Claims as the service really sends them: productCode, publicKeyVersion (a number),
nonce, iat. Whether AWS sends `nonce: null` or leaves the claim out when the request had none is not documented; here it
is left out.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

Json = dict[str, Any] | str


class SigningKey:
    """A product's key pair: the private half signs tokens, the public half is what the vendor embeds."""

    def __init__(self, private: rsa.RSAPrivateKey) -> None:
        self.bits = private.key_size
        self._private = private

    @classmethod
    def new(cls, bits: int) -> SigningKey:
        """A key pair nobody has seen."""
        return cls(rsa.generate_private_key(public_exponent=65537, key_size=bits))

    @classmethod
    def read(cls, path: str) -> SigningKey:
        """The private key in a PEM file. Raises ValueError with a sentence for the user that quotes nothing of the
        file."""
        try:
            private = serialization.load_pem_private_key(Path(path).read_bytes(), password=None)
        except OSError as error:
            raise ValueError(f"the key '{path}' cannot be read: {error.strerror}") from None
        except TypeError:
            raise ValueError(
                f"the key '{path}' is encrypted; decrypt it with 'openssl pkey -in {path} -out FILE'"
            ) from None
        except ValueError:
            raise ValueError(f"the key '{path}' is not a private key in PEM; make one with 'openssl genpkey'") from None
        if not isinstance(private, rsa.RSAPrivateKey):
            raise ValueError(f"the key '{path}' is not an RSA key; AWS Marketplace signs with RSA (PS256)")
        return cls(private)

    @property
    def public_pem(self) -> bytes:
        """SubjectPublicKeyInfo in PEM, the form in which AWS Marketplace shows it."""
        return self._private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def another(self) -> SigningKey:
        """A key pair of the same size that nobody trusts."""
        return SigningKey.new(self.bits)

    def pss(self, data: bytes, salt: int | None = 32) -> bytes:
        """An RSA-PSS signature; None is the longest salt that fits (RFC 8017 section 9.1)."""
        length = padding.PSS.MAX_LENGTH if salt is None else salt
        scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=length)
        return self._private.sign(data, scheme, hashes.SHA256())

    def pkcs1(self, data: bytes) -> bytes:
        """An RS256 signature (RFC 7518 section 3.3)."""
        return self._private.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def hmac_with_public_key(self, data: bytes) -> bytes:
        """HMAC-SHA-256 with the public PEM as the secret, the algorithm confusion of RFC 8725 section 2.1."""
        return hmac.new(self.public_pem, data, hashlib.sha256).digest()


@dataclass(frozen=True)
class Draft:
    """A token about to be signed: what is to be claimed, and with which key."""

    claims: dict[str, Any]
    key: SigningKey

    def sign(
        self,
        claims: Json | None = None,
        header: Json | None = None,
        signature: Callable[[bytes], bytes] | None = None,
    ) -> str:
        """The compact serialization (RFC 7515 section 7.1); every part can be replaced, text is taken as it stands."""
        first = encode(header if header is not None else {"alg": "PS256", "typ": "JWT"})
        signed = f"{first}.{encode(claims if claims is not None else self.claims)}"
        return f"{signed}.{base64url((signature or self.key.pss)(signed.encode()))}"


def encode(part: Json) -> str:
    """JSON, as given or compact, in base64url."""
    text = part if isinstance(part, str) else json.dumps(part, separators=(",", ":"))
    return base64url(text.encode())


def base64url(data: bytes) -> str:
    """base64url without padding (RFC 7515 appendix C)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
