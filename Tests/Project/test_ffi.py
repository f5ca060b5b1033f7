"""Foreign function interfaces take include/mpmeter.ffi.h as it is: each parser reads it, and calls the library by
it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import cffi
import pytest

from .header import CONSTANTS, FUNCTIONS
from .places import LIBRARY, ROOT, VERSION

FFI = ROOT / "include/mpmeter.ffi.h"
TEXT = FFI.read_text()
CODE = re.sub(r"/\*.*?\*/", "", TEXT, flags=re.DOTALL)

# Each prints the version, the name of a status by its constant, and what an argument that is missing answers.
PROGRAMS = {
    "luajit": (
        "-e",
        f"""
local ffi = require "ffi"
ffi.cdef(io.open("{FFI}"):read("*a"))
local library = ffi.load("{LIBRARY}")
local text = ffi.string
print(text(library.mpmeter_version()), text(library.mpmeter_status_name(ffi.C and library.MPMETER_E_THROTTLED)))
local failure = ffi.new("mpmeter_error *[1]")
print(library.mpmeter_register_product(nil, 1, nil, 0, nil, failure), text(library.mpmeter_error_text(failure[0])))
library.mpmeter_error_free(failure[0])
""",
    ),
    "php": (
        "-d",
        "ffi.enable=1",
        "-r",
        f"""
$ffi = FFI::cdef(file_get_contents("{FFI}"), "{LIBRARY}");
echo $ffi->mpmeter_version(), "\\t", $ffi->mpmeter_status_name($ffi->MPMETER_E_THROTTLED), "\\n";
$failure = $ffi->new("mpmeter_error *");
echo $ffi->mpmeter_register_product(null, 1, null, 0, null, FFI::addr($failure)), "\\t";
echo $ffi->mpmeter_error_text($failure), "\\n";
$ffi->mpmeter_error_free($failure);
""",
    ),
}


@pytest.mark.parametrize("parser", PROGRAMS)
def test_parser(parser: str) -> None:
    assert shutil.which(parser), f"{parser} is not installed: `make setup`"
    done = subprocess.run([parser, *PROGRAMS[parser]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    first, second = done.stdout.splitlines()
    assert first == f"{VERSION}\tMPMETER_E_THROTTLED"
    assert second.startswith("1\tMPMETER_E_INVALID_ARGUMENT (terminate): ")


def test_cffi() -> None:
    """cffi's parser is pycparser, which many tools share."""
    ffi = cffi.FFI()
    ffi.cdef(TEXT)
    library = ffi.dlopen(str(LIBRARY))
    assert ffi.string(library.mpmeter_version()).decode() == VERSION
    assert {name: getattr(library, name) for name in CONSTANTS} == CONSTANTS
    assert all(getattr(library, function.name) for function in FUNCTIONS)


@pytest.mark.parametrize("state, code", [("entitled", 0), ("not-entitled", 1)])
def test_the_example_of_the_page(state: str, code: int, tmp_path: Path) -> None:
    """docs/other-languages.md: the program as it is printed, in the sandbox."""
    page = (ROOT / "docs/other-languages.md").read_text()
    program = re.search(r"<!-- example -->\n```lua\n(.*?)```", page, re.DOTALL)
    assert program is not None
    (tmp_path / "program.lua").write_text(program[1])
    (tmp_path / "mpmeter.ffi.h").write_text(TEXT)
    product = re.findall(r'register_product\("(\w+)"', program[1])[0]
    sandbox = [
        str(Path(sys.executable).parent / "mpmeter-sandbox"),
        "run",
        "--scenario",
        "ecs-fargate",
        "--product",
        f"{product}={state}",
    ]
    shell = 'cp "$MPMETER_SANDBOX_PUBLIC_KEY" product.pem && exec luajit program.lua'
    environment = {**os.environ, "LD_LIBRARY_PATH": str(LIBRARY.parent)}
    command = [*sandbox, "--", "sh", "-c", shell]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == code, done.stderr
    assert ("the product begins here" in done.stdout) == (code == 0)
    assert code == 0 or done.stderr.splitlines()[-1].startswith("MPMETER_E_CUSTOMER_NOT_ENTITLED (terminate): ")


def test_it_has_everything_and_nothing_else() -> None:
    assert sorted(re.findall(r"\b(mpmeter_\w+)\(", CODE)) == sorted(function.name for function in FUNCTIONS)
    assert {name: int(number) for name, number in re.findall(r"(MPMETER_\w+) = (\d+)", CODE)} == CONSTANTS
    assert "#" not in CODE and "__" not in CODE and "MPMETER_API" not in CODE


def test_it_is_the_header_to_a_compiler() -> None:
    """Both in one program: C allows a declaration twice if it is the same; only the constants must not come twice."""
    without = re.sub(r"enum \{.*?\};", "", CODE, flags=re.DOTALL)
    text = f"#include <stdint.h>\n{without}\n#include <mpmeter.h>\n"
    command = ["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", f"-I{ROOT}/include", "-fsyntax-only", "-x", "c", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
