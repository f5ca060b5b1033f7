"""What the doctor says of the pod's token, and of a secret that was put into the wrong variable: named, never shown."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest

from .doctor import diagnose
from .sandbox import Sandbox

# ---- The token's claims ----------------------------------------------------------------------------------------------


def _token(**claims: Any) -> str:
    """A token that nobody signed: the diagnosis reads it, and STS never sees it."""
    usual = {
        "iss": "https://oidc.eks.eu-west-3.amazonaws.com/id/AB",
        "aud": ["sts.amazonaws.com"],
        "exp": time.time() + 3600,
        "sub": "hidden-subject",
    }
    parts = [{"alg": "RS256"}, {**usual, **claims}]
    return ".".join(
        [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
        + ["signature-of-nobody"]
    )


@pytest.mark.parametrize(
    "claims, seen, advice",
    [
        ({"exp": int(time.time()) - 7200}, ["expired 2 h", "/id/AB"], "Start the pod again"),
        ({"nbf": int(time.time()) + 36000}, ["is not valid yet, and will be in"], "clock of this node"),
        (
            {"aud": "vault"},
            ["audience is not sts.amazonaws.com"],
            "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
        ),
        ({"aud": None}, ["audience is not sts.amazonaws.com"], "projected token"),
    ],
)
def test_claims_of_the_token(
    claims: dict[str, Any], seen: list[str], advice: str, irsa: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "token"
    path.write_text(_token(**claims))
    report = diagnose(irsa, set={"AWS_WEB_IDENTITY_TOKEN_FILE": str(path)})
    found = report.checks["role-token"]
    assert report.failures == ["role-token"] and report.json["status"] == "MPMETER_E_CREDENTIALS_REJECTED"
    assert str(path) in found["seen"] and all(words in found["seen"] for words in seen) and advice in found["advice"], (
        found
    )
    # "token claims: issuer and expiry only"
    assert all(text not in report.outcome.stdout for text in ("hidden-subject", "vault", "signature-of-nobody"))
    assert report.outcome.of("sts") == []


def test_a_token_that_ends_soon(irsa: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(_token(exp=int(time.time()) + 100))
    report = diagnose(irsa, set={"AWS_WEB_IDENTITY_TOKEN_FILE": str(path)})
    assert report.warnings == ["role-token"] and "rotates" in report.checks["role-token"]["advice"]


# ---- Secrets that were put into the wrong variable -------------------------------------------------------------------

# AWS's own example of a pair of keys, in its documents of access keys.
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEY_ID = "AKIAIOSFODNN7EXAMPLE"
NO_HEADER = "ZmFrZQ.c3ViamVjdA.c2lnbmF0dXJl"
TOKEN_FILE = "AWS_WEB_IDENTITY_TOKEN_FILE"


@pytest.mark.parametrize(
    "variable, value, first, seen",
    [
        ("AWS_REGION", SECRET_KEY, "region-environment", "looks like a secret access key"),
        ("AWS_REGION", f'"{SECRET_KEY}"\r', "region-environment", "looks like a secret access key"),
        ("AWS_REGION", KEY_ID, "region-environment", "looks like an access key id"),
        ("AWS_DEFAULT_REGION", SECRET_KEY, "", "looks like a secret access key"),
        ("AWS_ROLE_ARN", SECRET_KEY, "role", "looks like a secret access key"),
        ("AWS_ROLE_ARN", KEY_ID, "role", "looks like an access key id"),
        (TOKEN_FILE, SECRET_KEY, "role-token", "holds what looks like a secret access key, not the path of a file"),
        (TOKEN_FILE, "eyJ", "role-token", "holds a token's text, not the path of a file"),
        (TOKEN_FILE, NO_HEADER, "role-token", "holds a token's text, not the path of a file"),
    ],
)
def test_a_secret_in_the_wrong_variable_is_named_and_not_shown(
    variable: str, value: str, first: str, seen: str, irsa: Sandbox
) -> None:
    value = _token(exp=int(time.time()) + 3600) if value == "eyJ" else value
    report = diagnose(irsa, set={variable: value})
    assert report.failures == [first] * bool(first), report.json
    assert seen in report.checks[first or "region-environment"]["seen"], report.json
    texts = [report.outcome.stdout, report.outcome.stderr]
    for command in (["register", "--product-code", irsa.product_code, "--public-key", irsa.key], ["region"]):
        outcome = irsa.run(*command, "-vv", set={variable: value})
        texts += [outcome.stdout, outcome.stderr]
    pieces = [piece.strip('"\r') for piece in value.split(".")]
    assert not [piece for piece in pieces for text in texts if piece[:12] in text or piece[-12:] in text]
