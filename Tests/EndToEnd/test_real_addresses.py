"""The way of production, with nothing redirected: link-local metadata addresses, AWS's own host names, TLS on port 443.

No AWS_ENDPOINT_URL…, no …_FULL_URI, no AWS_EC2_METADATA_SERVICE_ENDPOINT: in a namespace of its own the addresses and
names lead to the sandbox. https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html,
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Callable

import pytest

from . import certificates
from .namespace import ELSEWHERE, INSTANCE, INSTANCE_V6, POD, POD_V6, SERVICES, TASK, Namespace
from .sandbox import Sandbox

NAMES = ["metering.marketplace.eu-west-3.amazonaws.com", "sts.eu-west-3.amazonaws.com"]
REDIRECTIONS = [
    "AWS_ENDPOINT_URL_MARKETPLACE_METERING",
    "AWS_ENDPOINT_URL_STS",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "ECS_CONTAINER_METADATA_URI_V4",
]


Start = Callable[..., tuple[Sandbox, dict[str, str]]]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Start]:
    """A sandbox at AWS's own addresses, and the variables that a command then needs beside the scenario's."""
    with ExitStack() as stack:

        def start(scenario: str, *faults: str, **options: Any) -> tuple[Sandbox, dict[str, str]]:
            namespace = stack.enter_context(Namespace(tmp_path, NAMES))
            running = stack.enter_context(Sandbox(scenario, *faults, prefix=namespace.prefix, **options))
            bundle, chain = certificates.write(tmp_path, NAMES)
            at = {name: _port(running.environment[name]) for name in REDIRECTIONS if name in running.environment}
            relays: list[list[Any]] = []
            if "AWS_CONTAINER_CREDENTIALS_FULL_URI" in at:
                port = at["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
                relays += [[address, 80, "127.0.0.1", port] for address in (TASK, POD, POD_V6)]
            if "ECS_CONTAINER_METADATA_URI_V4" in at:
                relays.append([TASK, 51679, "127.0.0.1", at["ECS_CONTAINER_METADATA_URI_V4"]])
            port = at["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
            relays += [[address, 80, "127.0.0.1", port] for address in (INSTANCE, INSTANCE_V6)]
            (tmp_path / "hosts").write_text(
                f"127.0.0.1 localhost\n{SERVICES} {NAMES[0]}\n{ELSEWHERE} {NAMES[1]}\n", encoding="ascii"
            )
            tls = [
                [SERVICES, 443, "127.0.0.1", at["AWS_ENDPOINT_URL_MARKETPLACE_METERING"], str(chain)],
                [ELSEWHERE, 443, "127.0.0.1", at["AWS_ENDPOINT_URL_STS"], str(chain)],
            ]
            namespace.relay(relays=relays, tls=tls)
            return running, {"AWS_CA_BUNDLE": str(bundle)}

        yield start


def _port(url: str) -> int:
    port = urllib.parse.urlsplit(url).port
    assert port is not None
    return port


def _path(url: str) -> str:
    return urllib.parse.urlsplit(url).path


def test_ecs_task(world: Start) -> None:
    """AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, against 169.254.170.2 as it stands; task metadata beside it."""
    running, variables = world("ecs-ec2")
    variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = _path(
        running.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    )
    metadata = f"http://{TASK}:51679" + _path(running.environment["ECS_CONTAINER_METADATA_URI_V4"])
    unset = [name for name in REDIRECTIONS if name != "ECS_CONTAINER_METADATA_URI_V4"]
    outcome = running.register(set={**variables, "ECS_CONTAINER_METADATA_URI_V4": metadata}, unset=unset)
    outcome.expect_registration(
        region_source="ecs-task-metadata", credentials_source="ecs-task-role", attempts=1, platform="ecs"
    )
    assert [request["service"] for request in outcome.requests] == ["ecs", "credentials", "metering"]
    assert not any(request["problem"] for request in outcome.requests)


def test_the_relative_uri_wins_over_the_full_one(world: Start) -> None:
    running, variables = world("ecs-fargate")
    variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = _path(
        running.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    )
    variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"http://{TASK}/v2/credentials/of-somebody-else"
    unset = [name for name in REDIRECTIONS if name != "AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    running.register(set=variables, unset=unset).expect_registration(credentials_source="ecs-task-role")


def test_irsa(world: Start) -> None:
    """The Region's own STS, over TLS."""
    running, variables = world("eks-irsa")
    outcome = running.register(set=variables, unset=REDIRECTIONS)
    outcome.expect_registration(region_source="AWS_REGION", credentials_source="eks-irsa", attempts=1)
    assert [request["service"] for request in outcome.requests] == ["sts", "metering"]


def test_irsa_without_a_region_in_the_environment(world: Start) -> None:
    """The webhook injects AWS_REGION only if it is told to; the token's issuer says it all the same, and no instance
    metadata is asked."""
    running, variables = world("eks-irsa")
    outcome = running.register(set=variables, unset=[*REDIRECTIONS, "AWS_REGION", "AWS_DEFAULT_REGION"])
    outcome.expect_registration(
        region="eu-west-3", region_source="eks-web-identity-token", credentials_source="eks-irsa"
    )
    assert [request["service"] for request in outcome.requests] == ["sts", "metering"]


@pytest.mark.parametrize("host", [POD, f"[{POD_V6}]"], ids=["IPv4", "IPv6"])
def test_pod_identity(host: str, world: Start) -> None:
    """Plain HTTP is allowed to the agent's own addresses."""
    running, variables = world("eks-pod-identity")
    variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"http://{host}/v1/credentials"
    unset = [name for name in REDIRECTIONS if name != "AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    found = running.register(set=variables, unset=unset).expect("MPMETER_E_PLATFORM_NOT_SUPPORTED")
    assert found["credentials_source"] == "eks-pod-identity" and "IRSA" in found["fix"]


@pytest.mark.parametrize(
    "variables",
    [{}, {"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv4"}, {"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"}],
    ids=["default", "IPv4", "IPv6"],
)
def test_instance_metadata(variables: dict[str, str], world: Start) -> None:
    """169.254.169.254, or [fd00:ec2::254] when asked for."""
    running, more = world("ec2")
    outcome = running.register(set={**more, **variables}, unset=REDIRECTIONS)
    found = outcome.expect("MPMETER_E_PLATFORM_NOT_SUPPORTED")
    assert (found["region_source"], found["credentials_source"]) == ("ec2-instance-metadata", "ec2-instance-role")
    assert outcome.of("imds")[0]["method"] == "PUT" and not any(request["problem"] for request in outcome.of("imds"))


def test_instance_metadata_that_is_switched_off(world: Start) -> None:
    running, variables = world("ec2")
    outcome = running.register(set={**variables, "AWS_EC2_METADATA_DISABLED": "TRUE"}, unset=REDIRECTIONS)
    outcome.expect("MPMETER_E_REGION_NOT_FOUND")
    assert outcome.requests == []


@pytest.mark.parametrize(
    "host", [ELSEWHERE, "metadata.example.com", "169.254.170.3", f"{TASK}.example.com", "127.0.0.1.example.com"]
)
def test_plain_http_to_another_machine_is_refused(host: str, world: Start) -> None:
    """Credentials in the clear: loopback and the agents' own addresses alone."""
    running, variables = world("ecs-fargate")
    variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"http://{host}/v2/credentials/x"
    outcome = running.register(set=variables)
    outcome.expect("MPMETER_E_CREDENTIALS_REJECTED")
    assert outcome.requests == []


def test_the_certificate_has_to_be_for_the_name(world: Start, tmp_path: Path) -> None:
    running, variables = world("ecs-fargate", region="eu-west-1")
    (tmp_path / "hosts").write_text(f"127.0.0.1 localhost\n{SERVICES} metering.marketplace.eu-west-1.amazonaws.com\n")
    unset = [name for name in REDIRECTIONS if name != "AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    outcome = running.register(set=variables, unset=unset)
    outcome.expect("MPMETER_E_TLS")
    assert outcome.metering() == []


def test_a_name_that_does_not_resolve(world: Start) -> None:
    running, variables = world("ecs-fargate", region="eu-west-2")
    unset = [name for name in REDIRECTIONS if name != "AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    outcome = running.register(set=variables, unset=unset, deadline=2)
    found = outcome.expect("MPMETER_E_NETWORK")
    assert "metering.marketplace.eu-west-2.amazonaws.com" in found["message"]
    outcome.took_no_longer_than(2)


def test_a_host_that_swallows_packets(world: Start) -> None:
    """An instance whose metadata nobody answers at all: within a second, and no default Region."""
    running, variables = world("ec2", "metadata-v2-hang")
    outcome = running.register(set=variables, unset=REDIRECTIONS)
    outcome.expect("MPMETER_E_REGION_NOT_FOUND")
    outcome.took_at_most(1.1)
