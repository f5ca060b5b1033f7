"""Everything that can be made to go wrong. Importing the package fills the registry."""

from . import answers, cluster, connections, files, settings, statuses, sts, tls, tokens, usage, wire
from .registry import REGISTRY, Fault, FaultPlan

# The ones that concern MeterUsage alone, and those that a registration can meet.
METERING = frozenset(name for name in REGISTRY if name.startswith("meter-"))
REGISTRATION = frozenset(REGISTRY) - METERING

__all__ = [
    "METERING",
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
