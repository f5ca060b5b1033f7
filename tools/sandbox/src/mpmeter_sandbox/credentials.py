"""Decides which credentials exist, where each comes from, and which of them may call RegisterUsage.

Each source hands out its own access key, so the metering service knows from the signature which one the client used.
AWS accepts the ECS task role and IAM roles for service accounts; Pod Identity, the node role and long-term access keys
are refused: https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html
"""

from __future__ import annotations

import base64
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from . import places
from .clock import Clock, iso
from .places import Place

TASK_ROLE = "ecs-task-role"
IRSA = "eks-irsa"
POD_IDENTITY = "eks-pod-identity"
STATIC = "environment"
NODE_ROLE = "ec2-instance-role"

ACCESS_KEYS = {
    TASK_ROLE: "ASIASANDBOXTASKROLE2",
    IRSA: "ASIASANDBOXIRSAROLE2",
    POD_IDENTITY: "ASIASANDBOXPODIDENT2",
    NODE_ROLE: "ASIASANDBOXNODEROLE2",
    STATIC: "AKIASANDBOXSTATICKEY",
}

# The long-term key's secret is the example of AWS's documentation, so that a test can put the pair into any scenario
# with --set.
STATIC_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
FOR_EVER = 1 << 31


@dataclass(frozen=True)
class Identity:
    """One set of credentials and what AWS knows of it."""

    source: str
    access_key: str
    secret_key: str
    session_token: str | None
    role: str
    may_register: bool
    lifetime: int
    clock: Clock
    replaced: bool = False

    @property
    def expired(self) -> bool:
        """Whether AWS refuses the credentials: they were handed out already expired, or newer ones have taken their
        place."""
        return self.replaced or self.lifetime <= 0

    def expires(self) -> float:
        """When credentials that are handed out now expire, in epoch seconds."""
        return self.clock.now() + self.lifetime

    def expires_iso(self) -> str:
        """The same as the metadata services print it: ISO 8601, UTC, whole seconds."""
        return iso(self.expires())


class Identities:
    """The five sources' credentials, made anew for each run; `rotate`: every other set that is handed out has been
    replaced."""

    def __init__(self, place: Place, lifetime: int, clock: Clock, rotate: bool = False) -> None:
        self.place = place
        self._rotate = rotate
        self._by_source: dict[str, Identity] = {}
        self._replaced: dict[str, Identity] = {}
        self._handed_out: Counter[str] = Counter()
        for source, role, may_register in (
            (TASK_ROLE, places.TASK_ROLE, True),
            (IRSA, places.IRSA_ROLE, True),
            (POD_IDENTITY, places.POD_ROLE, False),
            (NODE_ROLE, places.NODE_ROLE, False),
        ):
            self._by_source[source] = Identity(
                source, ACCESS_KEYS[source], _secret(), _session_token(), role, may_register, lifetime, clock
            )
            key = ACCESS_KEYS[source][:-1] + "7"
            self._replaced[source] = Identity(
                source, key, _secret(), _session_token(), role, may_register, lifetime, clock, replaced=True
            )
        self._by_source[STATIC] = Identity(
            STATIC, ACCESS_KEYS[STATIC], STATIC_SECRET, None, "developer", False, FOR_EVER, clock
        )

    def __iter__(self) -> Iterator[Identity]:
        return iter((*self._by_source.values(), *self._replaced.values()))

    def of(self, source: str) -> Identity:
        """The credentials of one source."""
        return self._by_source[source]

    def hand_out(self, source: str) -> Identity:
        """The credentials that a source gives to whoever asks now."""
        self._handed_out[source] += 1
        return self._replaced[source] if self._rotate and self._handed_out[source] % 2 else self._by_source[source]

    def by_access_key(self, access_key: str) -> Identity | None:
        """The credentials with this access key, if they were ever handed out."""
        return next((identity for identity in self if identity.access_key == access_key), None)


def _secret() -> str:
    """Forty characters with the ones that go wrong when somebody encodes them."""
    return "/+" + base64.b64encode(secrets.token_bytes(30)).decode()[:38]


def _session_token() -> str:
    """A session token of a real one's size and alphabet."""
    return "IQoJb3JpZ2luX2VjE/+" + base64.b64encode(secrets.token_bytes(400)).decode()
