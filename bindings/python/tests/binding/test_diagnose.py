"""`mpmeter.diagnose`: what it finds, what it takes, and how it is stopped."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

import mpmeter


@pytest.fixture(autouse=True)
def nobody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Region, and no metadata: no server is contacted."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "ECS_", "KUBERNETES_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def test_what_no_client_could_be_made_with_is_found() -> None:
    found = mpmeter.diagnose("code", public_key="no key")
    assert found.status is mpmeter.Status.REGION_NOT_FOUND and found.action is mpmeter.Action.TERMINATE
    assert found.report == json.loads(found.json) and str(found) == found.json
    assert found.report["status"] == found.status.constant and found.report["fix"]
    failed = [check["id"] for check in found.report["checks"] if check["outcome"] == "fail"]
    assert failed[0] == found.report["first_failure"] == "instance-metadata" and failed[-1] == "public-key"
    assert found.report["library_version"] == mpmeter.version()


@pytest.mark.parametrize(
    "codes, options, error",
    [
        (["a\0b"], {}, mpmeter.InvalidArgument),
        ([1], {}, TypeError),
        ([], {"register": True}, mpmeter.InvalidArgument),
        (["a", "b"], {"register": True}, mpmeter.InvalidArgument),
        (["a"], {"minimum_key_bits": 1}, mpmeter.InvalidArgument),
        (["a"], {"public_key": "pem", "public_keys": {1: "pem"}}, TypeError),
        (["a"], {"publik_key": "pem"}, TypeError),
    ],
)
def test_what_is_refused(codes: list[Any], options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        mpmeter.diagnose(*codes, **options)


def test_cancelled() -> None:
    cancellation = mpmeter.Cancellation()
    cancellation.cancel()
    with pytest.raises(mpmeter.Cancelled):
        mpmeter.diagnose("a", cancellation=cancellation)
