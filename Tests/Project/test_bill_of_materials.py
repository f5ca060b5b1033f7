"""The bill of materials is CycloneDX, is complete, and speaks of this library."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from .places import LIBRARY, ROOT, VERSION

BILL = LIBRARY.with_name("libmpmeter.cdx.json")
MAP = LIBRARY.parents[1] / "obj/libmpmeter.map"
CONTENT: dict[str, Any] = json.loads(BILL.read_text())
COMPONENTS: dict[str, dict[str, Any]] = {
    part["name"]: part for part in CONTENT["components"] if part["type"] == "library"
}


def test_it_is_cyclonedx_1_5() -> None:
    """By the official schema, in its strict form."""
    assert JsonStrictValidator(SchemaVersion.V1_5).validate_str(BILL.read_text()) is None


@pytest.mark.parametrize(
    "path, value",
    [
        ("bomFormat", "SPDX"),
        ("components.0.licenses.0.expression", 1),
        ("components.0.type", "part"),
        ("metadata.component.surprise", ""),
    ],
)
def test_the_schema_sees_a_mistake(path: str, value: Any) -> None:
    spoilt = json.loads(BILL.read_text())
    *way, last = path.split(".")
    place: Any = spoilt
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = value
    assert JsonStrictValidator(SchemaVersion.V1_5).validate_str(json.dumps(spoilt)) is not None


def test_it_speaks_of_this_library() -> None:
    itself = CONTENT["metadata"]["component"]
    assert (itself["name"], itself["version"]) == ("libmpmeter", VERSION)
    assert itself["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(LIBRARY.read_bytes()).hexdigest()}]


def test_every_archive_and_object_of_the_link_is_in_it() -> None:
    """The map is read in another way than tools/sbom.py does: by the sections that ended up in the library, and what
    they came from."""
    lines = [line.split() for line in MAP.read_text().partition("\nLinker script and memory map")[2].splitlines()]
    origins = {
        words[-1]
        for words in lines
        if len(words) >= 3 and words[-2].startswith("0x") and re.search(r"\.(o|a\([^)]*\))$", words[-1])
    }
    files = {Path(re.sub(r"\([^)]*\)$", "", origin)).name for origin in origins}
    listed = {file["name"] for part in COMPONENTS.values() for file in part["components"]}
    assert {"libcurl.a", "libcrypto.a", "libssl.a", "libjansson.a", "libcares.a", "libmpmeter.a"} <= files
    assert files - listed == {"libmpmeter.a", "host_guard.o", "old_glibc.o"}, (
        "ours, and nothing else, stands for itself"
    )


def test_every_component_says_where_it_is_from() -> None:
    for name, part in COMPONENTS.items():
        kind, _, rest = part["purl"].removeprefix("pkg:").partition("/")
        found = re.fullmatch(r"(?:[^/]+/)?([^@]+)@([^?]+)(?:\?.*)?", rest)
        assert kind in ("deb", "github") and found is not None, part["purl"]
        assert unquote(found[1]).endswith(name) and part["version"] in unquote(found[2])
        assert part["supplier"]["name"] and part["licenses"][0]["expression"]
        assert part["components"], "no file of it was linked"
        for file in part["components"]:
            assert re.fullmatch("[0-9a-f]{64}", file["hashes"][0]["content"])
    dependencies = next(
        entry["dependsOn"]
        for entry in CONTENT["dependencies"]
        if entry["ref"] == CONTENT["metadata"]["component"]["bom-ref"]
    )
    assert sorted(dependencies) == sorted(part["bom-ref"] for part in CONTENT["components"])


def test_the_roots_that_are_built_in_are_in_it() -> None:
    roots = [part for part in CONTENT["components"] if part["type"] == "data"]
    source = ROOT / "Sources/MPMeterTransport/TLS/AmazonRoots.swift"
    assert [part["hashes"][0]["content"] for part in roots] == [hashlib.sha256(source.read_bytes()).hexdigest()]


def test_what_is_patched_says_so() -> None:
    listed = [
        patch["diff"]["text"]["content"]
        for part in COMPONENTS.values()
        for patch in part.get("pedigree", {}).get("patches", [])
    ]
    assert sorted(listed) == sorted(file.read_text() for file in (ROOT / "tools/patches").glob("*.patch"))


def test_the_versions_that_were_built() -> None:
    built = [line.split()[:3] for line in (ROOT / "build/deps/versions.txt").read_text().splitlines()]
    assert {name for name, *_ in built} == {"curl", "c-ares", "jansson", "openssl", "sqlite3"}
    for name, version, purl in built:
        assert (COMPONENTS[name]["version"], COMPONENTS[name]["purl"]) == (version, purl.replace("+", "%2B"))


@pytest.mark.parametrize(
    "name, oldest", [("openssl", (3, 5)), ("curl", (8, 14)), ("c-ares", (1, 34)), ("jansson", (2, 14))]
)
def test_their_releases_are_maintained(name: str, oldest: tuple[int, ...]) -> None:
    """OpenSSL 3.5 is maintained until April 2030, and 3.0's maintenance has ended."""
    version = tuple(int(part) for part in re.findall(r"\d+", COMPONENTS[name]["version"])[:2])
    assert version == oldest if name == "openssl" else version >= oldest


def test_the_library_itself_says_the_same_versions() -> None:
    """OpenSSL's own text, and the folders that curl and jansson were compiled in. c-ares leaves no trace: its header
    has to do."""

    def upstream(name: str) -> str:
        return COMPONENTS[name]["version"].partition("-")[0]

    assert f"OpenSSL {upstream('openssl')} ".encode() in LIBRARY.read_bytes()
    folders = set(
        re.findall(rb"deps/src/(curl|jansson)-([0-9.]+)/", LIBRARY.with_name(LIBRARY.name + ".debug").read_bytes())
    )
    assert {(name.decode(), version.decode()) for name, version in folders} == {
        (name, upstream(name)) for name in ("curl", "jansson")
    }
    assert f'"{upstream("c-ares")}"' in (ROOT / "build/deps/include/ares_version.h").read_text()


def test_what_cannot_be_traced_stops_the_build(tmp_path: Path) -> None:
    archive = tmp_path / "libunknown.a"
    archive.write_bytes(b"!<arch>\n")
    changed = tmp_path / "map"
    changed.write_text(f"{archive}(part.o)\n{MAP.read_text()}")

    def run(link_map: Path) -> subprocess.CompletedProcess[str]:
        options = [
            "--versions",
            ROOT / "build/deps/versions.txt",
            "--swift",
            COMPONENTS["swift"]["version"],
            "--version",
            VERSION,
        ]
        command = [sys.executable, ROOT / "tools/sbom.py", "--library", LIBRARY, "--map", link_map, *options]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert run(MAP).stdout == BILL.read_text(), "the same library has the same bill"
    assert run(changed).returncode != 0


def test_it_is_installed() -> None:
    assert "$(SBOM)" in (ROOT / "tools/install.mk").read_text()
