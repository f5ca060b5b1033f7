"""Each Dockerfile carried out, and its product registered from inside: the recipes are right, and what the last stage
names is enough.

What stands for the bases: bases.py. `make deploy-chroot` does the same with a Debian 12 of its own (debootstrap),
packages and all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from EndToEnd.sandbox import Sandbox

from . import bases, images
from .places import DEPLOY, EXAMPLES, ROOT, make

PRODUCT = "4w1vgsrkqdkypbz43g7qkk4uz"
RECIPES = sorted(set((DEPLOY / "images").glob("*.Dockerfile")) - {DEPLOY / "images/build.Dockerfile"})
# Packages come from the base's own repositories; here they are the machine's.
PACKAGES = r"^(apt-get|dnf|apk) "
if bases.DEBOOTSTRAP:
    RECIPES = [recipe for recipe in RECIPES if "FROM debian:12-slim" in recipe.read_text()]
    PACKAGES = "(?!)"


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive for this machine, unpacked, and the wheel."""
    place = tmp_path_factory.mktemp("prefix") / "mpmeter"
    environment = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    }
    command = ["make", "-s", "-C", str(ROOT), "dist-tree", "wheel"]
    with make():
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        (tree,) = (ROOT / "build/stage").glob("libmpmeter-*")
        shutil.copytree(tree, place, symlinks=True)
        for wheel in (ROOT / "build/wheels").glob("mpmeter-*.whl"):
            shutil.copy(wheel, place.parent)
    return place


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox("ecs-fargate", tls=True, products=[f"{PRODUCT}=entitled"]) as started:
        yield started


def _context(folder: Path, prefix: Path, key: str) -> Path:
    """As README.md lists it, with the sandbox's key for the product's."""
    folder.mkdir()
    shutil.copytree(prefix, folder / "mpmeter", symlinks=True)
    for source in ("c/register.c", "cpp/register.cpp", "python/register.py"):
        shutil.copy(EXAMPLES / source, folder)
    for name in ("public-key.pem", "product.pem"):
        shutil.copy(key, folder / name)
    for wheel in prefix.parent.glob("mpmeter-*.whl"):
        shutil.copy(wheel, folder)
    return folder


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name.split(".")[0])
def test_the_image_registers(recipe: Path, prefix: Path, running: Sandbox, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:2]:
        parent.chmod(0o755)
    context = _context(tmp_path / "context", prefix, running.key)
    stage = images.build(recipe, context, tmp_path, bases.stages, skip=PACKAGES)
    assert all("install -y" in command or "apk add" in command for command in stage.skipped)
    # The buyer mounts a CA bundle only if a proxy intercepts TLS; the sandbox is such a one.
    mounted = stage.path("/mounted/ca.pem")
    mounted.parent.mkdir()
    shutil.copy(running.environment["AWS_CA_BUNDLE"], mounted)
    environment = {**running.surroundings(), "AWS_CA_BUNDLE": "/mounted/ca.pem"}

    done = stage.start(environment)
    assert done.returncode == 0, done.stderr
    assert "the product begins here" in done.stdout

    # What a one-off task or Job runs in the same image.
    python = ["/venv/bin/python", "-I", "-m", "mpmeter"]
    doctor = python if "python" in recipe.name else ["/usr/local/bin/mpmeter"]
    told = stage.start(environment, [*doctor, "doctor"])
    assert told.returncode == 0, told.stdout + told.stderr

    del environment["AWS_CA_BUNDLE"]
    refused = stage.start(environment)
    assert refused.returncode == 1 and "TLS" in refused.stderr, (
        "it registered with a server whose certificate nobody vouches for"
    )
