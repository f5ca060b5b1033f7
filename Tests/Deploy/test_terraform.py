"""The Terraform module: it parses, is formatted as `terraform fmt` does it, and takes its documents from ../iam, whose
words it replaces are there.

Terraform itself cannot be had here, so nothing was planned or applied.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import hcl2
import pytest

from .places import DEPLOY, ROOT

FILE = DEPLOY / "terraform" / "main.tf"
TEXT = FILE.read_text()
FORMAT = Path(__file__).with_name("terraform_format.go")


def _blocks(kind: str) -> list[str]:
    """The names of the blocks of a kind, without their quotes."""
    parsed: dict[str, Any] = hcl2.loads(TEXT)
    return sorted(name.strip('"') for block in parsed[kind] for name in block if not name.startswith("__"))


def test_it_parses() -> None:
    assert _blocks("resource") == ["aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy"]
    assert _blocks("variable") == ["ecs_exec", "metered", "namespace", "oidc_provider", "service_account"]
    assert _blocks("output") == ["role_arn"]


@pytest.fixture(scope="module")
def formatter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """HashiCorp's own, which `terraform fmt` calls, from Debian's package of its sources."""
    place = tmp_path_factory.mktemp("hclfmt")
    go = max((ROOT / "build").glob("go-*/go/bin/go"), key=lambda path: path.stat().st_mtime)
    settings = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(ROOT / "build/go-cache")}
    environment = {**os.environ, **settings, "GOFLAGS": "", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
    subprocess.run([go, "build", "-o", place / "fmt", FORMAT], cwd=place, env=environment, check=True)
    return place / "fmt"


def _formatted(formatter: Path, text: str) -> str:
    return subprocess.run([formatter], input=text, capture_output=True, text=True, check=True).stdout


def test_it_is_formatted(formatter: Path) -> None:
    assert _formatted(formatter, TEXT) == TEXT


def test_the_formatter_would_say_so(formatter: Path) -> None:
    bad = TEXT.replace("  type        =", "  type =")
    assert bad != TEXT and _formatted(formatter, bad) == TEXT


def test_every_variable_is_used() -> None:
    assert all(f"var.{name}" in TEXT for name in _blocks("variable"))


def test_its_documents_are_there_and_have_the_words_that_it_replaces() -> None:
    names = set(re.findall(r"\.\./iam/([a-z-]+)\.json", TEXT)) | set(re.findall(r'"([a-z]+-usage)"', TEXT))
    assert names == {"ecs-exec", "ecs-task-trust", "irsa-trust", "meter-usage", "register-usage"}
    assert all((DEPLOY / "iam" / f"{name}.json").is_file() for name in names)
    irsa, ecs = ((DEPLOY / "iam" / f"{name}-trust.json").read_text() for name in ("irsa", "ecs-task"))
    assert all(word in irsa for word in ("111122223333", "arn:aws:", "OIDC_PROVIDER", "NAMESPACE", ':product"'))
    assert "111122223333" in ecs and "arn:aws:" in ecs and TEXT.count('"arn:aws:", local.arn') == 2
