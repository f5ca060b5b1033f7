"""Sandboxes for tests, and the check that there is a product to test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Callable

import pytest

from . import places
from .sandbox import Sandbox


@pytest.fixture(scope="session", autouse=True)
def product_is_built() -> None:
    """A missing part is a failure, not a reason to skip."""
    for place in (places.CLI, places.SHARED_CLI, places.LIBRARY, places.SANDBOX):
        assert place.exists(), f"{place.name} is not there: run make, or name it in the environment (see README.md)"


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """What a test leaves behind goes on in the next one: listener.py says how."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(30)
        assert not thread.is_alive(), f"the test has left a thread: {thread}"


@pytest.fixture
def sandbox() -> Iterator[Callable[..., Sandbox]]:
    """Start sandboxes: `sandbox("ecs-ec2", "throttle:1", tls=True)`. All are stopped at the end of the test."""
    with ExitStack() as stack:
        yield lambda *arguments, **options: stack.enter_context(Sandbox(*arguments, **options))


def _of_module(scenario: str, **options: Any) -> Any:
    @pytest.fixture(scope="module")
    def shared() -> Iterator[Sandbox]:
        with Sandbox(scenario, **options) as started:
            yield started

    return shared


# For tests that ask much of a sandbox in which nothing goes wrong.
fargate = _of_module("ecs-fargate")
irsa = _of_module("eks-irsa")
