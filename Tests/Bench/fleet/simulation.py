"""A fleet on a virtual clock: pods that start together, and a service that grants five registrations a second from a
token bucket."""

import heapq
from dataclasses import dataclass, field
from random import Random

QUOTA = 5.0
"""RegisterUsage calls a second for an account and Region:
https://docs.aws.amazon.com/marketplace/latest/APIReference/metering-service-quotas.html"""

LATENCY = 0.05
"""Seconds from a call to its answer."""


@dataclass(frozen=True)
class Weather:
    """What the service does beside granting: errors of 5xx among granted calls, and an outage, in which every call is
    answered 503."""

    name: str
    errors: float = 0
    outage: tuple[float, float] | None = None


CALM = Weather("calm")
OUTAGE = (0.0, 600.0)
WEATHERS = [
    CALM,
    Weather("2% 5xx", errors=0.02),
    Weather("10 min outage", outage=OUTAGE),
    Weather("both", errors=0.02, outage=OUTAGE),
]


@dataclass
class Outcome:
    pods: int
    calls: int = 0
    gave_up: int = 0
    most_calls: int = 0
    registered: list[float] = field(default_factory=list)
    """When each pod was, in seconds, ascending."""

    @property
    def last(self) -> float:
        return self.registered[-1] if self.registered else 0


def ideal(pods: int, weather: Weather) -> float:
    """When the last pod is registered if no grant is ever wasted: N / 5 s after the start, or after the outage."""
    return pods / QUOTA + (weather.outage[1] if weather.outage else 0)


def limit(shortest: float) -> float:
    """When the last pod has to be registered, by what is promised: the ideal and 12 s, or 1.25 times the ideal,
    whichever is later."""
    return max(shortest + 12, 1.25 * shortest)


class Service:
    """AWS does not say how deep its bucket is, nor whether a refused call costs anything; here it costs nothing."""

    def __init__(self, weather: Weather, depth: float, random: Random) -> None:
        self._weather, self._depth, self._random = weather, depth, random
        self._tokens, self._since = depth, 0.0

    def answer(self, now: float) -> str:
        outage = self._weather.outage
        if outage and outage[0] <= now < outage[1]:
            return "failed"
        self._tokens = min(self._depth, self._tokens + (now - self._since) * QUOTA)
        self._since = now
        if self._tokens < 1:
            return "throttled"
        self._tokens -= 1
        return "failed" if self._random.random() < self._weather.errors else "ok"


def simulate(policy: type, pods: int, weather: Weather, seed: int, depth: float = QUOTA) -> Outcome:
    """Start `pods` within a tenth of a second, and go on until each is registered or has given up."""
    random = Random(f"{seed} {pods} {weather.name}")
    service = Service(weather, depth, random)
    starts = [random.random() * 0.1 for _ in range(pods)]
    fleet = [policy(start, random) for start in starts]
    calls = [0] * pods
    outcome = Outcome(pods)
    due = [(start, pod) for pod, start in enumerate(starts)]
    heapq.heapify(due)
    while due:
        now, pod = heapq.heappop(due)
        held = fleet[pod].before(now)
        if held > 0:
            heapq.heappush(due, (now + held, pod))
            continue
        calls[pod] += 1
        answer = service.answer(now)
        now += LATENCY
        if answer == "ok":
            outcome.registered.append(now)
            continue
        wait = fleet[pod].after(now, answer)
        if wait is None:
            outcome.gave_up += 1
        else:
            heapq.heappush(due, (now + wait, pod))
    outcome.calls = sum(calls)
    outcome.most_calls = max(calls)
    return outcome
