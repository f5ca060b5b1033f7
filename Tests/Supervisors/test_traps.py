"""Where not to register: what a worker that is refused does under a supervisor that starts workers again.

The recipes avoid these. That they are real is shown here, so that docs/supervisors.md does not warn of ghosts.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from EndToEnd.ports import free_port
from EndToEnd.sandbox import Sandbox

from .container import PRODUCT, Container
from .recipes import RECIPES

BY_NAME = {recipe.name: recipe for recipe in RECIPES}
# What is changed in the recipe's file of settings, so that the application is loaded in each worker.
TRAPS = {
    "gunicorn": ("gunicorn.conf.py", "preload_app = True", "preload_app = False"),
    "uwsgi": ("uwsgi.ini", "master = true", "master = true\nlazy-apps = true"),
}


def test_uvicorns_workers_are_not_forked(sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """Its parent cannot register for them: two workers make two calls, and a refused one is started again."""
    recipe = BY_NAME["uvicorn"]
    aws = sandbox("ecs-fargate", products=[f"{PRODUCT}=not-entitled"])
    command = [*recipe.command(free_port()), "--workers", "2"]
    with Container(aws, recipe.copy(tmp_path, aws), command) as container:
        container.until(lambda: container.calls() >= 6, "each worker started three times")


@pytest.mark.parametrize("name", TRAPS)
def test_a_refused_worker_is_started_again_and_again(
    name: str, sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    aws = sandbox("ecs-fargate", products=[f"{PRODUCT}=not-entitled"])
    folder = BY_NAME[name].copy(tmp_path, aws)
    file, before, after = TRAPS[name]
    text = (folder / file).read_text()
    assert before in text
    (folder / file).write_text(text.replace(before, after))
    with Container(aws, folder, BY_NAME[name].command(free_port())) as container:
        # Four workers, each at least three times: no start-up, but a storm.
        container.until(lambda: container.calls() >= 12, "a dozen calls")
