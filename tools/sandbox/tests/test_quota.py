"""AWS grants an account five RegisterUsage calls a second in a Region:
https://docs.aws.amazon.com/marketplace/latest/APIReference/metering-service-quotas.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sandbox_client import register

from mpmeter_sandbox import quota


class Clock:
    """A clock that the test turns."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(quota, "time", clock)
    return clock


def granted(bucket: quota.Quota, calls: int) -> int:
    return sum(bucket.grants() for _ in range(calls))


def test_one_second_s_worth_at_once_and_then_so_many_a_second(clock: Clock) -> None:
    bucket = quota.Quota(5)
    assert granted(bucket, 8) == 5
    for passed, more in ((0.1, 0), (0.1, 1), (1, 5), (3600, 5)):
        clock.now += passed
        assert granted(bucket, 8) == more, passed


def test_a_refused_call_costs_nothing(clock: Clock) -> None:
    bucket = quota.Quota(1)
    granted(bucket, 1000)
    clock.now += 1
    assert granted(bucket, 1) == 1


def test_without_a_quota_every_call_is_granted(clock: Clock) -> None:
    assert granted(quota.Quota(None), 1000) == 1000


def test_what_goes_beyond_is_throttled_as_aws_does(sandbox: Callable[..., Any]) -> None:
    running = sandbox("ecs-ec2", quota=1)
    assert register(running.variables).status == 200
    # Sooner or later two fall into one second.
    reply = next(reply for reply in (register(running.variables) for _ in range(50)) if reply.status != 200)
    assert (reply.status, reply.error) == (400, "ThrottlingException")
