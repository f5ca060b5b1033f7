"""The manual page: mandoc's verdict, and that it says what `mpmeter --help` says, no less and no more."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from EndToEnd.places import CLI

from .places import DOCS, ROOT

PAGE = DOCS / "mpmeter.1"
COMMANDS = ["register", "verify", "region", "endpoint", "doctor", "meter", "version"]


def _mandoc(*arguments: str | Path) -> str:
    return subprocess.run(["mandoc", *arguments], capture_output=True, text=True, check=False).stdout


@cache
def _text() -> str:
    """As a terminal without bold shows it."""
    return re.sub(".\b", "", _mandoc("-Tascii", PAGE))


@cache
def _help(*command: str) -> str:
    return subprocess.run([CLI, *command, "--help"], capture_output=True, text=True, check=True).stdout


def _options(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])(--[a-z][a-z-]*[a-z]|-[a-z])(?![\w-])", text))


@cache
def _synopsis() -> dict[str, str]:
    """Command to its lines."""
    block = _text().partition("SYNOPSIS")[2].partition("DESCRIPTION")[0]
    return {match[1]: match[0] for match in re.finditer(r"mpmeter (\w+)(?:(?!mpmeter \w).)*", block, re.DOTALL)}


def test_mandoc() -> None:
    """Not even a remark on style, but that the date is of no importance."""
    assert _mandoc("-Tlint", "-Wall", PAGE) == ""


def test_mandoc_would_say_so(tmp_path: Path) -> None:
    bad = tmp_path / "bad.1"
    bad.write_text(PAGE.read_text().replace(".Sh ENVIRONMENT\n", ".Sh ENVIRONMENT\n.It Fl \\-x\n"))
    assert "WARNING" in _mandoc("-Tlint", "-Wall", bad)


def test_every_command_stands_in_it() -> None:
    assert re.findall(r"^  (\w+) ", _help(), re.MULTILINE) == COMMANDS
    assert list(_synopsis()) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_options(command: str) -> None:
    """Every option of the help is described, and stands in the synopsis; the synopsis has none that the help does not
    know."""
    helped = _options(_help(command))
    described = _options(_text().partition("DESCRIPTION")[2])
    assert helped <= described, f"not in the manual: {sorted(helped - described)}"
    shown = _options(_synopsis()[command])
    # --help and the long form of -v are described once for all commands.
    assert helped - shown <= {"-h", "--help", "--verbose"}, f"not in the synopsis: {sorted(helped - shown)}"
    if "Not in this release" not in _help(command):
        assert shown <= helped, f"the command has none of these: {sorted(shown - helped)}"


def test_exit_statuses() -> None:
    block = _text().partition("EXIT STATUS")[2].partition("EXAMPLES")[0]
    assert set(re.findall(r"^     (\d+(?:, \d+)?)(?: |$)", block, re.MULTILINE)) == {"0", "1", "2", "75", "130, 143"}


def test_every_variable_that_the_library_reads_stands_in_it() -> None:
    source = (ROOT / "Sources/MPMeterCore/Environment/Environment.swift").read_text()
    cases = re.findall(
        r"^    case ((?:.*,\n)*.*)$", source.partition("public enum Variable")[2].partition("\n}")[0], re.MULTILINE
    )
    read = {name.strip() for line in cases for name in line.split(",")}
    named = {
        name
        for line in re.findall(r"^\.(?:It )?Ev (.*)$", PAGE.read_text(), re.MULTILINE)
        for name in re.findall(r"\w+", line)
    }
    assert len(read) > 20 and read <= named
    assert named - read <= {
        "KUBERNETES_SERVICE_PORT",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
        "NO_COLOR",
    }, "doctor's alone"


def test_it_is_installed() -> None:
    text = (ROOT / "tools/install.mk").read_text()
    assert "docs/mpmeter.1" in text and "share/man/man1/mpmeter.1" in text
