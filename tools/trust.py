#!/usr/bin/env python3
"""Prints what the tests counted of hostile servers, tokens, hosts and inputs, as a table: SECURITY.md names its rows.

tools/trust.py [DIRECTORY]

Each part of `make trust` leaves JSON objects in build/trust/. One that is missing is an error, because a count of
nothing proves nothing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

# What the row says, the file that it is from, and the values of that file in it.
ROWS = [
    ("Faults survived: the right status, in time, nothing left open", "faults", "{survived} of {faults}"),
    (
        "Registrations under a fault; the latest end after the deadline",
        "faults",
        "{registrations}; {latest_after_deadline_ms} ms",
    ),
    ("The most memory that a process took under any of them", "faults", "{peak_memory_mib} MiB"),
    ("Tokens refused, each with the status that is its due", "tokens", "{refused} of {vectors}"),
    ("Genuine variants of a token accepted", "tokens", "{accepted_valid} of {vectors}"),
    ("Wycheproof's JWS and RSA-PSS signatures checked", "tokens", "{wycheproof_jws} and {wycheproof_pss}"),
    ("Tokens and signatures believed wrongly", "tokens", "{believed_wrongly}"),
    ("Allocations that were made to fail", "hosts", "{allocation_failures}"),
    (
        "… registered all the same, or a status, or a clean end with a message",
        "hosts",
        "{registered_all_the_same}, {answered_with_a_code}, {clean_aborts}",
    ),
    ("… anything else", "hosts", "{corruptions}"),
    ("Calls from {threads} threads under ThreadSanitizer without a report", "hosts", "{calls}"),
    ("Stack used by a registration", "hosts", "{stack_bytes} bytes"),
    ("Executions by libFuzzer, over {targets} targets in {seconds} s", "fuzz", "{executions}"),
    ("Crashes, hangs and leaks among them", "fuzz", "{crashes}"),
]


def read(directory: Path) -> dict[str, dict[str, str]]:
    """The counts of each part, by name; numbers with their thousands apart."""
    counts = {
        name: json.loads((directory / f"{name}.json").read_text())
        for name in ("faults", "tokens", "wycheproof", "hosts", "fuzz")
    }
    # Bare signatures are checked one layer below, so that they have a file of their own.
    signatures = counts.pop("wycheproof")
    counts["tokens"]["believed_wrongly"] += signatures["believed_wrongly"]
    counts["tokens"]["wycheproof_pss"] = signatures["wycheproof_pss"]
    return {
        name: {key: f"{value:,}" for key, value in values.items() if isinstance(value, (int, float))}
        for name, values in counts.items()
    }


def main() -> int:
    try:
        counts = read(Path(sys.argv[1] if len(sys.argv) > 1 else "build/trust"))
    except FileNotFoundError as missing:
        print(f"{missing.filename} is missing: `make trust` makes it", file=sys.stderr)
        return 1
    print("| what | count |\n|---|---|")
    for what, part, form in ROWS:
        print(f"| {what.format_map(counts[part])} | {form.format_map(counts[part])} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
