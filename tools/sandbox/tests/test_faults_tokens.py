"""Each wrong token is wrong in exactly the way its name says; the valid ones are valid."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from joserfc import jws
from joserfc.jwk import RSAKey
from sandbox_client import register


@dataclass
class Token:
    """A received token, taken apart without judging it."""

    text: str
    pem: bytes

    def part(self, index: int) -> bytes:
        text = self.text.split(".")[index]
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    @property
    def header(self) -> dict[str, Any]:
        return json.loads(self.part(0))

    @property
    def pairs(self) -> list[tuple[str, Any]]:
        """The claims in their order, repeated ones included; an object in them is a list of pairs as well."""
        return json.loads(self.part(1), object_pairs_hook=list)

    @property
    def claims(self) -> dict[str, Any]:
        return dict(self.pairs)

    def ps256(self) -> bool:
        """Whether joserfc, which knows nothing of the sandbox, finds a valid PS256 signature over it."""
        try:
            jws.deserialize_compact(self.text, RSAKey.import_key(self.pem), algorithms=["PS256"])
        except Exception:
            return False
        return True

    def rsa(self, scheme: Any) -> bool:
        key: Any = serialization.load_pem_public_key(self.pem)
        try:
            key.verify(self.part(2), self.text.rpartition(".")[0].encode(), scheme, hashes.SHA256())
        except Exception:
            return False
        return True

    def pss(self, salt: int) -> bool:
        return self.rsa(padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=salt))

    def differs(self, **expected: Any) -> bool:
        """Valid PS256, and the claims are the right ones except for these; None is absent."""
        right = {"productCode": "prod-sandbox-paid", "publicKeyVersion": 1, "nonce": "nonce-4711", **expected}
        right = {name: value for name, value in right.items() if value is not None}
        claims = self.claims
        return (
            self.ps256()
            and isinstance(claims.pop("iat"), int)
            and claims == right
            and len(self.pairs) == len(right) + 1
        )


def hs256(token: Token) -> bool:
    signed = token.text.rpartition(".")[0].encode()
    return token.header["alg"] == "HS256" and token.part(2) == hmac.new(token.pem, signed, hashlib.sha256).digest()


def documented(token: Token) -> bool:
    claims = token.claims
    return token.ps256() and {**claims, "iat": 0} == {
        "ProductCode": "prod-sandbox-paid",
        "PublicKeyVersion": "1",
        "Nonce": "nonce-4711",
        "iat": 0,
    }


CASES: dict[str, Callable[[Token], bool]] = {
    "token-wrong-key": lambda t: (
        t.header["alg"] == "PS256" and not t.ps256() and len(t.part(2)) == 256 and t.claims["nonce"] == "nonce-4711"
    ),
    "token-alg-none": lambda t: t.header["alg"] == "none" and t.text.endswith(".") and t.text.count(".") == 2,
    "token-hs256": hs256,
    "token-rs256": lambda t: t.header["alg"] == "RS256" and t.rsa(padding.PKCS1v15()),
    "token-salt-0": lambda t: t.header["alg"] == "PS256" and t.pss(0) and not t.ps256(),
    "token-salt-max": lambda t: t.header["alg"] == "PS256" and t.pss(256 - 32 - 2) and not t.ps256(),
    "token-bad-signature": lambda t: t.header["alg"] == "PS256" and not t.ps256() and len(t.part(2)) == 256,
    "token-wrong-nonce": lambda t: t.differs(nonce="another-nonce"),
    "token-missing-nonce": lambda t: t.differs(nonce=None),
    "token-wrong-product": lambda t: t.differs(productCode="prod-another"),
    "token-wrong-version": lambda t: t.differs(publicKeyVersion=2),
    "token-duplicate-claims": lambda t: (
        t.ps256() and [v for n, v in t.pairs if n == "productCode"] == ["prod-another", "prod-sandbox-paid"]
    ),
    "token-conflicting-claims": lambda t: t.differs(ProductCode="prod-another"),
    "token-garbage": lambda t: t.text == "this.is-not.a-token",
    "token-critical-header": lambda t: t.header["crit"] == ["mpmeter"] and t.pss(32) and not t.ps256(),
    "token-extra-part": lambda t: t.text.count(".") == 3 and Token(t.text.rpartition(".")[0], t.pem).differs(),
    "token-documented-case": documented,
    "token-extra-claims": lambda t: (
        t.ps256() and t.claims["customer"] == [("id", ["x"])] and t.claims["PublicKeyRotationTimestamp"] is None
    ),
}


def received(sandbox: Callable[..., Any], fault: str | None) -> Token:
    running = sandbox("ecs-ec2", *([fault] if fault else []))
    reply = register(running.variables)
    assert reply.status == 200
    assert running.requests()[0]["fault"] == fault
    return Token(reply.json["Signature"], Path(running.variables["MPMETER_SANDBOX_PUBLIC_KEY"]).read_bytes())


@pytest.mark.parametrize("fault", CASES)
def test_the_token_is_wrong_as_its_name_says(fault: str, sandbox: Callable[..., Any]) -> None:
    assert CASES[fault](received(sandbox, fault))


def test_no_case_takes_the_right_token_for_its_own(sandbox: Callable[..., Any]) -> None:
    token = received(sandbox, None)
    assert token.differs()

    def holds(case: Callable[[Token], bool]) -> bool:
        try:
            return case(token)
        except (KeyError, ValueError):
            return False

    assert [name for name, case in CASES.items() if holds(case)] == []


def test_documented_case_without_a_nonce(sandbox: Callable[..., Any]) -> None:
    running = sandbox("ecs-ec2", "token-documented-case")
    reply = register(running.variables, body=b'{"ProductCode":"prod-sandbox-paid","PublicKeyVersion":1}')
    assert "Nonce" not in Token(reply.json["Signature"], b"").claims
