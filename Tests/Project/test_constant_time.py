"""How long the comparison of a nonce takes says nothing about where two nonces differ: by valgrind, and by what the
sources call."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from . import swift
from .places import SOURCES


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Linked with the same libcrypto.a as the library."""
    made = tmp_path_factory.mktemp("constant-time") / "constant_time"
    archive = subprocess.run(
        ["gcc", "-print-file-name=libcrypto.a"], capture_output=True, text=True, check=True
    ).stdout.strip()
    source = Path(__file__).with_name("constant_time.c")
    subprocess.run(
        ["gcc", "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", source, archive, "-ldl", "-pthread", "-o", made],
        check=True,
    )
    return made


def _run(program: Path, comparison: str) -> subprocess.CompletedProcess[str]:
    command = ["valgrind", "--quiet", "--error-exitcode=1", str(program), comparison]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_nothing_depends_on_the_bytes_compared(program: Path) -> None:
    done = _run(program, "ours")
    assert (done.returncode, done.stderr) == (0, "")


def test_valgrind_sees_a_comparison_that_does(program: Path) -> None:
    done = _run(program, "memcmp")
    assert done.returncode != 0 and "depends on uninitialised value" in done.stderr


def test_that_is_how_a_token_is_compared() -> None:
    verifier = swift.code((SOURCES / "MPMeterCore/Token/TokenVerifier.swift").read_text())
    assert "guard S.areSame(claims.nonce.bytes, request.nonce.bytes)" in verifier
    assert "guard S.areSame(claims.productCode.bytes, request.productCode.bytes)" in verifier
    comparison = swift.code((SOURCES / "MPMeterCrypto/Verification_openssl.swift").read_text())
    assert re.search(r"\{\s*a\.count == b\.count && CRYPTO_memcmp\(a, b, a\.count\) == 0\s*\}", comparison)
