"""Reads what `make dist` left in build/dist, down to the last file in an archive inside a package."""

from __future__ import annotations

import io
import lzma
import platform
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "build/dist"
VERSION = (ROOT / "VERSION").read_text().strip()
TARGETS = sorted(file.stem for file in (ROOT / "tools/targets").glob("*.mk"))
HERE = f"{platform.machine()}-linux-gnu"
PLATFORMS = {
    "gnu": "manylinux2014_{0}.manylinux_2_17_{0}",
    "musl": "musllinux_1_2_{0}",
}
MACHINES = {"x86_64": 62, "aarch64": 183}


def archive(target: str) -> Path:
    return DIST / f"libmpmeter-{VERSION}-{target}.tar.gz"


def debug(target: str) -> Path:
    return DIST / f"libmpmeter-{VERSION}-{target}-debug.tar.xz"


def wheel(target: str) -> Path:
    machine, _, libc = target.partition("-linux-")
    return DIST / f"mpmeter-{VERSION}-py3-none-{PLATFORMS[libc].format(machine)}.whl"


def gem(target: str) -> Path:
    return DIST / f"mpmeter-{VERSION}-{target.removesuffix('-gnu')}.gem"


def prebuild(target: str) -> str:
    """Where Node.js looks for its addon."""
    machine, _, libc = target.partition("-linux-")
    return f"linux-{ {'x86_64': 'x64', 'aarch64': 'arm64'}[machine] }/mpmeter.{libc.replace('gnu', 'glibc')}.node"


# Packages that hold every target: how the file with a target's code ends.
PACKAGES = {
    f"mpmeter-sys-{VERSION}.crate": lambda target: f"/native/{target}/libmpmeter.a",
    f"mpmeter-{VERSION}.jar": lambda target: f"/native/{target}/libmpmeterjni.so",
    f"mpmeter-{VERSION}.tgz": lambda target: f"/prebuilds/{prebuild(target)}",
    f"libmpmeter-mpmeter-{VERSION}.zip": lambda target: f"/native/{target}/libmpmeter.so.1",
    f"mpmeter-{VERSION}-1.src.rock": lambda target: f"/native/{target}/libmpmeter.so",
}
SANDBOX_WHEEL = f"mpmeter_sandbox-{VERSION}-py3-none-any.whl"
SOURCES = {f"mpmeter-{VERSION}.crate", *(f"mpmeter-{VERSION}{end}" for end in ("-sources.jar", "-javadoc.jar", ".pom"))}


def leaves(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """The files in an archive, and in those inside it, by their whole path; what is no archive is itself."""
    stream = io.BytesIO(content)
    if content.startswith(b"PK\3\4"):
        with zipfile.ZipFile(stream) as members:
            for entry in members.infolist():
                if not entry.is_dir():
                    yield from leaves(f"{name}/{entry.filename}", members.read(entry))
    elif content.startswith(b"\x1f\x8b"):
        yield from leaves(name, zlib.decompress(content, wbits=31))
    elif content.startswith(b"\xfd7zXZ"):
        yield from leaves(name, lzma.decompress(content))
    elif content[257:262] == b"ustar":
        with tarfile.open(fileobj=stream) as members:
            for member in members:
                file = members.extractfile(member) if member.isfile() else None
                if file is not None:
                    yield from leaves(f"{name}/{member.name}", file.read())
    else:
        yield name, content


def files(path: Path) -> dict[str, bytes]:
    return dict(leaves(path.name, path.read_bytes()))


def machine(elf: bytes) -> int:
    return int.from_bytes(elf[18:20], "little")
