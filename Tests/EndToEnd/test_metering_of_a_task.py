"""Usage of an ECS task is billed to the task, whatever its metadata hold beside its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .sandbox import Sandbox


@pytest.mark.parametrize("faults", [(), ("metadata-large",)], ids=["usual", "a mebibyte of labels"])
@pytest.mark.parametrize("scenario", ["ecs-ec2", "ecs-fargate"])
def test_task_metadata_of_any_size(
    scenario: str, faults: tuple[str, ...], sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    running = sandbox(scenario, *faults)
    usual = ["--product-code", running.product_code, "--journal", str(tmp_path / "journal"), "--json"]
    running.run("meter", "add", *usual, "--dimension", "requests", "--quantity", "3").expect("MPMETER_OK")
    sent = running.run("meter", "send", "--final", "--deadline", "60", *usual)
    assert sent.exit == 0, sent
    status = json.loads(running.run("meter", "status", *usual[2:]).stdout)
    assert [record["quantity"] for record in status["sent"]] == ["3"] and not status["pending"] and not status["held"]
