"""What the library's file shows of itself: `nm -D`, `readelf`, `objdump -T`, and auditwheel's verdict."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .header import FUNCTIONS
from .places import BINUTILS, CLI, LIBRARY, ROOT, SHARED_CLI, TARGET

# The oldest glibc that has to do: that of Amazon Linux 2, of CentOS 7, and of Python's manylinux2014.
GLIBC = (2, 17)
# Until 2.34 these were files of their own. musl has one file for all; this is its name on Alpine, and its loader takes
# any libc.* for itself.
PARTS_OF_LIBC = (
    {"libc.so.6", "libpthread.so.0", "libdl.so.2"}
    if TARGET.endswith("-gnu")
    else {f"libc.musl-{TARGET.partition('-')[0]}.so.1"}
)
MACHINE = TARGET.partition("-")[0]
on_glibc = pytest.mark.skipif(
    not TARGET.endswith("-gnu"), reason=f"{TARGET} has no glibc, whose symbol versions this is about"
)


def _output(*command: str | Path) -> str:
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"}
    ).stdout


def _dynamic(file: Path = LIBRARY) -> list[tuple[str, str]]:
    """The dynamic section: tag and value."""
    return re.findall(r"^\s*0x[0-9a-f]+ \((\w+)\)\s+(.*?)\s*$", _output("readelf", "-dW", file), re.MULTILINE)


def _needed(file: Path) -> set[str]:
    return {re.sub(r".*\[(.*)\]", r"\1", value) for tag, value in _dynamic(file) if tag == "NEEDED"}


def _symbols(file: Path, *options: str) -> set[tuple[str, str]]:
    """Kind and name."""
    return {
        (line.split()[-2], line.split()[-1]) for line in _output(f"{BINUTILS}nm", "-D", *options, file).splitlines()
    }


def _imports(file: Path) -> set[str]:
    return {name.partition("@")[0] for _, name in _symbols(file, "--undefined-only")}


def test_exports_are_the_header_and_nothing_else() -> None:
    found = {name.partition("@")[0] for kind, name in _symbols(LIBRARY, "--defined-only") if kind != "A"}
    assert found == {function.name for function in FUNCTIONS}
    assert len(found) > 40


def test_every_export_carries_the_abi_version() -> None:
    names = {name for kind, name in _symbols(LIBRARY, "--defined-only") if kind == "T"}
    assert {name.partition("@")[2] for name in names} == {"@MPMETER_1"}


def test_it_needs_libc_alone() -> None:
    needed = _needed(LIBRARY)
    assert any(name.startswith("libc.") for name in needed)
    assert {name for name in needed - PARTS_OF_LIBC if not name.startswith("ld-linux")} == set()


@on_glibc
def test_it_loads_on_glibc_2_17() -> None:
    versions = {
        tuple(int(part) for part in version.split("."))
        for version in re.findall(r"GLIBC_([0-9.]+)", _output(f"{BINUTILS}objdump", "-T", LIBRARY))
    }
    assert versions and max(versions) <= GLIBC, max(versions)
    assert "GLIBC_PRIVATE" not in _output(f"{BINUTILS}objdump", "-T", LIBRARY)


def test_it_is_stripped_and_at_most_4_5_mb() -> None:
    """A tenth of it is SQLite, for the journal of usage."""
    sections = _output("readelf", "-SW", LIBRARY)
    assert ".symtab" not in sections and ".debug_" not in sections
    assert LIBRARY.stat().st_size <= 4_500_000


def test_its_debug_information_is_beside_it() -> None:
    assert LIBRARY.with_name(LIBRARY.name + ".debug").exists()
    assert ".gnu_debuglink" in _output("readelf", "-SW", LIBRARY)
    assert "Build ID" in _output("readelf", "-nW", LIBRARY)


def test_its_name() -> None:
    assert ("SONAME", "Library soname: [libmpmeter.so.1]") in _dynamic()


def test_its_dynamic_section() -> None:
    tags = dict(_dynamic())
    assert {"RPATH", "RUNPATH", "TEXTREL"} & set(tags) == set()
    assert "NOW" in tags.get("FLAGS_1", "") and "NODELETE" in tags["FLAGS_1"]
    assert "BIND_NOW" in tags.get("FLAGS", "") and "TEXTREL" not in tags["FLAGS"]


def test_its_segments() -> None:
    segments = re.findall(r"^\s+(\w+)\s+0x.*?\s((?:[RWE] ?)+)\s+0x", _output("readelf", "-lW", LIBRARY), re.MULTILINE)
    flags = {name: value.replace(" ", "") for name, value in segments if name != "LOAD"}
    assert "GNU_RELRO" in flags
    assert flags["GNU_STACK"] == "RW", "the stack is executable"
    loads = [value.replace(" ", "") for name, value in segments if name == "LOAD"]
    assert loads and not any("W" in load and "E" in load for load in loads), "something is writable and executable"


FORBIDDEN = {
    "starts threads": "pthread_create thrd_create clone",
    "changes the environment": "setenv unsetenv putenv clearenv",
    "reads the environment where it may change under its feet": "secure_getenv __secure_getenv",
    "ends the host": "exit _exit quick_exit",
    "runs programs": "fork vfork execve execvp posix_spawn system popen",
    "changes the locale or the directory": "setlocale chdir",
    "is not in every musl 1.2 and glibc 2.17": "arc4random_buf arc4random __isoc23_strtol statx close_range",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_what_it_cannot_do(what: str) -> None:
    """What is not imported cannot be called. Tests/EndToEnd/test_host.py watches the rest."""
    assert _imports(LIBRARY) & set(FORBIDDEN[what].split()) == set()


def test_no_signal_handler_even_for_a_moment() -> None:
    """OpenSSL would try out an arm64 processor behind one when it is loaded. What is inside and could set one is curl,
    for SIGPIPE, which is told not to: Tests/EndToEnd/test_host.py watches, and Tests/Targets counts on each target."""
    archives = sorted((LIBRARY.parents[1] / "deps/lib").glob("*.a"))
    assert len(archives) >= 6
    setters = {"sigaction", "signal", "sigsetjmp", "__sigsetjmp", "siglongjmp", "__sysv_signal", "bsd_signal"}
    guilty = {
        file.name
        for file in archives
        if setters & {line.split()[-1] for line in _output(f"{BINUTILS}nm", "-u", file).splitlines() if line.strip()}
    }
    assert guilty == {"libcurl.a"}


def test_no_path_of_the_machine_that_built_it() -> None:
    """Neither of the tree, nor of the cache where the C libraries were built, in any file that is handed out."""
    cache = os.environ.get("MPMETER_CACHE") or ROOT / "build/cache"
    places = [str(ROOT), str(cache), "/home/", "/tmp/", *(f"{home}/" for home in [Path.home()] if len(home.parts) > 1)]
    files = [CLI, *(file for file in LIBRARY.parent.iterdir() if file.is_file())]
    found = [f"{file.name}: {place}" for file in files for place in places if place.encode() in file.read_bytes()]
    assert found == []


def test_the_command_line_stands_on_the_header_alone() -> None:
    """As it is linked with the shared library: all it can have of that are the functions of the header."""
    ours = {name for name in _imports(SHARED_CLI) if name.startswith("mpmeter_")}
    assert ours and ours <= {function.name for function in FUNCTIONS}


def test_the_command_line_is_one_file() -> None:
    assert _dynamic(CLI) == []
    assert "INTERP" not in _output("readelf", "-lW", CLI)


@on_glibc
def test_auditwheel_says_manylinux_2_17(tmp_path: Path) -> None:
    """In a wheel of its own, as the Python binding will carry it."""
    wheel = tmp_path / f"probe-1-py3-none-linux_{MACHINE}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(LIBRARY, "probe/libmpmeter.so.1")
        archive.writestr("probe/__init__.py", "")
        archive.writestr("probe-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: probe\nVersion: 1\n")
        tag = f"py3-none-linux_{MACHINE}"
        archive.writestr(
            "probe-1.dist-info/WHEEL", f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: {tag}\n"
        )
        # auditwheel looks at what is listed, and at nothing else.
        archive.writestr(
            "probe-1.dist-info/RECORD",
            "".join(f"{name},,\n" for name in [*archive.namelist(), "probe-1.dist-info/RECORD"]),
        )
    done = subprocess.run(
        [sys.executable, "-m", "auditwheel", "show", str(wheel)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    match = re.search(r'consistent with the following platform tag: "([^"]+)"', said)
    assert match is not None, said
    version = re.match(r"manylinux_2_(\d+)_", match[1])
    assert version is not None and int(version[1]) <= GLIBC[1], said
