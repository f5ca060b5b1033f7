"""What a type checker tells a vendor: right programs pass, wrong ones do not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RIGHT = """
import datetime
import mpmeter

def start(pem: str) -> str:
    with mpmeter.Client(pem, deadline=datetime.timedelta(minutes=5), trusted_products={"a": "paid"}) as client:
        found = client.register_usage("a")
    if found.issued_at is not None:
        print(found.issued_at.isoformat())
    try:
        mpmeter.register_usage("a", public_keys={1: pem}, deadline=1.5)
    except mpmeter.Throttled as error:
        assert error.action is mpmeter.Action.RETRY
    return found.nonce

async def start_async(pem: str) -> mpmeter.Registration:
    return await mpmeter.register_usage_async("a", public_key=pem, region_policy="attempt")
"""
WRONG = {
    'mpmeter.register_usage("a", public_key=1)': "public_key",
    'mpmeter.register_usage("a", publik_key="pem")': "publik_key",
    'mpmeter.register_usage("a", public_key="pem", deadline="10")': "deadline",
    "mpmeter.register_usage()": "product_code",
    'x: str = mpmeter.register_usage("a", public_key="pem").region': "region",
    'mpmeter.verify("t", product_code="a", public_key="pem")': "nonce",
}


def mypy(tmp_path: Path, text: str) -> subprocess.CompletedProcess[str]:
    program = tmp_path / "program.py"
    program.write_text(text)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(program)]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)


def test_a_right_program(tmp_path: Path) -> None:
    done = mypy(tmp_path, RIGHT)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\n(pip install 'bindings/python[check]')"


def test_wrong_programs(tmp_path: Path) -> None:
    done = mypy(tmp_path, "import mpmeter\n" + "\n".join(WRONG) + "\n")
    lines = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error: " in line}
    assert lines == set(range(2, len(WRONG) + 2)), done.stdout
