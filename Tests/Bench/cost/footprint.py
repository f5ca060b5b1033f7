"""What the library weighs: by part, from the linker's map; and as the kernel and the dynamic linker see it."""

import re
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from statistics import median

PARTS = [
    ("OpenSSL libcrypto", "libcrypto.a"),
    ("OpenSSL libssl", "libssl.a"),
    ("libcurl", "libcurl.a"),
    ("c-ares", "libcares.a"),
    ("jansson", "libjansson.a"),
    ("SQLite", "libsqlite3.a"),
    ("Swift Unicode tables", "libswiftUnicodeDataTables.a"),
    ("Swift and its C", "libmpmeter.a"),
]
# " .text.name  0x0123  0x45  file.a(member.o)", of which the name may fill a line of its own.
_SECTION = re.compile(r"^ (\.[^\s]+)?\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S+)$")
_LOADED = (
    ".text",
    ".rodata",
    ".data",
    ".bss",
    ".eh_frame",
    ".gcc_except_table",
    ".init_array",
    ".fini_array",
    ".tbss",
    ".tdata",
    "swift",
)


def by_part(linker_map: Path) -> dict[str, int]:
    """Bytes of the loaded sections by the archive they came from, largest first."""
    sizes: Counter[str] = Counter()
    output = ""
    lines = linker_map.read_text().partition("Linker script and memory map")[2].splitlines()
    for line in lines:
        if line.startswith((".", "swift")):
            output = line.split()[0]
        found = _SECTION.match(line if line.startswith(" .") or not line.strip().startswith("0x") else line)
        if not found or not output.startswith(_LOADED) or output.startswith(".bss"):
            continue
        part = next((name for name, archive in PARTS if archive in found.group(3)), "the linker and libc's start files")
        sizes[part] += int(found.group(2), 16)
    return dict(sizes.most_common())


def relocations(library: Path) -> dict[str, int]:
    """How many of each kind the dynamic linker has to do at load time."""
    listing = subprocess.run(["readelf", "-rW", str(library)], capture_output=True, text=True, check=True).stdout
    kinds = Counter(re.findall(r"R_X86_64_(\w+)|R_AARCH64_(\w+)", listing))
    return {first or second: count for (first, second), count in kinds.items()}


def in_process(program: Path, variables: Mapping[str, str], runs: int) -> dict[str, float]:
    """Medians of what Tests/Bench/cost/footprint.c prints."""
    seen: dict[str, list[int]] = {}
    for _ in range(runs):
        output = subprocess.run([str(program)], env=dict(variables), capture_output=True, text=True, check=True).stdout
        for line in output.splitlines():
            name, value = line.split()
            seen.setdefault(name, []).append(int(value))
    return {name: median(values) for name, values in seen.items()}
