"""Decides which kinds of host there are to stand in for, and what each has: a Region in the environment, metadata,
credentials."""

from __future__ import annotations

from dataclasses import dataclass

from .credentials import IRSA, NODE_ROLE, POD_IDENTITY, STATIC, TASK_ROLE
from .exchange import CREDENTIALS, ECS, IMDS, KUBERNETES, METERING, STS


@dataclass(frozen=True)
class Scenario:
    """One kind of host."""

    name: str
    summary: str
    credentials: str
    region_in_environment: bool
    imds: bool = False
    launch_type: str | None = None

    @property
    def in_kubernetes(self) -> bool:
        """Whether the command runs in a pod."""
        return self.credentials in (IRSA, POD_IDENTITY)

    @property
    def services(self) -> list[str]:
        """What is served, in the order of the ports."""
        served = [METERING, STS]
        if self.launch_type is not None:
            served.append(ECS)
        if self.credentials in (TASK_ROLE, POD_IDENTITY):
            served.append(CREDENTIALS)
        if self.imds:
            served.append(IMDS)
        if self.in_kubernetes:
            served.append(KUBERNETES)
        return served


SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario(
            "ecs-ec2",
            "ECS task on EC2 under an agent before 1.104.0: no Region in the environment; task metadata and IMDS",
            TASK_ROLE,
            region_in_environment=False,
            imds=True,
            launch_type="EC2",
        ),
        Scenario(
            "ecs-fargate",
            "ECS task on Fargate: Region in the environment, task metadata, no IMDS",
            TASK_ROLE,
            region_in_environment=True,
            launch_type="FARGATE",
        ),
        Scenario("eks-irsa", "EKS pod with an IAM role for its service account", IRSA, region_in_environment=True),
        Scenario(
            "eks-pod-identity",
            "EKS pod with Pod Identity, which RegisterUsage refuses",
            POD_IDENTITY,
            region_in_environment=True,
        ),
        Scenario(
            "ec2",
            "EC2 instance without a container: IMDSv2 alone, no Region in the environment; RegisterUsage "
            "refuses its role",
            NODE_ROLE,
            region_in_environment=False,
            imds=True,
        ),
        Scenario(
            "local",
            "developer's machine with long-term keys, which RegisterUsage refuses",
            STATIC,
            region_in_environment=True,
        ),
    )
}
