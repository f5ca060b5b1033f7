"""How programs are measured: each once a round, in an order drawn anew, so that a busy moment falls on all alike; then
medians."""

import random
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

Variables = Mapping[str, str]


def _run(command: Sequence[str], variables: Variables) -> str:
    done = subprocess.run(list(command), env=dict(variables), capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def process(programs: Path, command: Sequence[str], variables: Variables) -> dict[str, float]:
    """One run of a process, from outside: milliseconds, KiB."""
    done = _run([str(programs / "spawn"), *command], variables)
    wall, user, system, peak, faults = map(int, done.split())
    return {"wall_ms": wall / 1000, "cpu_ms": (user + system) / 1000, "peak_kib": peak, "page_faults": faults}


def loop(command: Sequence[str], variables: Variables) -> dict[str, float]:
    """One run of a program that measures itself and prints "calls seconds cpu_seconds"."""
    calls, seconds, cpu = map(float, _run(command, variables).split())
    return {"per_second": calls / seconds, "us": seconds / calls * 1e6, "cpu_us": cpu / calls * 1e6}


def instructions(command: Sequence[str], variables: Variables) -> int | None:
    """Instructions executed in user space, under callgrind; None for a program that valgrind cannot run."""
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    done = subprocess.run(valgrind, env=dict(variables), capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    return int(found.group(1)) if found and done.returncode == 0 else None


def instructions_a_call(count: Callable[[int], Sequence[str]], variables: Variables) -> int | None:
    """Of a program that takes a number of calls: what a hundred more cost."""
    few, many = (instructions(count(calls), variables) for calls in (100, 200))
    return None if few is None or many is None else (many - few) // 100


def interleaved(rounds: int, cases: Mapping[str, object]) -> dict[str, dict[str, float]]:
    """Medians of each case (name: function without arguments that measures once), after one round that is thrown
    away."""
    names = list(cases)
    results: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for number in range(rounds + 1):
        random.shuffle(names)
        for name in names:
            result = cases[name]()
            if number > 0:
                results[name].append(result)
    return {
        name: {key: round(median(run[key] for run in runs), 3) for key in runs[0]} for name, runs in results.items()
    }
