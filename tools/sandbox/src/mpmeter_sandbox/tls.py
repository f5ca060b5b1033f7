"""Decides the certificates that metering and STS show over TLS: a throw-away authority and a leaf, good or wrong on
purpose."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import warnings
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = datetime.timedelta(days=1)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _lower_to_tls_1_0(context: ssl.SSLContext) -> None:
    """TLS 1.0 alone, which OpenSSL 3 and Python speak only when asked like this."""
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1


class Authority:
    """A certificate authority of one run."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("mpmeter sandbox throw-away CA")
        self.certificate = self._build(self._name, self._key, None, self._key, self._name, 1)

    def server_context(self, kind: str, directory: Path) -> ssl.SSLContext | None:
        """What a server needs to show a leaf: 'good', 'self-signed', 'wrong-host', 'expired', 'unknown-ca', 'old' (TLS
        1.0).

        None for 'none', which is plain HTTP.
        """
        if kind == "none":
            return None
        if kind == "unknown-ca":
            return Authority().server_context("good", directory)
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("mpmeter sandbox")
        hosts: list[x509.GeneralName] = [x509.IPAddress(ipaddress.IPv4Address("127.0.0.1")), x509.DNSName("localhost")]
        if kind == "wrong-host":
            hosts = [x509.DNSName("metering.marketplace.example.com")]
        signer, issuer = (key, name) if kind == "self-signed" else (self._key, self._name)
        leaf = self._build(name, key, hosts, signer, issuer, -1 if kind == "expired" else 1)
        chain, secret = directory / "server.pem", directory / "server.key"
        chain.write_bytes(_pem(leaf))
        secret.touch(mode=0o600)
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if kind == "old":
            _lower_to_tls_1_0(context)
        context.load_cert_chain(chain, secret)
        return context

    def write_bundle(self, directory: Path, state: str) -> Path:
        """The file for AWS_CA_BUNDLE: the authority's certificate, or nothing of use if the state is 'missing', 'empty'
        or 'garbage'."""
        path = directory / "ca.pem"
        contents = {"empty": b"", "garbage": b"this is not a certificate\n"}
        if state != "missing":
            path.write_bytes(contents.get(state, _pem(self.certificate)))
        return path

    @staticmethod
    def _build(
        name: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        hosts: list[x509.GeneralName] | None,
        signer: ec.EllipticCurvePrivateKey,
        issuer: x509.Name,
        days: int,
    ) -> x509.Certificate:
        """A certificate that meets RFC 5280's profile, so that only what is meant to be wrong is wrong. No hosts: an
        authority."""
        now = datetime.datetime.now(datetime.timezone.utc)
        authority = hosts is None
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 3 * DAY)
            .not_valid_after(now + days * DAY)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=not authority,
                    content_commitment=False,
                    key_encipherment=False,
                    data_encipherment=False,
                    key_agreement=False,
                    key_cert_sign=authority,
                    crl_sign=authority,
                    encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
        )
        if hosts is not None:
            builder = builder.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        return builder.sign(signer, hashes.SHA256())
