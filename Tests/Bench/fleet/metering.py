"""MeterUsage from a fleet on a virtual clock: 1,000 pods with 8 dimensions through an hour, and after an outage of
three hours. Fails if a target is missed.

    metering.py LIBFLEET [--pods N] [--dimensions N] [--seeds N...]

AWS grants ten calls a second to an account and Region. Each pod sends in its own second of the hour, one record after
another, and waits by the library's own retries (MPMeterCore's `Retries`); a send that gives up after 30 minutes begins
again after one to five.
"""

from __future__ import annotations

import argparse
import heapq
import sys
from random import Random

from policies import Library
from simulation import LATENCY

QUOTA = 10.0
# MPMeterCore/Metering/SendSchedule.swift: the margin behind the hour, and what the fleet is spread over.
MARGIN, SPREAD = 300.0, 2700.0
HOUR = 3600.0
# After six hours less ten minutes a record is not taken any more.
LAST = 5 * HOUR + 3000


def simulate(pods: int, dimensions: int, outage: float, seed: int) -> dict[str, float]:
    """Time 0 is the end of the first hour with usage. AWS is out of reach until `outage`; each hour of it leaves a
    record for each dimension."""
    random = Random(seed)
    hours = max(int(outage // HOUR), 1)
    own = [MARGIN + random.random() * SPREAD for _ in range(pods)]
    left = [dimensions * hours] * pods
    policies: list[Library | None] = [None] * pods
    due = [(second, pod) for pod, second in enumerate(own)]
    heapq.heapify(due)
    tokens, since, calls, throttled, last, begun = QUOTA, 0.0, 0, 0, 0.0, 0.0
    while due:
        now, pod = heapq.heappop(due)
        policy = policies[pod]
        if policy is None:
            policy = policies[pod] = Library(now, random)
        if now < outage:
            answer = "failed"
        else:
            begun = begun or now
            calls += 1
            tokens = min(QUOTA, tokens + (now - since) * QUOTA)
            since = now
            answer = "ok" if tokens >= 1 else "throttled"
            tokens -= answer == "ok"
            throttled += answer == "throttled"
        now += LATENCY
        if answer == "ok":
            left[pod] -= 1
            last = max(last, now)
            if left[pod]:
                heapq.heappush(due, (now, pod))
            continue
        wait = policy.after(now, answer)
        if wait is None:
            policies[pod] = None
            wait = 60 + random.random() * 240
        heapq.heappush(due, (now + wait, pod))
    ideal = pods * dimensions * hours / QUOTA
    return {"ideal": ideal, "took": last - begun, "last": last, "throttled": throttled / calls}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("library")
    arguments.add_argument("--pods", type=int, default=1000)
    arguments.add_argument("--dimensions", type=int, default=8)
    arguments.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options = arguments.parse_args()
    Library.load(options.library)
    missed = []
    for name, outage in (("an hour", 0.0), ("after 3 hours without AWS", 3 * HOUR)):
        for seed in options.seeds:
            found = simulate(options.pods, options.dimensions, outage, seed)
            print(
                f"{name:26} seed {seed}: all sent {found['last']:6.0f} s after the hour, {found['took']:6.0f} s "
                "of sending (ideal"
                f" {found['ideal']:5.0f} s), {found['throttled']:.1%} of the calls throttled"
            )
            if found["last"] > LAST:
                missed.append(f"{name}: the last record came too late")
            if not outage and (found["throttled"] > 0.05 or found["last"] > HOUR):
                missed.append(f"{name}: the fleet is not spread")
            if outage and found["took"] > 2 * found["ideal"]:
                missed.append(f"{name}: it took more than twice as long as the quota needs")
    for line in missed:
        print(f"target missed: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
