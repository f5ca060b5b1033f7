"""The distribution: imports nothing but itself, requires nothing without an extra, and leaves the sandbox to another
one."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata

import mpmeter


def test_the_package_imports_nothing_but_itself_and_the_standard_library() -> None:
    code = (
        "import sys, mpmeter; print([name for name, module in sys.modules.items() if 'site-packages' in str(module)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    beside = ("_distutils_hack", "__editable__", "sitecustomize")
    assert {name.partition(".")[0] for name in eval(done.stdout) if not name.startswith(beside)} <= {"mpmeter"}


def test_one_version() -> None:
    assert metadata.version("mpmeter") == mpmeter.__version__


def test_nothing_is_required_without_an_extra() -> None:
    requirements = metadata.requires("mpmeter") or []
    assert all("extra ==" in line for line in requirements)
    asked = {re.split(r"[^A-Za-z0-9_-]", line)[0] for line in requirements if 'extra == "sandbox"' in line}
    assert asked == {"mpmeter-sandbox"}


def test_without_the_sandbox_its_old_name_says_what_to_install() -> None:
    # -S: without site-packages, where the sandbox is; the binding itself is found by its path.
    place = mpmeter.__file__.rpartition("/mpmeter/")[0]
    code = f"import sys, runpy; sys.path.insert(0, {place!r}); runpy.run_module('mpmeter.sandbox', run_name='__main__')"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == (
        "fix: From a checkout of libmpmeter, run: python -m pip install ./tools/sandbox"
    )


def test_with_the_sandbox_its_old_name_runs_it() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mpmeter.sandbox", "scenarios"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "eks-irsa" in done.stdout
