"""Base images are named by tag and digest: a tag can be moved by whoever owns it, and a digest alone says nothing to a
reader.

https://docs.docker.com/build/building/best-practices/#pin-base-image-versions
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import dockerfile
import yaml

from .places import DEPLOY, ROOT, TOOLS

DEPENDABOT = ROOT / ".github/dependabot.yml"
WORKFLOW = ROOT / ".github/workflows/release.yml"


def _bases(recipe: Path) -> set[str]:
    return {command.value[0] for command in dockerfile.parse_file(str(recipe)) if command.cmd.upper() == "FROM"}


def _in_dockerfiles() -> set[str]:
    recipes = sorted((DEPLOY / "images").glob("*.Dockerfile"))
    return {base for recipe in recipes for base in _bases(recipe)} - {"scratch"}


def _in_workflow() -> set[str]:
    jobs = yaml.safe_load(WORKFLOW.read_text())["jobs"].values()
    run = {system["image"] for job in jobs for system in job.get("strategy", {}).get("matrix", {}).get("system", [])}
    containers = [job["container"] for job in jobs if "container" in job]
    return run | {found if isinstance(found, str) else found["image"] for found in containers}


def test_every_base_has_a_tag_and_a_digest() -> None:
    for named in (_in_dockerfiles(), _in_workflow()):
        assert len(named) >= 3
        for image in named:
            assert re.fullmatch(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}", image), image


def test_a_tag_has_the_same_digest_everywhere() -> None:
    """Dependabot updates the Dockerfiles but not a workflow's containers."""
    digests: dict[str, set[str]] = {}
    for image in _in_dockerfiles() | _in_workflow():
        tag, digest = image.split("@")
        digests.setdefault(tag, set()).add(digest)
    assert {tag for tag, found in digests.items() if len(found) > 1} == set(), "update release.yml too"
    assert "swift:6.3-bookworm" in digests and "alpine:3.24" in digests, "what both use"


def test_dependabot_looks_after_both() -> None:
    command = [str(TOOLS / "check-jsonschema"), "--builtin-schema", "vendor.dependabot", str(DEPENDABOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    updates = {update["package-ecosystem"]: update for update in yaml.safe_load(DEPENDABOT.read_text())["updates"]}
    assert set(updates) == {"github-actions", "docker"}
    assert (ROOT / updates["docker"]["directory"].lstrip("/")).samefile(DEPLOY / "images")
    (ignored,) = updates["docker"]["ignore"]
    assert len(ignored["update-types"]) == 3, "digests only: distroless is built on Debian and must keep its glibc"
