"""The general faults, aimed at each service that a registration asks before RegisterUsage: none of them crashes, hangs
or is believed.

STS and the container credentials endpoint: the source is configured, so its failure is the call's. Task metadata:
instance metadata is asked next, so the call succeeds. Instance metadata alone (scenario ec2): the Region is not found.
"""

from __future__ import annotations

from typing import Callable

import pytest

from .sandbox import Sandbox

DEADLINE = 2.0
BODIES = """not-json empty-body nul-bytes json-deep json-deep-short json-duplicate-keys json-wrong-types
json-invalid-utf8 json-nul gzip""".split()
NOT_HTTP = """oversized oversized-1gib endless endless-head endless-continue chunked-no-size chunked-huge-size
chunked-short-size not-http""".split()
BROKEN = "refused reset-before-request reset-during-request reset reset-mid-body truncated chunked-long-size".split()
SILENT = "silent hang slow slow-head".split()
PAGES = "proxy-page redirect redirect-308 metadata-404".split()
ALL = [*BODIES, *NOT_HTTP, *BROKEN, *SILENT, *PAGES, "http-503"]

# For each service the scenario, and the status for each fault.
EXPECTED = {
    "sts": (
        "eks-irsa",
        {
            **dict.fromkeys([*BODIES, *NOT_HTTP], "MPMETER_E_BAD_RESPONSE"),
            **dict.fromkeys(BROKEN, "MPMETER_E_NETWORK"),
            **dict.fromkeys(SILENT, "MPMETER_E_DEADLINE"),
            "http-503": "MPMETER_E_SERVICE_UNAVAILABLE",
            "proxy-page": "MPMETER_E_BAD_RESPONSE",
            # An error status without STS's own code.
            "redirect": "MPMETER_E_CREDENTIALS_REJECTED",
            "redirect-308": "MPMETER_E_CREDENTIALS_REJECTED",
            "metadata-404": "MPMETER_E_CREDENTIALS_REJECTED",
        },
    ),
    "credentials": (
        "ecs-fargate",
        {
            **dict.fromkeys([*BODIES, *NOT_HTTP], "MPMETER_E_BAD_RESPONSE"),
            **dict.fromkeys(BROKEN, "MPMETER_E_NETWORK"),
            **dict.fromkeys(SILENT, "MPMETER_E_DEADLINE"),
            "http-503": "MPMETER_E_SERVICE_UNAVAILABLE",
            "proxy-page": "MPMETER_E_BAD_RESPONSE",
            "redirect": "MPMETER_E_CREDENTIALS_REJECTED",
            "redirect-308": "MPMETER_E_CREDENTIALS_REJECTED",
            "metadata-404": "MPMETER_E_CREDENTIALS_REJECTED",
        },
    ),
}


@pytest.mark.parametrize("fault", ALL)
@pytest.mark.parametrize("service", EXPECTED)
def test_where_credentials_come_from(service: str, fault: str, sandbox: Callable[..., Sandbox]) -> None:
    scenario, expected = EXPECTED[service]
    outcome = sandbox(scenario, f"{fault}@{service}").register(deadline=DEADLINE)
    found = outcome.expect(expected[fault])
    outcome.took_no_longer_than(DEADLINE)
    assert found["attempts"] == 0 and outcome.metering() == []
    assert found["credentials_source"] == ("eks-irsa" if service == "sts" else "ecs-task-role")
    assert {request["path"] for request in outcome.of(service)} & {"/redirected"} == set()


@pytest.mark.parametrize("fault", ALL)
def test_task_metadata(fault: str, sandbox: Callable[..., Sandbox]) -> None:
    """Falls through to EC2 instance metadata; silence costs two seconds a try, and an agent that is not ready is given
    some seconds more. How deep the parts are that nobody asks for does not matter: the task's ARN is still read."""
    outcome = sandbox("ecs-ec2", f"{fault}@ecs").register(deadline=120)
    source = "ecs-task-metadata" if fault.startswith("json-deep") else "ec2-instance-metadata"
    found = outcome.expect_registration(region="eu-west-3", region_source=source, platform="ecs")
    assert found["attempts"] == 1
    outcome.took_at_most(20 if fault == "http-503" else 5)


@pytest.mark.parametrize("fault", ALL)
def test_instance_metadata(fault: str, sandbox: Callable[..., Sandbox]) -> None:
    """Plain text, so that only what is no metadata at all fails: within a second in all, and never with a default
    Region."""
    outcome = sandbox("ec2", f"{fault}@imds").register()
    if fault.startswith("json-"):  # these faults leave a text that is not JSON alone, and spoil the role's credentials
        found = outcome.expect("MPMETER_E_CREDENTIALS_NOT_FOUND")
        assert found["region_source"] == "ec2-instance-metadata"
    else:
        found = outcome.expect("MPMETER_E_REGION_NOT_FOUND")
        assert "region" not in found
    assert found["attempts"] == 0
    outcome.took_at_most(2.5)


@pytest.mark.parametrize("fault", ["http-503", "reset", "truncated"])
@pytest.mark.parametrize("service, scenario", [("credentials", "ecs-fargate"), ("sts", "eks-irsa"), ("ecs", "ecs-ec2")])
def test_once_is_got_over(service: str, scenario: str, fault: str, sandbox: Callable[..., Sandbox]) -> None:
    found = sandbox(scenario, f"{fault}@{service}:1").register().expect_registration(attempts=1)
    assert found["region_source"] == ("ecs-task-metadata" if service == "ecs" else "AWS_REGION")
