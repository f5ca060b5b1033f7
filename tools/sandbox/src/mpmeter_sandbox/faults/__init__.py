"""Everything that can be made to go wrong. Importing the package fills the registry."""

from . import answers, cluster, connections, files, settings, statuses, sts, tls, tokens, usage, wire
from .registry import REGISTRY, Fault, FaultPlan

# The ones that a registration can meet; the others concern MeterUsage alone.
REGISTRATION = frozenset(name for name in REGISTRY if not name.startswith("meter-"))

__all__ = [
    "REGISTRATION",
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
    "usage",
    "wire",
]
