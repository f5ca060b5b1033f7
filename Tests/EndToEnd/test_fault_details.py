"""What the table of test_faults.py does not say: what is logged, what is asked again and when, two faults at once."""

from __future__ import annotations

from typing import Callable

import pytest

from .sandbox import Sandbox
from .test_faults import DEADLINE


def test_a_retry_is_told(sandbox: Callable[..., Sandbox]) -> None:
    """'Progress (each retry and why) goes to stderr.'"""
    outcome = sandbox("ecs-fargate", "throttle:2").register()
    outcome.expect_registration(attempts=3)
    told = [line for line in outcome.stderr.splitlines() if "ThrottlingException" in line]
    assert len(told) == 2 and "attempt 2" in told[0] and "attempt 3" in told[1]


def test_a_redirect_is_not_followed(sandbox: Callable[..., Sandbox]) -> None:
    outcome = sandbox("ecs-fargate", "redirect").register()
    assert [request["path"] for request in outcome.metering()] == ["/"]


def test_the_throttled_status_outlives_the_deadline(sandbox: Callable[..., Sandbox]) -> None:
    """MPMETER_E_THROTTLED: 'ThrottlingException, until the deadline'."""
    outcome = sandbox("ecs-fargate", "throttle").register(deadline=10)
    found = outcome.expect("MPMETER_E_THROTTLED")
    assert found["attempts"] >= 2 and len(outcome.metering()) == found["attempts"]
    assert outcome.exit == 75


def test_a_rotated_key_with_the_next_one_at_hand(sandbox: Callable[..., Sandbox]) -> None:
    running = sandbox("ecs-fargate", "key-rotated")
    outcome = running.register("--public-key", running.next_key, "--public-key-version", "2")
    found = outcome.expect_registration(public_key_version=2, attempts=2, verified=True)
    assert found["public_key_rotation"]
    assert [request["public_key_version"] for request in outcome.metering()] == [1, 2]
    assert "rotat" in outcome.stderr


def test_an_announced_rotation_is_handed_on(sandbox: Callable[..., Sandbox]) -> None:
    running = sandbox("ecs-fargate", "rotation-announced")
    assert running.register().expect_registration(attempts=1)["public_key_rotation"]
    told = running.run("register", "--product-code", running.product_code, "--public-key", running.key).stdout
    assert "rotation" in told


@pytest.mark.parametrize(
    "fault, status",
    [
        ("silent", "DEADLINE"),
        ("reset-before-request", "NETWORK"),
        ("reset-during-request", "NETWORK"),
        ("not-http", "TLS"),
    ],
)
def test_a_handshake_that_comes_to_nothing(fault: str, status: str, sandbox: Callable[..., Sandbox]) -> None:
    """A connection that breaks in the handshake is a broken connection; one on which no TLS is spoken is not
    trusted."""
    outcome = sandbox("ecs-fargate", fault, tls=True).register(deadline=DEADLINE)
    outcome.expect(f"MPMETER_E_{status}")
    outcome.took_no_longer_than(DEADLINE)


@pytest.mark.parametrize("fault", ["http-429-retry-after", "http-500-retry-after", "http-503-retry-after"])
def test_nothing_is_sent_before_the_server_said(fault: str, sandbox: Callable[..., Sandbox]) -> None:
    """Retry-After: 1 (RFC 9110 section 10.2.3), by the sandbox's own clock."""
    outcome = sandbox("ecs-fargate", f"{fault}:1").register()
    outcome.expect_registration(attempts=2)
    first, second = (request["time"] for request in outcome.metering())
    assert second - first >= 0.999


def test_credentials_about_to_expire_are_asked_for_anew(sandbox: Callable[..., Sandbox]) -> None:
    outcome = sandbox("ecs-fargate", "credentials-expiring", "throttle:1").register()
    outcome.expect_registration(attempts=2)
    assert len(outcome.of("credentials")) == 2


def test_the_invalid_region_message_names_both(sandbox: Callable[..., Sandbox]) -> None:
    """'the task ARN is asked for after an InvalidRegionException, whose message then names what was used and what the
    platform says.'"""
    outcome = sandbox("ecs-fargate").register(set={"AWS_REGION": "us-east-2"})
    found = outcome.expect("MPMETER_E_INVALID_REGION")
    assert "us-east-2" in found["message"] and "AWS_REGION" in found["message"] and "eu-west-3" in found["message"]
    assert "AWS_REGION" in found["fix"] and found["attempts"] == 1
    assert len(outcome.of("ecs")) == 1


def test_instance_metadata_version_1_can_be_switched_off(sandbox: Callable[..., Sandbox]) -> None:
    outcome = sandbox("ec2", "imds-v1-only").register(set={"AWS_EC2_METADATA_V1_DISABLED": "true"})
    outcome.expect("MPMETER_E_REGION_NOT_FOUND")
    assert {request["method"] for request in outcome.of("imds")} == {"PUT"}


def test_a_skewed_clock_is_told(sandbox: Callable[..., Sandbox]) -> None:
    assert "clock" in sandbox("ecs-fargate", "clock-skew:600").register().stderr


@pytest.mark.parametrize("fault", ["reset", "throttle"])
def test_two_things_wrong_at_once(fault: str, sandbox: Callable[..., Sandbox]) -> None:
    """A passing failure and a skewed clock: both are got over."""
    sandbox("ecs-fargate", f"{fault}:1", "clock-skew:900").register().expect_registration(attempts=3)
