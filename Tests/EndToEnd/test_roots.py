"""Whose certificates are trusted: Amazon's roots, which are built in, the system's bundle beside them, or the one that
a variable names alone.

Nobody here has a key of Amazon's. So each test runs a copy of the library in which the text of one built-in root is
overwritten, in place, by that of an authority of the test's own; all else is the library as shipped, which the first
test runs unchanged. https://www.amazontrust.com/repository/,
https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html (ca_bundle).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import certificates, places, product
from .certificates import Authority
from .product import Outcome
from .sandbox import Sandbox

BEGIN, END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
PEM = re.compile(BEGIN + rb"\n[A-Za-z0-9+/=\n]+" + END)
# The system's bundle is what this directory holds, and no other distribution's place has one.
HIDDEN = 'mount --bind "$0" /etc/ssl && { [ ! -d /etc/pki ] || mount -t tmpfs none /etc/pki; } && exec "$@"'


class Image:
    """A container's file system as far as TLS sees it, and the library in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        (directory / "ssl/certs").mkdir(parents=True)
        (directory / "lib").mkdir()
        self.bundle = directory / "ssl/certs/ca-certificates.crt"
        shutil.copy(places.LIBRARY, directory / "lib/libmpmeter.so.1")

    def build_in(self, authority: Authority, position: int) -> None:
        """Puts the authority in the place of one of Amazon's roots."""
        path = self.directory / "lib/libmpmeter.so.1"
        library = path.read_bytes()
        root = list(PEM.finditer(library))[position]
        pem = authority.pem.strip().ljust(len(root[0]), b"\n")
        assert len(pem) == len(root[0])
        path.write_bytes(library[: root.start()] + pem + library[root.end() :])

    def register(self, sandbox: Sandbox, chain: Path | None = None, **variables: str) -> Outcome:
        """`mpmeter register` in the image. With a chain, the metering endpoint is TLS, and shows that."""
        environment = {
            "LD_LIBRARY_PATH": str(self.directory / "lib"),
            **sandbox.surroundings(unset=["AWS_CA_BUNDLE"]),
            **variables,
        }
        prefix = ["unshare", "-rm", "sh", "-c", HIDDEN, str(self.directory / "ssl")]
        arguments = [
            *sandbox.registering,
            "--deadline",
            "5",
        ]
        if chain is None:
            return product.run(*arguments, environment=environment, prefix=prefix, program=places.SHARED_CLI)
        with certificates.served(chain, environment["AWS_ENDPOINT_URL_MARKETPLACE_METERING"]) as endpoint:
            environment["AWS_ENDPOINT_URL_MARKETPLACE_METERING"] = endpoint
            return product.run(*arguments, environment=environment, prefix=prefix, program=places.SHARED_CLI)


@pytest.fixture
def image(tmp_path: Path) -> Image:
    return Image(tmp_path)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox("ecs-fargate") as started:
        yield started


@pytest.fixture(scope="module")
def amazon() -> Authority:
    """What stands for a root of Amazon's."""
    return Authority("built-in authority")


@pytest.fixture(scope="module")
def forger() -> Authority:
    """Somebody else's, of the same name."""
    return Authority("built-in authority")


def test_in_a_bare_image_the_roots_are_amazons_alone(
    image: Image, sandbox: Sandbox, amazon: Authority, tmp_path: Path
) -> None:
    found = image.register(sandbox, amazon.chain(tmp_path)).expect("MPMETER_E_TLS")
    assert "no CA bundle" in found["message"] and "ca-certificates" in found["fix"]


@pytest.mark.parametrize("position", range(5))
def test_each_built_in_root_is_trusted_in_a_bare_image(
    position: int, image: Image, sandbox: Sandbox, amazon: Authority, tmp_path: Path
) -> None:
    image.build_in(amazon, position)
    image.register(sandbox, amazon.chain(tmp_path)).expect_registration(verified=True)


def test_an_intermediate_is_taken_from_the_server(
    image: Image, sandbox: Sandbox, amazon: Authority, tmp_path: Path
) -> None:
    """As AWS's endpoints have it: leaf, Amazon RSA 2048 M01, Amazon Root CA 1."""
    image.build_in(amazon, 0)
    issuer = amazon.intermediate("intermediate")
    image.register(sandbox, issuer.chain(tmp_path)).expect_registration()


def test_the_systems_bundle_is_not_read_for_a_built_in_root(
    image: Image, sandbox: Sandbox, amazon: Authority, tmp_path: Path
) -> None:
    image.build_in(amazon, 0)
    image.bundle.write_bytes(Authority("system").pem)
    trace = tmp_path / "trace"
    chain = amazon.chain(tmp_path)
    with certificates.served(chain, sandbox.environment["AWS_ENDPOINT_URL_MARKETPLACE_METERING"]) as endpoint:
        environment = {**sandbox.surroundings(), "AWS_CA_BUNDLE": "", "AWS_ENDPOINT_URL_MARKETPLACE_METERING": endpoint}
        environment["LD_LIBRARY_PATH"] = str(image.directory / "lib")
        prefix = [
            "unshare",
            "-rm",
            "sh",
            "-c",
            HIDDEN,
            str(image.directory / "ssl"),
            "strace",
            "-f",
            "-e",
            "trace=read,openat",
            "-y",
            "-o",
            str(trace),
        ]
        usual = sandbox.registering
        product.run(*usual, environment=environment, prefix=prefix, program=places.SHARED_CLI).expect_registration()
    reads = [line for line in trace.read_text().splitlines() if "read(" in line]
    assert any("pem" in line for line in reads), "the product's own key is read, so a read would be seen"
    assert not any("ca-certificates.crt" in line for line in reads)


@pytest.mark.parametrize("place", ["certs/ca-certificates.crt", "ca-bundle.pem", "cert.pem"])
def test_the_systems_bundle_counts_beside_them(place: str, image: Image, sandbox: Sandbox, tmp_path: Path) -> None:
    system = Authority("system")
    (image.directory / "ssl" / place).write_bytes(Authority("first").pem + system.pem)
    image.register(sandbox, system.chain(tmp_path)).expect_registration()


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_named_bundle_counts_alone(
    variable: str, image: Image, sandbox: Sandbox, amazon: Authority, tmp_path: Path
) -> None:
    named = Authority("named")
    image.build_in(amazon, 0)
    image.bundle.write_bytes(amazon.pem)
    bundle = tmp_path / "named.pem"
    bundle.write_bytes(named.pem)
    image.register(sandbox, named.chain(tmp_path), **{variable: str(bundle)}).expect_registration()
    image.register(sandbox, amazon.chain(tmp_path), **{variable: str(bundle)}).expect("MPMETER_E_TLS")


@pytest.mark.parametrize(
    "flaw, said",
    [
        ({"days": -2}, "expired"),
        ({"starts": 2}, "not yet valid"),
        ({"name": "elsewhere.example"}, "localhost"),
        ({"usage": "client"}, "purpose"),
        ({"bits": 1024}, "too weak"),
    ],
    ids=str,
)
def test_a_built_in_root_excuses_nothing(
    flaw: dict[str, object], said: str, image: Image, sandbox: Sandbox, amazon: Authority, tmp_path: Path
) -> None:
    """RFC 5280 section 6.1, RFC 9110 section 4.3.4; OpenSSL's security level 2 is Debian's."""
    image.build_in(amazon, 0)
    before = len(sandbox.requests())
    found = image.register(sandbox, amazon.chain(tmp_path, **flaw)).expect("MPMETER_E_TLS")
    assert said in found["message"]
    assert not any(request["service"] == "metering" for request in sandbox.requests()[before:])


def test_a_leaf_issues_nothing(image: Image, sandbox: Sandbox, amazon: Authority, tmp_path: Path) -> None:
    image.build_in(amazon, 0)
    leaf = amazon.intermediate("leaf", is_authority=False)
    image.register(sandbox, leaf.chain(tmp_path)).expect("MPMETER_E_TLS")


def test_a_name_like_a_built_in_roots_is_not_that_root(
    image: Image, sandbox: Sandbox, amazon: Authority, forger: Authority, tmp_path: Path
) -> None:
    image.build_in(amazon, 0)
    image.register(sandbox, forger.chain(tmp_path)).expect("MPMETER_E_TLS")


@pytest.mark.parametrize(
    "content", [b"", b"no PEM\n", BEGIN + b"\nAAAA\n" + END + b"\n"], ids=["empty", "no PEM", "no certificate"]
)
def test_a_broken_system_bundle_does_not_touch_the_built_in_roots(
    content: bytes, image: Image, sandbox: Sandbox, amazon: Authority, tmp_path: Path
) -> None:
    image.build_in(amazon, 0)
    image.bundle.write_bytes(content)
    image.register(sandbox, amazon.chain(tmp_path)).expect_registration()
    image.register(sandbox, Authority("system").chain(tmp_path)).expect("MPMETER_E_TLS")


def test_the_roots_are_those_of_the_distributions_package() -> None:
    """Debian's ca-certificates, which takes them from Mozilla."""
    names = [
        *(f"Amazon_Root_CA_{number}" for number in (1, 2, 3, 4)),
        "Starfield_Services_Root_Certificate_Authority_-_G2",
    ]
    package = [
        PEM.findall((Path("/usr/share/ca-certificates/mozilla") / f"{name}.crt").read_bytes())[0] for name in names
    ]
    assert PEM.findall(places.LIBRARY.read_bytes()) == package


def test_what_is_printed_for_the_source_is_what_is_in_it() -> None:
    printed = subprocess.run(
        ["python3", "tools/amazon-roots.py"], cwd=places.ROOT, capture_output=True, check=True
    ).stdout
    assert printed == (places.ROOT / "Sources/MPMeterTransport/TLS/AmazonRoots.swift").read_bytes()
