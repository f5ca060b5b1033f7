"""Rules of the sources: nothing that can trap the host's process, unsafe code and C in their own rooms, dependencies
downwards only."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from . import swift
from .places import ROOT, SOURCES

SWIFT = sorted(SOURCES.glob("MPMeter*/**/*.swift"))
C = sorted(path for path in SOURCES.rglob("*") if path.suffix in (".c", ".h"))
CODE = {path: swift.code(path.read_text()) for path in SWIFT}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def target(path: Path) -> str:
    return path.relative_to(SOURCES).parts[0]


def test_there_is_something_to_look_at() -> None:
    assert len(SWIFT) > 50 and len(C) > 10
    assert {target(path) for path in SWIFT} == {*ALLOWED_IMPORTS}


def test_the_scanner() -> None:
    """It sees code, also inside a string's interpolation, and neither comments nor text."""
    assert "!" not in swift.code(
        'let a = "b!" // c!\n/* d! /* e! */ f! */\nlet g = #"h!"#\nlet i = """\n j! "k!"\n"""\n'
    )
    assert "x!" in swift.code(r'let a = "b \(x!) c"')
    assert "y!" in swift.code(r'let a = #"\(no!) \#(y!)"#') and "no!" not in swift.code(r'let a = #"\(no!) \#(y!)"#')
    assert swift.code("a\n// b\nc").count("\n") == 2
    assert FORBIDDEN["a forced unwrap"].search("value!.count") and FORBIDDEN["a forced unwrap"].search("a[0]!")
    assert not FORBIDDEN["a forced unwrap"].search("a != b && !c && (!d)")


# A trap in the library kills the program that loaded it.
FORBIDDEN = {
    "try!": re.compile(r"\btry!"),
    "as!": re.compile(r"\bas!"),
    "a forced unwrap": re.compile(r"(?<=[\w)\]}?`\"])!(?!=)"),
    "fatalError": re.compile(r"\bfatalError\b"),
    "precondition": re.compile(r"\bprecondition(Failure)?\b"),
    "assert": re.compile(r"\bassert(ionFailure)?\b"),
    "unowned": re.compile(r"\bunowned\b"),
    "unsafelyUnwrapped": re.compile(r"\bunsafelyUnwrapped\b"),
    "unsafeBitCast": re.compile(r"\bunsafe(Bit|Down)[Cc]ast\b"),
    "print": re.compile(r"\b(print|debugPrint|dump)\("),
    "abort or exit": re.compile(r"\b(abort|exit|_exit)\("),
}


# A C pointer without a statement of nullability is imported as `T!`, and `@implementation` wants the same type. That is
# no unwrapping.
POINTER = re.compile(r"\b(OpaquePointer|Unsafe(Mutable)?(Raw)?Pointer(<[^()=]*>)?|mpmeter_log_fn)!")


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_that_traps(what: str) -> None:
    found = [
        f"{name(path)}:{number}: {line.strip()}"
        for path, code in CODE.items()
        for number, line in enumerate(code.splitlines(), 1)
        if FORBIDDEN[what].search(POINTER.sub("", line) if target(path) == "MPMeterABI" else line)
    ]
    assert found == []


@pytest.mark.parametrize("module", ["MPMeterCore", "MPMeterClient"])
def test_no_unsafe_pointer_in(module: str) -> None:
    pattern = re.compile(r"Unsafe|OpaquePointer|Unmanaged|withUnsafe|withMemoryRebound|assumingMemoryBound")
    found = [name(path) for path, code in CODE.items() if target(path) == module and pattern.search(code)]
    assert found == []


# Downwards only: ABI → Client → {System, Crypto, JSON, Transport, Journal} → Core. C modules are listed with who may
# import them.
ALLOWED_IMPORTS = {
    "MPMeterCore": set(),
    "MPMeterSystem": {"MPMeterCore", "CMPMeterSystem", "Glibc"},
    "MPMeterCrypto": {"MPMeterCore", "MPMeterSystem", "COpenSSL"},
    "MPMeterJSON": {"MPMeterCore", "CJansson"},
    "MPMeterTransport": {"MPMeterCore", "MPMeterSystem", "CMPMeterSystem", "CCares", "CCurl", "COpenSSL"},
    "MPMeterJournal": {"MPMeterCore", "MPMeterSystem", "CMPMeterSystem", "CSQLite"},
    "MPMeterClient": {
        "MPMeterCore",
        "MPMeterSystem",
        "MPMeterCrypto",
        "MPMeterJSON",
        "MPMeterTransport",
        "MPMeterJournal",
    },
    "MPMeterABI": {"MPMeterClient", "MPMeterCore", "MPMeterSystem", "CMPMeter"},
}
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(public |internal |private |fileprivate |package )?import\s+(?:\w+ )?(\w+)",
    re.MULTILINE,
)


@pytest.mark.parametrize("module", ALLOWED_IMPORTS)
def test_imports(module: str) -> None:
    for path, code in CODE.items():
        if target(path) == module:
            assert {match[2] for match in IMPORT.finditer(code)} <= ALLOWED_IMPORTS[module], name(path)


def test_c_modules_are_imported_where_the_name_says_so() -> None:
    """`_curl`, `_cares` and `_openssl` mark the files that touch those libraries; jansson, the system and the ABI have
    targets of their own."""
    for path, code in CODE.items():
        for match in IMPORT.finditer(code):
            module = match[2]
            if module == "CCurl":
                assert path.stem.endswith("_curl"), name(path)
            elif module == "CCares":
                assert path.stem.endswith("_cares"), name(path)
            elif module == "COpenSSL":
                assert path.stem.endswith("_openssl"), name(path)
            elif module.startswith("C"):
                home = {
                    "CJansson": ["MPMeterJSON"],
                    "CSQLite": ["MPMeterJournal"],
                    "CMPMeterSystem": ["MPMeterSystem", "MPMeterTransport", "MPMeterJournal"],
                    "CMPMeter": ["MPMeterABI"],
                }
                assert target(path) in home[module], name(path)
            if module.startswith("C") and module != "CMPMeter":
                assert match[1] == "internal ", f"{name(path)}: {module} leaks out of its wrapper"


def test_exports_are_checked_against_the_header() -> None:
    """`@implementation @_cdecl`: a wrong parameter type is an error; plain `@_cdecl` builds the mistake silently."""
    count = 0
    for path, code in CODE.items():
        for match in re.finditer(r"^.*@_cdecl.*$", code, re.MULTILINE):
            assert "@implementation" in match[0], f"{name(path)}: {match[0].strip()}"
            assert target(path) == "MPMeterABI", name(path)
            count += 1
        assert "@_silgen_name" not in code and "@_extern" not in code, name(path)
    assert count > 40


@pytest.mark.parametrize("path", [*SWIFT, *C], ids=name)
def test_file(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert len(lines) <= 300
    assert lines[0].startswith(("//", "/*")), "it opens with a comment that says what the file decides"
    assert not any(line != line.rstrip() or "\t" in line for line in lines)
    text = path.read_text()
    assert text.endswith("\n")
    assert not re.search(r"x86|amd64|i[36]86", text, re.IGNORECASE), "half of the users have Graviton"
    assert not re.search(r"\b(TODO|FIXME|XXX)\b", text)


def test_most_files_are_short() -> None:
    """'most files under 250 lines'"""
    lengths = [len(path.read_text().splitlines()) for path in [*SWIFT, *C]]
    assert sorted(lengths)[len(lengths) * 9 // 10] < 250


def test_no_package_dependency() -> None:
    code = swift.code((ROOT / "Package.swift").read_text())
    assert ".package(" not in code
    assert not (ROOT / "Package.resolved").exists() or "Package.resolved" in (ROOT / ".gitignore").read_text()


def test_warnings_are_errors() -> None:
    assert "-warnings-as-errors" in (ROOT / "Package.swift").read_text()
    assert "-Werror" in (ROOT / "tools/cli.mk").read_text() and "-Werror" in (ROOT / "tools/library.mk").read_text()


# Where somebody's machine keeps things; put together, so that this file is none of those that are found.
MACHINES = ["/" + "work/", "/" + "root/", "/" + "home/", "/" + "Users/"]


def test_no_path_of_somebodys_machine_in_the_tree() -> None:
    """A test may name a home directory as an example; nothing may name the place where it was written."""
    tracked = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=True
    ).stdout.split("\0")
    found = []
    for file in filter(None, tracked):
        path = ROOT / file
        if not path.is_file() or file.startswith("Tests/Vectors/"):
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        found += [
            f"{file}: {place}" for place in (MACHINES[:1] if file.startswith("Tests/") else MACHINES) if place in text
        ]
    assert found == []
