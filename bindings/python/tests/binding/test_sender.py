"""What ends a sender, or its last send, and when: signals between any two lines, what `on_error` raises, a task that is
cancelled."""

from __future__ import annotations

import subprocess
import sys

BEGIN = """
import asyncio, datetime, os, random, signal, sys, threading, time
from mpmeter import NetworkError
from mpmeter._calls import run
from mpmeter._sender import Sender, SenderTask
class Meter:
    "Of which nothing is due, or everything fails."
    def __init__(self, fails=False): self.finals, self.fails, self.asked = 0, fails, 0
    def next_due(self):
        self.asked += 1
        return datetime.timedelta(seconds=0 if self.fails else 50)
    def send(self, *, final=False, cancellation=None):
        self.finals += final
        if self.fails and not final: raise NetworkError('no')
        run(lambda: None, lambda: None)
    async def send_async(self, *, final=False):
        await asyncio.sleep(0.05)
        self.send(final=final)
class Stop(BaseException): pass
def stop(*_): raise Stop
def others():
    for thread in threading.enumerate():
        if thread is not threading.main_thread(): thread.join(30)
    return [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
"""


def printed(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", BEGIN + script], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_signal_at_any_moment_of_the_last_send() -> None:
    """Another stop() goes on where an exception ended the first. (It waited for ever for the lock of an Event, or
    took the first one for done.)"""
    script = """
signal.signal(signal.SIGALRM, stop)
lost = 0
for seed in range(1000):
    meter = Meter()
    sender = Sender(meter)
    try:
        signal.setitimer(signal.ITIMER_REAL, random.Random(seed).uniform(1e-6, 3e-4))
        sender.stop()
        signal.setitimer(signal.ITIMER_REAL, 0)
    except Stop: pass
    sender.stop()
    lost += meter.finals == 0
print(lost, others())
"""
    assert printed(script) == "0 []\n"


def test_a_handler_may_stop_it_at_any_moment() -> None:
    script = """
signal.signal(signal.SIGALRM, lambda *_: sender.stop())
for seed in range(1000):
    sender = Sender(Meter())
    signal.setitimer(signal.ITIMER_REAL, random.Random(seed).uniform(1e-6, 3e-4))
    sender.stop()
    signal.setitimer(signal.ITIMER_REAL, 0)
time.sleep(1)
print(others())
"""
    assert printed(script) == "[]\n"


def test_what_on_error_raises_is_no_reason_to_send_no_more() -> None:
    script = """
def on_error(error): raise KeyError('meant to be')
meter = Meter(fails=True)
sender = Sender(meter, on_error)
while meter.asked < 2: time.sleep(0.01)
sender.stop()
async def main():
    task = SenderTask(meter, on_error)
    while meter.asked < 4: await asyncio.sleep(0.01)
    await task.stop()
asyncio.run(main())
print(meter.finals)
"""
    assert printed(script) == "2\n"


def test_on_error_may_stop_it() -> None:
    script = """
meter, seen = Meter(fails=True), []
ready = threading.Event()
def on_error(error):
    ready.wait()
    sender.stop()
    seen.append(meter.finals)
sender = Sender(meter, on_error)
ready.set()
sender._sending.wait()
print(seen)
"""
    assert printed(script) == "[1]\n"


def test_a_task_that_is_cancelled_while_it_stops_a_sender_stays_cancelled() -> None:
    script = """
async def main():
    meter = Meter()
    sender = SenderTask(meter)
    async def wait(self=None):
        try: await asyncio.sleep(50)
        finally: await asyncio.sleep(0.2)
    sender._task.cancel()
    sender._task = asyncio.ensure_future(wait())
    await asyncio.sleep(0)
    task = asyncio.ensure_future(sender.stop())
    await asyncio.sleep(0.1)
    task.cancel()
    try: await task
    except asyncio.CancelledError: print('cancelled', meter.finals)
    await sender.stop()
    print(meter.finals)
asyncio.run(main())
"""
    assert printed(script) == "cancelled 0\n1\n"
