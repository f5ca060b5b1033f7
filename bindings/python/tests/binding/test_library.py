"""Which library is loaded, and what is said when there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mpmeter

from .conftest import LIBRARY

SOURCES = Path(mpmeter.__file__).parent


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """In an environment in which no library can be found."""
    kept = {name: value for name, value in os.environ.items() if name not in ("MPMETER_LIBRARY", "LD_LIBRARY_PATH")}
    return subprocess.run(
        [sys.executable, "-c", code], env={**kept, **environment}, capture_output=True, text=True, check=False
    )


def package(place: Path, *, library: Path | None) -> str:
    """A copy of the package, as a wheel installs it, for PYTHONPATH."""
    shutil.copytree(SOURCES, place / "mpmeter", ignore=shutil.ignore_patterns("sandbox", "__pycache__", "libmpmeter*"))
    if library is not None:
        shutil.copy(library, place / "mpmeter" / "libmpmeter.so.1")
    return str(place)


def fake(place: Path, number: str, name: str = "libmpmeter.so.1") -> Path:
    """A library of another version."""
    source, made = place / "fake.c", place / name
    source.write_text(f"unsigned mpmeter_version_number(void) {{ return {number}; }}\n")
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", str(made), str(source)], check=True)
    return made


TELL = """import mpmeter; print(mpmeter.version())
print([line.split()[-1] for line in open('/proc/self/maps') if 'libmpmeter' in line][0])"""


def test_importing_loads_nothing() -> None:
    done = python(
        "import mpmeter; print('libmpmeter' in open('/proc/self/maps').read(), mpmeter.Status.THROTTLED.action.value)"
    )
    assert (done.stdout, done.stderr) == ("False retry\n", "")


def test_none(tmp_path: Path) -> None:
    code = """import mpmeter
try: mpmeter.version()
except ImportError as error: print(type(error) is mpmeter.LibraryNotFound, error)"""
    done = python(code, PYTHONPATH=package(tmp_path, library=None))
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("True libmpmeter cannot be loaded. Tried: ")
    for text in ("Tried: libmpmeter.so.1: ", "MPMETER_LIBRARY", "glibc 2.17"):
        assert text in done.stdout


def test_the_one_that_is_named(tmp_path: Path) -> None:
    named = shutil.copy(LIBRARY, tmp_path / "libmpmeter-other.so")
    done = python("import logging; logging.basicConfig(); " + TELL, MPMETER_LIBRARY=str(named))
    assert done.stdout.splitlines()[1] == str(named)
    assert "WARNING:mpmeter:" in done.stderr and str(named) in done.stderr


def test_one_that_is_named_in_vain_is_not_replaced(tmp_path: Path) -> None:
    done = python(TELL, MPMETER_LIBRARY="/nonexistent", PYTHONPATH=package(tmp_path, library=None))
    assert "LibraryNotFound" in done.stderr and "/nonexistent" in done.stderr


def test_the_environment_does_not_replace_the_packages_own(tmp_path: Path) -> None:
    """The environment is the buyer's: a library of theirs would believe anything."""
    named = shutil.copy(LIBRARY, tmp_path / "libmpmeter-other.so")
    done = python(TELL, MPMETER_LIBRARY=str(named), PYTHONPATH=package(tmp_path / "site", library=LIBRARY))
    assert done.stdout.splitlines()[1] == str(tmp_path / "site" / "mpmeter" / "libmpmeter.so.1")


def test_the_packages_own_comes_before_the_systems(tmp_path: Path) -> None:
    system = tmp_path / "system"
    system.mkdir()
    shutil.copy(LIBRARY, system)
    place = package(tmp_path / "site", library=LIBRARY)
    done = python(TELL, PYTHONPATH=place, LD_LIBRARY_PATH=str(system))
    assert done.stdout.splitlines()[1] == str(tmp_path / "site" / "mpmeter" / "libmpmeter.so.1")


def test_the_systems(tmp_path: Path) -> None:
    system = tmp_path / "system"
    system.mkdir()
    shutil.copy(LIBRARY, system)
    done = python(TELL, PYTHONPATH=package(tmp_path / "site", library=None), LD_LIBRARY_PATH=str(system))
    assert done.stdout.splitlines() == [mpmeter.__version__, str(system / "libmpmeter.so.1")]


@pytest.mark.parametrize("flaw", ["another version", "damaged", "a broken link", "no address space"])
def test_nothing_takes_the_place_of_the_packages_own(tmp_path: Path, flaw: str) -> None:
    """Whoever can make loading it fail must not be able to choose the library by that."""
    system, site = tmp_path / "system", tmp_path / "site"
    system.mkdir()
    shutil.copy(LIBRARY, system)
    place = package(site, library=LIBRARY)
    own, code = site / "mpmeter" / "libmpmeter.so.1", TELL
    if flaw == "another version":
        own.unlink()
        fake(site / "mpmeter", "0x000200")
    elif flaw == "damaged":
        own.write_bytes(b"\x7fELF")
    elif flaw == "a broken link":
        own.unlink()
        own.symlink_to("nowhere")
    else:
        # Enough for the interpreter, and for a small library of the buyer's; not for this one.
        code = (
            "import mpmeter, resource\nsize = int(open('/proc/self/statm').read().split()[0]) * "
            "resource.getpagesize()\n"
            "resource.setrlimit(resource.RLIMIT_AS, (size + (2 << 20), size + (2 << 20)))\n"
        ) + TELL
        fake(system, "0x000100")
    done = python(code, PYTHONPATH=place, LD_LIBRARY_PATH=str(system), MPMETER_LIBRARY=str(system / "libmpmeter.so.1"))
    assert done.returncode != 0 and done.stdout == ""
    assert "LibraryNotFound" in done.stderr and str(own) in done.stderr and str(system) not in done.stderr


def test_one_of_another_version(tmp_path: Path) -> None:
    done = python(TELL, MPMETER_LIBRARY=str(fake(tmp_path, "0x010000", "future.so")))
    assert "it is version 1.0.0, and this package needs 0.1" in done.stderr


def test_one_that_lacks_a_function(tmp_path: Path) -> None:
    done = python(TELL, MPMETER_LIBRARY=str(fake(tmp_path, "0x000100")))
    assert "LibraryNotFound" in done.stderr and "undefined symbol: mpmeter_" in done.stderr
