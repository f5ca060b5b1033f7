"""Decides what a wheel holds beside Python: libmpmeter.so.1, if there is one, and then the wheel's tag says what it needs.

The library is the file that MPMETER_WHEEL_LIBRARY names, or else the one that `make` left in build/lib of the repository. Without one the
wheel is for any platform, and the library is looked for when it is needed. Nothing is compiled.
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
    """Puts the library and the licences of what is inside it beside the modules."""

    def run(self) -> None:
        super().run()
        if getattr(self, "editable_mode", False):
            return
        package = Path(self.build_lib) / "mpmeter"
        found = library()
        for source, name in ((found, SONAME), (ROOT / "LICENSE", "LICENSE"), (ROOT / "NOTICE", "NOTICE")):
            target = package / name
            target.unlink(missing_ok=True)  # Of an earlier build.
            if found is not None and source is not None and source.is_file():
                shutil.copyfile(source, target)


class WithLibrary(Distribution):
    """With a library inside, the files belong where a platform's own ones are installed."""

    def has_ext_modules(self) -> bool:
        return library() is not None


class Wheel(bdist_wheel):
    """py3-none, for the platform that the library was made for."""

    def get_tag(self) -> tuple[str, str, str]:
        found = library()
        if found is None:
            return "py3", "none", "any"
        return "py3", "none", f"manylinux_2_{glibc_needed(found)}_{platform.machine()}"


setup(distclass=WithLibrary, cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": Wheel})
