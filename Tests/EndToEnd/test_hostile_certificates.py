"""What certificates cannot do, even those that a buyer trusts: keep a call beyond its deadline, or be checked for
longer than an ordinary chain."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from . import certificates, places
from .certificates import Authority
from .test_hostile_tls import environment_of

DEADLINE = 0.2


def registered(environment: dict[str, str], deadline: float = DEADLINE) -> tuple[float, str]:
    """Seconds that `mpmeter register` took, and what it said."""
    key = places.ROOT / "Tests" / "Vectors" / "keys" / "rsa2048.pem"
    arguments = ["register", "--product-code", "product", "--public-key", str(key), "--deadline", str(deadline)]
    started = time.monotonic()
    done = subprocess.run(
        [places.CLI, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
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
    alone, _ = registered(small)
    took, said = registered(environment)
    assert took < alone + DEADLINE + 1 and "MPMETER_E_DEADLINE" in said, said


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
        _, said = registered(environment_of(endpoint.rsplit(":", 1)[1], AWS_CA_BUNDLE=str(bundle)), 5)
    assert "MPMETER_E_TLS" in said and "not trusted" in said, said


def test_no_descriptor_for_the_bundle_is_a_passing_shortage(tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path, 1)
    environment = environment_of("1", AWS_CA_BUNDLE=str(bundle))
    said = {}
    for limit in range(3, 9):
        done = subprocess.run(
            ["prlimit", f"--nofile={limit}", str(places.CLI), "register", "--product-code", "product", "--public-key",
             str(places.ROOT / "Tests" / "Vectors" / "keys" / "rsa2048.pem"), "--deadline", "0.3"],
            env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        said[limit] = done.stderr
    assert not any("MPMETER_E_TLS" in text for text in said.values()), said
