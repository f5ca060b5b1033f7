"""Reads a guide as a stranger does: the commands in their order, and what each is to print."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$|^(#+) ([^\n]*)$", re.MULTILINE | re.DOTALL)
_MARK = "== a command ends ="


@dataclass
class Step:
    """A block of commands under its heading; `prints` is what the page shows beneath, if it shows something."""

    heading: str
    commands: str
    prints: str | None = None


def steps(page: Path) -> list[Step]:
    """All of a page."""
    found: list[Step] = []
    heading = ""
    for match in _BLOCK.finditer(page.read_text()):
        if match[3]:
            heading = match[4]
        elif match[1] == "sh":
            found.append(Step(heading, match[2]))
        else:
            assert found[-1].heading == heading and found[-1].prints is None
            found[-1].prints = match[2]
    return found


def follow(chosen: list[Step], directory: Path, environment: dict[str, str]) -> list[str]:
    """Carries the steps out in one shell, which ends at the first that fails; what each printed."""
    script = "set -eu\n" + "".join(f"{step.commands}\necho '{_MARK}'\n" for step in chosen)
    # Standard input is none, so that no program waits for the stranger; a file, because what is left in the background
    # holds on to a pipe.
    with (Path(environment["HOME"]) / "printed").open("w+") as printed:
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=600,
        )
        printed.seek(0)
        text = printed.read()
    assert done.returncode == 0, f"ended with {done.returncode}:\n{text}"
    return text.split(f"{_MARK}\n")[:-1]
