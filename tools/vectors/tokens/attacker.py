"""Header parameters with which an attacker would bring a key of their own."""

import base64
import hashlib

from cryptography.hazmat.primitives import serialization
from joserfc import jwk

from .making import KEYS, b64


def attacker_headers():
    """Header parameters that name the key of somebody else."""
    other = jwk.RSAKey.import_key((KEYS / "rsa2048-other.pem").read_text()).as_dict(private=False)
    der = serialization.load_pem_public_key((KEYS / "rsa2048-other.pem").read_bytes()).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return [
        ("jwk", {name: other[name] for name in ("kty", "n", "e")}),
        ("jku", "https://evil.example/keys.json"),
        ("x5u", "https://evil.example/cert.pem"),
        ("x5c", [base64.b64encode(der).decode()]),
        ("x5t#S256", b64(hashlib.sha256(der).digest())),
    ]
