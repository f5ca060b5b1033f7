"""Decides what is in the Composer package: the sources, and libmpmeter with its bill of materials for each target,
in a zip as Packagist would serve it.

python3 tools/packaging/composer.py --version 0.1.0 --output mpmeter.zip --licences build/deps \\
    --library x86_64-linux-gnu=build/lib/libmpmeter.so.1
"""

from __future__ import annotations

import argparse
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "bindings/php"
EPOCH = (1980, 1, 1, 0, 0, 0)  # The same bytes every time.


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--version", required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--library", action="append", required=True, metavar="TARGET=FILE")
    parser.add_argument("--licences", type=Path, required=True, help="where those of the libraries inside are")
    arguments = parser.parse_args()
    composer = (FOLDER / "composer.json.in").read_text().replace("@VERSION@", arguments.version)
    files = {"composer.json": composer.encode(), "README.md": (FOLDER / "README.md").read_bytes()}
    files |= {name: (ROOT / name).read_bytes() for name in ("LICENSE", "NOTICE")}
    files |= {str(path.relative_to(FOLDER)): path.read_bytes() for path in (FOLDER / "src").glob("**/*.php")}
    for library in arguments.library:
        target, _, file = library.partition("=")
        files[f"native/{target}/libmpmeter.so.1"] = Path(file).read_bytes()
        files[f"sboms/libmpmeter-{target}.cdx.json"] = Path(file).with_name("libmpmeter.cdx.json").read_bytes()
    files |= {f"licenses/{path.name}": path.read_bytes() for path in arguments.licences.iterdir()}
    with zipfile.ZipFile(arguments.output, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"mpmeter-{arguments.version}/{name}", EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            package.writestr(entry, content)


if __name__ == "__main__":
    main()
