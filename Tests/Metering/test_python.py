"""Metering in Python: threads, asyncio and prefork workers on one journal, against the double."""

import fcntl
import json
import subprocess
import sys

import pytest

from .conftest import PRODUCT
from .test_examples import environment

PREFORK = """
import os, sys, threading, mpmeter
meter = mpmeter.Meter(sys.argv[1], sys.argv[2])
meter.add("requests", 1)
def work():
    for _ in range(5): meter.add("requests", "0.5")
threads = [threading.Thread(target=work) for _ in range(4)]
[one.start() for one in threads]
children = []
for _ in range(4):
    child = os.fork()
    if child == 0:
        for _ in range(5): meter.add("requests", "0.5")
        os._exit(0)
    children.append(child)
[one.join() for one in threads]
codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
assert codes == [0] * 4, codes
meter.send(final=True)
"""

THREAD = """
import sys, time, mpmeter
with mpmeter.Meter(sys.argv[1], sys.argv[2]) as meter:
    with meter.sending() as sender:
        meter.add("requests", 2, {"team": "a"})
    books = meter.report()
assert books["totals"]["requests"]["sent"] == "2", books
"""

ASYNC = """
import asyncio, sys, mpmeter
async def main():
    with mpmeter.Meter(sys.argv[1], sys.argv[2]) as meter:
        async with meter.sending_async():
            await asyncio.sleep(0.05)
            meter.add("requests", 2)
    print(mpmeter.journal_report(sys.argv[2])["totals"]["requests"]["sent"])
asyncio.run(main())
"""

DUE = """
import select, sys, time, mpmeter
meter = mpmeter.Meter(sys.argv[1], sys.argv[2])
with meter.sending():
    end = time.monotonic() + 60
    while not meter.report()["sent"] and time.monotonic() < end: select.select([], [], [], 0.1)
"""

REFUSALS = """
import sys, decimal, mpmeter
meter = mpmeter.Meter(sys.argv[1], sys.argv[2])
meter.add("requests", decimal.Decimal("1E+1"))
for bad in (0.1, True, None):
    try: meter.add("requests", bad)
    except TypeError: pass
    else: raise SystemExit(f"{bad!r} was taken")
for bad in ("-1", "1e3", "0.1234567", "12345678901", decimal.Decimal("nan")):
    try: meter.add("requests", bad)
    except mpmeter.InvalidArgument: pass
    else: raise SystemExit(f"{bad!r} was taken")
six = {str(n): "v" for n in range(6)}
for dimension, tags in (("", None), ("d" * 256, None), ("requests", six), ("requests", {"k": ""})):
    try: meter.add(dimension, 1, tags)
    except mpmeter.InvalidArgument: pass
    else: raise SystemExit(f"{dimension!r}, {tags} was taken")
meter.add("big", "9999999999.999999")
try: meter.add("big", "0.000001")
except mpmeter.InvalidArgument as error: assert "9999999999.999999" in str(error)
else: raise SystemExit("a sum past the limit was taken")
added = {name: sums["added"] for name, sums in meter.report()["totals"].items()}
assert added == {"requests": "10", "big": "9999999999.999999"}
"""

SINGLE = """
import sys, mpmeter
assert mpmeter.meter_usage(sys.argv[1], "requests", 1, dry_run=True) is None
first = mpmeter.meter_usage(sys.argv[1], "requests", "1.5")
assert mpmeter.meter_usage(sys.argv[1], "requests", "1.50") == first
try: mpmeter.meter_usage(sys.argv[1], "requests", 2)
except mpmeter.UsageDuplicate: pass
else: raise SystemExit("two quantities for one hour")
"""


def run(script: str, meter, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, PRODUCT, str(meter.journal)],
        env=environment(meter),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == code, done.stderr
    return done.stdout


def test_threads_and_prefork_workers_on_one_meter(meter, double):
    run(PREFORK, meter)
    assert double.billed() == 21_000_000


def test_a_thread_that_sends(meter, double):
    run(THREAD, meter)
    assert double.billed() == 2_000_000


def test_a_task_that_sends(meter, double):
    assert run(ASYNC, meter).strip() == "2"
    assert double.billed() == 2_000_000


def test_what_is_due_is_sent_without_being_asked(meter, double):
    meter.add("3")
    meter.pass_hours(2)
    run(DUE, meter)
    assert double.billed() == 3_000_000


def test_what_aws_does_not_take_is_refused_and_changes_nothing(meter, double):
    run(REFUSALS, meter)


def test_a_single_record_for_those_who_keep_their_own_books(meter, double):
    run(SINGLE, meter)
    assert double.billed() == 1_500_000
    assert len({json.loads(body)["ClientToken"] for body in double.bodies}) == len(double.bodies)


@pytest.mark.parametrize("content", [b"", b"not a journal"])
def test_a_damaged_journal_is_an_exception_of_its_own(meter, content):
    meter.journal.write_bytes(content)
    script = """
import sys, mpmeter
try: mpmeter.Meter(sys.argv[1], sys.argv[2])
except mpmeter.JournalDamaged: pass
else: raise SystemExit("it was taken")
"""
    run(script, meter)


LAST = """
import sys, mpmeter
with mpmeter.Meter(sys.argv[1], sys.argv[2]) as meter:
    with meter.sending():
        meter.add("requests", 2)
        print("added", flush=True)
        sys.stdin.readline()
"""
LAST_ASYNC = """
import asyncio, sys, mpmeter
async def main():
    with mpmeter.Meter(sys.argv[1], sys.argv[2]) as meter:
        async with meter.sending_async():
            meter.add("requests", 2)
            print("added", flush=True)
            sys.stdin.readline()
asyncio.run(main())
"""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("script", [LAST, LAST_ASYNC], ids=["thread", "asyncio"])
def test_the_last_send_waits_for_another_process_that_sends(meter, double, script):
    """What the other one does not send would wait in the journal of a pod that ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, PRODUCT, str(meter.journal)],
        env=environment(meter),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        process.stdout.readline()
        with open(f"{meter.journal}-sender", "a") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX)
            process.stdin.write("\n")
            process.stdin.flush()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(1.5)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, said
    assert double.billed() == 2_000_000
