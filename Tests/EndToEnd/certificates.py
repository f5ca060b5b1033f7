"""Throw-away authorities, the certificates that they issue, and a TLS endpoint that shows them."""

from __future__ import annotations

import contextlib
import datetime
import json
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .ports import free_port

_DAY = datetime.timedelta(days=1)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """A certificate that issues others; a root, unless `issuer` issued it."""

    def __init__(
        self, name: str, issuer: Authority | None = None, is_authority: bool = True, permits: str | None = None
    ) -> None:
        """`permits` is the domain below which it may issue certificates (RFC 5280 section 4.2.1.10)."""
        self.name = name
        self.issuer = issuer
        self.key = ec.generate_private_key(ec.SECP256R1())
        signer = issuer or self
        builder = signer._builder(name, self.key).add_extension(
            x509.BasicConstraints(ca=is_authority, path_length=None), critical=True
        )
        if permits is not None:
            builder = builder.add_extension(x509.NameConstraints([x509.DNSName(permits)], None), critical=True)
        self.certificate = builder.sign(signer.key, hashes.SHA256())

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def intermediate(self, name: str, is_authority: bool = True) -> Authority:
        return Authority(name, self, is_authority)

    def chain(
        self,
        directory: Path,
        name: str = "localhost",
        names: Sequence[str] = (),
        others: Sequence[x509.GeneralName] = (),
        starts: int = -1,
        days: int = 1,
        usage: str = "server",
        bits: int | None = None,
    ) -> Path:
        """A key, a certificate for `name`, valid from `starts` days from now (or 3 days ago) to `days` days from now,
        and its issuers' below the root."""
        key: Key = rsa.generate_private_key(65537, bits) if bits else ec.generate_private_key(ec.SECP256R1())
        purpose = ExtendedKeyUsageOID.SERVER_AUTH if usage == "server" else ExtendedKeyUsageOID.CLIENT_AUTH
        leaf = (
            self._builder("server", key, starts if days > 0 else -3, max(days, starts + 1) if days > 0 else days)
            .add_extension(
                x509.SubjectAlternativeName(others or [x509.DNSName(each) for each in names or [name]]), critical=False
            )
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        pem += leaf.public_bytes(serialization.Encoding.PEM)
        above = self
        while above.issuer is not None:
            pem += above.pem
            above = above.issuer
        path = directory / f"{self.name.replace(' ', '-')}.chain.pem"
        path.write_bytes(pem)
        return path

    def _builder(self, subject: str, key: Key, starts: int = -1, days: int = 1) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.timezone.utc)
        return (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(_name(self.name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + starts * _DAY)
            .not_valid_after(now + days * _DAY)
        )


def write(directory: Path, names: Sequence[str]) -> tuple[Path, Path]:
    """The bundle of an authority, and a chain with its key for those host names."""
    authority = Authority("end-to-end authority")
    bundle = directory / "authority.pem"
    bundle.write_bytes(authority.pem)
    return bundle, authority.chain(directory, names=names)


@contextlib.contextmanager
def served(chain: Path, target: str) -> Iterator[str]:
    """The URL of a TLS endpoint on localhost that shows this chain and hands everything on to `target`."""
    port = free_port()
    onward = urllib.parse.urlsplit(target)
    plan = {"tls": [["127.0.0.1", port, onward.hostname, onward.port, str(chain)]]}
    relay = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("relay.py")), json.dumps(plan)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert relay.stdin is not None and relay.stdout is not None
    try:
        assert relay.stdout.readline() == b"ready\n"
        yield f"https://localhost:{port}"
    finally:
        relay.stdin.close()
        relay.terminate()
        relay.wait(60)
