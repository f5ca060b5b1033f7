"""A target's library and command line at work: `make test-target` says in the environment which, and how its programs
are started."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TARGET = os.environ.get("MPMETER_TARGET", "")
CLI = Path(os.environ.get("MPMETER_CLI", ""))
LIBRARY = Path(os.environ.get("MPMETER_LIBRARY", ""))
PROGRAMS = Path(os.environ.get("MPMETER_PROGRAMS", ""))
EMULATOR = os.environ.get("MPMETER_EMULATOR", "").split()
LOADER = os.environ.get("MPMETER_LOADER", "").split()
OLD_GLIBC = os.environ.get("MPMETER_OLD_GLIBC", "")
SANDBOX = ROOT / "build/venv/bin/mpmeter-sandbox"
# Starting a program in an emulator, on a machine that does other things.
PATIENCE = 300

if not TARGET:
    pytest.skip("`make test-target` runs these", allow_module_level=True)


def in_sandbox(*command: str | Path, tls: bool = False) -> str:
    """What the command prints in the environment of a task on Fargate."""
    sandbox = [SANDBOX, "run", "--scenario", "ecs-fargate", *(["--tls"] if tls else []), "--", *command]
    with subprocess.Popen(
        [str(part) for part in sandbox],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            # Children that hang would keep the pipes open.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0, out + err
    return out


def on_old_glibc(program: Path) -> list[str]:
    lib = Path(OLD_GLIBC) / "lib"
    (loader,) = lib.glob("ld-linux-*.so.*")
    return [*EMULATOR, str(loader), "--library-path", f"{lib}:{LIBRARY.parent}", str(program)]


@pytest.fixture
def command_line(tmp_path: Path) -> Path:
    """The command line as one file that can be started here."""
    if not EMULATOR:
        return CLI
    script = tmp_path / "mpmeter"
    script.write_text(f'#!/bin/sh\nexec {" ".join(EMULATOR)} "{CLI}" "$@"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def test_every_situation_of_the_demo(command_line: Path) -> None:
    command = [sys.executable, str(ROOT / "tools/demo.py"), "--cli", str(command_line), "--sandbox", str(SANDBOX)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0 and "15 of 15 as expected" in done.stdout, done.stdout + done.stderr


def test_the_command_line_runs_in_an_empty_root(tmp_path: Path) -> None:
    shutil.copy(CLI, tmp_path / "mpmeter")
    started = ["/mpmeter", "version"]
    if EMULATOR:
        emulator = shutil.which(EMULATOR[0])
        assert emulator is not None
        # What the emulator itself needs, which is not static, is there too.
        listed = subprocess.run(["ldd", emulator], capture_output=True, text=True, check=True).stdout
        for word in [emulator, *(word for word in listed.split() if word.startswith("/"))]:
            (tmp_path / word[1:]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(word, tmp_path / word[1:])
        started = [emulator, *started]
    done = subprocess.run(["unshare", "-r", "chroot", tmp_path, *started], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == (ROOT / "VERSION").read_text().strip(), done.stderr


def test_it_is_loaded_into_a_program_with_eight_running_threads() -> None:
    assert (
        in_sandbox(*LOADER, PROGRAMS / "dlopen_threads", LIBRARY)
        == "8 of 8 threads registered; 0 signals more have a handler\n"
    )


def test_over_tls() -> None:
    assert in_sandbox(*LOADER, PROGRAMS / "dlopen_threads", LIBRARY, tls=True).startswith("8 of 8 threads registered")


def test_fork_under_load() -> None:
    """musl's read-write locks let every reader in while a writer waits."""
    assert in_sandbox(*LOADER, PROGRAMS / "fork_load", LIBRARY) == "10 of 10 children registered\n"


def test_a_program_with_the_archive_inside() -> None:
    assert in_sandbox(*LOADER, PROGRAMS / "static_program") == "MPMETER_OK\n"


@pytest.mark.skipif(not OLD_GLIBC, reason=f"{TARGET} has no glibc: musl has one ABI since 1.2")
def test_on_the_oldest_glibc_that_can_be_had() -> None:
    printed = in_sandbox(*on_old_glibc(PROGRAMS / "dlopen_threads"), LIBRARY, tls=True)
    assert printed.startswith("8 of 8 threads registered")
    version = subprocess.run(
        [*on_old_glibc(PROGRAMS / "print_glibc")], capture_output=True, text=True, check=True
    ).stdout
    assert version == "2.31\n"
