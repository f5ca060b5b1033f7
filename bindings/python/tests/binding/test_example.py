"""The example is a program that works, and the README's first lines are the package's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
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


def commands_without_aws() -> str:
    section = README.read_text().partition("\n## Test it without AWS\n")[2]
    found = re.search(r"\n\n((?:    .*\n)*    openssl .*\n(?:    .*\n)*)", section)
    assert found is not None
    return textwrap.dedent(found.group(1))


def paste(commands: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs commands of the README in a folder."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path}
    command = ["sh", "-ec", commands]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def test_the_readmes_commands_register_without_aws(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE, tmp_path)
    done = paste(commands_without_aws(), tmp_path)
    assert (done.returncode, done.stdout) == (0, "registered in eu-west-3: the product begins here\n"), done.stderr


BLOCKS = re.findall(r"(?<!-->\n)```python\n(.*?)```", README.read_text(), re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=[str(number) for number, _ in enumerate(BLOCKS)])
def test_a_block_of_the_readme_runs_where_it_is_pasted(block: str, tmp_path: Path) -> None:
    """In a folder with nothing but product.pem, by the README's own commands."""
    (tmp_path / "register.py").write_text(block)
    done = paste(commands_without_aws(), tmp_path)
    assert done.returncode == 0, done.stderr
    assert "print" not in block or "OK" in done.stdout, done.stdout


def test_the_readme_has_blocks() -> None:
    assert len(BLOCKS) >= 4
