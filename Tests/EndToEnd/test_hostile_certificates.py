"""What certificates cannot do, even those that a buyer trusts: keep a call beyond its deadline, or be checked for
longer than an ordinary chain."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from . import certificates, places
from .certificates import Authority
from .product import Beside
from .test_hostile_tls import environment_of

DEADLINE = 0.2
KEY = places.KEYS / "rsa2048.pem"


def registered(environment: dict[str, str], deadline: float = DEADLINE) -> tuple[float, str]:
    """Seconds that `mpmeter register` took, and what it said."""
    key = places.ROOT / "Tests" / "Vectors" / "keys" / "rsa2048.pem"
    arguments = ["register", "--product-code", "product", "--public-key", str(key), "--deadline", str(deadline)]
    started = time.monotonic()
    done = subprocess.run(
        [places.CLI, *arguments], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    return time.monotonic() - started, done.stderr


def bundle_of(directory: Path, count: int) -> Path:
    """So many authorities in one PEM file, each of its own name."""
    key = ec.generate_private_key(ec.SECP256R1())
    one = Authority("x").certificate
    path = directory / f"bundle-{count}.pem"
    with path.open("wb") as file:
        for number in range(count):
            name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, str(number))])
            builder = x509.CertificateBuilder(
                name, name, key.public_key(), number + 1, one.not_valid_before_utc, one.not_valid_after_utc
            )
            file.write(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


def test_a_large_bundle_is_read_in_time_that_grows_with_it_and_the_deadline_is_looked_at(tmp_path: Path) -> None:
    """A bundle of nearly 2 MiB: 4,900 certificates. What ends at the deadline is compared with what ends without a
    certificate to read."""
    environment = environment_of("1", AWS_CA_BUNDLE=str(bundle_of(tmp_path, 4900)))
    small = environment_of("1", AWS_CA_BUNDLE=str(bundle_of(tmp_path, 1)))
    with Beside() as machine:
        alone, _ = registered(small)
        took, said = registered(environment, 0.02)  # far less time than reading takes
    assert took < alone + DEADLINE + 1 + machine.allowance and "MPMETER_E_DEADLINE" in said, said


def chain_of(directory: Path, length: int, exponent: int) -> tuple[Path, Path]:
    """A bundle with a root, and a chain of so many intermediates below it, whose keys have this public exponent."""
    root = Authority("root")
    issuer = root
    for number in range(length):
        above, issuer = issuer, Authority.__new__(Authority)
        issuer.name, issuer.issuer, issuer.key = (
            f"intermediate {number}",
            above,
            rsa.generate_private_key(exponent, 2048),
        )
        issuer.certificate = (
            above._builder(issuer.name, issuer.key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(above.key, hashes.SHA256())
        )
    bundle = directory / "root.pem"
    bundle.write_bytes(root.pem)
    return bundle, issuer.chain(directory)


@pytest.mark.parametrize("length, is_accepted", [(2, True), (7, True), (20, False)])
def test_a_chain_has_at_most_eight_intermediates(tmp_path: Path, length: int, is_accepted: bool) -> None:
    bundle, chain = chain_of(tmp_path, length, 65537)
    with certificates.served(chain, "http://127.0.0.1:1") as endpoint:
        environment = environment_of(endpoint.rsplit(":", 1)[1], AWS_CA_BUNDLE=str(bundle))
        _, said = registered(environment, 5)
    assert ("MPMETER_E_TLS" not in said) == is_accepted, said


def test_an_odd_exponent_is_refused(tmp_path: Path) -> None:
    """Checking one signature with it takes as long as making one."""
    root = Authority("root")
    key = rsa.generate_private_key(65537, 2048)
    numbers = key.private_numbers()
    order = (numbers.p - 1) * (numbers.q - 1)
    exponent = (1 << 2000) + 1
    while True:
        try:
            private = pow(exponent, -1, order)
            break
        except ValueError:
            exponent += 2
    public = rsa.RSAPublicNumbers(exponent, numbers.public_numbers.n)
    odd = rsa.RSAPrivateNumbers(
        numbers.p,
        numbers.q,
        private,
        rsa.rsa_crt_dmp1(private, numbers.p),
        rsa.rsa_crt_dmq1(private, numbers.q),
        numbers.iqmp,
        public,
    ).private_key(unsafe_skip_rsa_key_validation=True)
    issuer = Authority.__new__(Authority)
    issuer.name, issuer.issuer, issuer.key = "odd", root, odd
    issuer.certificate = (
        root._builder("odd", odd)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(root.key, hashes.SHA256())
    )
    bundle = tmp_path / "root.pem"
    bundle.write_bytes(root.pem)
    with certificates.served(issuer.chain(tmp_path), "http://127.0.0.1:1") as endpoint:
        _, said = registered(environment_of(endpoint.rsplit(":", 1)[1], AWS_CA_BUNDLE=str(bundle)), 120)
    assert "MPMETER_E_TLS" in said and "not trusted" in said, said


def test_no_descriptor_for_the_bundle_is_a_passing_shortage(tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path, 1)
    environment = environment_of("1", AWS_CA_BUNDLE=str(bundle))
    said = {}
    for limit in range(3, 9):
        done = subprocess.run(
            ["prlimit", f"--nofile={limit}", str(places.CLI), "register", "--product-code", "product", "--public-key",
             str(places.ROOT / "Tests" / "Vectors" / "keys" / "rsa2048.pem"), "--deadline", "0.3"],
            env=environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        said[limit] = done.stderr
    assert not any("MPMETER_E_TLS" in text for text in said.values()), said


def constrained(directory: Path, names: int, constraints: int, depth: int = 8) -> tuple[Path, Path]:
    """A bundle with a root, and a chain: a server of so many names, under authorities that each exclude so many."""
    excluded = [x509.UniformResourceIdentifier(f"b{number}") for number in range(constraints)]
    root = Authority("root")
    issuer = root
    for number in range(depth):
        below = Authority.__new__(Authority)
        below.name, below.issuer, below.key = f"below {number}", issuer, ec.generate_private_key(ec.SECP256R1())
        below.certificate = (
            issuer._builder(below.name, below.key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.NameConstraints(permitted_subtrees=None, excluded_subtrees=excluded), critical=True)
            .sign(issuer.key, hashes.SHA256())
        )
        issuer = below
    uris = [x509.UniformResourceIdentifier(f"http://a{number}.b/") for number in range(names)]
    chain = issuer.chain(directory, others=[*uris, x509.DNSName("localhost")])
    bundle = directory / "root.pem"
    bundle.write_bytes(root.pem)
    return bundle, chain


@pytest.mark.parametrize("names, constraints, is_accepted", [(100, 15, True), (500, 400, False)])
def test_names_and_constraints_are_few(tmp_path: Path, names: int, constraints: int, is_accepted: bool) -> None:
    """OpenSSL compares each with each: the larger takes it a quarter of a second, in one step."""
    bundle, chain = constrained(tmp_path, names, constraints)
    with certificates.served(chain, "http://127.0.0.1:1") as endpoint:
        environment = environment_of(endpoint.rsplit(":", 1)[1], AWS_CA_BUNDLE=str(bundle))
        _, said = registered(environment, 5)
    assert ("MPMETER_E_TLS" not in said) == is_accepted, said


def test_no_group_of_the_servers_choice_is_offered() -> None:
    """RFC 8446, section 4.2.7, and RFC 7919: in a ClientHello neither a cipher with DHE nor a finite-field group."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = subprocess.Popen(
            [places.CLI, "register", "--product-code", "product", "--public-key", str(KEY), "--deadline", "5"],
            env=environment_of(str(listener.getsockname()[1])), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        connection, _ = listener.accept()
        with connection:
            hello = connection.recv(65536)
        process.terminate()
        process.wait(20)
    ciphers, groups = offered(hello)
    assert 0xC02F in ciphers and 0x001D in groups  # ECDHE-RSA-AES128-GCM-SHA256; X25519.
    assert [cipher for cipher in ciphers if cipher in DHE] == []
    assert [group for group in groups if 0x0100 <= group < 0x0200] == []


# TLS_DHE_* of RFC 5246, 5288, 6655 and 7905.
DHE = {0x0033, 0x0039, 0x0067, 0x006B, 0x0032, 0x0038, 0x0040, 0x006A, 0x009E, 0x009F, 0x00A2, 0x00A3, 0xC09E, 0xC09F,
       0xC0A2, 0xC0A3, 0xCCAA}  # fmt: skip


def offered(hello: bytes) -> tuple[list[int], list[int]]:
    """The cipher suites and the groups in a record with a ClientHello."""

    def numbers(text: bytes) -> list[int]:
        return [int.from_bytes(text[at : at + 2], "big") for at in range(0, len(text), 2)]

    at = 5 + 4 + 2 + 32
    at += 1 + hello[at]
    size = int.from_bytes(hello[at : at + 2], "big")
    ciphers = numbers(hello[at + 2 : at + 2 + size])
    at += 2 + size
    at += 1 + hello[at] + 2
    while at < len(hello):
        kind, size = numbers(hello[at : at + 4])
        if kind == 10:
            return ciphers, numbers(hello[at + 6 : at + 4 + size])
        at += 4 + size
    raise AssertionError("no groups")


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of hosts/steps.c, linked with the library that is tested."""
    program = tmp_path_factory.mktemp("steps") / "steps"
    source = Path(__file__).with_name("hosts") / "steps.c"
    subprocess.run(
        ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-I", places.HEADER.parent, source, places.LIBRARY,
         f"-Wl,-rpath,{places.LIBRARY.parent}", "-pthread", "-o", program],
        check=True,
    )  # fmt: skip
    return program


def waited(steps: Path, environment: dict[str, str], cancel_after: int) -> tuple[str, float, float, float]:
    """The status, and milliseconds: the call beyond its deadline or cancellation, and the longest fork()."""
    said = subprocess.run(
        [steps, KEY, "1000", str(cancel_after)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    ).stdout
    status, took, after, longest, _, *_ = said.split(" ", 5)
    return status, float(took) - 1000, float(after), int(longest) / 1000


HOSTILE_BUNDLES = {
    "4,900 certificates": lambda at: bundle_of(at, 4900),
    "text": lambda at: written(at, b"x\n" * (1 << 20)),
    "keys": lambda at: written(at, b"-----BEGIN X-----\nAAAA\n-----END X-----\n" * 50000),
}


def written(directory: Path, text: bytes) -> Path:
    path = directory / "bundle.pem"
    path.write_bytes(text[: 2 << 20])
    return path


@pytest.mark.parametrize("cancel_after", [0, 30], ids=["deadline", "cancellation"])
@pytest.mark.parametrize("what", HOSTILE_BUNDLES)
def test_a_hostile_bundle_holds_nobody(steps: Path, tmp_path: Path, what: str, cancel_after: int) -> None:
    """Beside the same host with one certificate to read, by a bound that a busy machine keeps too."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = str(silent.getsockname()[1])
        usual = waited(steps, environment_of(port, AWS_CA_BUNDLE=str(bundle_of(tmp_path, 1))), cancel_after)
        found = waited(steps, environment_of(port, AWS_CA_BUNDLE=str(HOSTILE_BUNDLES[what](tmp_path))), cancel_after)
    assert usual[0] == ("MPMETER_E_CANCELLED" if cancel_after else "MPMETER_E_DEADLINE")
    assert found[1] < max(usual[1], 0) + 1000 and found[2] < usual[2] + 1000 and found[3] < usual[3] + 1000, (
        usual,
        found,
    )
