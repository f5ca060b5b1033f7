"""Each fault of the Kubernetes cluster does what its name says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sandbox_client import get

Start = Callable[..., Any]


def kubernetes_old(start: Start) -> None:
    running = start("eks-irsa", "kubernetes-old")
    place = f"http://{running.variables['KUBERNETES_SERVICE_HOST']}:{running.variables['KUBERNETES_SERVICE_PORT']}"
    answer = get(f"{place}/version")
    assert (answer.status, answer.json["major"], answer.json["minor"]) == (200, "1", "12+")
    assert get(f"{place}/api/v1/secrets").status == 403


CASES: dict[str, Callable[[Start], None]] = {"kubernetes-old": kubernetes_old}


@pytest.mark.parametrize("name", CASES)
def test_fault(name: str, sandbox: Start) -> None:
    CASES[name](sandbox)
