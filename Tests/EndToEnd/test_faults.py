"""Everything that the sandbox can let go wrong, and what a vendor then sees. A new fault needs a line here before the
suite passes again.

The codes are those of include/mpmeter.h. A passing condition (throttling, 5xx, a broken connection) is tried again
until the deadline; everything else ends the call at its first answer.
"""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

import pytest
from mpmeter_sandbox.faults import REGISTRATION

from . import messages
from .sandbox import Sandbox
from .statuses import RETRY, action_of

DEADLINE = 2.0
PATIENCE = 120.0
OK = "OK"


class Case(NamedTuple):
    fault: str
    status: str  # without MPMETER_E_
    scenario: str = "ecs-fargate"
    attempts: int | None = 1  # None: as many as there was time for
    until: float | None = None  # the deadline; None: what `deadline` says
    seconds: float | None = None  # how long it may take at most; None: until the deadline
    values: dict[str, Any] = {}  # what the JSON object must say, too

    @property
    def deadline(self) -> float:
        """Short where its end is the point, because it is what ends the call; generous everywhere else."""
        waits = self.status == "DEADLINE" or self.status != OK and action_of(f"MPMETER_E_{self.status}") == RETRY
        return self.until or (DEADLINE if waits else PATIENCE)


# RegisterUsage refuses by name, or answers something that is no answer.
ANSWERS = [
    Case("throttle", "THROTTLED", attempts=None),
    Case("throttle:2", OK, attempts=3),
    Case("internal-error", "SERVICE_UNAVAILABLE", attempts=None),
    Case("internal-error:1", OK, attempts=2),
    Case("http-503", "SERVICE_UNAVAILABLE", attempts=None),
    Case("http-503:1", OK, attempts=2),
    Case("http-429", "THROTTLED", attempts=None),
    Case("http-500", "SERVICE_UNAVAILABLE", attempts=None),
    # Retry-After is honoured: after a second another try, after an hour none, because nobody would hear its answer.
    Case("http-429-retry-after", "THROTTLED", attempts=None),
    Case("http-500-retry-after", "SERVICE_UNAVAILABLE", attempts=None),
    Case("http-503-retry-after", "SERVICE_UNAVAILABLE", attempts=None),
    Case("http-503-retry-after-hour", "SERVICE_UNAVAILABLE", seconds=1),
    Case("http-503-retry-after-garbage", "SERVICE_UNAVAILABLE", attempts=None),
    Case("access-denied", "ACCESS_DENIED", values={"aws_type": "AccessDeniedException"}),
    Case("api-disabled", "API_DISABLED", values={"aws_type": "DisabledApiException"}),
    Case("not-authenticated", "NOT_AUTHENTICATED", values={"aws_type": "UnrecognizedClientException"}),
    # Credentials that AWS calls expired are asked for anew, once.
    Case("expired-credentials", "NOT_AUTHENTICATED", attempts=2),
    Case("expired-credentials:1", OK, attempts=2),
    Case("credentials-expired", "NOT_AUTHENTICATED", attempts=2),
    Case("credentials-expiring", OK),
    Case("credentials-rotated", OK, attempts=2),
    Case("credentials-rotated", OK, "eks-irsa", attempts=2),
    Case("credentials-rotated", "PLATFORM_NOT_SUPPORTED", "ec2", attempts=2),
    Case("unknown-error", "SERVICE", values={"aws_type": "SomethingNewException"}),
    Case("invalid-product-code", "INVALID_PRODUCT_CODE"),
    Case("invalid-region", "INVALID_REGION"),
    Case("invalid-public-key-version", "INVALID_PUBLIC_KEY_VERSION"),
    Case("not-entitled", "CUSTOMER_NOT_ENTITLED"),
    Case("platform-not-supported", "PLATFORM_NOT_SUPPORTED"),
    Case("redirect", "BAD_RESPONSE"),
    Case("redirect-308", "BAD_RESPONSE"),
    Case("wrong-content-type", OK),  # the token proves itself
    Case("nul-bytes", "BAD_RESPONSE"),
    Case("not-json", "BAD_RESPONSE"),
    Case("empty-body", "BAD_RESPONSE"),
    Case("json-deep", "BAD_RESPONSE"),
    Case("json-deep-short", "BAD_RESPONSE"),
    Case("json-duplicate-keys", "BAD_RESPONSE"),
    Case("json-wrong-types", "BAD_RESPONSE"),
    Case("json-invalid-utf8", "BAD_RESPONSE"),
    Case("json-nul", "BAD_RESPONSE"),
    Case("gzip", "BAD_RESPONSE"),
]

# The connection.
WIRE = [
    Case("refused", "NETWORK", attempts=None),
    Case("reset-before-request", "NETWORK", attempts=None),
    Case("reset-during-request", "NETWORK", attempts=None),
    Case("reset-during-request:1", OK, attempts=2),
    Case("silent", "DEADLINE"),
    Case("not-http", "BAD_RESPONSE"),
    Case("reset", "NETWORK", attempts=None),
    Case("reset:1", OK, attempts=2),
    Case("reset-mid-body", "NETWORK", attempts=None),
    Case("truncated", "NETWORK", attempts=None),
    Case("hang", "DEADLINE"),
    Case("slow", "DEADLINE"),
    Case("slow-head", "DEADLINE"),
    Case("late", OK),
    Case("continue", OK),
    Case("endless-continue", "BAD_RESPONSE", seconds=1),
    Case("endless-head", "BAD_RESPONSE", seconds=1),
    Case("oversized-1gib", "BAD_RESPONSE", seconds=1),
    # RFC 9112 section 6.3: two lengths are no length, and chunks come before a length.
    Case("two-lengths", "BAD_RESPONSE"),
    Case("length-and-chunks", OK),
    # RFC 9112 section 7.1
    Case("chunked-no-size", "BAD_RESPONSE"),
    Case("chunked-negative-size", "BAD_RESPONSE"),
    Case("chunked-huge-size", "BAD_RESPONSE"),
    Case("chunked-short-size", "BAD_RESPONSE"),
    Case("chunked-long-size", "NETWORK", attempts=None),  # the connection ends before the chunk does
    Case("oversized", "BAD_RESPONSE", seconds=1),
    Case("endless", "BAD_RESPONSE", seconds=1),
    Case("tls-self-signed", "TLS"),
    Case("tls-wrong-host", "TLS"),
    Case("tls-expired", "TLS"),
    Case("tls-expired", "TLS", "eks-irsa", attempts=0),  # STS shows the same certificate, and is asked first
    Case("tls-unknown-ca", "TLS"),
    Case("tls-1-0", "TLS"),
    Case("tls-plain-http", "TLS"),
    Case("tls-no-bundle", "TLS"),
    Case("tls-bundle-missing", "TLS"),
    Case("tls-bundle-empty", "TLS"),
    Case("tls-bundle-garbage", "TLS"),
]

# Clocks and keys.
SETTINGS = [
    Case("clock-skew:120", OK),
    Case("clock-skew:600", OK, attempts=2),
    Case("clock-skew:-600", OK, attempts=2),
    Case("clock-skew:7200", OK, attempts=2),
    Case("clock-skew:-7200", OK, attempts=2),
    Case("clock-skew:31536000", OK, attempts=2),
    Case("key-rotated", "INVALID_PUBLIC_KEY_VERSION"),
    Case("rotation-announced", OK, values={"public_key_version": 1}),
]

# Region and metadata. Task metadata that fails leaves EC2 instance metadata to be asked.
METADATA = [
    Case("local-zone", OK, "ecs-ec2", values={"region": "eu-west-3", "region_source": "ecs-task-metadata"}),
    Case("kubernetes-old", OK, "eks-irsa"),  # AWS's to refuse; mpmeter doctor asks
    Case(
        "local-zone",
        "PLATFORM_NOT_SUPPORTED",
        "ec2",
        values={"region": "eu-west-3", "region_source": "ec2-instance-metadata"},
    ),
    Case("metadata-404", OK, "ecs-ec2", values={"region_source": "ec2-instance-metadata"}),
    # Long labels, numbers beyond 2^63, NULs: nobody asks for them.
    Case("metadata-large", OK, "ecs-ec2", values={"region": "eu-west-3", "region_source": "ecs-task-metadata"}),
    Case("metadata-hang", OK, "ecs-ec2", seconds=5, values={"region_source": "ec2-instance-metadata"}),
    Case("metadata-hang", "DEADLINE", "ecs-ec2", attempts=0),
    Case("proxy-page", OK, "ecs-ec2", values={"region_source": "ec2-instance-metadata"}),
    Case("imds-v1-only", "PLATFORM_NOT_SUPPORTED", "ec2", values={"region_source": "ec2-instance-metadata"}),
    Case("imds-401", "REGION_NOT_FOUND", "ec2", attempts=0),
    Case("imds-403", "REGION_NOT_FOUND", "ec2", attempts=0),
    Case("proxy-page@imds", "REGION_NOT_FOUND", "ec2", attempts=0),
    Case("late@imds", "REGION_NOT_FOUND", "ec2", attempts=0, seconds=1.1),
    Case("late@ecs", OK, "ecs-ec2", values={"region_source": "ecs-task-metadata"}),
    Case("metadata-v2-hang", "REGION_NOT_FOUND", "ec2", attempts=0, seconds=1.1),  # within 1 s in all
]

# Credentials: a source that is configured and fails ends the search with its own error.
CREDENTIALS = [
    Case("credentials-404", "CREDENTIALS_REJECTED", attempts=0),
    Case("credentials-500", "SERVICE_UNAVAILABLE", attempts=0),
    Case("credentials-hang", "DEADLINE", attempts=0),
    Case("credentials-hang", "NETWORK", attempts=0, until=20, seconds=7),
    Case("credentials-not-json", "BAD_RESPONSE", attempts=0),
    Case("credentials-hang", "DEADLINE", "eks-pod-identity", attempts=0),
    Case("credentials-expired", "NOT_AUTHENTICATED", "eks-irsa", attempts=2),
    Case("credentials-expired", "NOT_AUTHENTICATED", "ec2", attempts=2),
    Case("sts-access-denied", "CREDENTIALS_REJECTED", "eks-irsa", attempts=0, values={"aws_type": "AccessDenied"}),
    Case("sts-invalid-identity-token", "CREDENTIALS_REJECTED", "eks-irsa", attempts=0, seconds=3),
    Case(
        "sts-invalid-identity-token", "CREDENTIALS_REJECTED", "eks-irsa", attempts=0, until=DEADLINE, seconds=1.5
    ),  # twice, for want of time
    Case("sts-invalid-identity-token-xml", "CREDENTIALS_REJECTED", "eks-irsa", attempts=0, until=DEADLINE, seconds=1.5),
    Case("sts-invalid-identity-token:1", OK, "eks-irsa", seconds=3),
    Case("sts-access-denied-xml", "CREDENTIALS_REJECTED", "eks-irsa", attempts=0, values={"aws_type": "AccessDenied"}),
    Case("sts-expired-token", "CREDENTIALS_REJECTED", "eks-irsa", attempts=0),
    Case(
        "sts-expired-token-xml",
        "CREDENTIALS_REJECTED",
        "eks-irsa",
        attempts=0,
        values={"aws_type": "ExpiredTokenException"},
    ),
    Case("sts-region-disabled", "CREDENTIALS_REJECTED", "eks-irsa", attempts=0),
    Case(
        "sts-region-disabled-xml",
        "CREDENTIALS_REJECTED",
        "eks-irsa",
        attempts=0,
        values={"aws_type": "RegionDisabledException"},
    ),
    Case("sts-internal-error", "SERVICE_UNAVAILABLE", "eks-irsa", attempts=0),
    Case(
        "sts-internal-error-xml", "SERVICE_UNAVAILABLE", "eks-irsa", attempts=0, values={"aws_type": "InternalFailure"}
    ),
    Case("sts-idp-communication-error-xml", "SERVICE_UNAVAILABLE", "eks-irsa", attempts=0),
    Case("sts-throttle-xml", "THROTTLED", "eks-irsa", attempts=0),
    Case("sts-idp-communication-error", "SERVICE_UNAVAILABLE", "eks-irsa", attempts=0),
    Case("sts-idp-communication-error:1", OK, "eks-irsa"),
    Case("sts-throttle", "THROTTLED", "eks-irsa", attempts=0),
    Case("sts-throttle:1", OK, "eks-irsa"),
    Case("sts-iso-expiration", OK, "eks-irsa"),
    Case("sts-xml", OK, "eks-irsa"),
]

# The pod's token is read anew for each request; a file that cannot be used ends the search.
FILES = [
    Case("token-file-missing", "CREDENTIALS_REJECTED", "eks-irsa", attempts=0),
    Case("token-file-vanishes", "CREDENTIALS_REJECTED", "eks-irsa", attempts=0, seconds=1.5),
    Case("token-file-changes", OK, "eks-irsa", values={"credentials_source": "eks-irsa"}),
    Case("token-file-empty", "CREDENTIALS_REJECTED", "eks-irsa", attempts=0),
    Case("token-file-huge", "CREDENTIALS_REJECTED", "eks-irsa", attempts=0),
    Case("token-file-binary", "CREDENTIALS_REJECTED", "eks-irsa", attempts=0),
    Case("token-file-unreadable", "CREDENTIALS_REJECTED", "eks-irsa", attempts=0),
    Case("token-file-directory", "CREDENTIALS_REJECTED", "eks-irsa", attempts=0),
    Case("token-file-fifo", "CREDENTIALS_REJECTED", "eks-irsa", attempts=0),
    Case("token-file-fifo", "CREDENTIALS_REJECTED", "eks-pod-identity", attempts=0),
    Case("token-file-huge", "CREDENTIALS_REJECTED", "eks-pod-identity", attempts=0),
]

# The proof. A token that does not hold is refused at once: another attempt would only be another chance for a forger.
TOKENS = [
    Case("token-documented-case", OK),
    Case("token-extra-claims", OK),
    Case("token-garbage", "TOKEN_MALFORMED"),
    Case("token-extra-part", "TOKEN_MALFORMED"),
    Case("token-duplicate-claims", "TOKEN_MALFORMED"),  # no strict JSON: RFC 7519 section 4 demands unique names
    Case("token-alg-none", "TOKEN_ALGORITHM"),
    Case("token-hs256", "TOKEN_ALGORITHM"),
    Case("token-rs256", "TOKEN_ALGORITHM"),
    Case("token-critical-header", "TOKEN_ALGORITHM"),
    Case("token-wrong-key", "TOKEN_SIGNATURE"),
    Case("token-salt-0", "TOKEN_SIGNATURE"),
    Case("token-salt-max", "TOKEN_SIGNATURE"),
    Case("token-bad-signature", "TOKEN_SIGNATURE"),
    Case("token-wrong-nonce", "TOKEN_CLAIMS"),
    Case("token-missing-nonce", "TOKEN_CLAIMS"),
    Case("token-wrong-product", "TOKEN_CLAIMS"),
    Case("token-wrong-version", "TOKEN_CLAIMS"),
    Case("token-conflicting-claims", "TOKEN_CLAIMS"),
]

CASES = [*ANSWERS, *WIRE, *SETTINGS, *METADATA, *CREDENTIALS, *FILES, *TOKENS]


def _name(case: Case) -> str:
    return f"{case.fault}-{case.scenario}-{case.status}"


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_fault(case: Case, sandbox: Callable[..., Sandbox]) -> None:
    outcome = sandbox(case.scenario, case.fault).register(deadline=case.deadline)
    status = "MPMETER_OK" if case.status == OK else f"MPMETER_E_{case.status}"
    found = outcome.expect_registration() if case.status == OK else outcome.expect(status)

    if case.status != OK:
        messages.check(_name(case), found)
    outcome.took_no_longer_than(case.deadline)
    if case.seconds is not None:
        outcome.took_at_most(case.seconds)
    elif case.attempts == 1 and action_of(status) == "terminate":
        outcome.took_at_most(1)  # what is final needs no waiting
    if case.attempts is not None:
        assert found["attempts"] == case.attempts
    if case.status != "TLS" and case.fault != "refused":  # where no request gets as far as the service
        assert found["attempts"] == len(outcome.metering())
    # A request that is refused for who sent it has its body unread, and no nonce in the log.
    assert len({request["nonce"] for request in outcome.metering() if "nonce" in request}) <= 1, (
        "one nonce for all attempts"
    )
    for name, value in case.values.items():
        assert found[name] == value


def test_every_fault_of_the_sandbox_has_a_case() -> None:
    assert set(REGISTRATION) == {case.fault.partition(":")[0].partition("@")[0] for case in CASES}
