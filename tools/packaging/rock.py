"""Decides what is in the Lua rock: the module, and libmpmeter with its bill of materials for each target.
Nothing of it is compiled.

python3 tools/packaging/rock.py --version 0.1.0 --output mpmeter-0.1.0-1.src.rock --licences build/deps \\
    --library x86_64-linux-gnu=build/lib/libmpmeter.so.1
"""

from __future__ import annotations

import argparse
import gzip
import io
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "bindings/lua"
EPOCH = (1980, 1, 1, 0, 0, 0)  # The same bytes every time.


def rockspec(version: str, targets: list[str]) -> str:
    lines = [f'      ["mpmeter.native.{target}.libmpmeter"] = "native/{target}/libmpmeter.so",' for target in targets]
    text = (FOLDER / "mpmeter.rockspec.in").read_text()
    return text.replace("@VERSION@", version).replace("@NATIVE@", "\n".join(lines))


def archive(version: str, files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream, tarfile.open(fileobj=stream, mode="w") as tar:
        for name, content in sorted(files.items()):
            entry = tarfile.TarInfo(f"mpmeter-{version}/{name}")
            entry.size, entry.mode = len(content), 0o644
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--version", required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--library", action="append", required=True, metavar="TARGET=FILE")
    parser.add_argument("--licences", type=Path, required=True, help="where those of the libraries inside are")
    arguments = parser.parse_args()
    libraries = dict(library.split("=", 1) for library in arguments.library)
    files = {str(path.relative_to(FOLDER)): path.read_bytes() for path in FOLDER.glob("lib/**/*.lua")}
    files |= {f"native/{target}/libmpmeter.so": Path(file).read_bytes() for target, file in libraries.items()}
    files |= {
        f"sboms/libmpmeter-{target}.cdx.json": Path(file).with_name("libmpmeter.cdx.json").read_bytes()
        for target, file in libraries.items()
    }
    files |= {"README.md": (FOLDER / "README.md").read_bytes()}
    files |= {name: (ROOT / name).read_bytes() for name in ("LICENSE", "NOTICE")}
    files |= {f"licenses/{path.name}": path.read_bytes() for path in arguments.licences.iterdir()}
    with zipfile.ZipFile(arguments.output, "w", zipfile.ZIP_DEFLATED) as rock:
        for name, content in {
            f"mpmeter-{arguments.version}-1.rockspec": rockspec(arguments.version, list(libraries)).encode(),
            f"mpmeter-{arguments.version}.tar.gz": archive(arguments.version, files),
        }.items():
            rock.writestr(zipfile.ZipInfo(name, EPOCH), content)


if __name__ == "__main__":
    main()
