"""One version and one list of statuses, wherever they are written."""

from __future__ import annotations

import ctypes
import re
import subprocess

import pytest

from EndToEnd.statuses import CODES, action_of  # isort: skip

from .header import MACROS, STATUSES
from .places import CLI, LIBRARY, ROOT, SOURCES, VERSION

MAJOR, MINOR, PATCH = (int(part) for part in VERSION.split("."))


@pytest.fixture(scope="module")
def library() -> ctypes.CDLL:
    loaded = ctypes.CDLL(str(LIBRARY))
    for name in ("version", "status_name", "status_message", "status_fix", "action_name"):
        getattr(loaded, f"mpmeter_{name}").restype = ctypes.c_char_p
    loaded.mpmeter_version_number.restype = ctypes.c_uint32
    return loaded


def test_the_header() -> None:
    assert {
        "MPMETER_VERSION_MAJOR": str(MAJOR),
        "MPMETER_VERSION_MINOR": str(MINOR),
        "MPMETER_VERSION_PATCH": str(PATCH),
        "MPMETER_VERSION": f'"{VERSION}"',
        "MPMETER_VERSION_NUMBER": f"0x{MAJOR << 16 | MINOR << 8 | PATCH:06x}",
    } == MACROS


def test_the_library(library: ctypes.CDLL) -> None:
    assert library.mpmeter_version().decode() == VERSION
    assert library.mpmeter_version_number() == MAJOR << 16 | MINOR << 8 | PATCH


def test_the_command_line() -> None:
    assert subprocess.run([CLI, "version"], capture_output=True, text=True, check=True).stdout == f"{VERSION}\n"


def test_the_python_distribution() -> None:
    text = (ROOT / "bindings/python/src/mpmeter/__init__.py").read_text()
    match = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    assert match is not None and match[1] == VERSION


@pytest.mark.parametrize("name", ["mpmeter.pc.in", "mpmeter-config-version.cmake.in"])
def test_the_packaging_takes_it_from_the_version_file(name: str) -> None:
    text = (ROOT / "tools/packaging" / name).read_text()
    assert "@VERSION@" in text and VERSION not in text


# ---- Statuses --------------------------------------------------------------------------------------------------------


def test_statuses_of_the_header() -> None:
    assert STATUSES == CODES


def test_statuses_of_the_library(library: ctypes.CDLL) -> None:
    for name, number in CODES.items():
        assert library.mpmeter_status_name(number).decode() == name
        action = library.mpmeter_action_name(library.mpmeter_status_action(number)).decode()
        assert action == action_of(name)
        assert library.mpmeter_status_message(number)
        assert bool(library.mpmeter_status_fix(number)) == (name != "MPMETER_OK")


@pytest.mark.parametrize("number", [-1, 4, 14, 62, 2**31 - 1, -(2**31)])
def test_a_number_that_is_none(number: int, library: ctypes.CDLL) -> None:
    assert library.mpmeter_status_name(number) == b"MPMETER_E_UNKNOWN"
    assert library.mpmeter_action_name(library.mpmeter_status_action(number)) == b"terminate"


def test_statuses_of_the_core() -> None:
    text = (SOURCES / "MPMeterCore/Status/Status.swift").read_text()
    assert sorted(
        int(number) for number in re.findall(r"case `?\w+`? = (\d+)", text.partition("public enum Action")[0])
    ) == sorted(CODES.values())
    assert set(re.findall(r'"(MPMETER_\w+)"', text)) == set(CODES)
