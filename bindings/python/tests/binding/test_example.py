"""The example is a program that works, and the README's first lines are the package's."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest

from .conftest import REPOSITORY, Running

EXAMPLE = REPOSITORY / "examples" / "python" / "register.py"
README = REPOSITORY / "bindings" / "python" / "README.md"
PRODUCT = "4w1vgsrkqdkypbz43g7qkk4uz"


@pytest.mark.parametrize(
    "scenario, fault, code",
    [("ecs-fargate", None, 0), ("ecs-ec2", None, 0), ("eks-irsa", "not-entitled", 1), ("eks-irsa", "sts-throttle", 75)],
)
def test_the_example(
    scenario: str, fault: str | None, code: int, serve: Callable[..., Running], tmp_path: Path
) -> None:
    sandbox = serve(scenario, *([fault] if fault else []), arguments=("--product", f"{PRODUCT}=entitled"))
    shutil.copy(EXAMPLE, tmp_path)
    shutil.copy(sandbox.variables["MPMETER_SANDBOX_PUBLIC_KEY"], tmp_path / "product.pem")
    if code == 75:  # The example keeps the default of half an hour.
        source = (
            (tmp_path / "register.py")
            .read_text()
            .replace("public_key=PUBLIC_KEY)", "public_key=PUBLIC_KEY, deadline=1)")
        )
        (tmp_path / "register.py").write_text(source)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "register.py")],
        env=sandbox.environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == code, done.stderr
    if code == 0:
        assert done.stdout == "registered in eu-west-3: the product begins here\n"
    else:
        assert done.stdout == "" and "CRITICAL:root:not registered: " in done.stderr and " Fix: " in done.stderr


def test_the_same_job_on_boto3(serve: Callable[..., Running], tmp_path: Path) -> None:
    """The README compares the two, so both have to do the job."""
    for scenario in ("ecs-ec2", "eks-irsa"):
        sandbox = serve(scenario, "throttle:1", arguments=("--product", f"{PRODUCT}=entitled"))
        shutil.copy(Path(__file__).with_name("register_boto3.py"), tmp_path)
        shutil.copy(sandbox.variables["MPMETER_SANDBOX_PUBLIC_KEY"], tmp_path / "product.pem")
        command = [sys.executable, "-W", "ignore", str(tmp_path / "register_boto3.py")]
        done = subprocess.run(
            command, env=sandbox.environment(), capture_output=True, text=True, timeout=300, check=False
        )
        assert done.stdout == "registered in eu-west-3: the product begins here\n", done.stderr


def test_the_example_in_the_readme_is_the_example() -> None:
    shown = re.search(r"<!-- examples/python/register.py -->\n```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert shown is not None and shown.group(1) == EXAMPLE.read_text()


def test_the_readmes_python_is_python() -> None:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert len(blocks) >= 3
    for block in blocks:
        compile(block, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
