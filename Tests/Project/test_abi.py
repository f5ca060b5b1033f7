"""What was released is kept: functions and types by libabigail, numbers by the list of all that ever were
(docs/ABI.md)."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from . import abi
from .header import CONSTANTS, FUNCTIONS, TEXT
from .places import LIBRARY, ROOT, VERSION

CHANGELOG = (ROOT / "CHANGELOG.md").read_text()


def _differences(first: Path, second: Path, *options: str) -> str:
    """What abidiff reports; "" if nothing. Exit status 1 is a failure of the tool, 2 a wrong use; 4 and 8 are bits for
    a difference."""
    done = subprocess.run(
        ["abidiff", "--no-architecture", *options, str(first), str(second)], capture_output=True, text=True, check=False
    )
    assert not done.returncode & 3, done.stderr
    assert bool(done.returncode) == bool(done.stdout.strip()) or "--no-added-syms" in options, done.stdout
    return done.stdout if done.returncode else ""


def _broken(header: str, folder: Path) -> str:
    """How a header breaks programs that were built against the released one."""
    return _differences(abi.DESCRIPTION, abi.skeleton(folder, header), "--no-added-syms")


# ---- Functions and types ---------------------------------------------------------------------------------------------


def test_what_was_released_is_kept(tmp_path: Path) -> None:
    assert _broken(TEXT, tmp_path) == ""


BREAKS = {
    "a function is gone": (r"MPMETER_API uint32_t mpmeter_version_number\(void\);", ""),
    "a function is renamed": (r"\bmpmeter_region_find\(", "mpmeter_find_region("),
    "a parameter is wider": (
        r"(mpmeter_options_set_minimum_key_bits\(mpmeter_options \*options,\s*)int32_t bits",
        r"\1int64_t bits",
    ),
    "a parameter is added": (r"mpmeter_version\(void\)", "mpmeter_version(int32_t flags)"),
    "a parameter is of another sign": (r"mpmeter_status_at\(int32_t index\)", "mpmeter_status_at(uint32_t index)"),
    "a result is wider": (r"int32_t mpmeter_status_count\(void\)", "int64_t mpmeter_status_count(void)"),
    "a result is no longer there": (r"mpmeter_action mpmeter_status_action\(", "void mpmeter_status_action("),
    "a status is wider": (r"typedef int32_t mpmeter_status;", "typedef int64_t mpmeter_status;"),
    "an object is another": (r"mpmeter_region_free\(mpmeter_region \*", "mpmeter_region_free(mpmeter_error *"),
    "a callback takes less": (r"(\*mpmeter_log_fn\)\(void \*\w+, mpmeter_log_level \w+), const char \*\w+", r"\1"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_break_is_seen(what: str, tmp_path: Path) -> None:
    pattern, replacement = BREAKS[what]
    changed, count = re.subn(pattern, replacement, TEXT)
    assert count == 1, "the header no longer has what this test breaks"
    assert _broken(changed, tmp_path) != ""


def test_an_addition_is_no_break(tmp_path: Path) -> None:
    added = TEXT.replace(
        "#ifdef __cplusplus\n}", "MPMETER_API int32_t mpmeter_added(const char *text);\n#ifdef __cplusplus\n}"
    )
    assert added != TEXT
    assert _broken(added, tmp_path) == ""
    assert "mpmeter_added" in _differences(abi.DESCRIPTION, abi.skeleton(tmp_path, added))


def test_the_library_has_the_symbols_of_the_header(tmp_path: Path) -> None:
    """Names, versions and kinds, as libabigail reads them in both."""

    def symbols(library: Path) -> set[tuple[str, ...]]:
        return set(
            re.findall(
                r"<elf-symbol name='(\w+)' version='(\w+)' is-default-version='(\w+)' type='(\S+)'",
                abi.describe(library),
            )
        )

    expected = symbols(abi.skeleton(tmp_path, TEXT))
    assert symbols(LIBRARY) == expected
    assert {name for name, *_ in expected} == {function.name for function in FUNCTIONS}


# ---- Numbers ---------------------------------------------------------------------------------------------------------


def _kind(name: str) -> str:
    """MPMETER_LOG_DEBUG and MPMETER_LOG_INFO are of one enum, MPMETER_OK and MPMETER_E_… of another."""
    return "E" if name == "MPMETER_OK" else name.split("_")[1]


def _misused(constants: dict[str, int], released: dict[str, tuple[int, str]]) -> list[str]:
    """What a header's constants do to those that were released."""
    used = {name: number for name, (number, state) in released.items() if state == "used"}
    found = [f"{name} was {number}" for name, number in used.items() if constants.get(name) != number]
    found += [f"{name} is retired" for name in released.keys() - used.keys() if name in constants]
    taken = {(_kind(name), number): name for name, (number, _) in released.items()}
    found += [
        f"{name} = {number} belongs to {taken[_kind(name), number]}"
        for name, number in constants.items()
        if taken.get((_kind(name), number), name) != name
    ]
    return found


def test_no_number_is_changed_or_used_again() -> None:
    assert {state for _, state in abi.numbers().values()} <= {"used", "retired"}
    assert len(abi.numbers()) > 40
    assert _misused(CONSTANTS, abi.numbers()) == []


@pytest.mark.parametrize(
    "change, said",
    [
        ({"MPMETER_E_TLS": 25}, "MPMETER_E_TLS was 21"),
        ({"MPMETER_E_TLS": None}, "MPMETER_E_TLS was 21"),
        ({"MPMETER_E_NEW": 21}, "MPMETER_E_NEW = 21 belongs to MPMETER_E_TLS"),
        ({"MPMETER_E_NEW": 99}, "MPMETER_E_NEW = 99 belongs to MPMETER_E_GONE"),
        ({"MPMETER_E_GONE": 98}, "MPMETER_E_GONE is retired"),
        ({"MPMETER_LOG_NEW": 3}, None),
    ],
    ids=str,
)
def test_misuse_is_seen(change: dict[str, int | None], said: str | None) -> None:
    released = {**abi.numbers(), "MPMETER_E_GONE": (99, "retired")}
    constants = {name: number for name, number in {**CONSTANTS, **change}.items() if number is not None}
    assert (said in _misused(constants, released)) if said else _misused(constants, released) == []


def test_no_line_was_ever_taken_out_of_the_list() -> None:
    """By the history of the file, as far as this clone has it."""
    command = ["git", "-C", str(ROOT), "log", "--format=", "--patch", "--unified=0", "--", str(abi.NUMBERS)]
    history = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    ever = {(name, int(number)) for name, number in re.findall(r"^[-+](MPMETER_\w+) (\d+) ", history, re.MULTILINE)}
    assert ever - {(name, number) for name, (number, _) in abi.numbers().items()} == set()


def test_the_header_says_what_is_retired() -> None:
    """So that whoever reads it sees the gaps."""
    retired = {
        name: number for name, (number, state) in abi.numbers().items() if state == "retired" and _kind(name) == "E"
    }
    assert ("No number has been retired" in TEXT) == (not retired)
    for name, number in retired.items():
        assert re.search(rf"/\* {number}: .*{name}", TEXT), name


# ---- A release -------------------------------------------------------------------------------------------------------


def _unreleased(header: str, constants: dict[str, int], folder: Path) -> list[str]:
    """What the header has and the released list and description have not."""
    added = _differences(abi.DESCRIPTION, abi.skeleton(folder, header))
    return [name for name in constants if name not in abi.numbers()] + re.findall(r"\bmpmeter_\w+(?=\()", added)


def test_a_release_is_written_down(tmp_path: Path) -> None:
    """Once the changelog has a section for this version, all that it brings is part of the promise: `make
    abi-update`."""
    if re.search(rf"^## \[{re.escape(VERSION)}\]", CHANGELOG, re.MULTILINE):
        assert _unreleased(TEXT, CONSTANTS, tmp_path) == []


def test_what_is_not_written_down_is_seen(tmp_path: Path) -> None:
    added = TEXT.replace(
        "#ifdef __cplusplus\n}", "MPMETER_API int32_t mpmeter_added(const char *text);\n#ifdef __cplusplus\n}"
    )
    found = _unreleased(added, {**CONSTANTS, "MPMETER_E_NEW": 99}, tmp_path)
    assert "MPMETER_E_NEW" in found and "mpmeter_added" in found
