"""Where the things are that are tested here."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
DEPLOY = EXAMPLES / "deploy"
DOCS = ROOT / "docs"
# Beside the Python that runs the tests; links are kept, for they lead out of its environment.
TOOLS = Path(sys.executable).parent
