#!/usr/bin/env python3
"""Prints what the tests counted of hostile servers, tokens, hosts and inputs, as the table that ends SECURITY.md.

tools/trust.py [DIRECTORY]

Each part of `make trust` leaves one JSON object in build/trust/; one that is missing is an error, because a count of nothing proves nothing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

# What the row says, with the keys of the file that it needs.
ROWS = [
    ("faults.json", "faults of servers and files survived: the right status in time, at most 64 MiB, nothing left open", "{survived} of {faults}"),
    ("faults.json", "the most memory that any of them took", "{peak_memory_mib} MiB"),
]


def main() -> int:
    directory = Path(sys.argv[1] if len(sys.argv) > 1 else "build/trust")
    print("| what | count |\n|---|---|")
    for name, what, form in ROWS:
        path = directory / name
        if not path.is_file():
            print(f"{path} is missing: run `make trust`", file=sys.stderr)
            return 1
        values = {key: f"{value:,}" if isinstance(value, (int, float)) else value for key, value in json.loads(path.read_text()).items()}
        print(f"| {what} | {form.format_map(values)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
