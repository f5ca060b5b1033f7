"""What each fault of the sandbox costs the process that meets it: nothing but the time until its deadline.

A host in C (hosts/endures.c) registers several times in one process and reports about itself. For every case of
test_faults.py that a fault decides alone, and every one of test_faults_elsewhere.py for the sources of credentials: the
status of the table, and never a signal; an end within 100 ms of the deadline, by the library's clock and by the host's;
at most 64 MiB; no descriptor, no thread and no memory left; and a remedy that names what to do. The counts go to
build/trust/faults.json.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from mpmeter_sandbox.background import Background
from mpmeter_sandbox.environment import cleaned
from mpmeter_sandbox.faults import REGISTRATION, REGISTRY
from mpmeter_sandbox.settings import Settings

from . import places
from .product import Beside
from .statuses import CODES, RETRY, action_of
from .test_faults import CASES, DEADLINE, OK, Case
from .test_faults_elsewhere import EXPECTED

RUNS, RUNS_ALONE = 3, 5
AT_ONCE = 16  # most of them wait
GRACE_MS = 100
PEAK_KIB = 64 << 10
NOISE = 4096  # bytes that a process may hold more after the last run than after the first, such as for a longer message
COUNTS = places.ROOT / "build/trust/faults.json"

# The word that the remedy for a fault has to have: what a person is to look at. For every other failure that is told as
# one, any remedy does.
REMEDIES = {
    # The kernel decides whether the connection broke or was never there.
    r"reset-before-request(@sts)?": "what breaks connections|security group",
    r"(refused|reset.*|truncated|chunked-long-size)@credentials": "on the node",
    r"refused@sts": "security group",
    r"(reset.*|truncated|chunked-long-size)@sts": "what breaks connections",
    r"metadata-404@credentials": "taskRoleArn",
    r"http-503@sts": "Health Dashboard",
    r"http-503@credentials": "agent",
    r".*@sts": "in place of STS|does not answer|what answers in AWS's place",
    r".*@credentials": "at its address|does not answer|in place of|what answers in AWS's place",
    r"throttle|http-429.*": "few calls a second",
    r"internal-error|http-50.*": "Health Dashboard",
    r"access-denied": "AWSMarketplaceMeteringRegisterUsage",
    r"not-entitled": "Subscribe",
    r"invalid-product-code|key-rotated|invalid-public-key-version": "Management Portal",
    r"expired-credentials|credentials-expired": "clock",
    r"hang|silent|slow.*|.*-hang": "does not answer|HttpPutResponseHopLimit",
    r"refused": "security group",
    r"reset.*|truncated|chunked-long-size": "what breaks connections",
    r"redirect.*|not-.*json|json-.*|gzip|nul-bytes|two-lengths|oversized.*|endless.*|not-http|chunked-(no|neg"
    r"|huge|short).*": "what answers in AWS's place",
    r"imds-40.|.*@imds": "HttpPutResponseHopLimit",
    r"credentials-404": "taskRoleArn",
    r"credentials-500": "agent",
    r"sts-access-denied.*": "trust policy",
    r"sts-invalid-identity-token.*": "OIDC provider",
    r"sts-expired-token.*": "clock",
    r"sts-region-disabled.*": "Activate STS",
    r"sts-idp.*": "OIDC issuer",
    r"sts-throttle.*": "calls of STS",
    r"token-file-(missing|vanishes|empty|binary)": "mounted",
    r"token-file-unreadable": "fsGroup|by hand",
    r"token-file-(huge|directory|fifo)": "by hand",
    r"tls-expired": "clock",
    r"tls-wrong-host": "DNS",
    r"tls-(1-0|plain-http)": r"TLS 1\.2",
    r"tls-(self-signed|unknown-ca|no-bundle|bundle-.*)": "AWS_CA_BUNDLE",
    r"token-(wrong-key|salt-.*|bad-signature)": "public key",
    r"token-.*": "what answers in AWS's place|replayed|mounted|by hand|fsGroup",
}


@dataclass
class Run:
    """One registration, as the host reports it."""

    status: str
    inside_ms: int
    outside_ms: int
    heap: int
    descriptors: int
    threads: int
    message: str
    fix: str


def decides_alone(case: Case) -> bool:
    """Whether the fault holds for every request, so that each run meets it, and the case is over soon."""
    name, _, number = case.fault.partition(":")
    counts = number != "" and not REGISTRY[name.partition("@")[0]].takes_value
    return not counts and case.until in (None, DEADLINE) and (case.seconds or 0) <= DEADLINE


AIMED = [
    Case(f"{fault}@{service}", status.removeprefix("MPMETER_E_"), scenario)
    for service, (scenario, statuses) in EXPECTED.items()
    for fault, status in statuses.items()
]
ALONE = [*(case for case in CASES if decides_alone(case)), *AIMED]


def fault_of(case: Case) -> str:
    return re.split("[@:]", case.fault)[0]


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of hosts/endures.c, linked with the library that is tested."""
    built = tmp_path_factory.mktemp("endures") / "endures"
    source = Path(__file__).with_name("hosts") / "endures.c"
    folder = places.LIBRARY.parent
    command = [
        "cc",
        "-std=gnu11",
        "-O1",
        "-Wall",
        "-Wextra",
        "-Werror",
        f"-I{places.HEADER.parent}",
        str(source),
        "-o",
        str(built),
    ]
    subprocess.run([*command, f"-L{folder}", f"-l:{places.LIBRARY.name}", f"-Wl,-rpath,{folder}"], check=True)
    return built


def problems_of(case: Case, host: Path, runs: int) -> tuple[list[str], int, int]:
    """What went wrong with a case; the peak in KiB; and the most milliseconds that a run took beyond its deadline, if
    any."""
    with Background(Settings(scenario=case.scenario, faults=[case.fault])) as sandbox:
        # Without malloc's caches for threads every byte that is freed counts as free.
        environment = {**cleaned(os.environ), **sandbox.variables, "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
        deadline = int(case.deadline * 1000)
        command = [str(host), str(deadline), str(runs)]
        with Beside() as machine:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
        if sandbox.mistakes:
            return [f"the sandbox found a mistake of its own: {sandbox.mistakes}"], 0, 0
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    if done.returncode != 0 or done.stderr or [row[0] for row in rows] != ["start", *["run"] * runs, "peak"]:
        return [f"the host ended with {done.returncode}: {done.stdout}{done.stderr}"], 0, 0
    start, *reports, peak = rows
    found = [Run(row[1], *map(int, row[2:7]), row[7], row[8]) for row in reports]
    late = max(max(run.inside_ms, run.outside_ms) for run in found) - deadline
    grace = GRACE_MS + machine.allowance * 1000
    return (
        [*problems_with(case, start, found, int(peak[1])), *([f"{late} ms late"] if late > grace else [])],
        int(peak[1]),
        late,
    )


def problems_with(case: Case, start: list[str], runs: list[Run], peak: int) -> list[str]:
    """All but the time."""
    expected = "MPMETER_OK" if case.status == OK else f"MPMETER_E_{case.status}"
    problems = [f"{run.status} instead of {expected}: {run.message}" for run in runs if run.status != expected]
    if any((run.descriptors, run.threads) != (int(start[1]), int(start[2])) for run in runs):
        problems.append(
            f"descriptors and threads: {start[1:]}, then {[(run.descriptors, run.threads) for run in runs]}"
        )
    heap = [run.heap for run in runs]
    if all(after > before for before, after in zip(heap, heap[1:])) or heap[-1] - heap[0] > NOISE:
        problems.append(f"memory grows: {heap}")
    if peak > PEAK_KIB:
        problems.append(f"{peak} KiB at its peak")
    for fix in {run.fix for run in runs}:
        if case.status == OK:
            problems += [f"a remedy for nothing: {fix}"] if fix else []
        elif len(fix) < 20 or not fix.endswith(".") or not re.search(remedy_for(case), fix):
            problems.append(f"the remedy does not say '{remedy_for(case)}': {fix}")
    return problems


def remedy_for(case: Case) -> str:
    return next((words for names, words in REMEDIES.items() if re.fullmatch(names, case.fault.partition(":")[0])), "")


def test_every_fault_of_the_sandbox_is_endured() -> None:
    assert {fault_of(case) for case in ALONE} == REGISTRATION
    assert all(case.status == OK or f"MPMETER_E_{case.status}" in CODES for case in ALONE)
    assert all(any(re.fullmatch(names, case.fault.partition(":")[0]) for case in ALONE) for names in REMEDIES)


def test_a_fault_costs_nothing_but_time(host: Path) -> None:
    """On a machine with other work a run may be late, and the heap's size may happen to rise twice: such a case is run
    again, alone, and longer."""
    cases = sorted(
        ALONE, key=lambda case: case.status == OK or action_of(f"MPMETER_E_{case.status}") != RETRY
    )  # those that wait first
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(lambda case: problems_of(case, host, RUNS), cases))
    again = [number for number, (problems, _, _) in enumerate(outcomes) if problems][:10]
    for number in again:
        outcomes[number] = problems_of(cases[number], host, RUNS_ALONE)

    failed = [(case, problems) for case, (problems, _, _) in zip(cases, outcomes) if problems]
    faults = {fault_of(case) for case in cases}
    counts = {
        "faults": len(faults),
        "survived": len(faults - {fault_of(case) for case, _ in failed}),
        "cases": len(cases),
        "registrations": len(cases) * RUNS + len(again) * RUNS_ALONE,
        "deadline_ms": int(DEADLINE * 1000),
        "latest_after_deadline_ms": max(0, *(late for _, _, late in outcomes)),
        "peak_memory_mib": round(max(peak for _, peak, _ in outcomes) / 1024, 1),
        "run_again_alone": len(again),
    }
    COUNTS.parent.mkdir(parents=True, exist_ok=True)
    COUNTS.write_text(json.dumps(counts) + "\n")
    assert not failed, "\n".join(f"{case.fault} in {case.scenario}: {'; '.join(problems)}" for case, problems in failed)
