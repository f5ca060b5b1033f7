#!/usr/bin/env python3
"""Decides what the bill of materials says: CycloneDX 1.5, a component for every source package of which the link took
something in.

    sbom.py --library LIBRARY --map LINK-MAP --versions VERSIONS --swift SWIFT-VERSION --version VERSION >
    libmpmeter.cdx.json

The linker's map says which archives and objects were taken; each is traced to its source package: those of
tools/build-deps.sh by its versions.txt, those of the system by dpkg. One that cannot be traced, or has no licence here,
is an error. No time and no random number is in it: the same library has the same bill.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

# SPDX expressions; a name that ends in a hyphen stands for all that begin so.
LICENCES = {
    "curl": "curl",
    "c-ares": "MIT AND ISC AND BSD-3-Clause",
    "jansson": "MIT",
    "openssl": "Apache-2.0",
    "sqlite3": "blessing",
    "swift": "Apache-2.0 WITH Swift-exception",
    "glibc": "LGPL-2.1-or-later",
    "musl": "MIT",
    "gcc-": "GPL-3.0-or-later WITH GCC-exception-3.1",
}
BUILT_HERE = {
    "libcurl.a": "curl",
    "libcares.a": "c-ares",
    "libjansson.a": "jansson",
    "libssl.a": "openssl",
    "libcrypto.a": "openssl",
    "libsqlite3.a": "sqlite3",
}
PATCHES = Path("tools/patches")
OURS = {"libmpmeter.a", "host_guard.o", "old_glibc.o", "libgetauxval.a"}
# Data of others that the sources hold: what it is, and its licence.
DATA = {
    "Sources/MPMeterTransport/TLS/AmazonRoots.swift": (
        "roots of Amazon Trust Services, from Debian's ca-certificates",
        "MPL-2.0",
    )
}


class Source(NamedTuple):
    name: str
    version: str
    supplier: str
    purl: str
    carrier: str = ""


def taken(link_map: str) -> list[Path]:
    """The archives of which a member was taken, and the objects."""
    members = re.findall(r"^(\S+\.a)\(", link_map, re.MULTILINE)
    objects = re.findall(r"^LOAD (\S+\.o)$", link_map, re.MULTILINE)
    return sorted({Path(name).resolve() for name in members + objects})


def debian(name: str, version: str) -> Source:
    release = dict(re.findall(r'^(ID|VERSION_ID)="?([^"\n]*)"?$', Path("/etc/os-release").read_text(), re.MULTILINE))
    distribution, number = release["ID"], release.get("VERSION_ID", "unstable")
    purl = f"pkg:deb/{distribution}/{quote(name)}@{quote(version)}?arch=source&distro={distribution}-{number}"
    return Source(name, version, distribution.capitalize(), purl)


def dpkg(*arguments: str) -> str:
    return subprocess.run(["dpkg-query", *arguments], capture_output=True, text=True, check=True).stdout


def built_here(versions: Path) -> dict[str, Source]:
    """What tools/fetch-sources.sh wrote down: name, version, package URL and, if another package carried it, that
    one's."""
    found = {}
    for line in versions.read_text().splitlines() if versions.exists() else []:
        name, version, purl, *carrier = line.split()
        purl = quote(purl, safe=":/@?=&%~")
        supplier = "Debian" if purl.startswith("pkg:deb/debian/") else f"{name}'s upstream"
        found[name] = Source(name, version, supplier, purl, *carrier)
    return found


def source_of(file: Path, built: dict[str, Source], swift: str) -> Source:
    """The source package that a file was made from."""
    if file.name in BUILT_HERE:
        return built[BUILT_HERE[file.name]]
    if file.name.startswith("libswift"):
        return Source("swift", swift, "Swift.org", f"pkg:github/swiftlang/swift@swift-{quote(swift)}-RELEASE")
    musl = file.parents[1]
    if musl.name.startswith("musl-"):  # tools/musl.sh
        return debian("musl", (musl / "version").read_text().strip())
    package = dpkg("-S", str(file)).partition(": ")[0]
    name, version, binary = dpkg("-W", "-f=${source:Package} ${source:Version} ${Version}", package).split()
    return of_cross_package(package, binary) or debian(name, version)


def of_cross_package(package: str, version: str) -> Source | None:
    """Debian's packages for another processor are built from glibc's and gcc's own sources, whose version they bear."""
    found = re.fullmatch(r"(libc6|libgcc-(\d+))-dev-[a-z0-9]+-cross", package)
    if found is None:
        return None
    source = debian(f"gcc-{found[2]}" if found[2] else "glibc", re.sub(r"cross\d+$", "", version))
    return source._replace(carrier=f"pkg:deb/debian/{package}@{quote(version)}")


def licence(name: str) -> str:
    return next(text for key, text in LICENCES.items() if name == key or (key.endswith("-") and name.startswith(key)))


def sha256(file: Path) -> list[dict[str, str]]:
    return [{"alg": "SHA-256", "content": hashlib.sha256(file.read_bytes()).hexdigest()}]


def patches(source: Source) -> dict[str, Any]:
    """What tools/build-deps.sh changes in it."""
    found = sorted(PATCHES.glob(f"{source.name}-*.patch"))
    return (
        {
            "pedigree": {
                "patches": [{"type": "unofficial", "diff": {"text": {"content": file.read_text()}}} for file in found]
            }
        }
        if found
        else {}
    )


def component(source: Source, files: list[Path]) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": source.purl,
        "supplier": {"name": source.supplier},
        "name": source.name,
        "version": source.version,
        "licenses": [{"expression": licence(source.name)}],
        "purl": source.purl,
        **patches(source),
        **({"properties": [{"name": "mpmeter:carried-by", "value": source.carrier}]} if source.carrier else {}),
        "components": [
            {"type": "file", "bom-ref": f"{source.purl}#{file.name}", "name": file.name, "hashes": sha256(file)}
            for file in files
        ],
    }


def data(path: str) -> dict[str, Any]:
    what, terms = DATA[path]
    return {
        "type": "data",
        "bom-ref": path,
        "name": what,
        "licenses": [{"expression": terms}],
        "hashes": sha256(Path(path)),
    }


def bill(library: Path, version: str, components: list[dict[str, Any]]) -> dict[str, Any]:
    itself = f"pkg:generic/libmpmeter@{version}"
    digest = sha256(library)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, f"{itself}#{digest[0]['content']}").urn,
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": itself,
                "name": "libmpmeter",
                "version": version,
                "description": "Registers a paid container with AWS Marketplace and verifies the signed response",
                "hashes": digest,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "purl": itself,
                "properties": [{"name": "mpmeter:file", "value": library.name}],
            }
        },
        "components": components,
        "dependencies": [{"ref": itself, "dependsOn": [part["bom-ref"] for part in components]}],
        "compositions": [{"aggregate": "complete", "dependencies": [itself]}],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("library", "map", "versions"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--swift", required=True)
    parser.add_argument("--version", required=True)
    options = parser.parse_args()

    built = built_here(options.versions)
    files: dict[Source, list[Path]] = {}
    for file in taken(options.map.read_text()):
        if file.name not in OURS:
            files.setdefault(source_of(file, built, options.swift), []).append(file)
    components = [component(source, files[source]) for source in sorted(files)] + [data(path) for path in DATA]
    json.dump(bill(options.library, options.version, components), sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
