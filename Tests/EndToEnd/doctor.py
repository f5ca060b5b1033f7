"""Decides how `mpmeter doctor` is run, and what is true of every report: each check once, in order, with a sentence
and, where it is due, advice."""

from __future__ import annotations

from typing import Any

from .product import Outcome
from .sandbox import Sandbox
from .statuses import CODES, action_of, exit_of

# The order is that of cause and effect; docs/doctor.md has the same.
CHECKS = (
    "library process platform kubernetes region-environment region-task-metadata region-web-identity "
    "instance-metadata region region-supported us-east-1 "
    "ca-roots proxy clock endpoint static-keys pod-identity role role-token credentials public-key product-code "
    "registration"
).split()
# Of a diagnosis of metering: without what belongs to a registration, and with its own.
METERING_ONLY = "metering-region journal-place journal dimensions usage-held sender dry-run".split()
REGISTRATION_ONLY = "region-supported us-east-1 registration".split()
METERING_CHECKS = [check for check in CHECKS if check not in REGISTRATION_ONLY]
METERING_CHECKS.insert(METERING_CHECKS.index("region") + 1, "metering-region")
METERING_CHECKS += METERING_ONLY[1:]
SUMMARY = (
    "status code action message fix first_failure library_version region region_source credentials_source "
    "platform passed warned failed skipped "
    "elapsed_ms checks"
).split()
CHECK = "id title outcome seen advice status elapsed_ms".split()
COUNTS = {"pass": "passed", "warn": "warned", "fail": "failed", "skipped": "skipped"}


class Report:
    """One run's document, once it has been found to be one."""

    def __init__(self, outcome: Outcome, ids: list[str] = CHECKS) -> None:
        self.outcome = outcome
        self.ids = ids
        self.json: dict[str, Any] = outcome.json
        self.checks: dict[str, dict[str, Any]] = {check["id"]: check for check in self.json["checks"]}
        self._expect_form()

    def _expect_form(self) -> None:
        found, checks = self.json, self.json["checks"]
        assert list(found) == SUMMARY
        assert [check["id"] for check in checks] == self.ids
        for check in checks:
            assert list(check) == CHECK and check["title"] and check["seen"] and check["elapsed_ms"] >= 0, check
            assert check["outcome"] in COUNTS, check
            assert check["outcome"] not in ("fail", "warn") or check["advice"], (
                f"nothing is said of what to do: {check}"
            )
            assert check["outcome"] != "fail" or check["status"] != "MPMETER_OK", check
            assert check["outcome"] != "pass" or check["status"] == "MPMETER_OK", check
            assert check["status"] == "MPMETER_OK" or check["advice"], check
            assert check["outcome"] != "skipped" or check["seen"].startswith("skipped, because "), check
            assert "\n" not in check["seen"] + check["advice"]
        for outcome, key in COUNTS.items():
            assert found[key] == sum(check["outcome"] == outcome for check in checks)
        first = next((check for check in checks if check["outcome"] == "fail"), None)
        assert found["first_failure"] == (first and first["id"])
        # A refusal that was to be expected is none to start on either, nor is what there was no time for.
        first = first or next((check for check in checks if check["status"] != "MPMETER_OK"), None)
        status = first["status"] if first else "MPMETER_OK"
        assert (found["status"], found["code"], found["action"]) == (status, CODES[status], action_of(status))
        assert self.outcome.exit == exit_of(status)
        assert found["message"]
        assert found["fix"] == (first["advice"] if first else "")
        if first:
            assert first["seen"] in found["message"]
            assert f"mpmeter: {status}: {found['message']}\nfix: {found['fix']}\n" in self.outcome.stderr
        else:
            assert self.outcome.stderr == ""

    @property
    def failures(self) -> list[str]:
        return self._ids("fail")

    @property
    def warnings(self) -> list[str]:
        return self._ids("warn")

    def _ids(self, outcome: str) -> list[str]:
        return [check["id"] for check in self.json["checks"] if check["outcome"] == outcome]


def diagnose(sandbox: Sandbox, *arguments: str, key: bool = True, product: bool = True, **changes: Any) -> Report:
    """`mpmeter doctor --json` with the sandbox's product and key."""
    usual = ["--product-code", sandbox.product_code] * product + ["--public-key", sandbox.key] * key
    outcome = sandbox.run("doctor", "--json", *usual, *arguments, **changes)
    if "--register" not in arguments:
        assert [request for request in outcome.metering() if request.get("operation")] == [], (
            "a registration was sent, and nobody asked"
        )
    return Report(outcome)


def diagnose_metering(
    sandbox: Sandbox, *arguments: str, product: bool = True, prefix: list[str] | None = None, **changes: Any
) -> Report:
    """`mpmeter doctor --json` with a journal or a dimension, for the sandbox's product. It sends dry runs alone."""
    usual = ["--product-code", sandbox.product_code] * product
    before, sandbox.prefix = sandbox.prefix, prefix or sandbox.prefix
    try:
        outcome = sandbox.run("doctor", "--json", *usual, *arguments, **changes)
    finally:
        sandbox.prefix = before
    operations = [request["operation"] for request in outcome.metering() if request.get("operation")]
    assert set(operations) <= {"MeterUsage"}, operations
    assert all(request.get("dry_run") for request in outcome.metering() if request.get("operation")), "usage was sent"
    return Report(outcome, METERING_CHECKS)
