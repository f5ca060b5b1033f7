"""Decides what each status is: its number, what to do about it, and the exit status of the command line. From the one
description."""

from __future__ import annotations

from pathlib import Path

import tomllib

ROOT = Path(__file__).resolve().parents[2]

TERMINATE, RETRY, PROCEED = "terminate", "retry", "proceed"
EXITS = {PROCEED: 0, TERMINATE: 1, RETRY: 75}
USAGE = 2

# Which of them are right is for Tests/CABI/test_status.c to say; here is what the description says.
_ROWS = {row["name"]: row for row in tomllib.loads((ROOT / "tools/interface/statuses.toml").read_text())["status"]}
CODES = {name: row["number"] for name, row in _ROWS.items()}


def action_of(status: str) -> str:
    """What the description says."""
    return str(_ROWS[status]["action"])


def exit_of(status: str) -> int:
    """A call that the library refuses as wrong is a usage error."""
    return USAGE if status == "MPMETER_E_INVALID_ARGUMENT" else EXITS[action_of(status)]


# The keys of the JSON object after a success, in order.
KEYS = (
    "status code action message fix product_code public_key_version nonce verified signature public_key_rotation "
    "region region_source credentials_source platform request_id attempts elapsed_ms"
).split()

# After a failure those that are known are there, and these two of AWS's answer.
FAILURE_KEYS = {*KEYS, "aws_type", "http_status"}
ALWAYS = {"status", "code", "action", "message"}
