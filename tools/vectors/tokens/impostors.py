"""Known attacks and look-alikes: secrets that everybody knows, keys that the token brings along, roots instead of
signatures, letters that look the same."""

import base64
import datetime
import hashlib
import json

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID
from rsapss import encode

from .algorithms import hs
from .making import (
    ALGORITHM,
    CLAIMS,
    GENUINE,
    GUIDE,
    HEADER,
    KEYS,
    MALFORMED,
    NONCE,
    OK,
    PRODUCT,
    RFC7515,
    RFC7519,
    RFC8017,
    RFC8259,
    RFC8725,
    SIGNATURE,
    b64,
    case,
    claims,
    private,
    raw_claims,
    signer,
    signing_input,
    text,
    token,
    unb64,
)


def cases():
    nonces()
    headers()
    known_secrets()
    brought_keys()
    roots()
    for name, options in (
        ("rsa1024", {"minimum_key_bits": 1024}),
        ("rsa2047", {"minimum_key_bits": 1024}),
        ("rsa2048-e3", {}),
        ("rsa2049", {}),
        ("rsa3072", {}),
        ("rsa4096", {}),
        ("rsa16384", {}),
    ):
        message, signature = token(key=name).rsplit(".", 1)
        flipped = bytearray(unb64(signature))
        flipped[-1] ^= 1
        case(
            f"{name}-last-bit-flipped",
            SIGNATURE,
            "one bit differs",
            RFC8017 % "8.1.2",
            f"{message}.{b64(bytes(flipped))}",
            name,
            **options,
        )
        case(
            f"{name}-salt-20",
            SIGNATURE,
            "the salt must be as long as the hash",
            RFC8017 % "9.1",
            token(key=name, salt_length=20),
            name,
            **options,
        )
        case(
            f"{name}-mask-sha1",
            SIGNATURE,
            "SHA-256 for the mask too",
            RFC8017 % "9.1",
            token(key=name, mgf="sha1"),
            name,
            **options,
        )
        case(
            f"{name}-other-nonce",
            CLAIMS,
            "genuine, for another nonce",
            GUIDE,
            token(claims(nonce="other"), key=name),
            name,
            **options,
        )


def nonces():
    rule = "nonce must equal the nonce, byte by byte"
    looks = {
        "cyrillic": NONCE.translate(str.maketrans("ace", "\u0430\u0441\u0435")),
        "full-width": NONCE.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}),
        "mathematical": NONCE.translate({ord("0") + digit: 0x1D7D8 + digit for digit in range(10)}),
        "minus-for-hyphen": NONCE.replace("-", "\u2212"),
        "zero-width-joiner-after": NONCE + "\u200d",
        "zero-width-space-before": "\u200b" + NONCE,
        "byte-order-mark-before": "\ufeff" + NONCE,
        "combining-accent-after": NONCE + "\u0301",
        "right-to-left-mark": "\u200f" + NONCE,
        "first-character-missing": NONCE[1:],
        "one-letter-upper": NONCE.replace("c", "C", 1),
        "last-character-other": NONCE[:-1] + "1",
        "twice": NONCE + NONCE,
        "reversed": NONCE[::-1],
    }
    for name, value in looks.items():
        case(f"nonce-{name}", CLAIMS, rule, GUIDE, token(claims(nonce=value)))
    case(
        "nonce-expected-longer", CLAIMS, "the claim is a prefix of what is expected", GUIDE, GENUINE, nonce=NONCE + "0"
    )
    for name, claimed, expected in (
        ("dotless-i", "\u0131d", "id"),
        ("dotted-i", "\u0130D", "ID"),
        ("kelvin", "\u212a", "k"),
        ("long-s", "\u017f", "s"),
        ("sharp-s", "\u00df", "ss"),
        ("final-sigma", "\u03c2", "\u03c3"),
    ):
        case(
            f"nonce-{name}",
            CLAIMS,
            "equal but for the case of letters is not equal in bytes",
            GUIDE,
            token(claims(nonce=claimed)),
            nonce=expected,
        )
    nul = "a NUL in a string: C text would end there"
    for name, after in (("after", ""), ("and-more-after", "x")):
        case(f"nonce-nul-{name}", MALFORMED, nul, RFC8259 % "7", token(raw_claims(nonce=f'"{NONCE}\\u0000{after}"')))
        case(
            f"product-nul-{name}",
            MALFORMED,
            nul,
            RFC8259 % "7",
            token(raw_claims(product=f'"{PRODUCT}\\u0000{after}"')),
        )


def headers():
    case(
        "ok-alg-escaped", OK, "escapes are read before comparing", RFC8259 % "7", token(header='{"alg":"\\u0050S256"}')
    )
    nul = '{"alg":"PS256\\u0000"}'
    case("alg-nul-after", MALFORMED, "a NUL in a string: C text would end there", RFC8259 % "7", token(header=nul))
    nested = {**HEADER, "cty": "JWT"}
    case(
        "nested-token",
        MALFORMED,
        "a token inside a token is no object of claims",
        RFC7519 % "5.2",
        token(GENUINE, nested),
    )
    head, body, end = GENUINE.split(".")
    for name, form in (
        ("general", {"payload": body, "signatures": [{"protected": head, "signature": end}]}),
        ("unprotected", {"payload": body, "header": HEADER, "signature": end}),
    ):
        case(f"parts-json-{name}", MALFORMED, "the JSON serialization is not accepted", RFC7515 % "7.2", text(form))


def known_secrets():
    """HMACs whose secret is the public key, in other spellings than the file's own."""
    key = private().public_key()
    numbers = key.public_numbers()
    modulus = numbers.n.to_bytes(256, "big")
    pem = (KEYS / "rsa2048.pem").read_bytes()
    pkcs1 = serialization.PublicFormat.PKCS1
    spellings = {
        "pem-without-last-line-end": pem.rstrip(b"\n"),
        "pem-crlf": pem.replace(b"\n", b"\r\n"),
        "pem-one-line": b"".join(pem.splitlines()),
        "pkcs1-pem": key.public_bytes(serialization.Encoding.PEM, pkcs1),
        "pkcs1-der": key.public_bytes(serialization.Encoding.DER, pkcs1),
        "modulus": modulus,
        "modulus-base64url": b64(modulus).encode(),
        "jwk": json.dumps({"kty": "RSA", "n": b64(modulus), "e": "AQAB"}, separators=(",", ":")).encode(),
        "version": b"1",
        "product-code": PRODUCT.encode(),
        "nonce": NONCE.encode(),
    }
    header = {"alg": "HS256", "typ": "JWT"}
    for name, secret in spellings.items():
        case(
            f"alg-HS256-secret-is-{name}",
            ALGORITHM,
            "an HMAC with a secret that everybody knows",
            RFC8725 % "2.1",
            hs("sha256", header, secret),
        )
    null = {**header, "kid": "../../../../dev/null"}
    case(
        "alg-HS256-kid-of-an-empty-file",
        ALGORITHM,
        "an HMAC with the secret that kid leads to",
        RFC8725 % "2.1",
        hs("sha256", null, b""),
    )
    case(
        "signature-hmac-by-modulus",
        SIGNATURE,
        "an HMAC under a PS256 header",
        RFC8725 % "2.1",
        hs("sha256", HEADER, modulus),
    )


def brought_keys():
    """Signatures that hold under a key that stands in the token."""
    source = RFC8725 % "3.5"
    other = private("rsa2048-other")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody else")])
    start = datetime.datetime(2020, 1, 1)
    unsigned = x509.CertificateBuilder(name, name, other.public_key(), 1, start, start + datetime.timedelta(days=36500))
    der = unsigned.sign(other, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    chain = {**HEADER, "x5c": [base64.b64encode(der).decode()], "x5t": b64(hashlib.sha1(der).digest())}
    case(
        "signature-by-other-certificate",
        SIGNATURE,
        "the key is never taken from a certificate",
        source,
        token(header=chain, key="rsa2048-other"),
    )
    # The vendor's own modulus with the exponent 1: every encoded message is its own signature.
    trivial = {**HEADER, "jwk": {"kty": "RSA", "n": b64(signer().n.to_bytes(256, "big")), "e": "AQ"}}
    message = signing_input(header=trivial)
    number = encode(message.encode(), signer().bits - 1, bytes(32))
    case(
        "signature-under-jwk-of-exponent-1",
        SIGNATURE,
        "the exponent is never taken from jwk",
        source,
        f"{message}.{b64(signer().bytes(number))}",
    )
    both = {
        **HEADER,
        "kid": "rsa2048-other",
        "jku": "https://evil.example/keys.json",
        "x5u": "https://evil.example/cert.pem",
    }
    case(
        "signature-by-other-many-hints",
        SIGNATURE,
        "the key is never fetched",
        source,
        token(header=both, key="rsa2048-other"),
    )


def roots():
    """With the exponent 3 a verifier that looks at the top of the block alone takes a cube root for a signature."""
    message = signing_input()
    data = message.encode()
    size = signer("rsa2048-e3").size
    digest = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(data).digest()
    block = b"\0\1" + b"\xff" * 8 + b"\0" + digest
    blocks = {
        "pkcs1-v1.5": int.from_bytes(block + bytes(size - len(block)), "big"),
        "pss": encode(data, signer("rsa2048-e3").bits - 1, bytes(32)),
    }
    for name, number in blocks.items():
        root = cube_root(number) + 1
        assert root**3 >> 1536 == number >> 1536 or name == "pss", "the forged block does not begin as it should"
        rule = "a cube root of a block that begins well"
        case(
            f"signature-cube-root-{name}",
            SIGNATURE,
            rule,
            RFC8017 % "8.1.2",
            f"{message}.{b64(root.to_bytes(size, 'big'))}",
            "rsa2048-e3",
        )
    for number in (0, 1, 2):
        value = f"{message}.{b64(number.to_bytes(size, 'big'))}"
        case(
            f"signature-cube-of-{number}", SIGNATURE, "a cube under the modulus", RFC8017 % "8.1.2", value, "rsa2048-e3"
        )


def cube_root(number):
    """The greatest integer whose cube is not above the number."""
    low, high = 0, 1 << (number.bit_length() // 3 + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle - 1)
    return low
