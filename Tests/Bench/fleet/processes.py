"""The end of `make bench-fleet`: processes of the command line, started at once against the sandbox, which grants five
calls a second."""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

from simulation import QUOTA


def environment(sandbox: Popen) -> dict[str, str]:
    """What `mpmeter-sandbox serve` prints for a shell; its process id comes last."""
    variables = {}
    for line in sandbox.stdout:
        name, _, value = line.removeprefix("export ").strip().partition("=")
        variables[name] = value.strip("'")
        if name == "MPMETER_SANDBOX_PID":
            return variables
    raise RuntimeError("the sandbox did not start")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cli", required=True)
    arguments.add_argument("--sandbox", required=True)
    arguments.add_argument("--pods", type=int, default=200)
    arguments.add_argument("--json", type=Path, help="the file that run.py wrote, to add to")
    options = arguments.parse_args()

    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory, "log")
        serve = [options.sandbox, "serve", "--scenario", "ecs-fargate", "--quota", str(int(QUOTA)), "--log", str(log)]
        with Popen(serve, stdout=PIPE, text=True) as sandbox:
            try:
                variables = environment(sandbox)
                command = [
                    options.cli,
                    "register",
                    "--json",
                    "--product-code",
                    variables["MPMETER_SANDBOX_PRODUCT_CODE"],
                ]
                command += ["--public-key", variables["MPMETER_SANDBOX_PUBLIC_KEY"]]
                started = time.monotonic()
                pods = [Popen(command, env=variables, stdout=PIPE, stderr=DEVNULL) for _ in range(options.pods)]
                outcomes = [json.loads(pod.communicate()[0]) for pod in pods]
                elapsed = time.monotonic() - started
                errors = Counter(
                    json.loads(line)["error"] for line in log.read_text().splitlines() if '"metering"' in line
                )
            finally:
                sandbox.terminate()

    statuses = Counter(outcome["status"] for outcome in outcomes)
    attempts = [outcome["attempts"] for outcome in outcomes]
    result = {
        "pods": options.pods,
        "ideal_s": options.pods / QUOTA,
        "last_s": round(elapsed, 1),
        "calls_per_pod": round(sum(attempts) / options.pods, 2),
        "most_calls": max(attempts),
        "throttled": errors["ThrottlingException"],
        "statuses": dict(statuses),
    }
    print(f"{options.pods} processes: {result}")
    if options.json:
        known = json.loads(options.json.read_text())
        options.json.write_text(json.dumps({**known, "processes": result}, indent=1) + "\n")
    return 0 if statuses == {"MPMETER_OK": options.pods} else 1


if __name__ == "__main__":
    sys.exit(main())
