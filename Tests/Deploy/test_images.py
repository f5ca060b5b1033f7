"""The Dockerfiles as text: hadolint's verdict, and the rules that the last stage of each keeps."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import dockerfile
import pytest
from Project.places import LIBRARY

from .bases import GLIBC, MUSL
from .places import DEPLOY, TOOLS

FOLDER = DEPLOY / "images"
# build.Dockerfile builds libmpmeter itself; it is no product.
BUILDER = FOLDER / "build.Dockerfile"
RECIPES = sorted(set(FOLDER.glob("*.Dockerfile")) - {BUILDER})
README = (DEPLOY / "README.md").read_text()


def _name(recipe: Path) -> str:
    return recipe.name.split(".")[0]


def _lint(recipe: Path) -> subprocess.CompletedProcess[str]:
    command = [str(TOOLS / "hadolint"), "--config", str(FOLDER / ".hadolint.yaml"), "--no-color", str(recipe)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _stages(recipe: Path) -> list[list[dockerfile.Command]]:
    """Each begins with its FROM."""
    stages: list[list[dockerfile.Command]] = []
    for command in dockerfile.parse_file(str(recipe)):
        if command.cmd.upper() == "FROM":
            stages.append([])
        stages[-1].append(command)
    return stages


def _base(stage: list[dockerfile.Command]) -> str:
    """Its tag. test_bases.py looks at the digests."""
    return str(stage[0].value[0]).split("@")[0]


def _all(stage: list[dockerfile.Command], name: str) -> list[dockerfile.Command]:
    return [command for command in stage if command.cmd.upper() == name]


def test_there_is_one_for_each_base() -> None:
    assert [_name(recipe) for recipe in RECIPES] == [
        "alpine",
        "amazonlinux",
        "debian",
        "distroless",
        "metered",
        "python",
        "scratch",
        "ubuntu",
    ]


@pytest.mark.parametrize("recipe", [*RECIPES, BUILDER], ids=_name)
def test_hadolint(recipe: Path) -> None:
    done = _lint(recipe)
    assert done.returncode == 0, done.stdout


def test_the_builder_gets_nothing_that_was_built_here() -> None:
    """BuildKit reads the list beside the Dockerfile. Without it gigabytes would be copied, and taken for the
    container's own work."""
    ignored = Path(f"{BUILDER}.dockerignore").read_text().split()
    assert {"build", ".build", ".git"} <= set(ignored)


def test_hadolint_would_say_so(tmp_path: Path) -> None:
    bad = tmp_path / "bad.Dockerfile"
    bad.write_text("FROM debian:12-slim\nENTRYPOINT product --serve\n")
    assert "DL3025" in _lint(bad).stdout


@pytest.mark.parametrize("recipe", RECIPES, ids=_name)
def test_the_last_stage(recipe: Path) -> None:
    _, last = _stages(recipe)
    usual = {"FROM", "COPY", "USER", "ENTRYPOINT"} | ({"VOLUME"} if _name(recipe) == "metered" else set())
    assert not {command.cmd.upper() for command in last} - usual, "nothing is run or set in it"

    (entrypoint,) = _all(last, "ENTRYPOINT")
    assert entrypoint.json, "in shell form, a shell stands between the container and the product, and swallows SIGTERM"
    program = Path(entrypoint.value[0])
    assert program.suffix != ".sh" and program.name not in ("sh", "bash", "env", "tini", "dumb-init"), (
        "the product itself"
    )

    # "Container images should be configured to run with non-root privileges by default."
    # https://docs.aws.amazon.com/marketplace/latest/userguide/container-product-policies.html
    (user,) = _all(last, "USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user.value[0]), (
        "a number: Kubernetes' runAsNonRoot cannot tell what a name stands for"
    )
    assert last.index(user) < last.index(entrypoint)

    copied = " ".join(" ".join(command.value) for command in _all(last, "COPY"))
    assert not re.search(r"\.pem\b", copied) or "python" in recipe.name, "a compiled product holds its key"
    assert " mpmeter " not in f" {copied} " and "/include" not in copied and not re.search(r"\bgcc|\bg\+\+", copied)


@pytest.mark.parametrize("recipe", RECIPES, ids=_name)
def test_notices_and_bill_are_where_scanners_look(recipe: Path) -> None:
    """https://docs.redhat.com asks for /licenses or /usr/share/licenses; syft and trivy find *.cdx.json anywhere.
    test_image_builds.py looks at the files."""
    _, last = _stages(recipe)
    copied = {command.value[-1].rstrip("/") for command in _all(last, "COPY")}
    assert {"/usr/share/licenses/libmpmeter", "/usr/share/sbom"} <= copied
    assert "/usr/local/bin/mpmeter" in copied, "the doctor's one-off task, Job and Helm test start it"


@pytest.mark.parametrize("recipe", [recipe for recipe in RECIPES if "python" not in recipe.name], ids=_name)
def test_the_product_is_one_file(recipe: Path) -> None:
    """A shared library beside it, found by a RUNPATH, would be one that LD_LIBRARY_PATH puts another in the place
    of."""
    text = recipe.read_text()
    assert "libmpmeter.a" in text and "-lmpmeter" not in text and "rpath" not in text


@pytest.mark.parametrize("recipe", RECIPES, ids=_name)
def test_the_base_is_new_enough(recipe: Path) -> None:
    """The library's needs against each base's glibc; a program is built where glibc is as old as where it runs."""
    said = subprocess.run(["objdump", "-T", str(LIBRARY)], capture_output=True, text=True, check=True).stdout
    needed = max(tuple(map(int, version.split("."))) for version in re.findall(r"GLIBC_(\d+\.\d+)", said))
    bases = [_base(stage) for stage in _stages(recipe)]
    if set(bases) & MUSL:
        assert set(bases) <= MUSL, "built on musl, and runs on it"
        return
    build, last = (GLIBC[base] for base in bases)
    assert needed <= last and build <= last
    version = f"{last[0]}.{last[1]}"
    assert f"glibc {version}" in recipe.read_text() and re.search(
        rf"\[{_name(recipe)}\].*\| {re.escape(version)} \|", README
    )


def test_no_base_is_left_over() -> None:
    assert {_base(stage) for recipe in RECIPES for stage in _stages(recipe)} == set(GLIBC) | MUSL
