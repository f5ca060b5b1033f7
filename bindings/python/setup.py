"""Decides what a wheel holds beside Python: libmpmeter.so.1, if there is one, and then the wheel's tag says what it
needs.

The library is the file that MPMETER_WHEEL_LIBRARY names, or else the one that `make` left in build/lib of the
repository. Without one the wheel is for any platform, and the library is looked for when it is needed. Nothing is
compiled. MPMETER_WHEEL_PLATFORM is the platform's tag, if the library is not for this machine, and
MPMETER_WHEEL_LICENCES a folder with the licences of what is inside.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py

try:
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:  # setuptools before 70.1
    from wheel.bdist_wheel import bdist_wheel

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SONAME = "libmpmeter.so.1"


def library() -> Path | None:
    named = os.environ.get("MPMETER_WHEEL_LIBRARY")
    if named:
        found = Path(named)
        if not found.is_file():
            raise SystemExit(f"MPMETER_WHEEL_LIBRARY: there is no file {named}")
        return found
    built = ROOT / "build" / "lib" / SONAME
    return built if built.is_file() else None


def glibc_needed(file: Path) -> int:
    """The minor version of the newest glibc symbol version in the file: 34 for GLIBC_2.34."""
    return max(int(minor) for minor in re.findall(rb"\0GLIBC_2\.([0-9]+)(?=[.\0])", file.read_bytes()))


class BuildWithLibrary(build_py):
    """Puts the library beside the modules."""

    def run(self) -> None:
        super().run()
        if getattr(self, "editable_mode", False):
            return
        target = Path(self.build_lib) / "mpmeter" / SONAME
        target.unlink(missing_ok=True)  # Of an earlier build.
        found = library()
        if found is not None:
            shutil.copyfile(found, target)


class WithLibrary(Distribution):
    """With a library inside, the files belong where a platform's own ones are installed."""

    def has_ext_modules(self) -> bool:
        return library() is not None


def licences() -> list[Path]:
    """Our own, and those of what is in the library."""
    inside = Path(os.environ.get("MPMETER_WHEEL_LICENCES") or ROOT / "build" / "stage" / "licenses")
    found = [ROOT / "LICENSE", ROOT / "NOTICE", *(sorted(inside.iterdir()) if inside.is_dir() else [])]
    return list({file.name: file for file in found if file.is_file()}.values())


class Wheel(bdist_wheel):
    """py3-none, for the platform that the library was made for. Licences are where PEP 639 has them, and the bill of
    materials where PEP 770 does."""

    def get_tag(self) -> tuple[str, str, str]:
        found = library()
        if found is None:
            return "py3", "none", "any"
        named = os.environ.get("MPMETER_WHEEL_PLATFORM")
        return "py3", "none", named or f"manylinux_2_{glibc_needed(found)}_{platform.machine()}"

    def write_wheelfile(self, wheelfile_base: str, *arguments: str, **options: str) -> None:
        super().write_wheelfile(wheelfile_base, *arguments, **options)
        found = library()
        if found is None:
            return
        folder = Path(wheelfile_base)
        bill = found.with_name("libmpmeter.cdx.json")
        if not bill.is_file() and "MPMETER_WHEEL_LIBRARY" in os.environ:
            raise SystemExit(f"MPMETER_WHEEL_LIBRARY: there is no bill of materials {bill}")
        if bill.is_file():
            (folder / "sboms").mkdir(exist_ok=True)
            shutil.copyfile(bill, folder / "sboms" / bill.name)
        metadata = folder / "METADATA"
        headers, blank, description = metadata.read_text(encoding="utf-8").partition("\n\n")
        (folder / "licenses").mkdir(exist_ok=True)
        for file in licences():
            shutil.copyfile(file, folder / "licenses" / file.name)
            headers += f"\nLicense-File: {file.name}"
        metadata.write_text(headers + blank + description, encoding="utf-8")


setup(distclass=WithLibrary, cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": Wheel})
