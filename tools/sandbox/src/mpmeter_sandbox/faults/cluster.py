"""Decides the faults of the Kubernetes cluster that a pod runs in."""

from __future__ import annotations

from ..exchange import KUBERNETES
from ..settings import Settings
from .registry import fault


@fault("kubernetes-old", "setting", KUBERNETES)
def kubernetes_old(settings: Settings, value: None) -> None:
    """The cluster is Kubernetes 1.12, from which RegisterUsage is not accepted."""
    settings.kubernetes_minor = 12
