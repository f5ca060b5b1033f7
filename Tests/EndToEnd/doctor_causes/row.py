"""Decides what one cause is: how the set-up is broken, and what the doctor has to say of it."""

from __future__ import annotations

from typing import Any

from ..sandbox import STATIC_KEY, STATIC_SECRET

STATIC = {"AWS_ACCESS_KEY_ID": STATIC_KEY, "AWS_SECRET_ACCESS_KEY": STATIC_SECRET}
REGIONS = ["AWS_REGION", "AWS_DEFAULT_REGION"]
ENDPOINTS = ["AWS_ENDPOINT_URL_MARKETPLACE_METERING", "AWS_ENDPOINT_URL_STS"]
CONTAINER = ["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
TASK_ROLE = ["taskRoleArn"]
IRSA = ["eks.amazonaws.com/role-arn"]
ROLE_ARN = "arn:aws:iam::111122223333:role/pod"
REGISTER = ["--register"]


def row(
    scenario: str,
    *faults: str,
    first: str,
    status: str,
    seen: list[str],
    advice: list[str],
    set: dict[str, str] | None = None,
    unset: list[str] | None = None,
    arguments: list[str] | None = None,
    **sandbox: Any,
) -> dict[str, Any]:
    return {
        "scenario": scenario,
        "faults": faults,
        "sandbox": sandbox,
        "changes": {"set": set or {}, "unset": unset or []},
        "arguments": arguments or [],
        "first": first,
        "status": f"MPMETER_E_{status}",
        "seen": seen,
        "advice": advice,
    }
