"""A call that takes long is stopped: by Ctrl-C, by whatever a signal handler raises, by a Cancellation. Tasks are in
test_asyncio.py."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Callable

import pytest

import mpmeter

from .conftest import Running

Enter = Callable[..., Running]
SOON = 20.0  # The promise is 100 ms, and the calls here have half an hour; the machine may be busy.

BEGIN = """
import logging, os, signal, sys, threading, time
import mpmeter
from pathlib import Path
CODE, PEM = os.environ['MPMETER_SANDBOX_PRODUCT_CODE'], Path(os.environ['MPMETER_SANDBOX_PUBLIC_KEY']).read_text()
class Tell(logging.Handler):
    def emit(self, record):
        if 'credentials' in record.getMessage(): print('under way', flush=True)
logging.getLogger('mpmeter').addHandler(Tell()); logging.getLogger('mpmeter').setLevel(logging.INFO)
def left():
    "What has not ended in half a minute: a thread whose work is done still has to end."
    for thread in threading.enumerate():
        if thread is not threading.main_thread(): thread.join(30)
    return [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
"""


@contextmanager
def program(sandbox: Running, script: str) -> Iterator[subprocess.Popen[str]]:
    """A program whose call is under way, and not about to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", BEGIN + script],
        env=sandbox.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "under way\n", process.communicate()
        time.sleep(0.3)
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str]) -> tuple[float, int, str, str]:
    started = time.monotonic()
    out, err = process.communicate(timeout=120)
    return time.monotonic() - started, process.returncode, out, err


@pytest.mark.parametrize("fault", ["hang", "throttle"])
def test_ctrl_c(fault: str, serve: Enter) -> None:
    with program(serve("ecs-fargate", fault), "mpmeter.register_usage(CODE, public_key=PEM)") as process:
        process.send_signal(signal.SIGINT)
        seconds, code, _, err = ended(process)
    assert seconds < SOON and code == -signal.SIGINT
    assert err.rstrip().endswith("KeyboardInterrupt")


def test_the_call_has_ended_when_keyboardinterrupt_arrives(serve: Enter) -> None:
    script = """
try: mpmeter.register_usage(CODE, public_key=PEM)
except KeyboardInterrupt: print(left())
"""
    with program(serve("ecs-fargate", "hang"), script) as process:
        process.send_signal(signal.SIGINT)
        seconds, code, out, err = ended(process)
    assert (code, err) == (0, "") and seconds < SOON
    assert out == "[]\n"


def test_an_impatient_user(serve: Enter) -> None:
    with program(serve("ecs-fargate", "hang"), "mpmeter.register_usage(CODE, public_key=PEM)") as process:
        for _ in range(20):
            process.send_signal(signal.SIGINT)
            time.sleep(0.005)
        seconds, code, _, err = ended(process)
    assert seconds < SOON and code == -signal.SIGINT and "Fatal" not in err


def test_an_exception_of_another_handler(serve: Enter) -> None:
    script = """
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
mpmeter.register_usage(CODE, public_key=PEM)
"""
    with program(serve("ecs-fargate", "hang"), script) as process:
        process.send_signal(signal.SIGTERM)
        seconds, code, _, err = ended(process)
    assert (code, err) == (7, "") and seconds < SOON


def test_a_signal_at_any_moment(serve: Enter) -> None:
    """What the handler raises always arrives, and no thread is left behind. (A signal that came just before the wait
    began was not seen until the call's own end; one within Thread.start() left the new thread waiting.)"""
    script = """
import random
from mpmeter._calls import run
class Stop(BaseException): pass
def stop(*_): raise Stop
signal.signal(signal.SIGALRM, stop)
arrived = 0
for seed in range(2000):
    blocked = threading.Semaphore(0)
    try:
        signal.setitimer(signal.ITIMER_REAL, random.Random(seed).uniform(1e-6, 4e-4))
        run(blocked.acquire, blocked.release)
    except Stop: arrived += 1
print(arrived, left())
"""
    sandbox = serve("ecs-fargate")
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + script], env=sandbox.environment(), capture_output=True, text=True, timeout=300
    )
    assert (done.stdout, done.stderr) == ("2000 []\n", "")


@pytest.mark.parametrize("kind", ["BaseException", "RuntimeError"])
def test_two_signals_at_any_moment(serve: Enter, kind: str) -> None:
    """A second one does not keep the first from stopping the call, and nothing is called twice. (What Python raises
    where there can be no thread is a RuntimeError, too.)"""
    script = """
import _thread, random
from mpmeter._calls import run
class Stop(KIND): pass
def stop(*_):
    global second
    again, second = second, None
    if again: signal.setitimer(signal.ITIMER_REAL, again)
    raise Stop
signal.signal(signal.SIGALRM, stop)
arrived, lost, twice = 0, 0, 0
for seed in range(2000):
    blocked, calls, stops = _thread.allocate_lock(), [], []
    blocked.acquire()
    def call(blocked=blocked, calls=calls):
        calls.append(1)
        blocked.acquire()
    def cancel(blocked=blocked, stops=stops):
        stops.append(1)
        if blocked.locked(): blocked.release()
    chosen = random.Random(seed)
    second = chosen.uniform(1e-6, 1e-4)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, chosen.uniform(1e-6, 4e-4))
            run(call, cancel)
        finally: time.sleep(0.001)
    except Stop: arrived += 1
    lost += bool(calls) and not stops
    twice += len(calls) > 1
    signal.setitimer(signal.ITIMER_REAL, 0)
print(arrived, lost, twice, left())
"""
    sandbox = serve("ecs-fargate")
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + script.replace("KIND", kind)],
        env=sandbox.environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.stdout, done.stderr) == ("2000 0 0 []\n", "")


def test_a_handler_that_raises_nothing_lets_the_call_go_on(serve: Enter) -> None:
    script = """
signal.signal(signal.SIGUSR1, lambda *_: print('handled', flush=True))
try: mpmeter.register_usage(CODE, public_key=PEM, deadline=3)
except mpmeter.DeadlineExceeded as error: print(error.attempts)
"""
    with program(serve("ecs-fargate", "hang"), script) as process:
        process.send_signal(signal.SIGUSR1)
        assert process.stdout is not None and process.stdout.readline() == "handled\n"
        _, code, out, err = ended(process)
    assert (code, out, err) == (0, "1\n", "")


def test_ctrl_c_stops_its_own_call_alone(serve: Enter) -> None:
    """The Cancellation that another thread's call shares is not cancelled."""
    script = """
shared, outcomes = mpmeter.Cancellation(), []
def other():
    try: mpmeter.register_usage(CODE, public_key=PEM, deadline=2, cancellation=shared)
    except mpmeter.Error as error: outcomes.append(type(error).__name__)
thread = threading.Thread(target=other); thread.start()
try: mpmeter.register_usage(CODE, public_key=PEM, cancellation=shared)
except KeyboardInterrupt: pass
thread.join()
print(shared.cancelled, outcomes)
"""
    with program(serve("ecs-fargate", "hang"), script) as process:
        process.send_signal(signal.SIGINT)
        _, _, out, err = ended(process)
    assert (out.replace("under way\n", ""), err) == ("False ['DeadlineExceeded']\n", "")


def test_the_gil_is_released(enter: Enter) -> None:
    sandbox = enter("ecs-fargate", "hang")
    counted = 0

    def call() -> None:
        with pytest.raises(mpmeter.DeadlineExceeded):
            mpmeter.register_usage(sandbox.product_code, public_key=sandbox.public_key, deadline=0.5)

    thread = threading.Thread(target=call)
    thread.start()
    while thread.is_alive():
        counted += 1
        time.sleep(0.01)
    assert counted > 10


@pytest.mark.parametrize("on_main_thread", [True, False])
def test_a_cancellation(on_main_thread: bool, enter: Enter) -> None:
    sandbox = enter("ecs-fargate", "hang")
    cancellation = mpmeter.Cancellation()
    errors: list[mpmeter.Error] = []

    def call() -> None:
        try:
            mpmeter.register_usage(sandbox.product_code, public_key=sandbox.public_key, cancellation=cancellation)
        except mpmeter.Error as error:
            errors.append(error)

    started = time.monotonic()
    if on_main_thread:
        threading.Timer(0.5, cancellation.cancel).start()
        call()
    else:
        threads = [threading.Thread(target=call) for _ in range(3)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        cancellation.cancel()
        for thread in threads:
            thread.join()
    assert time.monotonic() - started < 0.5 + SOON
    assert {type(error) for error in errors} == {mpmeter.Cancelled} and len(errors) == (1 if on_main_thread else 3)
    assert cancellation.cancelled and not cancellation._calls
    with pytest.raises(mpmeter.Cancelled):
        mpmeter.find_region(cancellation=cancellation)


def test_a_client_that_is_closed_during_a_call(enter: Enter) -> None:
    """The call goes on to its end; nothing that it uses is freed."""
    sandbox = enter("ecs-fargate", "throttle:1")
    client = mpmeter.Client(sandbox.public_key)
    found: list[mpmeter.Registration] = []
    thread = threading.Thread(target=lambda: found.append(client.register_usage(sandbox.product_code)))
    thread.start()
    time.sleep(0.1)
    client.close()
    thread.join()
    assert found[0].verified
