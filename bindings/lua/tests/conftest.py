"""Lets the tests use the sandbox and the container of Tests/."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[3] / "Tests"))
