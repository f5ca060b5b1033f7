"""SIGINT and SIGTERM end a call at once, and leave an answer behind."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from typing import Callable

import pytest

from . import places
from .product import Beside
from .sandbox import Sandbox

# When the signal is sent: once this has been written to stderr.
WAITS = {
    "in a back-off": ("throttle", "attempt 3"),
    "while AWS is silent": ("hang", "credentials from"),
    "while credentials are silent": ("credentials-hang", "the Region is"),
}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("when", WAITS)
def test_signal(when: str, number: signal.Signals, sandbox: Callable[..., Sandbox]) -> None:
    fault, sign = WAITS[when]
    running = sandbox("ecs-fargate", fault)
    command = [places.CLI, "register", "--json", "--product-code", running.product_code, "--public-key", running.key]
    with subprocess.Popen(
        [*command, "--deadline", "600"],
        env=running.surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Python leaves SIGINT as it found it; a background job of a shell would start with it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if sign in line:
                break
        time.sleep(0.05)
        with Beside() as machine:
            sent = time.monotonic()
            process.send_signal(number)
            stdout, _ = process.communicate(timeout=120)
            seconds = time.monotonic() - sent
    assert process.returncode == 128 + number
    assert json.loads(stdout)["status"] == "MPMETER_E_CANCELLED"
    assert seconds < 0.1 + 0.4 + machine.allowance, "the header promises 100 ms"


def test_a_signal_that_was_ignored_stays_ignored(sandbox: Callable[..., Sandbox]) -> None:
    """As under nohup: the call goes on to its end."""
    running = sandbox("ecs-fargate", "throttle:1")
    command = [places.CLI, "register", "--json", "--product-code", running.product_code, "--public-key", running.key]
    with subprocess.Popen(
        [*command, "--deadline", "120"],
        env=running.surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    ) as process:
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        stdout, _ = process.communicate(timeout=300)
    assert process.returncode == 0 and json.loads(stdout)["status"] == "MPMETER_OK"
