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
METERED = DEPLOY / "images/metered.Dockerfile"
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


def _name(recipe: Path) -> str:
    return recipe.name.split(".")[0]


def _context(folder: Path, prefix: Path, key: str) -> Path:
    """As README.md lists it, with the sandbox's key for the product's."""
    folder.mkdir()
    shutil.copytree(prefix, folder / "mpmeter", symlinks=True)
    for source in ("c/register.c", "c/meter.c", "cpp/register.cpp", "python/register.py"):
        shutil.copy(EXAMPLES / source, folder)
    for name in ("public-key.pem", "product.pem"):
        shutil.copy(key, folder / name)
    for wheel in prefix.parent.glob("mpmeter-*.whl"):
        shutil.copy(wheel, folder)
    return folder


def _built(recipe: Path, prefix: Path, running: Sandbox, folder: Path) -> tuple[images.Stage, dict[str, str]]:
    """The last stage, and the environment of its container."""
    folder.chmod(0o755)
    for parent in folder.parents[:2]:
        parent.chmod(0o755)
    context = _context(folder / "context", prefix, running.key)
    stage = images.build(recipe, context, folder, bases.stages, skip=PACKAGES)
    assert all("install -y" in command or "apk add" in command for command in stage.skipped)
    # The buyer mounts a CA bundle only if a proxy intercepts TLS; the sandbox is such a one.
    mounted = stage.path("/mounted/ca.pem")
    mounted.parent.mkdir()
    shutil.copy(running.environment["AWS_CA_BUNDLE"], mounted)
    return stage, {**running.surroundings(), "AWS_CA_BUNDLE": "/mounted/ca.pem"}


def _explains_itself(stage: images.Stage, environment: dict[str, str], *options: str) -> str:
    """What a one-off task, Job or Helm test runs in the same image."""
    told = stage.start(environment, ["/usr/local/bin/mpmeter", "doctor", "--all", *options])
    assert told.returncode == 0 and " 0 failed" in told.stdout, told.stdout + told.stderr
    return told.stdout


@pytest.mark.parametrize("recipe", [recipe for recipe in RECIPES if recipe != METERED], ids=_name)
def test_the_image_registers(recipe: Path, prefix: Path, running: Sandbox, tmp_path: Path) -> None:
    stage, environment = _built(recipe, prefix, running, tmp_path)

    done = stage.start(environment)
    assert done.returncode == 0, done.stderr
    assert "the product begins here" in done.stdout

    _explains_itself(stage, environment)
    sboms = {file.name for file in stage.path("/usr/share/sbom").iterdir()}
    assert sboms == {"libmpmeter.cdx.json"} | (set() if "python" in recipe.name else {"mpmeter.cdx.json"})
    licences = {file.name for file in stage.path("/usr/share/licenses/libmpmeter").iterdir()}
    assert {"LICENSE", "NOTICE", "LICENSE.openssl"} <= licences

    del environment["AWS_CA_BUNDLE"]
    refused = stage.start(environment)
    assert refused.returncode == 1 and "TLS" in refused.stderr, (
        "it registered with a server whose certificate nobody vouches for"
    )


def test_the_metered_image_keeps_its_journal_on_the_volume(prefix: Path, running: Sandbox, tmp_path: Path) -> None:
    """A volume of an ECS task has the owner of the image's folder, if that is a VOLUME, and else root.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html"""
    stage, environment = _built(METERED, prefix, running, tmp_path)
    before = len(running.requests())
    done = stage.start(environment, given="one\ntwo\n")
    assert done.returncode == 0, done.stderr
    billed = [request for request in running.requests()[before:] if request["service"] == "metering"]
    assert len(billed) == 2, "a check, and what two requests cost"
    told = _explains_itself(stage, environment, "--journal", "/var/lib/product/usage")
    assert "there is none yet" in told, "as in the Helm test, whose volume is a new one too"

    stage.volumes = ()
    refused = stage.start(environment)
    assert refused.returncode == 1 and "E_JOURNAL" in refused.stderr, "the root cannot be written to"
