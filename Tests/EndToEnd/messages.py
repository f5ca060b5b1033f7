"""Decides how a message is judged: as prose, by rules; and by messages.txt, which holds what each fault makes the
product say.

The tests compare each with the file; `make messages` runs only them. After a message was changed on purpose,
`make messages-record` writes the file anew: read the difference as prose before you commit it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).with_name("messages.txt")
RECORDED = Path(__file__).resolve().parents[2] / "build" / "messages"
# What a native would not write, or what says a thing twice.
WORDS = re.compile(
    r"\bmend\b|\bfor ever\b|\bthat is no\b|\bthat is none\b|NULL or not|not signed with PS256|(?<!\.)\.\.(?!\.)"
    r"|  | ,|, ?,|: \."
)
_VOLATILE = (
    (re.compile(r"127\.0\.0\.1(:| port )\d+"), r"127.0.0.1\1PORT"),
    (re.compile(r"/tmp/[\w./-]*/(?=[\w-]+)"), "/DIRECTORY/"),
    (re.compile(r"(?<=/v2/credentials/)[0-9a-f-]{36}"), "UUID"),
    (re.compile(r"\b\d+(\.\d+)? (s|ms|seconds|milliseconds|bytes)\b"), r"N \2"),
    (re.compile(r"\bafter \d+ ms\b"), "after N ms"),
    (re.compile(r"\(then the deadline passed\)"), "(no time is left before the deadline)"),
    (re.compile(r"(?<=\(request )[0-9a-f-]{36}"), "UUID"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT[\d:]+Z"), "TIME"),
    (re.compile(r"\b\d{10}\b"), "SECONDS"),
)


def steady(text: str) -> str:
    """The text with placeholders for ports, paths, times and sizes."""
    for pattern, placeholder in _VOLATILE:
        text = pattern.sub(placeholder, text)
    return text


def block(found: dict[str, Any]) -> str:
    """One failure as it stands in the file."""
    return f"{found['status']}\n  {steady(found['message'])}\n  fix: {steady(found['fix'])}\n"


def golden() -> dict[str, str]:
    """Case to block."""
    parts = re.split(r"^== (.*)\n", GOLDEN.read_text(), flags=re.MULTILINE)[1:]
    return {name: text.rstrip("\n") + "\n" for name, text in zip(parts[::2], parts[1::2], strict=True)}


def problems(message: str, fix: str) -> list[str]:
    """What is wrong with the two as prose."""
    found = [f"'{match.group()}' in: {text}" for text in (message, fix) for match in WORDS.finditer(text)]
    if not fix.endswith("."):
        found.append(f"no full stop: {fix}")
    if message == fix or message.rstrip(".") in fix:
        found.append(f"said twice: {message}")
    return found


def check(case: str, found: dict[str, Any]) -> None:
    """The failure reads as prose, and says what the file says; with MPMETER_MESSAGES=record it is kept for the file."""
    assert problems(found["message"], found["fix"]) == [], found
    mode = os.environ.get("MPMETER_MESSAGES", "compare")
    if mode == "record":
        RECORDED.mkdir(parents=True, exist_ok=True)
        (RECORDED / case.replace("/", "_")).write_text(block(found))
    elif mode == "compare":
        known = golden()
        # The kernel decides how a cut connection breaks, so each sentence that the file has for this will do.
        cut = {text for name, text in known.items() if name.endswith("-NETWORK")} if "reset" in case else set()
        assert block(found) in {known.get(case), *cut}, (
            f"messages.txt says something else about {case}: see messages.py"
        )


if __name__ == "__main__":
    texts = {path.name: path.read_text() for path in sorted(RECORDED.iterdir())}
    GOLDEN.write_text("\n".join(f"== {name}\n{text}" for name, text in texts.items()))
