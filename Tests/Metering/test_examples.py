"""The examples, as their comments say."""

import os
import signal
import subprocess
import sys
import time

import pytest

from .conftest import ROOT

LIBRARY = ROOT / "build/lib"


@pytest.fixture(params=["c", "python"])
def product(request, tmp_path) -> list[str]:
    if request.param == "python":
        return [sys.executable, str(ROOT / "examples/python/meter.py")]
    source = ROOT / "examples/c/meter.c"
    command = next(line for line in source.read_text().splitlines() if " cc " in line).split("cc ")[1].split()
    flags = [
        "-std=c99",
        "-D_POSIX_C_SOURCE=200809L",
        "-Wall",
        "-Wextra",
        "-Werror",
        f"-I{ROOT}/include",
        f"-L{LIBRARY}",
    ]
    subprocess.run(
        ["cc", *flags, *[str(source) if part == "meter.c" else part for part in command]], cwd=tmp_path, check=True
    )
    return [str(tmp_path / "product")]


def environment(meter) -> dict[str, str]:
    mine = {
        "LD_LIBRARY_PATH": str(LIBRARY),
        "MPMETER_LIBRARY": str(LIBRARY / "libmpmeter.so.1"),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "bindings/python/src"),
    }
    return meter.at() | mine


def test_each_request_is_billed_at_the_end(product, meter, double):
    done = subprocess.run(
        [*product, str(meter.journal)],
        input="one\ntwo\nthree\n",
        env=environment(meter),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert double.billed("requests") == 3_000_000


def test_sigterm_sends_what_is_left(product, meter, double):
    process = subprocess.Popen(
        [*product, str(meter.journal)], env=environment(meter), stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        process.stdin.write(b"one\n")
        process.stdin.flush()
        for _ in range(600):
            if meter.journal.exists() and meter.status()["pending"]:
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, process.stderr.read()
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stderr.close()
    assert double.billed("requests") == 1_000_000


def test_a_buyer_without_subscription_does_not_get_in(product, meter, double):
    double.entitled = False
    done = subprocess.run(
        [*product, str(meter.journal)],
        input="one\n",
        env=environment(meter),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1 and not double.ledger
