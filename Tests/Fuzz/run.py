"""Runs the fuzz targets and prints what came of them. Fails on a crash, leak, time-out or exhausted memory, and if a
sanitizer is not on."""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
LIMITS = ["-timeout=15", "-rss_limit_mb=512", "-detect_leaks=1"]
# What the self-test must be caught at, and the words in which that is said.
CATCHES = {
    "trap": "deadly signal",
    "broken promise": "broken promise:",
    "overflow": "AddressSanitizer: heap-buffer-overflow",
    "use after free": "AddressSanitizer: heap-use-after-free",
    "leak": "LeakSanitizer: detected memory leaks",
    "memory": "libFuzzer: out-of-memory",
    "hang": "libFuzzer: timeout",
}


class Outcome(NamedTuple):
    target: str
    executions: int
    is_sound: bool
    row: str
    log: str


def run(command: list[str], seconds: int) -> tuple[int, str]:
    """Exit status and output. The longest a target may take beyond its time is what its last input and the seeds
    take."""
    environment = dict(
        os.environ,
        ASAN_OPTIONS="detect_leaks=1:quarantine_size_mb=32:detect_stack_use_after_return=1:strict_string_checks=1",
    )
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds + 120,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -1, f"no end after {seconds + 120} s"
    return done.returncode, done.stdout.decode(errors="replace")


def self_test(build: pathlib.Path) -> list[str]:
    """What is wrong with the fuzzer itself."""
    binary = str(build / "bin/SelfTest")
    folder = build / "self-test"
    folder.mkdir(exist_ok=True)
    faults = []
    for word, sign in CATCHES.items():
        path = folder / word.replace(" ", "-")
        path.write_text(word)
        status, log = run([binary, *LIMITS, f"-artifact_prefix={folder}/", str(path)], 10)
        if status == 0 or sign not in log:
            faults.append(f"SelfTest: {word!r} was not caught")
    status, log = run(
        [
            binary,
            *LIMITS,
            "-seed=1",
            "-runs=2000000",
            "-max_len=8",
            "-use_value_profile=1",
            f"-artifact_prefix={folder}/",
        ],
        60,
    )
    if status == 0 or "deadly signal" not in log:
        faults.append("SelfTest: the fuzzer did not find the trap")
    return faults


def strays() -> list[str]:
    """Folders of seeds or old crashes that no target would ever read."""
    targets = {path.stem for path in (HERE / "targets").iterdir()}
    folders = [folder for kind in ("seeds", "crashes") for folder in sorted((HERE / kind).iterdir())]
    return [
        f"{folder.parent.name}/{folder.name} belongs to no target" for folder in folders if folder.name not in targets
    ]


def report(path: pathlib.Path, outcomes: list[Outcome], seconds: int) -> None:
    """The counts, for whoever wants to quote them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    counts = {
        "targets": len(outcomes),
        "executions": sum(outcome.executions for outcome in outcomes),
        "seconds": seconds * len(outcomes),
        "crashes": sum(not outcome.is_sound for outcome in outcomes),
        "executions_of": {outcome.target: outcome.executions for outcome in sorted(outcomes)},
    }
    path.write_text(json.dumps(counts) + "\n")


def number(pattern: str, log: str) -> int:
    found = re.findall(pattern, log)
    return int(found[-1]) if found else 0


def fuzz(target: str, build: pathlib.Path, seconds: int, seed: int) -> Outcome:
    corpus, found = build / "corpus" / target, build / "found" / target
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    seeds = [folder / target for folder in (build / "seeds", HERE / "seeds", HERE / "crashes")]
    status, log = run(
        [
            str(build / "bin" / target),
            *LIMITS,
            f"-max_total_time={seconds}",
            f"-seed={seed}",
            "-max_len=20000",
            # Guided by it, two runs with the same seed soon differ.
            f"-use_value_profile={0 if seed else 1}",
            "-print_final_stats=1",
            f"-dict={HERE / 'dictionary.txt'}",
            f"-artifact_prefix={found}/",
            str(corpus),
            *(str(folder) for folder in seeds if folder.is_dir()),
        ],
        seconds,
    )
    (build / f"{target}.log").write_text(log)
    executions = number(r"stat::number_of_executed_units: (\d+)", log)
    coverage, counters = number(r"cov: (\d+)", log), number(r"Loaded \d+ modules\s+\((\d+) inline", log)
    memory = number(r"stat::peak_rss_mb: *(\d+)", log)
    modules = number(r"Loaded (\d+) modules\s+\(\d+ inline", log)
    is_on = coverage > 0 and modules == (2 if target == "ABI" else 1)
    is_sound = status == 0 and executions > 0 and is_on
    crashes = ", ".join(sorted(path.name for path in found.iterdir())) if status else ""
    verdict = "none" if is_sound else crashes or f"exit {status}" + ("" if is_on else ", no coverage")
    row = f"{target:22} {executions:>12,} {coverage:>7,} of {counters:<6,} {memory:>5} MB  {verdict}"
    return Outcome(target, executions, is_sound, row, log)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0, help="much the same inputs in each run; 0: other ones")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--report", type=pathlib.Path, help="where the counts are written, as JSON")
    parser.add_argument("targets", nargs="+")
    options = parser.parse_args()

    faults = self_test(options.build) + strays()
    print(f"{'target':22} {'executions':>12} {'edges':>7}    {'':6} {'memory':>8}  crashes", flush=True)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(fuzz, target, options.build, options.seconds, options.seed) for target in options.targets]
        outcomes = []
        for done in concurrent.futures.as_completed(runs):
            outcomes.append(done.result())
            print(outcomes[-1].row, flush=True)
    if options.report:
        report(options.report, outcomes, options.seconds)
    for outcome in outcomes:
        if not outcome.is_sound:
            print(f"\n{outcome.target}:\n{outcome.log[-6000:]}")
    for fault in faults:
        print(fault)
    failed = len(faults) + sum(not outcome.is_sound for outcome in outcomes)
    print(f"fuzz: {len(outcomes) + len(CATCHES) + 1 - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
