"""Where threads are not what they are elsewhere: greenlets in their place, and sub-interpreters, which have no daemon
threads."""

from __future__ import annotations

from typing import Callable

from .conftest import Running

Serve = Callable[..., Running]

GEVENT = "from gevent import monkey; monkey.patch_all()\nimport gevent, signal, time\n"


def test_a_call_under_gevent_leaves_its_hub_alone(serve: Serve) -> None:
    sandbox = serve("ecs-fargate", "late")
    script = """
ticks = []
def tick():
    while True:
        ticks.append(1)
        gevent.sleep(0.01)
gevent.spawn(tick)
assert mpmeter.register_usage(CODE, public_key=PEM).verified
assert len(ticks) > 5, ticks
"""
    done = sandbox.python(GEVENT + script)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_call_under_gevent_is_interrupted(serve: Serve) -> None:
    """What a signal handler raises is raised by the call, which it stops."""
    sandbox = serve("ecs-fargate", "throttle")
    script = """
def end(*_): raise SystemExit(7)
signal.signal(signal.SIGTERM, end)
gevent.spawn_later(0.5, os.kill, os.getpid(), signal.SIGTERM)
start = time.monotonic()
try: mpmeter.register_usage(CODE, public_key=PEM, deadline=50)
except SystemExit as error: os._exit(error.code if time.monotonic() - start < 30 else 1)
"""
    assert sandbox.python(GEVENT + script).returncode == 7


def test_no_daemon_threads_are_needed(serve: Serve) -> None:
    """As in a sub-interpreter of Python 3.13."""
    sandbox = serve("ecs-fargate")
    script = """
import asyncio, threading
begin = threading.Thread.__init__
def refuse(self, *arguments, daemon=None, **more):
    if daemon: raise RuntimeError('daemon threads are disabled in this (sub)interpreter')
    begin(self, *arguments, daemon=daemon, **more)
threading.Thread.__init__ = refuse
assert mpmeter.register_usage(CODE, public_key=PEM).verified
assert asyncio.run(mpmeter.register_usage_async(CODE, public_key=PEM)).verified
"""
    done = sandbox.python(script)
    assert (done.returncode, done.stderr) == (0, "")
