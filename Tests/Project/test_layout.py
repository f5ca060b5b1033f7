"""How every text file looks: at most 120 columns, no white space at a line's end, one line end at the file's end. The
formatters (make format) decide the rest for the languages that have one; .editorconfig says the same to an editor."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .places import ROOT

COLUMNS = 120
TAB = 4

# Not ours, or data whose lines are what they are.
DATA = (
    "Tests/Vectors/",
    "Tests/Fuzz/seeds/",
    "Tests/Fuzz/crashes/",
    "Tests/CABI/released/",
    "tools/patches/",
    "LICENSE",
    ".gitignore",
)
# Lines of these may be longer: tables of cases and recorded messages, and prose, whose editors wrap it.
LONG = (
    ".json",
    ".md",
    ".svg",
    "Tests/EndToEnd/messages.txt",
    "docs/mpmeter.1",
)
# Part of the key under which the C libraries are cached: wrapped when they are changed next.
CACHED = (
    "tools/build-deps.sh",
    "tools/fetch-sources.sh",
    "tools/deps/",
)


def tracked() -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return sorted(
        name for name in listed.split("\0") if name and not name.startswith(DATA) and not name.endswith(".svg")
    )


def texts() -> dict[str, str]:
    found = {}
    for name in tracked():
        path = ROOT / name
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if b"\0" not in content:
                found[name] = content.decode("utf-8")
    return found


TEXTS = texts()


def width(line: str) -> int:
    return len(line.expandtabs(TAB))


def is_an_address(line: str) -> bool:
    """A URL cannot be wrapped; it may stand alone in a comment, or as the value of href. Nor can an image's digest."""
    words = line.strip(" /*#\t").split()
    is_url = len(words) == 1 and "https://" in words[0] or line.lstrip(" *").startswith('href="https://')
    return is_url or words[:1] == ["FROM"] and "@sha256:" in words[1]


def test_there_is_something_to_look_at() -> None:
    assert len(TEXTS) > 1000
    assert {".swift", ".py", ".c", ".go", ".rs", ".rb", ".php", ".java"} <= {Path(name).suffix for name in TEXTS}


def test_no_line_is_longer_than_120_columns() -> None:
    names = [name for name in TEXTS if not name.startswith(CACHED) and not name.endswith(LONG)]
    lines = [
        f"{name}:{number}"
        for name in names
        for number, line in enumerate(TEXTS[name].split("\n"), 1)
        if width(line) > COLUMNS and not is_an_address(line)
    ]
    assert lines == []


@pytest.mark.parametrize(
    "rule, is_broken",
    [
        ("a carriage return", lambda text: "\r" in text),
        ("white space at the end of a line", lambda text: any(line != line.rstrip(" \t") for line in text.split("\n"))),
        ("no line end, or several, at the end", lambda text: bool(text) and (text[-1:] != "\n" or text[-2:] == "\n\n")),
    ],
)
def test_white_space(rule: str, is_broken) -> None:
    assert [name for name, text in TEXTS.items() if is_broken(text)] == [], rule


def test_tabs_only_where_the_language_wants_them() -> None:
    wanted = (".md", ".go", ".mk", "Makefile", ".mod", ".supp", ".txt", ".abi")
    indented = [
        name
        for name, text in TEXTS.items()
        if not name.endswith(wanted) and any(line.startswith("\t") for line in text.split("\n"))
    ]
    assert indented == []


@pytest.mark.parametrize("copy", ["bindings/go/LICENSE", "bindings/go/NOTICE", "tools/sandbox/LICENSE"])
def test_what_is_fetched_by_itself_has_the_same_licence(copy: str) -> None:
    """A Go module and a Python project end at their own folder, and neither takes a link."""
    assert (ROOT / copy).read_bytes() == (ROOT / Path(copy).name).read_bytes()
