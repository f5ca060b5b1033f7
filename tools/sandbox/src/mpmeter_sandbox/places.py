"""Decides where the sandbox pretends to be: Region, partition, zone, account, and the ARNs that follow from them."""

from __future__ import annotations

import functools
import hashlib
import re
import uuid
from dataclasses import dataclass
from typing import Any

from botocore.loaders import Loader

ACCOUNT = "111122223333"
CLUSTER = "sandbox"
TASK_ID = "158d1c8083dd49d6b527399fd6414f5c"
CONTAINER_ID = "ea32192c8553fbff06c9340478a2ff089b2bb5646fb718b4ee206641c9086d66"
INSTANCE_ID = "i-0123456789abcdef0"

TASK_ROLE = "sandbox-task-role"
IRSA_ROLE = "sandbox-irsa-role"
POD_ROLE = "sandbox-pod-identity-role"
NODE_ROLE = "sandbox-node-role"


@functools.cache
def _partitions() -> list[dict[str, Any]]:
    """The partition table that botocore ships for its endpoint rules."""
    return list(Loader().load_data("partitions")["partitions"])


@dataclass(frozen=True)
class Place:
    """One Region of one partition, seen from one account."""

    region: str
    partition: str
    dns_suffix: str
    zone: str
    pod: str = "1"

    @classmethod
    def of(cls, region: str, local_zone: bool = False, pod: str = "1") -> Place:
        """The place for a Region name.

        A Local Zone's name is not its Region plus a letter:
        https://docs.aws.amazon.com/local-zones/latest/ug/available-local-zones.html
        """
        if not re.fullmatch(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}", region):
            raise ValueError(f"'{region}' does not look like the name of a Region")
        zone = f"{region}-lax-1a" if local_zone else f"{region}a"
        for partition in _partitions():
            if region in partition["regions"] or re.match(partition["regionRegex"], region):
                return cls(region, partition["id"], partition["outputs"]["dnsSuffix"], zone, pod)
        return cls(region, "aws", "amazonaws.com", zone, pod)

    def role_arn(self, role: str) -> str:
        """The ARN of an IAM role."""
        return f"arn:{self.partition}:iam::{ACCOUNT}:role/{role}"

    @property
    def oidc_provider_arn(self) -> str:
        """The ARN under which IAM knows the cluster's issuer."""
        return f"arn:{self.partition}:iam::{ACCOUNT}:oidc-provider/{self.oidc_issuer[len('https://') :]}"

    def session_arn(self, role: str, session: str) -> str:
        """The ARN of a role's session."""
        return f"arn:{self.partition}:sts::{ACCOUNT}:assumed-role/{role}/{session}"

    def ecs_arn(self, kind: str, rest: str) -> str:
        """The ARN of something in ECS, in the long format (cluster in the name)."""
        return f"arn:{self.partition}:ecs:{self.region}:{ACCOUNT}:{kind}/{rest}"

    @property
    def task_id(self) -> str:
        """The running task's id; a pod of another name is another task."""
        return TASK_ID if self.pod == "1" else hashlib.md5(self.pod.encode(), usedforsecurity=False).hexdigest()

    @property
    def pod_uid(self) -> str:
        """The pod's uid, the same in every run under this name."""
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.pod}.pod.mpmeter-sandbox.invalid"))

    @property
    def task_arn(self) -> str:
        """The running task. Its fourth field is the only place where ECS task metadata names the Region."""
        return self.ecs_arn("task", f"{CLUSTER}/{self.task_id}")

    @property
    def oidc_issuer(self) -> str:
        """The cluster's OpenID Connect issuer:
        https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html"""
        return f"https://oidc.eks.{self.region}.{self.dns_suffix}/id/5A4D504D455445523A53414E44424F58"
