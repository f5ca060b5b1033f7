"""Everything that can be made to go wrong. Importing the package fills the registry."""

from . import answers, cluster, connections, files, settings, statuses, sts, tls, tokens, wire
from .registry import REGISTRY, Fault, FaultPlan

__all__ = [
    "REGISTRY",
    "Fault",
    "FaultPlan",
    "answers",
    "cluster",
    "connections",
    "files",
    "settings",
    "statuses",
    "sts",
    "tls",
    "tokens",
    "wire",
]
