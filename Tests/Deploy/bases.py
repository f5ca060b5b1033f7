"""What stands for the base images, none of which can be pulled: Debian packages, because this machine is a Debian 12
too."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

# Every base that the examples begin or end with, and its glibc. distroless/cc-debian12 and debian:12-slim are Debian's
# own packages.
GLIBC = {
    "debian:12-slim": (2, 36),
    "gcr.io/distroless/cc-debian12:nonroot": (2, 36),
    "python:3.13-slim-bookworm": (2, 36),
    "ubuntu:24.04": (2, 39),
    "public.ecr.aws/amazonlinux/amazonlinux:2023": (2, 34),
}
# musl: this machine's glibc stands for it, and a target's own tests run on musl (Tests/Targets).
MUSL = {"alpine:3.24", "scratch"}
_C, _CXX = ["libc6"], ["libc6", "libgcc-s1", "libstdc++6"]
_FINAL = {base: _CXX if "distroless" in base else _C for base in GLIBC} | {"alpine:3.24": _C, "scratch": []}


# `make deploy-chroot`: a Debian 12 of its own, in which the Dockerfiles' packages are installed too.
DEBOOTSTRAP = os.environ.get("MPMETER_DEPLOY_BASE") == "debootstrap"


@cache
def bootstrapped() -> Path:
    """Debian 12 as debian:12-slim begins: the essential packages and apt, from Debian's own mirror."""
    root = Path(tempfile.mkdtemp(prefix="mpmeter-debian-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    command = ["mmdebstrap", "--variant=apt", "--format=directory", "--quiet", "bookworm", str(root / "root")]
    subprocess.run(command, check=True)
    shutil.copy("/etc/resolv.conf", root / "root/etc/resolv.conf")
    for settings in Path("/etc/apt/apt.conf.d").glob("*"):
        if "roxy" in settings.read_text():  # The way to the mirror is this machine's.
            shutil.copy(settings, root / "root/etc/apt/apt.conf.d")
    return root / "root"


@cache
def _packaged(package: str) -> list[str]:
    listed = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True, check=True).stdout.splitlines()
    return [
        file
        for file in listed
        if ("/lib" in file or "/etc/" in file) and os.path.exists(file) and not os.path.isdir(file)
    ]


def unpacked(base: str, files: Path) -> str:
    """The least of what a last stage has: the files of libc, and with distroless/cc those of the C++ runtime. Less than
    the image itself, so what runs here runs there."""
    for package in _FINAL[base]:
        for file in _packaged(package):
            target = files / file.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, target, follow_symlinks=True)
    return ""


def machine(base: str, files: Path) -> str:
    """This machine as it is, with compilers, for a stage that builds. What is written stays in `files`."""
    assert base in GLIBC or base in MUSL
    return "/"


def stages(base: str, files: Path) -> str:
    """The machine for a first stage, packages for a last one; Python's image, which is no Debian package, is the
    machine in both."""
    if DEBOOTSTRAP and base.startswith("debian:"):
        return str(bootstrapped())
    return unpacked(base, files) if files.name != "stage0" and not base.startswith("python:") else machine(base, files)
