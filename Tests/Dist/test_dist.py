"""What a vendor downloads, as `make dist` left it in build/dist: seen by tar, sha256sum, readelf, auditwheel, pip and
pkg-config."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from .reading import (
    DIST,
    HERE,
    PACKAGES,
    PLATFORMS,
    ROOT,
    SANDBOX_WHEEL,
    SOURCES,
    TARGETS,
    VERSION,
    archive,
    debug,
    gem,
    wheel,
)

SANDBOX = ROOT / "build/venv/bin/mpmeter-sandbox"
MACHINES = {"x86_64": "Advanced Micro Devices X86-64", "aarch64": "AArch64"}
FILES = """include/mpmeter.h include/mpmeter.hpp include/mpmeter.ffi.h
    lib/libmpmeter.so.1 lib/libmpmeter.so lib/libmpmeter.a
    lib/pkgconfig/mpmeter.pc lib/pkgconfig/mpmeter-static.pc lib/cmake/mpmeter/mpmeter-config.cmake
    bin/mpmeter share/man/man1/mpmeter.1 libmpmeter.cdx.json mpmeter.cdx.json README"""
LICENCES = {
    "LICENSE",
    "NOTICE",
    "LICENSE.openssl",
    "COPYING.curl",
    "LICENSE.c-ares",
    "LICENSE.jansson",
    "LICENSE.swift",
    "COPYRIGHT.musl",
    "LICENSE.MPL-2.0",
}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each in a folder of its own."""
    folders = {}
    for target in TARGETS:
        place = tmp_path_factory.mktemp("unpacked")
        subprocess.run(["tar", "-xzf", archive(target), "-C", place], check=True)
        (folders[target],) = place.iterdir()
    return folders


def test_these_files_and_no_others() -> None:
    expected = {make(target).name for target in TARGETS for make in (archive, debug, wheel, gem)}
    assert {file.name for file in DIST.iterdir()} == expected | set(PACKAGES) | SOURCES | {SANDBOX_WHEEL, "SHA256SUMS"}
    assert len(TARGETS) >= 4


def test_the_checksums() -> None:
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=DIST, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(list(DIST.iterdir())) - 1


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_in_an_archive(target: str, unpacked: dict[str, Path]) -> None:
    root = unpacked[target]
    assert root.name == f"libmpmeter-{VERSION}-{target}"
    assert [name for name in FILES.split() if not (root / name).exists()] == []
    licences = {file.name for file in (root / "share/licenses/libmpmeter").iterdir()}
    assert licences >= LICENCES | ({"COPYING.LGPL-2.1"} if target.endswith("gnu") else set())
    for name, libc in (
        ("libmpmeter", "glibc" if target.endswith("gnu") else "musl"),
        ("mpmeter", "musl"),  # bin/mpmeter is the musl build in every archive
    ):
        bill = json.loads((root / f"{name}.cdx.json").read_text())
        assert bill["metadata"]["component"]["version"] == VERSION
        parts = {part["name"] for part in bill["components"]}
        assert parts & {"glibc", "musl"} == {libc} and any(re.fullmatch(r"gcc-\d+", part) for part in parts), parts
    with tarfile.open(archive(target)) as members:
        for member in members:
            assert (member.uid, member.gid, member.mtime) == (0, 0, 315532800)
            assert member.mode & 0o022 == 0 and not member.name.startswith(("/", ".."))


@pytest.mark.parametrize("target", TARGETS)
def test_each_file_is_for_its_machine(target: str, unpacked: dict[str, Path]) -> None:
    for name in ("lib/libmpmeter.so.1", "bin/mpmeter"):
        header = subprocess.run(
            ["readelf", "-hlW", unpacked[target] / name], capture_output=True, text=True, check=True
        ).stdout
        assert f"Machine:                           {MACHINES[target.partition('-')[0]]}" in header
        assert name != "bin/mpmeter" or ("INTERP" not in header and "DYNAMIC" not in header), "it is not static"


@pytest.mark.parametrize("target", TARGETS)
def test_debug_information_is_found_by_the_build_id(target: str, unpacked: dict[str, Path]) -> None:
    notes = subprocess.run(
        ["readelf", "-nW", unpacked[target] / "lib/libmpmeter.so.1"], capture_output=True, text=True, check=True
    ).stdout
    (build,) = re.findall(r"Build ID: ([0-9a-f]+)", notes)
    with tarfile.open(debug(target)) as members:
        assert f".build-id/{build[:2]}/{build[2:]}.debug" in members.getnames()


@pytest.mark.parametrize("target", TARGETS)
def test_auditwheel_accepts_the_wheel(target: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "auditwheel", "show", wheel(target)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    tag = PLATFORMS[target.rpartition("-")[2]].format(target.partition("-")[0]).rpartition(".")[2]
    assert f'consistent with the following platform tag: "{tag}"' in said, said


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_in_a_wheel(target: str, unpacked: dict[str, Path]) -> None:
    with zipfile.ZipFile(wheel(target)) as members:
        names = set(members.namelist())
        info = f"mpmeter-{VERSION}.dist-info"
        assert members.read("mpmeter/libmpmeter.so.1") == (unpacked[target] / "lib/libmpmeter.so.1").read_bytes()
        assert (
            members.read(f"{info}/sboms/libmpmeter.cdx.json") == (unpacked[target] / "libmpmeter.cdx.json").read_bytes()
        )
        assert {f"{info}/licenses/{name}" for name in LICENCES} <= names
        metadata = members.read(f"{info}/METADATA").decode()
        assert set(re.findall(r"^License-File: (.*)$", metadata, re.MULTILINE)) >= LICENCES
        assert "License-Expression: Apache-2.0" in metadata
        assert not [name for name in names if not name.startswith(("mpmeter/", f"{info}/"))], (
            "the binding and the library, and nothing else"
        )


def test_the_wheel_registers(tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv/bin/python"
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "--no-index", "--disable-pip-version-check", wheel(HERE)], check=True
    )
    example = ROOT / "examples/python/register.py"
    assert example.exists()
    program = (
        "import os, mpmeter\nfrom pathlib import Path\n"
        "pem = Path(os.environ['MPMETER_SANDBOX_PUBLIC_KEY']).read_text()\n"
        "print(mpmeter.register_usage(os.environ['MPMETER_SANDBOX_PRODUCT_CODE'], public_key=pem).verified)\n"
    )
    command = [SANDBOX, "run", "--scenario", "ecs-fargate", "--", python, "-I", "-c", program]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "True\n"


def test_the_sandbox_is_in_the_same_folder(tmp_path: Path) -> None:
    """`pip install "mpmeter[sandbox]"` finds both of ours there; the dependencies of the sandbox come from an index."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv/bin/python"
    install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-index", "--find-links", DIST]
    subprocess.run([*install, "--no-deps", "mpmeter", "mpmeter-sandbox"], check=True)
    program = (
        "from importlib.metadata import requires, version\n"
        "print(version('mpmeter'), version('mpmeter-sandbox'), requires('mpmeter')[0])\n"
    )
    done = subprocess.run([python, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"{VERSION} {VERSION} mpmeter-sandbox;"), done.stdout
    assert (tmp_path / "venv/bin/mpmeter-sandbox").exists()
    third = subprocess.run([*install, "mpmeter[sandbox]"], capture_output=True, text=True, check=False)
    assert re.search("No matching distribution found for (aiohttp|botocore|cryptography)", third.stderr), third.stderr


def test_what_is_in_the_sandboxs_wheel() -> None:
    with zipfile.ZipFile(DIST / SANDBOX_WHEEL) as members:
        names = set(members.namelist())
        source = ROOT / "tools/sandbox/src"
        modules = {str(file.relative_to(source)) for file in source.rglob("*.py")}
        info = f"mpmeter_sandbox-{VERSION}.dist-info"
        assert {name for name in names if not name.startswith(f"{info}/")} == modules | {"mpmeter_sandbox/py.typed"}
        assert f"{info}/licenses/LICENSE" in names
        assert {entry.date_time[:3] for entry in members.infolist()} == {(1980, 1, 1)}


def test_a_program_built_with_the_unpacked_archive_registers(unpacked: dict[str, Path], tmp_path: Path) -> None:
    """By pkg-config, wherever it lies."""
    root = unpacked[HERE]
    environment = {"PATH": "/usr/bin:/bin", "PKG_CONFIG_PATH": str(root / "lib/pkgconfig")}
    flags = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "mpmeter-static"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    source = ROOT / "Tests/Targets/static_program.c"
    subprocess.run(["cc", source, "-o", tmp_path / "product", *flags.split()], check=True)
    command = [SANDBOX, "run", "--scenario", "ecs-ec2", "--", tmp_path / "product"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "MPMETER_OK\n"


def test_the_same_bytes_again() -> None:
    """All is packed a second time; that what is in it is the same from a second build is `make reproduce`'s to show."""
    before = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in DIST.iterdir()}
    done = subprocess.run(["make", "-s", "-C", ROOT, "dist"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in DIST.iterdir()} == before
