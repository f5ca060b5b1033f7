"""Proxies and TLS: HTTPS_PROXY takes calls to AWS and nothing else, and no certificate is taken on trust.

The tests of proxies work in a namespace where AWS's names resolve to nothing: what arrives has come through the proxy.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Callable

import pytest

from . import certificates
from .namespace import ELSEWHERE, SERVICES, TASK, Namespace
from .sandbox import Sandbox

REGION = "eu-west-3"
METERING, STS = f"metering.marketplace.{REGION}.amazonaws.com", f"sts.{REGION}.amazonaws.com"
FIPS, DUAL = f"metering.marketplace-fips.{REGION}.amazonaws.com", f"metering-marketplace.{REGION}.api.aws"
NAMES = [METERING, STS, FIPS, DUAL]
ENDPOINTS = ["AWS_ENDPOINT_URL_MARKETPLACE_METERING", "AWS_ENDPOINT_URL_STS"]
PROXY = f"http://{ELSEWHERE}:3128"


class Office:
    """A sandbox behind a proxy. `asked()` is what the proxy was asked for."""

    def __init__(self, sandbox: Sandbox, bundle: Path, log: Path, hosts: Path) -> None:
        self.sandbox, self.log, self.hosts = sandbox, log, hosts
        self.variables = {"HTTPS_PROXY": PROXY, "AWS_CA_BUNDLE": str(bundle)}

    def asked(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def resolve(self, *names: str) -> None:
        """From now on these names can be reached directly, too."""
        self.hosts.write_text(f"127.0.0.1 localhost\n{SERVICES} {' '.join(names)}\n")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Callable[..., Office]]:
    with ExitStack() as stack:

        def start(scenario: str, *faults: str, **options: Any) -> Office:
            namespace = stack.enter_context(Namespace(tmp_path))
            running = stack.enter_context(Sandbox(scenario, *faults, prefix=namespace.prefix, **options))
            bundle, chain = certificates.write(tmp_path, NAMES)
            log = tmp_path / "proxy.log"
            metering, sts = (urllib.parse.urlsplit(running.environment[name]).port for name in ENDPOINTS)
            table = {f"{name}:443": [SERVICES, 444 if name == STS else 443] for name in NAMES}
            plan: dict[str, Any] = {
                "tls": [
                    [SERVICES, 443, "127.0.0.1", metering, str(chain)],
                    [SERVICES, 444, "127.0.0.1", sts, str(chain)],
                ],
                "proxies": [[ELSEWHERE, 3128, str(log), table]],
            }
            if "AWS_CONTAINER_CREDENTIALS_FULL_URI" in running.environment:
                port = urllib.parse.urlsplit(running.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"]).port
                plan["relays"] = [[TASK, 80, "127.0.0.1", port]]
            namespace.relay(**plan)
            return Office(running, bundle, log, tmp_path / "hosts")

        yield start


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_calls_to_aws_go_through_the_proxy(name: str, office: Callable[..., Office]) -> None:
    """STS and RegisterUsage by CONNECT, with TLS from end to end."""
    at = office("eks-irsa")
    variables = {**at.variables, name: PROXY}
    outcome = at.sandbox.register(set=variables, unset=[*ENDPOINTS, *({"HTTPS_PROXY"} - {name})])
    outcome.expect_registration(attempts=1)
    assert at.asked() == [f"CONNECT {STS}:443 HTTP/1.1", f"CONNECT {METERING}:443 HTTP/1.1"]


def test_metadata_never_does(office: Callable[..., Office]) -> None:
    """Task metadata, container credentials at 169.254.170.2 and instance metadata, whatever proxies are named."""
    at = office("ecs-ec2")
    path = urllib.parse.urlsplit(at.sandbox.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"]).path
    every = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"), PROXY)
    variables = {**at.variables, **every, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": path}
    outcome = at.sandbox.register(set=variables, unset=ENDPOINTS)
    outcome.expect_registration(region_source="ecs-task-metadata", credentials_source="ecs-task-role")
    assert at.asked() == [f"CONNECT {METERING}:443 HTTP/1.1"]


def test_instance_metadata_never_does(office: Callable[..., Office]) -> None:
    at = office("ec2")
    every = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"), PROXY)
    outcome = at.sandbox.register(set={**at.variables, **every}, unset=ENDPOINTS)
    outcome.expect("MPMETER_E_PLATFORM_NOT_SUPPORTED")
    assert at.asked() == [f"CONNECT {METERING}:443 HTTP/1.1"]


@pytest.mark.parametrize(
    "name, exceptions, direct",
    [
        ("NO_PROXY", METERING, True),
        ("NO_PROXY", ".amazonaws.com", True),
        ("no_proxy", ".amazonaws.com", True),
        ("NO_PROXY", "amazonaws.com", True),
        ("NO_PROXY", "localhost, .amazonaws.com ,example.com", True),
        ("NO_PROXY", "*", True),
        ("NO_PROXY", "", False),
        ("NO_PROXY", "example.com", False),
        ("NO_PROXY", "marketplace", False),
        ("NO_PROXY", "zonaws.com", False),
    ],
)
def test_no_proxy(name: str, exceptions: str, direct: bool, office: Callable[..., Office]) -> None:
    at = office("ecs-fargate")
    at.resolve(METERING)
    at.sandbox.register(set={**at.variables, name: exceptions}, unset=ENDPOINTS).expect_registration()
    assert at.asked() == ([] if direct else [f"CONNECT {METERING}:443 HTTP/1.1"])


def test_only_https_proxy_counts(office: Callable[..., Office]) -> None:
    """HTTP_PROXY and ALL_PROXY are not among the variables that the library reads."""
    at = office("ecs-fargate")
    at.resolve(METERING)
    others = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"), PROXY)
    at.sandbox.register(set={**at.variables, **others, "HTTPS_PROXY": ""}, unset=ENDPOINTS).expect_registration()
    assert at.asked() == []


def test_a_proxy_that_refuses(office: Callable[..., Office]) -> None:
    at = office("ecs-fargate", region="eu-west-1")
    outcome = at.sandbox.register(set=at.variables, unset=ENDPOINTS, deadline=600)
    found = outcome.expect("MPMETER_E_BAD_RESPONSE")
    assert found["attempts"] == 1 and "answers HTTP 403 to CONNECT" in found["message"] and "NO_PROXY" in found["fix"]
    assert at.asked() == ["CONNECT metering.marketplace.eu-west-1.amazonaws.com:443 HTTP/1.1"]


def test_a_proxy_that_is_not_there(office: Callable[..., Office]) -> None:
    at = office("ecs-fargate")
    outcome = at.sandbox.register(
        set={**at.variables, "HTTPS_PROXY": f"http://{ELSEWHERE}:9"}, unset=ENDPOINTS, deadline=2
    )
    outcome.expect("MPMETER_E_NETWORK")


def test_the_password_of_a_proxy_is_in_no_log(office: Callable[..., Office]) -> None:
    at = office("ecs-fargate")
    proxy = f"http://user:pass-phrase-of-proxy@{ELSEWHERE}:9"
    outcome = at.sandbox.register("--verbose", set={**at.variables, "HTTPS_PROXY": proxy}, unset=ENDPOINTS, deadline=1)
    outcome.expect("MPMETER_E_NETWORK")
    assert "pass-phrase-of-proxy" not in outcome.stdout + outcome.stderr


def test_a_loopback_endpoint_bypasses_the_proxy(office: Callable[..., Office]) -> None:
    """No proxy can reach this machine's own loopback."""
    at = office("ecs-fargate", tls=False)
    at.sandbox.register(set={"HTTPS_PROXY": PROXY}).expect_registration()
    assert at.asked() == []


def test_fips_and_dual_stack(office: Callable[..., Office]) -> None:
    at = office("ecs-fargate")
    for variable, host in (("AWS_USE_FIPS_ENDPOINT", FIPS), ("AWS_USE_DUALSTACK_ENDPOINT", DUAL)):
        at.sandbox.register(set={**at.variables, variable: "true"}, unset=ENDPOINTS).expect_registration()
        assert at.asked()[-1] == f"CONNECT {host}:443 HTTP/1.1"


# ---- Redirected endpoints --------------------------------------------------------------------------------------------


def test_unverified_ignores_a_redirected_metering_endpoint(office: Callable[..., Office]) -> None:
    """'with --unverified the buyer could otherwise point the product at a server of their own.'"""
    at = office("ecs-fargate")
    usual = ["register", "--json", "--product-code", at.sandbox.product_code, "--unverified", "--deadline", "60"]
    outcome = at.sandbox.run(*usual, set=at.variables)
    outcome.expect_registration(verified=False, attempts=1)
    assert at.asked() == [f"CONNECT {METERING}:443 HTTP/1.1"], "the endpoint of the environment was used"
    assert "warning" in outcome.stderr
    people = at.sandbox.run(*(argument for argument in usual if argument != "--json"), set=at.variables)
    assert "NOT VERIFIED" in people.stdout


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_MARKETPLACE_METERING"])
def test_unverified_ignores_either_variable(variable: str, office: Callable[..., Office]) -> None:
    at = office("ecs-fargate", "token-wrong-key")
    redirected = at.sandbox.environment["AWS_ENDPOINT_URL_MARKETPLACE_METERING"]
    unset = [name for name in ENDPOINTS if name != variable]
    usual = ["register", "--json", "--product-code", at.sandbox.product_code, "--unverified", "--deadline", "60"]
    at.sandbox.run(*usual, set={**at.variables, variable: redirected}, unset=unset).expect_registration(verified=False)
    assert at.asked() == [f"CONNECT {METERING}:443 HTTP/1.1"]


def test_configured_endpoints_can_be_ignored(office: Callable[..., Office]) -> None:
    at = office("eks-irsa")
    at.sandbox.register(set={**at.variables, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}).expect_registration()
    assert len(at.asked()) == 2


def test_an_endpoint_over_plain_http_is_refused(sandbox: Callable[..., Sandbox]) -> None:
    running = sandbox("eks-irsa")
    for variable in ENDPOINTS:
        outcome = running.register(set={variable: "http://metering.example.com/"})
        assert variable in outcome.expect("MPMETER_E_INVALID_ARGUMENT")["message"]
        assert outcome.metering() == []


# ---- TLS -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", ["ecs-fargate", "eks-irsa"])
@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_bundle_that_is_named(variable: str, scenario: str, sandbox: Callable[..., Sandbox]) -> None:
    running = sandbox(scenario, tls=True)
    bundle = running.environment["AWS_CA_BUNDLE"]
    unset = [name for name in ("AWS_CA_BUNDLE",) if name != variable]
    running.register(set={variable: bundle}, unset=unset).expect_registration(attempts=1)


def test_aws_ca_bundle_comes_first(sandbox: Callable[..., Sandbox]) -> None:
    sandbox("ecs-fargate", tls=True).register(set={"SSL_CERT_FILE": "/nonexistent"}).expect_registration()


def test_the_systems_authorities_do_not_know_the_sandbox(sandbox: Callable[..., Sandbox]) -> None:
    outcome = sandbox("ecs-fargate", tls=True).register(unset=["AWS_CA_BUNDLE"])
    found = outcome.expect("MPMETER_E_TLS")
    assert "AWS_CA_BUNDLE" in found["fix"] and outcome.metering() == []


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_bundle_that_is_not_there(variable: str, sandbox: Callable[..., Sandbox]) -> None:
    """It was asked for: to trust another in its place is not what was asked."""
    running = sandbox("ecs-fargate", tls=True)
    outcome = running.register(
        set={variable: "/nonexistent/ca.pem"}, unset=["AWS_CA_BUNDLE"] if variable != "AWS_CA_BUNDLE" else []
    )
    found = outcome.expect("MPMETER_E_TLS")
    assert variable in found["message"] and "/nonexistent/ca.pem" in found["message"] and variable in found["fix"]
    assert outcome.metering() == []


def test_a_bundle_that_is_none(sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("not a certificate\n")
    sandbox("ecs-fargate", tls=True).register(set={"AWS_CA_BUNDLE": str(bundle)}).expect("MPMETER_E_TLS")


def test_unverified_does_not_mean_untrusted_tls(sandbox: Callable[..., Sandbox]) -> None:
    """Of the STS endpoint, which stays redirected."""
    running = sandbox("eks-irsa", "tls-self-signed")
    outcome = running.run("register", "--json", "--product-code", "p", "--unverified", "--deadline", "2")
    outcome.expect("MPMETER_E_TLS")
    assert outcome.requests == []
