"""A program by itself as process 1 of a container: SIGTERM ends its wait."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from EndToEnd.places import LIBRARY, ROOT
from EndToEnd.sandbox import Sandbox

from .container import PRODUCT, Container

FLAGS = [f"-I{ROOT / 'include'}", f"-I{ROOT / 'bindings/cpp'}", f"-L{LIBRARY.parent}", "-lmpmeter"]
COMPILERS = {"c": ["cc", "-std=c11", "-D_GNU_SOURCE"], "cpp": ["c++", "-std=c++17"]}


@pytest.mark.parametrize(
    "program", ["c/register.c", "c/meter.c", "cpp/register.cpp", "python/register.py", "python/meter.py"]
)
def test_sigterm_ends_the_wait(program: str, sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    language = program.partition("/")[0]
    aws = sandbox("ecs-fargate", "throttle", "meter-throttle", products=[f"{PRODUCT}=entitled"])
    source = shutil.copy(ROOT / "examples" / program, tmp_path)
    shutil.copy(aws.key, tmp_path / "product.pem")
    command = ["python", source, "usage"]
    if language in COMPILERS:
        lines = Path(aws.key).read_text().splitlines()
        (tmp_path / "public_key.h").write_text("".join(f'"{line}\\n"\n' for line in lines))
        compiler = [*COMPILERS[language], "-Wall", "-Wextra", "-Werror"]
        subprocess.run([*compiler, source, *FLAGS, "-o", tmp_path / "product"], cwd=tmp_path, check=True)
        command = ["./product", "usage"]
    with Container(aws, tmp_path, command) as container:
        container.until(lambda: len(aws.requests()) > 1 and "Throttling" in aws.log.read_text(), "it was throttled")
        container.terminate()
        assert container.ends() == (0 if program == "python/meter.py" else 143), container.output
