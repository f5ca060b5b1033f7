"""`make bench`: what a registration costs, beside others that do the same job. Prints tables and the targets, writes a
JSON file."""

import argparse
import json
import os
import platform
import subprocess
import tempfile
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

import footprint
import measure
from fixture import Files, environment, stub
from targets import FLOOR, LIBRARY, verdicts

HERE = Path(__file__).parent
SLOW = {"boto3", "AWS CRT (Python)"}
"""Measured a fifth as often: they take a hundred times as long."""


def machine() -> dict[str, object]:
    about = Path("/proc/cpuinfo").read_text()
    processor = next(
        (line.split(": ")[1] for line in about.splitlines() if line.startswith("model name")), platform.machine()
    )
    return {"processor": processor, "cores": os.cpu_count(), "kernel": platform.release(), "load": os.getloadavg()[0]}


def commit() -> str:
    return subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, cwd=HERE
    ).stdout.strip()


class Bench:
    """The programs, and where they find the stub."""

    def __init__(self, options: argparse.Namespace, files: Files, ports: tuple[int, int, int]) -> None:
        self.options = options
        self.programs: Path = options.programs
        self.plain = environment(options.library, files, ports)
        self.tls = environment(options.library, files, ports, files.root)
        self.tls_bundle = environment(options.library, files, ports, files.bundle)

    def program(self, name: str, *arguments: object) -> list[str]:
        return [str(self.programs / name), *map(str, arguments)]

    def registrations(self) -> dict[str, list[str]]:
        """Those who do the same job, and the floor. What is not installed is left out, and missing from the tables."""
        python, crt = str(self.options.python), str(self.options.crt_python)
        found = {
            FLOOR: self.program("floor"),
            LIBRARY: self.program("cold"),
            "aws-sdk-go-v2": self.program("register-go"),
            "boto3": [python, str(HERE / "register_boto3.py")],
            "AWS CRT (Python)": [crt, str(HERE / "register_crt.py")],
        }
        return {name: command for name, command in found.items() if Path(command[0]).exists()}

    def cold(self, variables: dict[str, str], counted: dict[str, int | None]) -> dict[str, dict[str, float]]:
        cases = {
            name: partial(measure.process, self.programs, command, variables)
            for name, command in self.registrations().items()
        }
        fast = {name: case for name, case in cases.items() if name not in SLOW}
        slow = {name: case for name, case in cases.items() if name in SLOW}
        rounds = self.options.runs
        results = measure.interleaved(rounds, fast)
        results.update(measure.interleaved(max(1, rounds // 5), slow))
        for name, count in counted.items():
            results[name]["instructions"] = count
        return results

    def rates(self) -> dict[str, dict[str, float]]:
        calls, python, crt = self.options.calls, str(self.options.python), str(self.options.crt_python)
        rates = str(HERE / "rates.py")
        commands = {
            "sign: libmpmeter": self.program("sign", calls),
            "sign: botocore": [python, rates, "sign-botocore", str(max(1, calls // 10))],
            "sign: AWS CRT (Python)": [crt, rates, "sign-crt", str(max(1, calls // 10))],
            "verify: libmpmeter": self.program("calls", "verify", calls, 1),
            "verify: OpenSSL": self.program("rawverify", calls),
            "verify: AWS CRT (Python)": [crt, rates, "verify-crt", str(max(1, calls // 10))],
            "region: libmpmeter": self.program("calls", "region", calls, 1),
            "register, kept client: libmpmeter": self.program("calls", "register", max(1, calls // 50), 1),
        }
        cases = {
            name: partial(measure.loop, command, self.plain)
            for name, command in commands.items()
            if Path(command[0]).exists()
        }
        return measure.interleaved(max(1, self.options.runs // 4), cases)

    def counts(self) -> dict[str, dict[str, int | None]]:
        """Instructions in user space, which do not depend on what else the machine does."""
        found: dict[str, dict[str, int | None]] = {}
        for title, variables in (
            ("HTTP", self.plain),
            ("HTTPS, one root", self.tls),
            ("HTTPS, bundle", self.tls_bundle),
        ):
            found[f"cold start, {title}"] = {
                name: measure.instructions(self.program(program), variables)
                for name, program in ((FLOOR, "floor"), (LIBRARY, "cold"))
            }
        loops = {
            "verify": (partial(self.program, "calls", "verify"), [1], partial(self.program, "rawverify")),
            "sign": (partial(self.program, "sign"), [], None),
        }
        for name, (ours, more, raw) in loops.items():
            row = {
                LIBRARY: measure.instructions_a_call(lambda calls, ours=ours, more=more: ours(calls, *more), self.plain)
            }
            if raw is not None:
                row["OpenSSL"] = measure.instructions_a_call(raw, self.plain)
            found[f"a call of {name}"] = row
        return found

    def threads(self) -> dict[str, dict[str, float]]:
        cases = {}
        for count in (1, 2, 8, 64):
            verify, register = max(1, self.options.calls // count), max(1, self.options.calls // 50 // count)
            cases[f"verify, {count} threads"] = partial(
                measure.loop, self.program("calls", "verify", verify, count), self.plain
            )
            cases[f"register, {count} threads"] = partial(
                measure.loop, self.program("calls", "register", register, count), self.plain
            )
        return measure.interleaved(max(1, self.options.runs // 4), cases)

    def footprint(self) -> dict[str, object]:
        library: Path = self.options.library
        return {
            "bytes": library.stat().st_size,
            "parts": footprint.by_part(self.options.map),
            "relocations": footprint.relocations(library),
            **footprint.in_process(self.programs / "footprint", self.plain, self.options.runs),
        }


def table(title: str, rows: dict[str, dict[str, float]], base: str | None = None) -> None:
    print(f"\n{title}")
    columns = list(dict.fromkeys(key for row in rows.values() for key in row))
    width = max(map(len, rows))
    print(" " * width, *(f"{column:>14}" for column in columns))
    for name, row in rows.items():
        cells = []
        for column in columns:
            value = row.get(column)
            cells.append(
                f"{value:>14,.2f}" if isinstance(value, float) else f"{value if value is not None else '-':>14}"
            )
        print(f"{name:{width}}", *cells)
        if base and name != base:
            ratios = [
                f"{'x' + format(row[c] / rows[base][c], '.2f') if row.get(c) and rows[base].get(c) else '':>14}"
                for c in columns
            ]
            print(" " * width, *ratios)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--programs", type=Path, required=True)
    arguments.add_argument("--library", type=Path, required=True)
    arguments.add_argument("--map", type=Path, required=True)
    arguments.add_argument("--python", type=Path, required=True)
    arguments.add_argument("--crt-python", type=Path, required=True)
    arguments.add_argument("--runs", type=int, default=40)
    arguments.add_argument("--calls", type=int, default=5000)
    arguments.add_argument("--json", type=Path, required=True)
    arguments.add_argument("--only-counts", action="store_true", help="instructions, and no clock")
    options = arguments.parse_args()

    print(f"machine: {machine()}")
    with tempfile.TemporaryDirectory() as directory:
        # Each thread needs nonces of its own, and its first call is thrown away.
        files = Files(Path(directory), tokens=max(options.calls // 50, 1) + 2 * 64)
        with stub(options.programs, files) as ports:
            bench = Bench(options, files, ports)
            if options.only_counts:
                results = {"commit": commit(), "bytes": options.library.stat().st_size, "counts": bench.counts()}
                print(f"library: {results['bytes']:,} bytes")
                table("Instructions", results["counts"])
                options.json.write_text(json.dumps(results, indent=1) + "\n")
                return
            counts = bench.counts()
            results = {
                "commit": commit(),
                "when": datetime.now(timezone.utc).isoformat(timespec="seconds"),
                "machine": machine(),
                "runs": options.runs,
                "cold": bench.cold(bench.plain, counts["cold start, HTTP"]),
                "cold_tls": bench.cold(bench.tls, counts["cold start, HTTPS, one root"]),
                "cold_tls_bundle": bench.cold(bench.tls_bundle, counts["cold start, HTTPS, bundle"]),
                "counts": counts,
                "rates": bench.rates(),
                "threads": bench.threads(),
                "footprint": bench.footprint(),
            }
    results["targets"] = verdicts(results)
    table("Cold start, whole process", results["cold"], FLOOR)
    table("The same over TLS, with one root to trust", results["cold_tls"], FLOOR)
    table("The same over TLS, with a distribution's bundle of roots", results["cold_tls_bundle"], FLOOR)
    table("Instructions", results["counts"])
    table("Calls on one kept client", results["rates"])
    table("Threads", results["threads"])
    print("\nFootprint")
    for name, value in results["footprint"].items():
        print(f"  {name:20} {value}")
    print("\nTargets")
    for verdict in results["targets"]:
        print(f"  {'met   ' if verdict['met'] else 'missed'}  {verdict['target']}: {verdict['is']}")
    options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
