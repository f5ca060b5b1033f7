"""Each supervisor's recipe: a refusal ends the container at once, SIGTERM ends a wait, and an entitled product
serves."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from EndToEnd.ports import free_port
from EndToEnd.sandbox import Sandbox

from .container import PRODUCT, Container
from .recipes import RECIPES, Recipe

Start = Callable[..., Sandbox]
each = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)


def started(recipe: Recipe, sandbox: Sandbox, tmp_path: Path, port: int) -> Container:
    return Container(sandbox, recipe.copy(tmp_path, sandbox), recipe.command(port))


@each
def test_not_entitled_ends_all_of_it_with_1_after_one_call(recipe: Recipe, sandbox: Start, tmp_path: Path) -> None:
    aws = sandbox("ecs-fargate", products=[f"{PRODUCT}=not-entitled"])
    with started(recipe, aws, tmp_path, free_port()) as container:
        assert container.ends() == 1, container.output
        assert container.calls() == 1, container.output
        assert "MPMETER_E_CUSTOMER_NOT_ENTITLED" in container.output


@each
def test_throttled_keeps_trying_until_sigterm(recipe: Recipe, sandbox: Start, tmp_path: Path) -> None:
    aws = sandbox("ecs-fargate", "throttle", products=[f"{PRODUCT}=entitled"])
    with started(recipe, aws, tmp_path, free_port()) as container:
        container.until(lambda: container.calls() >= 2, "a second call")
        container.terminate()
        assert container.ends() in (143, 75, 0), container.output


@each
def test_entitled_serves_with_one_call_for_all_workers(recipe: Recipe, sandbox: Start, tmp_path: Path) -> None:
    aws = sandbox("ecs-fargate", products=[f"{PRODUCT}=entitled"])
    port = free_port()
    with started(recipe, aws, tmp_path, port) as container:
        if recipe.ready is None:
            assert container.serves(port) == "the product\n"
            container.until(container.handles_sigterm, "it handles SIGTERM")  # uWSGI serves before it does.
        else:
            container.until(lambda: recipe.ready in container.output, "it says that it is ready")
        container.terminate()
        container.ends()
        assert container.calls() == 1, container.output


@pytest.mark.parametrize(("preloaded", "status"), [("late_sigterm", 143), ("one_fork", 75)])
def test_the_cpp_parent_ends(sandbox: Start, tmp_path: Path, preloaded: str, status: int) -> None:
    """SIGTERM after the answer is not lost: a parent that goes on to serve would be killed when its grace period ends.
    And a parent that cannot fork all its workers does not wait for the others."""
    recipe = next(recipe for recipe in RECIPES if recipe.name == "cpp")
    aws = sandbox("ecs-fargate", products=[f"{PRODUCT}=entitled"])
    library = tmp_path / f"{preloaded}.so"
    source = Path(__file__).with_name(f"{preloaded}.c")
    subprocess.run(["cc", "-D_GNU_SOURCE", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True)
    place = recipe.copy(tmp_path, aws)
    with Container(aws, place, recipe.command(0), {"LD_PRELOAD": str(library)}) as container:
        assert container.ends() == status, container.output


def test_a_variable_that_says_it_is_a_worker_ends_the_go_parent(sandbox: Start, tmp_path: Path) -> None:
    """The buyer sets the environment; a worker needs its parent's word."""
    recipe = next(recipe for recipe in RECIPES if recipe.name == "go")
    aws = sandbox("ecs-fargate", products=[f"{PRODUCT}=not-entitled"])
    place = recipe.copy(tmp_path, aws)
    with Container(aws, place, recipe.command(0), {"WORKER": "1"}) as container:
        assert container.ends() == 1, container.output
        assert container.calls() == 0, container.output


@pytest.mark.parametrize("name, file", [("gunicorn", "wsgi.py"), ("uvicorn", "asgi.py"), ("celery", "tasks.py")])
def test_sigterm_before_the_server_has_its_handler(name: str, file: str, sandbox: Start, tmp_path: Path) -> None:
    """Process 1 ignores a signal without a handler, and would serve until it is killed."""
    recipe = next(recipe for recipe in RECIPES if recipe.name == name)
    aws = sandbox("ecs-fargate", products=[f"{PRODUCT}=entitled"])
    place = recipe.copy(tmp_path, aws)
    text = (place / file).read_text()
    call = re.compile(r"^( *)(.*entitlement\.require\(\))$", re.MULTILINE)
    changed = call.sub(r"\1\2\n\1import os; os.kill(os.getpid(), 15)", text)
    assert changed != text
    (place / file).write_text(changed)
    with Container(aws, place, recipe.command(free_port())) as container:
        assert container.ends() == 143, container.output


def test_a_child_that_the_parent_did_not_start_is_no_worker(sandbox: Start, tmp_path: Path) -> None:
    """Process 1 gets the orphans of its container, such as those of `kubectl exec`."""
    recipe = next(recipe for recipe in RECIPES if recipe.name == "cpp")
    aws = sandbox("ecs-fargate", products=[f"{PRODUCT}=entitled"])
    place = recipe.copy(tmp_path, aws)
    with Container(aws, place, ["sh", "-c", "sleep 2 & exec ./product"]) as container:
        container.until(lambda: "the product begins here" in container.output, "it serves")
        first = container.first_process()
        children = Path(f"/proc/{first}/task/{first}/children")
        container.until(lambda: len(children.read_text().split()) == 4, "only its workers are left")
        container.terminate()
        assert container.ends() == 0, container.output


def test_sixteen_forked_workers_make_one_call(sandbox: Start, tmp_path: Path) -> None:
    """AWS grants an account five calls a second: a parent that registers before it forks needs one."""
    recipe = next(recipe for recipe in RECIPES if recipe.name == "gunicorn")
    aws = sandbox("ecs-fargate", products=[f"{PRODUCT}=entitled"])
    port = free_port()
    place = recipe.copy(tmp_path, aws)
    with Container(aws, place, [*recipe.command(port), "--workers", "16"]) as container:
        container.until(lambda: container.output.count("Booting worker") == 16, "sixteen workers")
        assert container.serves(port) == "the product\n"
        container.terminate()
        container.ends()
        assert container.calls() == 1, container.output


def test_an_unwritable_log_ends_nothing(sandbox: Start, tmp_path: Path) -> None:
    """A full disk under standard error: the refusal ends the container all the same, after one call. Python exits with
    120 instead of 1 when it cannot write what is left of its output."""
    recipe = next(recipe for recipe in RECIPES if recipe.name == "gunicorn")
    aws = sandbox("ecs-fargate", products=[f"{PRODUCT}=not-entitled"])
    place = recipe.copy(tmp_path, aws)
    command = ["sh", "-c", 'exec "$@" >/dev/full 2>&1', "sh", *recipe.command(free_port())]
    with Container(aws, place, command) as container:
        assert container.ends() in (1, 120)
        assert container.calls() == 1


def test_a_killed_worker_does_not_register_again(sandbox: Start, tmp_path: Path) -> None:
    """gunicorn starts another one; the call was the parent's."""
    recipe = next(recipe for recipe in RECIPES if recipe.name == "gunicorn")
    aws = sandbox("ecs-fargate", products=[f"{PRODUCT}=entitled"])
    port = free_port()
    with started(recipe, aws, tmp_path, port) as container:
        assert container.serves(port) == "the product\n"
        booted = container.output.count("Booting worker")
        os.kill(container.a_child(), signal.SIGKILL)
        container.until(lambda: container.output.count("Booting worker") > booted, "another worker")
        assert container.serves(port) == "the product\n"
        assert container.calls() == 1, container.output
