"""Decides what the cluster's API server tells a pod: its version, to anybody who asks.

https://kubernetes.io/docs/reference/generated/kubernetes-api/ (version.Info). A real one speaks TLS with the cluster's
own authority; this one plain HTTP, which a client may accept of a loopback address alone.
"""

from __future__ import annotations

import json

from .errors import plain_error
from .exchange import KUBERNETES, Answer, Received, Service


class KubernetesApi(Service):
    """GET /version, and nothing else."""

    name = KUBERNETES

    def __init__(self, minor: int) -> None:
        self.minor = minor

    def answer(self, received: Received) -> Answer:
        if received.method != "GET" or received.path != "/version":
            received.notes["problem"] = f"{received.method} {received.path}"
            return plain_error(403, "Forbidden")
        document = {
            "major": "1",
            "minor": f"{self.minor}+",
            "gitVersion": f"v1.{self.minor}.4-eks-036c24b",
            "platform": "linux/amd64",
        }
        return Answer(200, {"Content-Type": "application/json"}, json.dumps(document, indent=2).encode())
