"""docs/doctor.md tells what is so: every check in its order, and pieces of code that run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest

from . import places
from .doctor import CHECKS, METERING_ONLY
from .sandbox import Sandbox

TEXT = (places.ROOT / "docs/doctor.md").read_text()
PIECES = {language: code for language, code in re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)}

C = """
#include <mpmeter.h>
#include <stdio.h>
int main(int argc, char **argv)
{
    const char *product_code = argv[argc - 1];
    mpmeter_options *options = NULL;
    mpmeter_diagnosis *diagnosis = NULL;
    if (mpmeter_options_new(&options) != MPMETER_OK)
        return 2;
    %s
}
"""
CPP = """
#include <mpmeter.hpp>
#include <cstdio>
int main(int argc, char **argv)
{
    const std::string product_code = argv[argc - 1];
    const mpmeter::Options options;
    %s
}
"""


def test_every_check_is_in_the_table_in_its_order() -> None:
    assert re.findall(r"^\| `([a-z0-9-]+)` \|", TEXT, re.MULTILINE) == CHECKS + METERING_ONLY


def test_no_piece_is_left_out() -> None:
    assert set(PIECES) == {"c", "python", "go", "cpp", "sh"}


def _program(language: str, directory: Path) -> list[str]:
    libraries = [f"-L{places.LIBRARY.parent}", "-lmpmeter", f"-Wl,-rpath,{places.LIBRARY.parent}"]
    source, program = directory / f"diagnose.{language}", str(directory / "diagnose")
    if language == "python":
        source.write_text(PIECES["python"])
        return [sys.executable, str(source)]
    source.write_text((C if language == "c" else CPP) % PIECES[language])
    compiler = ["gcc", "-std=c99"] if language == "c" else ["g++", "-std=c++17", f"-I{places.ROOT}/bindings/cpp"]
    command = [
        *compiler,
        "-Wall",
        "-Wextra",
        "-Werror",
        f"-I{places.ROOT}/include",
        str(source),
        "-o",
        program,
        *libraries,
    ]
    subprocess.run(command, check=True)
    return [program]


@pytest.mark.parametrize(
    "scenario, exit_status, first", [("ecs-fargate", 0, None), ("eks-pod-identity", 1, "pod-identity")]
)
@pytest.mark.parametrize("language", ["c", "cpp", "python"])
def test_a_piece_runs(
    language: str, scenario: str, exit_status: int, first: str | None, sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    running = sandbox(scenario)
    shutil.copy(running.key, tmp_path / "product.pem")
    environment = running.surroundings({"MPMETER_LIBRARY": str(places.LIBRARY), "PATH": os.environ["PATH"]})
    done = subprocess.run(
        [*_program(language, tmp_path), running.product_code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == exit_status, done.stderr
    found = json.loads(done.stdout)
    assert found["first_failure"] == first and [check["id"] for check in found["checks"]] == CHECKS


def test_the_piece_in_go_is_the_tested_example() -> None:
    example = (places.ROOT / "bindings/go/diagnose_test.go").read_text()
    assert all(line.strip() in example for line in PIECES["go"].splitlines())
