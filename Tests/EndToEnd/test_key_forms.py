"""A public key in the forms in which people hand it over: what is unmistakably the key is read, and what is not one is
called by its name."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from . import places, product
from .doctor import diagnose
from .sandbox import Sandbox

KEY = (places.KEYS / "rsa2048.pem").read_text()
PKCS1 = (places.KEYS / "rsa2048-pkcs1.pem").read_text()


def _wrapped(text: str) -> str:
    return base64.encodebytes(text.encode()).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda key: key,
    "a byte order mark": lambda key: "\ufeff" + key,
    "CRLF": lambda key: key.replace("\n", "\r\n"),
    "CR": lambda key: key.replace("\n", "\r"),
    "indented by spaces": lambda key: "".join(f"    {line}\n" for line in key.splitlines()),
    "indented by tabs": lambda key: "".join(f"\t{line}\n" for line in key.splitlines()),
    "in double quotes": lambda key: f'"{key}"',
    "in single quotes": lambda key: f"'{key.strip()}'",
    "line ends turned into spaces": lambda key: " ".join(key.splitlines()),
    "line ends lost": lambda key: "".join(key.splitlines()),
    r"\n": lambda key: key.replace("\n", r"\n"),
    r"\r\n": lambda key: key.replace("\n", r"\r\n"),
    r"\\n": lambda key: key.replace("\n", r"\\n"),
    "JSON in JSON": lambda key: json.dumps(json.dumps(key)),
    "JSON": json.dumps,
    "BOM and CRLF": lambda key: "\ufeff" + key.replace("\n", "\r\n"),
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
    "base64 in lines": _wrapped,
    "base64 of CRLF": lambda key: _wrapped(key.replace("\n", "\r\n")),
    "base64 of a BOM": lambda key: _wrapped("\ufeff" + key),
    "base64 of quotes": lambda key: _wrapped(f'"{key}"'),
    r"base64 of \n": lambda key: _wrapped(key.replace("\n", r"\n")),
    "base64 in quotes": lambda key: f'"{base64.b64encode(key.encode()).decode()}"',
}


def _check(key: Path) -> product.Outcome:
    """A verification that gets as far as the token, if the key is read."""
    return product.run("verify", "--json", "--product-code", "p", "--nonce", "n", "--public-key", str(key), "a.b")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["PUBLIC KEY", "RSA PUBLIC KEY"])
def test_is_read(kind: str, form: str, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(FORMS[form](KEY if kind == "PUBLIC KEY" else PKCS1).encode())
    _check(key).expect("MPMETER_E_TOKEN_MALFORMED")


def _openssl(*arguments: str) -> bytes:
    return subprocess.run(["openssl", *arguments], capture_output=True, check=True).stdout


PRIVATE = (places.KEYS / "rsa2048.private.pem").read_bytes()
CERTIFICATE = (places.KEYS / "bad-certificate.pem").read_bytes()
SSH_PUBLIC = b"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 somebody@example\n"
IMPOSTORS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a certificate": (lambda: CERTIFICATE, "certificate"),
    "a certificate in base64": (lambda: base64.b64encode(CERTIFICATE), "certificate"),
    "a certificate in one line": (lambda: CERTIFICATE.replace(b"\n", rb"\n"), "certificate"),
    "a private key": (lambda: PRIVATE, "private key"),
    "a private key of PKCS #1": (lambda: (places.KEYS / "bad-private-pkcs1.pem").read_bytes(), "private key"),
    "a private key in base64": (lambda: base64.b64encode(PRIVATE), "private key"),
    "an encrypted private key": (lambda: PRIVATE.replace(b"PRIVATE", b"ENCRYPTED PRIVATE"), "private key"),
    "an OpenSSH public key": (lambda: SSH_PUBLIC, "OpenSSH key"),
    "an OpenSSH private key": (
        lambda: b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
        "OpenSSH key",
    ),
    "an SSH2 public key": (
        lambda: b"---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n",
        "OpenSSH key",
    ),
    "DER": (lambda: _openssl("pkey", "-pubin", "-in", str(places.KEYS / "rsa2048.pem"), "-outform", "DER"), "DER"),
    "DER in base64": (
        lambda: base64.b64encode(
            _openssl("pkey", "-pubin", "-in", str(places.KEYS / "rsa2048.pem"), "-outform", "DER")
        ),
        "DER",
    ),
    "a path": (lambda: b"/run/secrets/marketplace.pem\n", "path"),
    "a relative path": (lambda: b"keys/marketplace.pem", "path"),
    "a JWK": (lambda: b'{"kty":"RSA","e":"AQAB","n":"AAAA"}', "JSON"),
    "nothing": (lambda: b"\n", "empty"),
    "a key without its last line": (lambda: KEY.rpartition("-----END")[0].encode(), "last line"),
    "an elliptic key": (lambda: (places.KEYS / "ec-p256.pem").read_bytes(), "not an RSA key"),
    "UTF-16": (lambda: KEY.encode("utf-16"), "UTF-16"),
    "words": (lambda: b"not a key", "-----BEGIN"),
}


@pytest.mark.parametrize("what", IMPOSTORS)
def test_is_called_by_its_name(what: str, tmp_path: Path, sandbox: Callable[..., Sandbox]) -> None:
    make, name = IMPOSTORS[what]
    key = tmp_path / "key"
    key.write_bytes(make())
    found = _check(key).expect("MPMETER_E_PUBLIC_KEY")
    assert name in found["message"], found["message"]
    secret = PRIVATE.splitlines()[2].decode()
    assert secret not in json.dumps(found)
    # And so says the doctor.
    check = diagnose(sandbox("ecs-fargate"), "--public-key", str(key), key=False).checks["public-key"]
    assert check["outcome"] == "fail" and check["status"] == "MPMETER_E_PUBLIC_KEY"
    assert name in check["seen"] and check["advice"] == found["fix"]
