"""What every measured program is given: a key, signed tokens, a certificate, the stub in AWS's place, an environment
that names them."""

import base64
import datetime
import ipaddress
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

SYSTEM_ROOTS = Path("/etc/ssl/certs/ca-certificates.crt")


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _token(key: rsa.RSAPrivateKey, nonce: str) -> str:
    claims = {"productCode": "bench-product", "publicKeyVersion": 1, "nonce": nonce, "iat": 1893456000}
    message = ".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "PS256", "typ": "JWT"}, claims))
    signature = key.sign(message.encode(), padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32), hashes.SHA256())
    return f"{message}.{_encoded(signature)}"


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _certificate(
    subject: str, key: ec.EllipticCurvePrivateKey, issuer: str, issuer_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.timezone.utc)
    is_authority = subject == issuer

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=7))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not is_authority:
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


class Files:
    """Keys, tokens and certificates in a directory of their own."""

    def __init__(self, directory: Path, tokens: int) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.key = self._written(directory / "key.pem", pem)
        lines = "".join(_token(key, f"bench-{number}") + "\n" for number in range(1, tokens + 1))
        self.tokens = self._written(directory / "tokens", lines.encode())

        authority, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = _certificate("bench authority", authority, "bench authority", authority)
        leaf = _certificate("bench server", server, "bench authority", authority)
        root_pem = root.public_bytes(serialization.Encoding.PEM)
        self.certificate = self._written(directory / "leaf.pem", leaf.public_bytes(serialization.Encoding.PEM))
        self.certificate_key = self._written(directory / "leaf.key", _private_pem(server))
        self.root = self._written(directory / "root.pem", root_pem)
        # A distribution's bundle with one root more, which comes last.
        self.bundle = self._written(directory / "bundle.pem", SYSTEM_ROOTS.read_bytes() + root_pem)

    @staticmethod
    def _written(path: Path, content: bytes) -> str:
        path.write_bytes(content)
        return str(path)


@contextmanager
def stub(programs: Path, files: Files) -> Iterator[tuple[int, int, int]]:
    """The stub's three ports: credentials, metering, metering over TLS. It ends with its standard input."""
    command = [str(programs / "stub"), files.tokens, files.certificate, files.certificate_key]
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True) as process:
        credentials, metering, tls = map(int, process.stdout.readline().split())
        yield credentials, metering, tls
        process.stdin.close()


def environment(library: Path, files: Files, ports: tuple[int, int, int], roots: str | None = None) -> dict[str, str]:
    """The environment of an ECS task, and nothing else; metering over TLS where there are roots to trust."""
    credentials, metering, metering_tls = ports
    variables = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "AWS_REGION": "eu-west-3",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{credentials}/",
        "AWS_ENDPOINT_URL_MARKETPLACE_METERING": f"http://127.0.0.1:{metering}",
        "BENCH_LIBRARY": str(library),
        "BENCH_KEY": files.key,
        "BENCH_TOKENS": files.tokens,
    }
    if roots:
        variables["AWS_ENDPOINT_URL_MARKETPLACE_METERING"] = f"https://127.0.0.1:{metering_tls}"
        variables["AWS_CA_BUNDLE"] = roots
    return variables
