"""The Terraform module: it parses, and takes its documents from ../iam, whose words it replaces are there.

Terraform itself cannot be had here, so nothing was planned or applied.
"""

from __future__ import annotations

import re
from typing import Any

import hcl2

from .places import DEPLOY

FILE = DEPLOY / "terraform" / "main.tf"
TEXT = FILE.read_text()


def _blocks(kind: str) -> list[str]:
    """The names of the blocks of a kind, without their quotes."""
    parsed: dict[str, Any] = hcl2.loads(TEXT)
    return sorted(name.strip('"') for block in parsed[kind] for name in block if not name.startswith("__"))


def test_it_parses() -> None:
    assert _blocks("resource") == ["aws_iam_role", "aws_iam_role_policy"]
    assert _blocks("variable") == ["metered", "namespace", "oidc_provider", "service_account"]
    assert _blocks("output") == ["role_arn"]


def test_every_variable_is_used() -> None:
    assert all(f"var.{name}" in TEXT for name in _blocks("variable"))


def test_its_documents_are_there_and_have_the_words_that_it_replaces() -> None:
    names = set(re.findall(r"\.\./iam/([a-z-]+)\.json", TEXT)) | set(re.findall(r'"([a-z]+-usage)"', TEXT))
    assert names == {"ecs-task-trust", "irsa-trust", "meter-usage", "register-usage"}
    assert all((DEPLOY / "iam" / f"{name}.json").is_file() for name in names)
    irsa, ecs = ((DEPLOY / "iam" / f"{name}-trust.json").read_text() for name in ("irsa", "ecs-task"))
    assert all(word in irsa for word in ("111122223333", "arn:aws:", "OIDC_PROVIDER", "NAMESPACE", ':product"'))
    assert "111122223333" in ecs and "arn:aws:" in ecs and TEXT.count('"arn:aws:", local.arn') == 2
