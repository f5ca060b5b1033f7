"""--key: the sandbox signs with the private key it is given, and says in a sentence why it cannot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import run
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwt
from joserfc.jwk import RSAKey
from sandbox_client import register

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: Any, encryption: Any = None) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption or serialization.NoEncryption()
    )


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "sandbox.key"
    path.write_bytes(pem(PRIVATE))
    return path


def test_tokens_are_signed_with_it(sandbox: Callable[..., Any], key: Path) -> None:
    running = sandbox("ecs-ec2", key=str(key))
    token = register(running.variables).json["Signature"]
    public = PRIVATE.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert jwt.decode(token, RSAKey.import_key(public), algorithms=["PS256"]).claims["nonce"] == "nonce-4711"
    assert Path(running.variables["MPMETER_SANDBOX_PUBLIC_KEY"]).read_bytes() == public


def test_after_a_rotation_the_next_version_is_another_key(sandbox: Callable[..., Any], key: Path) -> None:
    variables = sandbox("ecs-ec2", "key-rotated", key=str(key)).variables
    first = Path(variables["MPMETER_SANDBOX_PUBLIC_KEY"]).read_text()
    assert first != Path(variables["MPMETER_SANDBOX_NEXT_PUBLIC_KEY"]).read_text()


@pytest.mark.parametrize(
    "content, said",
    [
        (None, "cannot be read: No such file or directory"),
        (b"secret words", "is not a private key in PEM; make one with 'openssl genpkey'"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "is not an RSA key; AWS Marketplace signs with RSA (PS256)"),
        (pem(PRIVATE, serialization.BestAvailableEncryption(b"word")), "is encrypted; decrypt it with"),
    ],
    ids=["missing", "no-pem", "elliptic", "encrypted"],
)
def test_a_key_that_cannot_be_used(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "sandbox.key"
    if content is not None:
        path.write_bytes(content)
    done = run("run", "--scenario", "ecs-ec2", "--key", str(path), "--", "true")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr and "secret words" not in done.stderr


def test_a_key_has_its_size_already(key: Path) -> None:
    done = run("run", "--scenario", "ecs-ec2", "--key", str(key), "--key-bits", "3072", "--", "true")
    assert done.returncode == 2 and "not allowed with argument --key" in done.stderr
