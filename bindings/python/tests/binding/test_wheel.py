"""The wheel: tagged by what it needs, and all that is needed. A fresh environment that knows nothing of the repository
installs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest

from .conftest import LIBRARY, REPOSITORY, Running

PROJECT = REPOSITORY / "bindings" / "python"
REGISTER = """
import os, sys, mpmeter
from pathlib import Path
pem = Path(os.environ["MPMETER_SANDBOX_PUBLIC_KEY"]).read_text()
found = mpmeter.register_usage(os.environ["MPMETER_SANDBOX_PRODUCT_CODE"], public_key=pem)
print(found.verified, found.region)
print([line.split()[-1] for line in open("/proc/self/maps") if "libmpmeter" in line][0])
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as a folder of its own, so that building leaves nothing in the repository."""
    copy = tmp_path_factory.mktemp("project") / "python"
    shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__", "tests"))
    return copy


@pytest.fixture(scope="module")
def wheel(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--disable-pip-version-check",
        "--no-deps",
        "-w",
        str(folder),
        str(place),
    ]
    subprocess.run(command, env={**os.environ, "MPMETER_WHEEL_LIBRARY": str(LIBRARY)}, check=True)
    (made,) = folder.iterdir()
    return made


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Path]:
    """A new virtual environment's Python."""
    venv.create(tmp_path / "fresh", with_pip=True)
    yield tmp_path / "fresh" / "bin" / "python"


def install(python: Path, *what: str, **environment: str) -> None:
    clean = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(python.parent),
        **{n: v for n, v in os.environ.items() if n.startswith("PIP_")},
    }
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *what],
        env={**clean, **environment},
        check=True,
    )


def register(python: Path, sandbox: Running, **more: str) -> list[str]:
    """In the sandbox's environment and no other."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(python.parent), **sandbox.variables, **more}
    done = subprocess.run(
        [python, "-c", REGISTER], env=environment, cwd=python.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_what_is_inside(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {"mpmeter/libmpmeter.so.1", "mpmeter/py.typed", "mpmeter/__main__.py"} <= set(names)
    assert not any(name.startswith("tests/") or name.endswith((".c", ".pyc")) for name in names)
    modules = {name for name in names if name.startswith("mpmeter/") and name.count("/") > 1}
    assert not modules and not any("sign" in name for name in names), "nothing in it signs tokens"
    metadata = next(name for name in names if name.endswith("METADATA"))
    requires = re.findall(r"^Requires-Dist: (.*)$", zipfile.ZipFile(wheel).read(metadata).decode(), re.MULTILINE)
    assert requires and all("extra ==" in line for line in requires), "nothing is required without an extra"


def test_auditwheel_agrees_with_the_tag(wheel: Path) -> None:
    tag = re.fullmatch(r"mpmeter-[\d.]+-py3-none-(manylinux_2_(\d+)_\w+)\.whl", wheel.name)
    assert tag is not None and int(tag.group(2)) == 17, wheel.name
    done = subprocess.run(
        [sys.executable, "-m", "auditwheel", "show", str(wheel)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stderr}\n(pip install 'bindings/python[check]')"
    said = " ".join(done.stdout.split())
    assert f'is consistent with the following platform tag: "{tag.group(1)}"' in said
    libraries = set(re.findall(r"(lib\S+\.so\S*) with versions", said))
    assert libraries <= {"libc.so.6", "libpthread.so.0", "libdl.so.2"}, "nothing but libc"


def test_the_wheel_alone_registers(wheel: Path, fresh: Path, serve: Callable[..., Running]) -> None:
    install(fresh, "--no-index", str(wheel))
    listed = subprocess.run(
        [fresh, "-m", "pip", "list", "--format=freeze"], capture_output=True, text=True, check=True
    ).stdout
    assert {line.partition("==")[0] for line in listed.split()} <= {"mpmeter", "pip", "setuptools"}
    verified, library = register(fresh, serve("ecs-ec2"))
    assert verified == "True eu-west-3"
    assert library.startswith(str(fresh.parents[1])) and library.endswith("site-packages/mpmeter/libmpmeter.so.1")


def test_the_folder_without_a_library_takes_the_systems(
    place: Path, fresh: Path, serve: Callable[..., Running], tmp_path: Path
) -> None:
    install(fresh, str(place))
    system = tmp_path / "system"
    system.mkdir()
    shutil.copy(LIBRARY, system / "libmpmeter.so.1")
    _, library = register(fresh, serve("eks-irsa"), LD_LIBRARY_PATH=str(system))
    assert library == str(system / "libmpmeter.so.1")


def test_the_folder_takes_the_repositorys_library(
    place: Path, fresh: Path, serve: Callable[..., Running], tmp_path: Path
) -> None:
    """As in the repository: bindings/python beside build/lib."""
    repository = tmp_path / "repository"
    shutil.copytree(place, repository / "bindings" / "python")
    (repository / "build" / "lib").mkdir(parents=True)
    shutil.copy(LIBRARY, repository / "build" / "lib" / "libmpmeter.so.1")
    for name in ("LICENSE", "NOTICE"):
        shutil.copy(REPOSITORY / name, repository)
    install(fresh, str(repository / "bindings" / "python"))
    _, library = register(fresh, serve("ecs-fargate"))
    assert library.endswith("site-packages/mpmeter/libmpmeter.so.1")
    installed = Path(library).parent
    (licences,) = installed.parent.glob("mpmeter-*.dist-info/licenses")
    assert {"LICENSE", "NOTICE"} <= {file.name for file in licences.iterdir()}
