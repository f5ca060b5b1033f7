"""docs/environment.md has every variable that the library reads, and no other."""

from __future__ import annotations

import re

from .places import ROOT, SOURCES

READ = (SOURCES / "MPMeterCore/Environment/Environment.swift").read_text()
PAGE = (ROOT / "docs/environment.md").read_text()
# Named to say that it is not read.
NOT_READ = {"OPENSSL_CONF", "AWS_SDK_UA_APP_ID", "RES_OPTIONS", "LOCALDOMAIN"}


def test_the_page_names_every_variable_and_no_other() -> None:
    cases = re.search(r"enum Variable.*?\n}", READ, re.DOTALL)
    assert cases is not None
    variables = {
        name
        for line in re.findall(r"^    case ((?:.*,\n)*.*)$", cases[0], re.MULTILINE)
        for name in re.split(r",\s*", line)
    }
    assert len(variables) > 30
    assert variables == set(re.findall(r"`([A-Za-z0-9]+_[A-Za-z0-9_]+|HOME)`", PAGE)) - NOT_READ - {
        "AWS_ECS_FARGATE",
        "AWS_ECS_EC2",
    }
