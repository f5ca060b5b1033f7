"""What an add costs, in what it asks of the disk: no more than SQLite's own durable insert. Time is the bench's."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from .conftest import ROOT

#: What waits for the disk, or can.
CALLS = "fdatasync,fsync,pwrite64,pread64,openat,ftruncate,unlink,fcntl"


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    built = tmp_path_factory.mktemp("cost") / "one_add"
    deps, library = ROOT / "build/deps", ROOT / "build/lib"
    source = ROOT / "Tests/Metering/one_add.c"
    subprocess.run(
        ["gcc", "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", f"-I{ROOT}/include", f"-I{deps}/include", str(source)]
        + ["-o", str(built), f"-L{library}", "-lmpmeter", f"-Wl,-rpath,{library}", str(deps / "lib/libsqlite3.a")]
        + ["-lm", "-pthread"],
        check=True,
    )
    return built


def calls(program: Path, strace: str, folder: Path, kind: str) -> dict[str, float]:
    """Of each call, how often one more of this kind makes it."""
    counts = []
    for count in (10, 30):
        log = folder / f"{kind}-{count}.log"
        command = [strace, "-f", "-qq", "-e", f"trace={CALLS}", "-o", str(log)]
        subprocess.run([*command, str(program), kind, str(folder / f"{kind}-{count}"), str(count)], check=True)
        counts.append([match[1] for match in re.finditer(r"^\d+ +(\w+)\(", log.read_text(), re.MULTILINE)])
    return {call: (counts[1].count(call) - counts[0].count(call)) / 20 for call in CALLS.split(",")}


def test_an_add_asks_no_more_of_the_disk_than_an_insert_of_sqlite(program, strace, tmp_path):
    insert, add = (calls(program, strace, tmp_path, kind) for kind in ("insert", "add"))
    assert insert["fdatasync"] + insert["fsync"] >= 3, insert
    assert all(add[call] <= insert[call] for call in add), (add, insert)
