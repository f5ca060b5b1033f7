"""Every token of Tests/Vectors through the shipped library, by the Python binding: a road that shares nothing with the
Swift tests.

What came of them goes to build/trust/tokens.json: how many were tried, refused as expected, accepted as valid, and
believed wrongly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mpmeter
import pytest

from .places import LIBRARY, ROOT

VECTORS = ROOT / "Tests/Vectors"
TRUST = ROOT / "build/trust"
# How many there are: a file that lost some cannot look green.
TOKENS, GENUINE, WYCHEPROOF = 660, 53, 401


def _cases(path: str) -> list[dict[str, Any]]:
    cases = json.loads((VECTORS / path).read_text())
    assert isinstance(cases, list)
    return cases


def _text(case: dict[str, Any]) -> str:
    if "token" in case:
        return str(case["token"])
    made = case["generate"]
    return str(made["prefix"] + made["repeat"] * made["count"] + made["suffix"])


def _verify(case: dict[str, Any], key: Path) -> tuple[str, str, mpmeter.Registration | None]:
    """Status, message, and what was proved."""
    try:
        # Bytes, as they are in the file: line ends are part of some cases.
        client = mpmeter.Client(
            public_keys={case.get("key_version", 1): key.read_bytes()}, minimum_key_bits=case.get("minimum_key_bits")
        )
        found = client.verify(
            _text(case),
            product_code=case.get("product_code", "prod"),
            nonce=case.get("nonce", "nonce"),
            public_key_version=case.get("public_key_version", 0),
        )
    except mpmeter.Error as error:
        return error.status.name, error.message, None
    return "OK", "", found


def test_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sets in one test, so that the counts are of one run."""
    monkeypatch.setenv("MPMETER_LIBRARY", str(LIBRARY))
    wrong: list[str] = []
    counts = {"vectors": 0, "refused": 0, "accepted_valid": 0, "wycheproof_jws": 0, "believed_wrongly": 0}

    for case in _cases("jwt/cases.json"):
        status, message, found = _verify(case, VECTORS / "keys" / case["key"])
        counts["vectors"] += 1
        counts["believed_wrongly"] += found is not None and case["expect"] != "MPMETER_OK"
        if f"MPMETER_{'E_' * (found is None)}{status}" != case["expect"]:
            wrong.append(f"{case['name']}: {status} {message}")
        elif found is None:
            counts["refused"] += 1
        else:
            counts["accepted_valid"] += 1
            told = (found.product_code, found.nonce, found.public_key_version, found.verified)
            if told != (case["product_code"], case["nonce"], case["expect_public_key_version"], True):
                wrong.append(f"{case['name']}: {told}")

    for case in _cases("wycheproof/jws.json"):
        status, message, found = _verify(case, VECTORS / "wycheproof/keys" / case["key"])
        counts["wycheproof_jws"] += 1
        counts["believed_wrongly"] += found is not None
        # The signature holds: what is refused is the payload, which is no object of claims.
        is_signed = status == "TOKEN_MALFORMED" and "payload" in message
        if is_signed != (case["genuine"] and case["rule"] != "emptyPayload") or found is not None:
            wrong.append(f"{case['name']}: {status} {message}")

    TRUST.mkdir(parents=True, exist_ok=True)
    (TRUST / "tokens.json").write_text(json.dumps(counts) + "\n")
    assert wrong == []
    assert counts == {
        "vectors": TOKENS,
        "refused": TOKENS - GENUINE,
        "accepted_valid": GENUINE,
        "wycheproof_jws": WYCHEPROOF,
        "believed_wrongly": 0,
    }
