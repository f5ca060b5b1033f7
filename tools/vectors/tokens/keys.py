"""Public keys that cannot be used."""

from rsapss import encode

from .algorithms import es256
from .making import (
    GENUINE,
    HEADER,
    HEADER_FILE,
    KEYS,
    PUBLIC_KEY,
    RFC7468,
    RFC7518,
    RFC8017,
    RFC8725,
    b64,
    case,
    private,
    signer,
    signing_input,
)


def cases():
    for bits in (512, 1016, 1023, 2047, 1024):
        case(
            f"key-rsa{bits}",
            PUBLIC_KEY,
            f"{bits} bits are under the default minimum of 2048",
            RFC7518 % "3.5",
            GENUINE,
            f"rsa{bits}",
        )
    for bits in (512, 1016, 1023):
        case(
            f"key-rsa{bits}-minimum-1024",
            PUBLIC_KEY,
            f"{bits} bits are under any minimum",
            HEADER_FILE,
            GENUINE,
            f"rsa{bits}",
            minimum_key_bits=1024,
        )
    case(
        "key-rsa2048-minimum-3072",
        PUBLIC_KEY,
        "under the minimum that was set",
        HEADER_FILE,
        GENUINE,
        minimum_key_bits=3072,
    )
    case(
        "key-rsa2048-minimum-2049",
        PUBLIC_KEY,
        "one bit under the minimum that was set",
        HEADER_FILE,
        GENUINE,
        minimum_key_bits=2049,
    )
    case("key-rsa16392", PUBLIC_KEY, "over 16384 bits", HEADER_FILE, GENUINE, "rsa16392")
    message = signing_input()
    encoded = signer().bytes(encode(message.encode(), signer().bits - 1, bytes(32)))
    case(
        "key-exponent-1",
        PUBLIC_KEY,
        "public exponent 1: every encoded message is its own signature",
        RFC8017 % "3.1",
        f"{message}.{b64(encoded)}",
        "rsa2048-e1",
    )
    for exponent in (0, 2, 65536):
        case(
            f"key-exponent-{exponent}",
            PUBLIC_KEY,
            f"public exponent {exponent}: even",
            RFC8017 % "3.1",
            GENUINE,
            f"rsa2048-e{exponent}",
        )
    case("key-ec", PUBLIC_KEY, "an elliptic curve key", RFC8725 % "3.1", es256(HEADER), "ec-p256")
    case(
        "key-ed25519",
        PUBLIC_KEY,
        "an Ed25519 key",
        RFC8725 % "3.1",
        f"{message}.{b64(private('ed25519').sign(message.encode()))}",
        "ed25519",
    )
    case("key-private-pkcs8", PUBLIC_KEY, "a private key in PKCS #8", HEADER_FILE, GENUINE, "rsa2048.private")
    rules = {
        "empty": "an empty file",
        "blank": "blanks",
        "text": "not a PEM",
        "base64-of-text": "base64, but not of a PEM",
        "der-in-base64": "the body of a PEM without its lines",
        "no-end": "no END line",
        "no-begin": "no BEGIN line",
        "empty-body": "BEGIN and END with nothing between",
        "truncated": "a line is missing",
        "character": "not base64",
        "labels-differ": "BEGIN and END name different things",
        "label-of-pkcs1": "a SubjectPublicKeyInfo called RSA PUBLIC KEY",
        "trailing-garbage": "text after the END line",
        "two-keys": "two keys: which one?",
        "der-trailing-bytes": "bytes after the key in SubjectPublicKeyInfo",
        "der-stray-bytes-in-key": "bytes after RSAPublicKey",
        "private-pkcs1": "a private key in PKCS #1",
        "certificate": "a certificate",
    }
    assert set(rules) == {path.stem[4:] for path in KEYS.glob("bad-*.pem")}
    for name, rule in rules.items():
        section = "13" if name.startswith(("der", "private", "certificate", "label")) else "2"
        case(f"key-{name}", PUBLIC_KEY, rule, RFC7468 % section, GENUINE, f"bad-{name}")
    case(
        "key-of-that-version-missing",
        PUBLIC_KEY,
        "no key of the version that was asked for",
        HEADER_FILE,
        GENUINE,
        public_key_version=2,
    )
