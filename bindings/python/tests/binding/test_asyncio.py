"""A call that is awaited: the loop goes on meanwhile, and a cancelled task, a time-out or Ctrl-C ends the call."""

from __future__ import annotations

import asyncio
import signal
import threading
import time

import pytest

import mpmeter

from .test_stopping import SOON, Enter, ended, program


def test_await(enter: Enter) -> None:
    sandbox = enter("ecs-fargate", "throttle:1")

    async def main() -> tuple[mpmeter.Registration, int]:
        task = asyncio.ensure_future(mpmeter.register_usage_async(sandbox.product_code, public_key=sandbox.public_key))
        turns = 0
        while not task.done():
            turns += 1
            await asyncio.sleep(0.01)
        return task.result(), turns

    found, turns = asyncio.run(main())
    assert found.verified and found.attempts == 2
    assert turns > 3, "the event loop was blocked"


def test_await_raises(enter: Enter) -> None:
    sandbox = enter("ecs-fargate", "not-entitled")
    with pytest.raises(mpmeter.CustomerNotEntitled):
        asyncio.run(mpmeter.register_usage_async(sandbox.product_code, public_key=sandbox.public_key))


def test_a_cancelled_task(enter: Enter) -> None:
    sandbox = enter("ecs-fargate", "hang")

    async def main() -> float:
        with mpmeter.Client(sandbox.public_key) as client:
            task = asyncio.ensure_future(client.register_usage_async(sandbox.product_code))
            await asyncio.sleep(0.5)
            started = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return time.monotonic() - started

    assert asyncio.run(main()) < SOON
    for thread in threading.enumerate():
        if thread.name == "mpmeter":
            thread.join(SOON)
            assert not thread.is_alive()


def test_a_timeout(enter: Enter) -> None:
    sandbox = enter("ecs-fargate", "throttle")

    async def main() -> None:
        await asyncio.wait_for(mpmeter.register_usage_async(sandbox.product_code, public_key=sandbox.public_key), 0.5)

    started = time.monotonic()
    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(main())
    assert time.monotonic() - started < 0.5 + SOON


def test_many_at_once_are_one_request(enter: Enter) -> None:
    sandbox = enter("ecs-fargate")

    async def main() -> list[mpmeter.Registration]:
        with mpmeter.Client(sandbox.public_key) as client:
            return await asyncio.gather(*[client.register_usage_async(sandbox.product_code) for _ in range(20)])

    assert len({found.nonce for found in asyncio.run(main())}) == 1
    assert len(sandbox.requests()) == 1


def test_ctrl_c_in_asyncio_run(serve: Enter) -> None:
    script = "import asyncio; asyncio.run(mpmeter.register_usage_async(CODE, public_key=PEM))"
    with program(serve("ecs-fargate", "hang"), script) as process:
        process.send_signal(signal.SIGINT)
        seconds, code, _, err = ended(process)
    assert seconds < SOON and code != 0 and "KeyboardInterrupt" in err
