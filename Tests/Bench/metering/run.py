"""What an add of usage costs, beside SQLite's own durable insert in the same run; and what SQLite adds to the library.

run.py --program ADDS --library LIBRARY --map LINK-MAP [--folder FOLDER] [--count N] --json FILE
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
from pathlib import Path

#: An add does what an insert does, and looks at the hour and the sum before: no more than this much longer.
TARGET = 1.2


def size_of_sqlite(link_map: str) -> int:
    """The bytes of code and data that the link took out of libsqlite3.a."""
    found = re.findall(
        r"^ ?\.(?:text|rodata|data|bss)\S*\s+0x[0-9a-f]+\s+(0x[0-9a-f]+)\s+\S*libsqlite3\.a\(", link_map, re.MULTILINE
    )
    return sum(int(size, 16) for size in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("program", "library", "map", "json"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--count", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        said = subprocess.run(
            [options.program, folder, str(options.count)], capture_output=True, text=True, check=True
        ).stdout
    found = json.loads(said)
    found["ratio"] = round(found["add_us"] / found["raw_us"], 3)
    found["sqlite_bytes"] = size_of_sqlite(options.map.read_text())
    found["library_bytes"] = options.library.stat().st_size
    rows = [
        ("one durable insert of SQLite's own", found["raw_us"]),
        ("an add, 1 thread", found["add_us"]),
        ("an add, 8 threads", found["threads_8_us"]),
        ("an add, 64 threads", found["threads_64_us"]),
        ("an add, 8 processes", found["processes_8_us"]),
    ]
    for name, each in rows:
        print(f"{name:36} {each:10.1f} us {1e6 / each:10.0f} a second")
    print(f"an add takes {found['ratio']} times what an insert does (target: {TARGET})")
    print(f"SQLite is {found['sqlite_bytes'] / 1e6:.2f} MB of the library's {found['library_bytes'] / 1e6:.2f} MB")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
