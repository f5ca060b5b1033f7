"""A fleet that starts at once gets through a quota: every process registers, and nobody hammers the service meanwhile.

https://docs.aws.amazon.com/marketplace/latest/APIReference/metering-service-quotas.html. Tests/Bench/fleet does the
same with AWS's five calls a second and thousands of pods, on a virtual clock and with hundreds of processes.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from typing import Any, Callable

from . import places

PODS = 30
QUOTA = 12


def test_a_fleet_gets_through_the_quota(sandbox: Callable[..., Any]) -> None:
    running = sandbox("ecs-fargate", quota=QUOTA)
    command = [str(places.CLI), *running.registering]
    pods = [
        subprocess.Popen(command, env=running.surroundings(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(PODS)
    ]
    outcomes = [json.loads(pod.communicate(timeout=600)[0]) for pod in pods]
    assert {outcome["status"] for outcome in outcomes} == {"MPMETER_OK"}
    assert all(outcome["verified"] for outcome in outcomes)

    calls = [request for request in running.requests() if request["service"] == "metering"]
    answers = Counter(request["error"] or "granted" for request in calls)
    assert answers["granted"] == PODS and set(answers) <= {"granted", "ThrottlingException"}
    assert sum(outcome["attempts"] for outcome in outcomes) == len(calls) <= 6 * PODS
