"""The library's log is Python's: the logger "mpmeter"."""

from __future__ import annotations

import logging
from typing import Callable

import pytest

import mpmeter

from .conftest import Running

Enter = Callable[..., Running]


def test_the_library_logs_to_mpmeter(enter: Enter, caplog: pytest.LogCaptureFixture) -> None:
    sandbox = enter("ecs-fargate", "throttle:1", "rotation-announced")
    caplog.set_level(logging.DEBUG, "mpmeter")
    found = mpmeter.register_usage(sandbox.product_code, public_key=sandbox.public_key)
    lines = [(record.levelno, record.getMessage()) for record in caplog.records if record.name == "mpmeter"]
    assert {level for level, _ in lines} == {logging.DEBUG, logging.INFO, logging.WARNING}
    assert any(level == logging.INFO and "ThrottlingException" in line for level, line in lines)
    assert any(level == logging.WARNING and "rotat" in line for level, line in lines)
    assert found.signature not in caplog.text


def test_the_level_may_change_after_the_client_was_made(enter: Enter, caplog: pytest.LogCaptureFixture) -> None:
    sandbox = enter("ecs-fargate")
    caplog.set_level(logging.ERROR, "mpmeter")
    with mpmeter.Client(sandbox.public_key) as client:
        client.find_region()
        assert caplog.records == []
        caplog.set_level(logging.DEBUG, "mpmeter")
        client.register_usage(sandbox.product_code)
        assert caplog.records


@pytest.mark.parametrize("error", [ValueError("in a filter"), KeyboardInterrupt(), SystemExit(3)], ids=repr)
def test_nothing_is_raised_into_c(error: BaseException, enter: Enter, capfd: pytest.CaptureFixture[str]) -> None:
    sandbox = enter("ecs-fargate")
    # Loaded before: what is said of loading comes from Python, and is raised there.
    mpmeter.endpoint("eu-west-3")
    seen = []

    def spoil(record: logging.LogRecord) -> bool:
        seen.append(record)
        raise error

    logger = logging.getLogger("mpmeter")
    level = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addFilter(spoil)
    try:
        assert mpmeter.register_usage(sandbox.product_code, public_key=sandbox.public_key).verified
    finally:
        logger.removeFilter(spoil)
        logger.setLevel(level)
    assert seen and capfd.readouterr().err == ""


def test_nothing_is_written_without_a_handler(enter: Enter) -> None:
    """Not even a warning, which Python's last resort would print."""
    sandbox = enter("ecs-fargate", "rotation-announced")
    done = sandbox.python("mpmeter.register_usage(CODE, public_key=PEM)")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
