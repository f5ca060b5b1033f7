"""Set-ups that are broken in one place: the first failure of `mpmeter doctor` is that place, its sentence names the
cause, and its advice fixes it. There is no second failure: what follows from the cause is skipped. The causes are in
doctor_causes."""

from __future__ import annotations

from typing import Callable

import pytest

from . import messages
from .doctor import diagnose
from .doctor_causes import ALL
from .sandbox import Sandbox


@pytest.mark.parametrize("what", ALL)
def test_cause(what: str, sandbox: Callable[..., Sandbox]) -> None:
    row = ALL[what]
    report = diagnose(sandbox(row["scenario"], *row["faults"], **row["sandbox"]), *row["arguments"], **row["changes"])
    # What else is wrong with that place is a failure of its own: an instance, or a laptop, has no role at all.
    others = (
        {"static-keys", "role"}
        if row["scenario"] in ("ec2", "local")
        else {"role"}
        if what == "nothing says the Region"
        else set()
    )
    assert report.failures[:1] == [row["first"]], report.json
    assert set(report.failures[1:]) <= others, report.json
    first = report.checks[row["first"]]
    assert report.json["status"] == row["status"], first
    for key in ("seen", "advice"):
        assert [words for words in row[key] if words not in first[key]] == [], first
    messages.check(f"doctor: {what}", report.json)
    assert "pass-phrase" not in report.outcome.stdout and "secret-of-the-agent" not in report.outcome.stdout
