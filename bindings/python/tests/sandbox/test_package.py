"""The distribution: importable without the sandbox's libraries, one version, a README whose example works, the promised extras."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import mpmeter

ROOT = Path(__file__).resolve().parents[2]


def test_the_package_imports_nothing_but_itself_and_the_standard_library() -> None:
    code = "import sys, mpmeter; print([name for name, module in sys.modules.items() if 'site-packages' in str(module)])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = {name for name in eval(done.stdout) if not name.startswith(("_distutils_hack", "__editable__", "sitecustomize"))}
    assert {name.partition(".")[0] for name in names} <= {"mpmeter"}
    assert not any(name.startswith("mpmeter.sandbox") for name in names)


def test_one_version() -> None:
    assert metadata.version("mpmeter") == mpmeter.__version__


def test_nothing_is_required_without_an_extra() -> None:
    requirements = metadata.requires("mpmeter") or []
    names = {
        extra: {re.split(r"[^A-Za-z0-9_-]", line)[0] for line in requirements if f'"{extra}"' in line}
        for extra in ("sandbox", "test")
    }
    assert names == {"sandbox": {"aiohttp", "botocore", "cryptography"}, "test": {"pytest", "boto3", "joserfc"}}
    assert all("extra ==" in line for line in requirements)


def test_the_readmes_example_prints_what_it_says() -> None:
    text = (ROOT / "README.md").read_text()
    match = re.search(r"```sh\n(.*?)```\n\nprints `(.*?)`", text, re.DOTALL)
    assert match is not None
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-c", match.group(1)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PATH": path, "PYTHONWARNINGS": "ignore"},
    )
    assert (done.stdout, done.stderr) == (match.group(2) + "\n", "")


def test_the_readme_lists_the_access_keys_there_are() -> None:
    from mpmeter.sandbox.credentials import ACCESS_KEYS

    assert set(re.findall(r"`(A[SK]IA\w+)`", (ROOT / "README.md").read_text())) == set(ACCESS_KEYS.values())
