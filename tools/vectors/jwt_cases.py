"""Tokens for the verifier: genuine ones, and forgeries that each break one rule.

Two libraries judge every token that the script makes: joserfc (algorithms=["PS256"]) and cryptography (RSASSA-PSS with SHA-256 and a
32-byte salt over the text before the last dot). A case that expects MPMETER_OK or MPMETER_E_TOKEN_CLAIMS must be genuine for both; one
that expects MPMETER_E_TOKEN_ALGORITHM must be refused by joserfc, and one that expects MPMETER_E_TOKEN_SIGNATURE by both, unless it is
named in STRICTER.
"""

import base64
import collections
import functools
import hashlib
import hmac
import json
import math
import pathlib
import re
import sys
import warnings

import joserfc
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from joserfc import jwk, jws

import output
from rsapss import Signer, encode

KEYS = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".") / "keys"
OK = "MPMETER_OK"
MALFORMED = "MPMETER_E_TOKEN_MALFORMED"
ALGORITHM = "MPMETER_E_TOKEN_ALGORITHM"
SIGNATURE = "MPMETER_E_TOKEN_SIGNATURE"
CLAIMS = "MPMETER_E_TOKEN_CLAIMS"
PUBLIC_KEY = "MPMETER_E_PUBLIC_KEY"
# Refused here, although a judge accepts it: joserfc knows b64, and lets crit be empty or name a registered parameter; OpenSSL (below
# both judges) takes a signature that is shorter than the modulus, which RFC 8017 section 8.1.2 step 1 does not.
STRICTER = {"b64-false", "b64-false-encoded", "crit-alg", "crit-b64-true", "crit-empty", "signature-leading-zero-left-out"}

PRODUCT = "4w1vgsrkqdkypbz43g7qkk4uz"
NONCE = "3c0b6f2e-8d6b-4b7e-9a52-5f3d1a7c9e10"
IAT = 1700000000
CLAIM = {"productCode": PRODUCT, "publicKeyVersion": 1, "nonce": NONCE}
HEADER = {"alg": "PS256", "typ": "JWT"}
MAXIMUM = 16384

RFC7515, RFC7518, RFC7519, RFC7797, RFC8017, RFC8259, RFC8725 = (
    "RFC 7515 section %s",
    "RFC 7518 section %s",
    "RFC 7519 section %s",
    "RFC 7797 section %s",
    "RFC 8017 section %s",
    "RFC 8259 section %s",
    "RFC 8725 section %s",
)
RFC4648 = "RFC 4648 section %s"
RFC7468 = "RFC 7468 section %s"
API = "https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_RegisterUsage.html"
GUIDE = "https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html"
SAMPLE = "https://docs.aws.amazon.com/marketplace/latest/userguide/java-integration-example-registerusage.html"
HEADER_FILE = "include/mpmeter.h"

CASES = []


def b64(data):
    return base64.urlsafe_b64encode(data.encode() if isinstance(data, str) else data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def text(value):
    """JSON in the shortest form; str and bytes are taken to be JSON already."""
    return value if isinstance(value, (str, bytes)) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


@functools.cache
def private(name="rsa2048"):
    return serialization.load_pem_private_key((KEYS / f"{name}.private.pem").read_bytes(), None, unsafe_skip_rsa_key_validation=True)


@functools.cache
def signer(name="rsa2048"):
    return Signer(private(name))


def signing_input(payload=CLAIM, header=HEADER):
    return f"{b64(text(header))}.{b64(text(payload))}"


def seal(message, key="rsa2048", **flaws):
    """Signs the text before the last dot."""
    return f"{message}.{b64(signer(key).sign(message.encode(), **flaws))}"


def token(payload=CLAIM, header=HEADER, key="rsa2048", **flaws):
    return seal(signing_input(payload, header), key, **flaws)


GENUINE = None  # set below, once the keys can be read


def case(name, expect, rule, source, token_, key="rsa2048", **rest):
    """Notes one case. `rest` may replace any input, and says what an MPMETER_OK registration is to hold."""
    new = {"name": name, "rule": rule, "source": source}
    new.update({"generate": token_} if isinstance(token_, dict) else {"token": token_})
    new.update({"key": f"{key}.pem", "key_version": 1, "product_code": PRODUCT, "public_key_version": 1, "nonce": NONCE, "expect": expect})
    new.update(rest)
    if expect == OK:
        new = {
            **new,
            "expect_public_key_version": new.get("expect_public_key_version", new["key_version"]),
            "expect_issued_at": new.get("expect_issued_at", 0),
            "expect_public_key_rotation": new.get("expect_public_key_rotation"),
        }
    CASES.append(new)


def claims(**changes):
    """The usual claims with some changed or added, and those that are `...` left out."""
    merged = {**CLAIM, **changes}
    return {name: value for name, value in merged.items() if value is not ...}


def raw_claims(version=None, nonce=None, product=None, before="", after=""):
    """The usual claims with one value written as JSON text, for what a serializer would not write."""
    return '{%s"productCode":%s,"publicKeyVersion":%s,"nonce":%s%s}' % (
        before,
        product or json.dumps(PRODUCT),
        version or "1",
        nonce or json.dumps(NONCE),
        after,
    )


# ---- Genuine -------------------------------------------------------------------------------------------------------------------


def genuine():
    source = RFC7518 % "3.5"
    for bits in (2048, 2049, 3072, 4096, 16384):
        case(f"ok-rsa{bits}", OK, f"PS256 with a key of {bits} bits", source, token(key=f"rsa{bits}"), f"rsa{bits}")
    case(
        "ok-rsa1024-when-allowed",
        OK,
        "a key of 1024 bits when the minimum is 1024",
        SAMPLE,
        token(key="rsa1024"),
        "rsa1024",
        minimum_key_bits=1024,
    )
    case(
        "ok-rsa2047-when-allowed",
        OK,
        "a key whose length is no multiple of 8",
        RFC8017 % "9.1",
        token(key="rsa2047"),
        "rsa2047",
        minimum_key_bits=1024,
    )
    case("ok-exponent-3", OK, "public exponent 3", RFC8017 % "3.1", token(key="rsa2048-e3"), "rsa2048-e3")
    for name, what in (
        ("pkcs1", "BEGIN RSA PUBLIC KEY"),
        ("crlf", "CR LF line ends"),
        ("no-final-newline", "no line end at the end"),
        ("blank-around", "blanks around the PEM"),
        ("backslash-n", "line ends written as \\n"),
        ("pkcs1-backslash-n", "RSA PUBLIC KEY with line ends written as \\n"),
        ("base64", "base64 of the PEM"),
        ("base64-newline", "base64 of the PEM, with a line end"),
    ):
        case(f"ok-key-{name}", OK, what, HEADER_FILE, GENUINE, f"rsa2048-{name}")
    message = signing_input()
    case(
        "ok-signature-leading-zero",
        OK,
        "a signature whose first byte is 0",
        RFC8017 % "8.1.1",
        f"{message}.{b64(signer().sign_until(message.encode(), lambda s: s[0] == 0))}",
    )
    upper = {"ProductCode": PRODUCT, "PublicKeyVersion": "1", "Nonce": NONCE}
    case("ok-documented-case", OK, "claims spelled as AWS documents them, the version a string", API, token(upper))
    case("ok-documented-case-number", OK, "documented spelling, the version a number", API, token({**upper, "PublicKeyVersion": 1}))
    case("ok-version-string", OK, "the version a decimal string", API, token(claims(publicKeyVersion="1")))
    case("ok-iat", OK, "iat is handed on", RFC7519 % "4.1.6", token(claims(iat=IAT)), expect_issued_at=IAT)
    case(
        "ok-documented-example",
        OK,
        "documented spelling, iat, rotation null",
        API,
        token({**upper, "iat": IAT, "PublicKeyRotationTimestamp": None}),
        expect_issued_at=IAT,
    )
    for name in ("PublicKeyRotationTimestamp", "publicKeyRotationTimestamp"):
        case(
            f"ok-rotation-{name[0]}",
            OK,
            f"{name} is handed on",
            API,
            token(claims(**{name: "2024-03-01T00:00:00Z"})),
            expect_public_key_rotation="2024-03-01T00:00:00Z",
        )
    case("ok-both-spellings-equal", OK, "both spellings, the same values", API, token({**CLAIM, **upper}))
    case(
        "ok-other-spelling-null",
        OK,
        "a null claim is a missing one",
        API,
        token({**CLAIM, "ProductCode": None, "PublicKeyVersion": None, "Nonce": None}),
    )
    case(
        "ok-unknown-claims",
        OK,
        "unknown claims are ignored, of whatever type",
        RFC7519 % "4",
        token(claims(a=None, b=[1, 2.5e-3, {"c": "d"}], e={}, f=True, g="\u00e9", h=-1, **{"": ""})),
    )
    case("ok-claims-in-other-order", OK, "the order of claims says nothing", RFC8259 % "4", token(dict(reversed(CLAIM.items()))))
    case("ok-nested-20-deep", OK, "an unknown claim of some depth", RFC8259 % "9", token(raw_claims(after=',"x":' + "[" * 20 + "]" * 20)))
    case(
        "ok-json-whitespace",
        OK,
        "white space between JSON tokens",
        RFC8259 % "2",
        token(" \t\r\n" + json.dumps(CLAIM, indent=2) + "\n", header='{ "alg" : "PS256" ,\r\n "typ":"JWT" }'),
    )
    escaped = "".join(f"\\u{ord(c):04x}" for c in NONCE)
    case(
        "ok-json-escapes",
        OK,
        "escapes are read before comparing",
        RFC8259 % "7",
        token(raw_claims(nonce=f'"{escaped}"').replace('"nonce"', '"\\u006eonce"')),
    )
    case(
        "ok-json-escaped-solidus",
        OK,
        "an escaped solidus is a solidus",
        RFC8259 % "7",
        token(raw_claims(product='"prod\\/x"')),
        product_code="prod/x",
    )
    case(
        "ok-product-code-pattern",
        OK,
        "every punctuation that AWS's pattern has",
        API,
        token(claims(productCode="a-B/=:_.@9")),
        product_code="a-B/=:_.@9",
    )
    case("ok-product-code-255", OK, "the longest product code", API, token(claims(productCode="p" * 255)), product_code="p" * 255)
    case("ok-nonce-255", OK, "the longest nonce", API, token(claims(nonce="n" * 255)), nonce="n" * 255)
    case(
        "ok-nonce-unicode",
        OK,
        "a nonce outside ASCII",
        RFC8259 % "7",
        token(claims(nonce="\u00e9\u6771\U0001f512")),
        nonce="\u00e9\u6771\U0001f512",
    )
    case(
        "ok-nonce-surrogate-pair",
        OK,
        "a surrogate pair in escapes is one character",
        RFC8259 % "7",
        token(raw_claims(nonce='"\\ud83d\\udd12"')),
        nonce="\U0001f512",
    )
    case("ok-version-2", OK, "another version", API, token(claims(publicKeyVersion=2)), key_version=2, public_key_version=2)
    case(
        "ok-version-greatest",
        OK,
        "2^31-1",
        API,
        token(claims(publicKeyVersion=2**31 - 1)),
        key_version=2**31 - 1,
        public_key_version=2**31 - 1,
    )
    case("ok-any-version", OK, "version 0 asks for any whose key was added", HEADER_FILE, GENUINE, public_key_version=0)
    case("ok-no-typ", OK, "typ is optional", RFC7519 % "5.1", token(header={"alg": "PS256"}))
    case("ok-typ-lower-case", OK, "typ is compared without regard to case", RFC7515 % "4.1.9", token(header={"alg": "PS256", "typ": "jwt"}))
    case("ok-typ-mixed-case", OK, "typ is compared without regard to case", RFC7515 % "4.1.9", token(header={"typ": "Jwt", "alg": "PS256"}))
    case("ok-kid", OK, "kid is ignored", RFC7515 % "4.1.4", token(header={**HEADER, "kid": "../../etc/passwd"}))
    case(
        "ok-unknown-header",
        OK,
        "an unknown parameter that is not critical is ignored",
        RFC7515 % "4",
        token(header={**HEADER, "x": {"y": [None]}}),
    )
    for name, value in attacker_headers():
        case(
            f"ok-{name}-ignored",
            OK,
            f"{name} is ignored: an honest signature stays honest",
            RFC8725 % "3.5",
            token(header={**HEADER, name: value}),
        )
    case("ok-greatest-size", OK, f"a token of {MAXIMUM} bytes", HEADER_FILE, sized(MAXIMUM))


def sized(size):
    """A genuine token of exactly this many characters."""
    for extra in range(4):
        header = {**HEADER, "x": "x" * extra}
        fixed = len(b64(text(header))) + 2 + len(b64(bytes(256)))
        for fill in range((size - fixed) * 3 // 4 - 150, (size - fixed) * 3 // 4):
            payload = text(claims(fill="f" * fill))
            if fixed + len(b64(payload)) == size:
                return token(payload, header)
    raise LookupError(size)


def attacker_headers():
    """Header parameters that name the key of somebody else."""
    other = jwk.RSAKey.import_key((KEYS / "rsa2048-other.pem").read_text()).as_dict(private=False)
    der = serialization.load_pem_public_key((KEYS / "rsa2048-other.pem").read_bytes()).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return [
        ("jwk", {name: other[name] for name in ("kty", "n", "e")}),
        ("jku", "https://evil.example/keys.json"),
        ("x5u", "https://evil.example/cert.pem"),
        ("x5c", [base64.b64encode(der).decode()]),
        ("x5t#S256", b64(hashlib.sha256(der).digest())),
    ]


# ---- Keys ----------------------------------------------------------------------------------------------------------------------


def keys():
    for bits in (512, 1016, 1023, 2047, 1024):
        case(f"key-rsa{bits}", PUBLIC_KEY, f"{bits} bits are under the default minimum of 2048", RFC7518 % "3.5", GENUINE, f"rsa{bits}")
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
    case("key-rsa2048-minimum-3072", PUBLIC_KEY, "under the minimum that was set", HEADER_FILE, GENUINE, minimum_key_bits=3072)
    case("key-rsa2048-minimum-2049", PUBLIC_KEY, "one bit under the minimum that was set", HEADER_FILE, GENUINE, minimum_key_bits=2049)
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
        case(f"key-exponent-{exponent}", PUBLIC_KEY, f"public exponent {exponent}: even", RFC8017 % "3.1", GENUINE, f"rsa2048-e{exponent}")
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
    case("key-of-that-version-missing", PUBLIC_KEY, "no key of the version that was asked for", HEADER_FILE, GENUINE, public_key_version=2)


# ---- Algorithm -----------------------------------------------------------------------------------------------------------------


def es256(header):
    message = signing_input(header=header)
    der = private("ec-p256").sign(message.encode(), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    r, s = utils.decode_dss_signature(der)
    return f"{message}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def hs(name, header, secret):
    message = signing_input(header=header)
    return f"{message}.{b64(hmac.new(secret, message.encode(), name).digest())}"


def pkcs1v15(header, hash_):
    message = signing_input(header=header)
    return f"{message}.{b64(private().sign(message.encode(), padding.PKCS1v15(), hash_))}"


def algorithms():
    source = RFC8725 % "3.1"
    none = ["".join(c.upper() if bits >> i & 1 else c for i, c in enumerate("none")) for bits in range(16)]
    for alg in none:
        case(
            f"alg-{alg}-empty-signature",
            ALGORITHM,
            "an unsecured token",
            RFC8725 % "2.1",
            signing_input(header={"alg": alg, "typ": "JWT"}) + ".",
        )
    case("alg-none-with-signature", ALGORITHM, "none over an honest signature", source, token(header={"alg": "none", "typ": "JWT"}))
    for bits in (256, 384, 512):
        header = {"alg": f"HS{bits}", "typ": "JWT"}
        for name, secret in (
            ("pem", (KEYS / "rsa2048.pem").read_bytes()),
            ("der", base64.b64decode("".join((KEYS / "rsa2048.pem").read_text().splitlines()[1:-1]))),
        ):
            case(
                f"alg-HS{bits}-public-{name}-as-secret",
                ALGORITHM,
                "the public key as the secret of an HMAC",
                RFC8725 % "2.1",
                hs(f"sha{bits}", header, secret),
            )
        case(f"alg-HS{bits}-empty-secret", ALGORITHM, "an HMAC with an empty secret", source, hs(f"sha{bits}", header, b""))
    for bits, hash_ in ((256, hashes.SHA256()), (384, hashes.SHA384()), (512, hashes.SHA512())):
        case(f"alg-RS{bits}", ALGORITHM, "PKCS #1 v1.5 by the right key", source, pkcs1v15({"alg": f"RS{bits}", "typ": "JWT"}, hash_))
    for bits, size in ((384, 48), (512, 64)):
        case(
            f"alg-PS{bits}",
            ALGORITHM,
            "another hash, by the right key",
            source,
            token(header={"alg": f"PS{bits}", "typ": "JWT"}, salt_length=size, name=f"sha{bits}"),
        )
    case("alg-ES256", ALGORITHM, "an elliptic curve signature", source, es256({"alg": "ES256", "typ": "JWT"}))
    message = signing_input(header={"alg": "EdDSA", "typ": "JWT"})
    case("alg-EdDSA", ALGORITHM, "an Ed25519 signature", source, f"{message}.{b64(private('ed25519').sign(message.encode()))}")
    for alg in (
        "RSA-OAEP",
        "dir",
        "ES256K",
        "ps256",
        "Ps256",
        "PS256 ",
        " PS256",
        "PS-256",
        "PS2567",
        "PS25",
        "",
        "RSASSA-PSS",
        "\u03a1S256",
        "PS\uff12\uff15\uff16",
    ):
        case(
            f"alg-is-{alg.encode('unicode_escape').decode() or 'empty'}",
            ALGORITHM,
            "alg is compared byte by byte",
            RFC7515 % "4.1.1",
            token(header={"alg": alg, "typ": "JWT"}),
        )
    for name, header in (
        ("missing", {"typ": "JWT"}),
        ("null", {"alg": None}),
        ("number", {"alg": 256}),
        ("true", {"alg": True}),
        ("array", {"alg": ["PS256"]}),
        ("object", {"alg": {"PS256": 1}}),
        ("named-ALG", {"ALG": "PS256"}),
        ("named-alg-space", {"alg ": "PS256"}),
        ("in-an-empty-header", {}),
    ):
        case(f"alg-{name}", ALGORITHM, "alg must be present, and a string", RFC7515 % "4.1.1", token(header=header))
    case(
        "alg-in-payload",
        ALGORITHM,
        "alg is read from the header alone",
        RFC7515 % "4.1.1",
        token(claims(alg="PS256"), header={"typ": "JWT"}),
    )
    for name, header in (
        ("crit-exp", {"crit": ["exp"], "exp": 1}),
        ("crit-unknown", {"crit": ["x"], "x": 1}),
        ("crit-empty", {"crit": []}),
        ("crit-string", {"crit": "x"}),
        ("crit-null", {"crit": None}),
        ("crit-alg", {"crit": ["alg"]}),
        ("crit-missing-parameter", {"crit": ["nothere"]}),
        ("crit-twice", {"crit": ["x", "x"], "x": 1}),
        ("crit-b64-true", {"crit": ["b64"], "b64": True}),
    ):
        case(name, ALGORITHM, "crit asks for an extension, and none is known", RFC7515 % "4.1.11", token(header={**HEADER, **header}))
    unencoded = f"{b64(text({**HEADER, 'b64': False, 'crit': ['b64']}))}.unencode"
    case("b64-false", ALGORITHM, "an unencoded payload", RFC7797 % "3", seal(unencoded))
    case("b64-false-encoded", ALGORITHM, "an unencoded payload", RFC7797 % "6", token(header={**HEADER, "b64": False, "crit": ["b64"]}))
    case(
        "b64-false-without-crit",
        ALGORITHM,
        "an unencoded payload, not marked critical",
        RFC7797 % "6",
        token(header={**HEADER, "b64": False}),
    )
    case(
        "alg-none-wrong-claims",
        ALGORITHM,
        "the header is judged before the claims",
        source,
        signing_input(claims(nonce="other"), {"alg": "none"}) + ".",
    )
    case(
        "alg-none-payload-not-json", ALGORITHM, "the header is judged before the payload", source, signing_input("x", {"alg": "none"}) + "."
    )


# ---- Signature -----------------------------------------------------------------------------------------------------------------


def signatures():
    message = signing_input()
    data = message.encode()
    good = unb64(GENUINE.rsplit(".", 1)[1])
    source = RFC8017 % "8.1.2"
    size, modulus = signer().size, signer().n

    def bad(name, rule, signature, where=source):
        case(f"signature-{name}", SIGNATURE, rule, where, f"{message}.{b64(signature)}")

    def number(value, length=size):
        return value.to_bytes(length, "big")

    salts = RFC7518 % "3.5"
    for length in (0, 1, 20, 31, 33, 48, 64, size - 32 - 2):
        case(f"salt-{length}", SIGNATURE, "the salt must be as long as the hash, 32 bytes", salts, token(salt_length=length))
    for name, mgf in (
        ("sha256", "sha1"),
        ("sha256", "sha512"),
        ("sha1", "sha1"),
        ("sha1", "sha256"),
        ("sha512", "sha512"),
        ("sha512", "sha256"),
        ("sha384", "sha384"),
        ("sha224", "sha224"),
        ("sha3-256", "sha3-256"),
    ):
        for length in {32, hashlib.new(name.replace("3-", "3_")).digest_size}:
            hash_ = name.replace("3-", "3_")
            case(
                f"hash-{name}-mgf-{mgf}-salt-{length}",
                SIGNATURE,
                "SHA-256 for both the hash and the mask",
                salts,
                token(salt_length=length, name=hash_, mgf=mgf.replace("3-", "3_")),
            )
    for name, hash_ in (("sha256", hashes.SHA256()), ("sha512", hashes.SHA512()), ("sha1", hashes.SHA1())):
        case(f"signature-pkcs1-v1.5-{name}", SIGNATURE, "PKCS #1 v1.5 under a PS256 header", salts, pkcs1v15(HEADER, hash_))
    case("signature-hmac", SIGNATURE, "an HMAC under a PS256 header", salts, hs("sha256", HEADER, (KEYS / "rsa2048.pem").read_bytes()))
    case("signature-ecdsa", SIGNATURE, "ECDSA under a PS256 header", salts, es256(HEADER))
    for key in ("rsa2048-other", "rsa2048-e3", "rsa1024", "rsa3072", "rsa4096"):
        case(f"signature-by-{key}", SIGNATURE, "another key", source, token(key=key))
    for name, value in attacker_headers():
        case(
            f"signature-by-other-{name}",
            SIGNATURE,
            f"the key is never taken from {name}",
            RFC8725 % "3.5",
            token(header={**HEADER, name: value}, key="rsa2048-other"),
        )
    case(
        "signature-by-other-kid",
        SIGNATURE,
        "the key is never chosen by kid",
        RFC8725 % "3.10",
        token(header={**HEADER, "kid": "rsa2048-other"}, key="rsa2048-other"),
    )
    bad("empty", "no signature under a PS256 header", b"", RFC7515 % "5.2")
    for cut in (1, 16, size // 2, size - 1):
        bad(f"truncated-by-{cut}", "too short", good[:-cut])
    bad("first-byte-missing", "too short", good[1:])
    bad("extended", "a byte more", good + b"\0")
    bad("preceded-by-zero", "the same number in a byte more", b"\0" + good)
    bad("twice", "two signatures", good + good)
    for bit in (0, 7, 8, 1023, 2040, 2047):
        flipped = bytearray(good)
        flipped[bit // 8] ^= 0x80 >> bit % 8
        bad(f"bit-{bit}-flipped", "one bit differs", bytes(flipped))
    bad("reversed", "bytes in the other order", good[::-1])
    for name, value in (
        ("0", 0),
        ("1", 1),
        ("2", 2),
        ("n-minus-1", modulus - 1),
        ("n", modulus),
        ("n-plus-1", modulus + 1),
        ("all-ones", (1 << 8 * size) - 1),
    ):
        bad(f"number-{name}", "a number that signs nothing, or is not under the modulus", number(value), RFC8017 % "5.2.2")
    small = signer().sign_until(data, lambda s: int.from_bytes(s, "big") + modulus < 1 << 8 * size)
    bad("plus-n", "the genuine number plus the modulus", number(int.from_bytes(small, "big") + modulus), RFC8017 % "5.2.2")
    bad("negated", "the modulus less the genuine number", number(modulus - int.from_bytes(good, "big")))
    zero = signer().sign_until(data, lambda s: s[0] == 0)
    bad("leading-zero-left-out", "a genuine number in a byte less", zero[1:])
    pss = RFC8017 % "9.1.2"
    for name, flaw in (
        ("trailer-bd", {"trailer": 0xBD}),
        ("trailer-cc", {"trailer": 0xCC}),
        ("trailer-00", {"trailer": 0}),
        ("separator-00", {"separator": 0}),
        ("separator-02", {"separator": 2}),
        ("separator-81", {"separator": 0x81}),
        ("padding-first-byte", {"stray": 1}),
        ("padding-middle", {"stray": 90}),
        ("padding-last-byte", {"stray": 189}),
    ):
        case(f"pss-{name}", SIGNATURE, "the encoded message is wrong in this one place", pss, token(**flaw))
    top = next(encoded for i in range(1 << 12) if (encoded := encoded_top(data, i)) < modulus)
    bad("pss-top-bit", "the bit above the encoded message is set", number(signer().raw(top)), pss)
    bad("raw-digest", "the digest without padding", number(signer().raw(int.from_bytes(hashlib.sha256(data).digest(), "big"))))
    digest = hashlib.sha256(data).digest()
    for name, what in (
        ("payload-alone", message.split(".")[1].encode()),
        ("header-alone", message.split(".")[0].encode()),
        ("without-dot", message.replace(".", "").encode()),
        ("decoded", (text(HEADER) + "." + text(CLAIM)).encode()),
        ("digest", digest),
        ("trailing-dot", data + b"."),
        ("trailing-newline", data + b"\n"),
        ("nothing", b""),
    ):
        bad(f"over-{name}", "the signature is over another text", signer().sign(what), RFC7515 % "5.1")
    swapped = RFC7515 % "5.2"
    other = signing_input(claims(nonce="other"))
    case("payload-swapped", SIGNATURE, "the signature of another payload", swapped, f"{message}.{b64(signer().sign(other.encode()))}")
    case("payload-swapped-wrong-claims", SIGNATURE, "the signature is judged before the claims", swapped, f"{other}.{b64(good)}")
    case(
        "payload-changed-to-free-product",
        SIGNATURE,
        "a payload written anew",
        swapped,
        f"{signing_input(claims(productCode='someotherproduct'))}.{b64(good)}",
        product_code="someotherproduct",
    )
    case("payload-respaced", SIGNATURE, "the same claims in other bytes", swapped, f"{signing_input(json.dumps(CLAIM))}.{b64(good)}")
    case(
        "header-swapped",
        SIGNATURE,
        "the same payload under another header",
        swapped,
        f"{signing_input(header={'typ': 'JWT', 'alg': 'PS256'})}.{b64(good)}",
    )
    for name, payload in (("not-json", "x"), ("duplicate", raw_claims(after=',"nonce":"x"')), ("not-utf-8", b"\xff"), ("array", "[]")):
        case(
            f"payload-{name}-under-bad-signature",
            SIGNATURE,
            "the payload is not read before the signature holds",
            RFC8725 % "3.3",
            f"{signing_input(payload)}.{b64(good)}",
        )


def encoded_top(data, attempt):
    """An encoded message of which the bit that must be 0 is 1, with one of many salts."""
    return encode(data, signer().bits - 1, hashlib.sha256(b"top%d" % attempt).digest(), top_bit=True)


# ---- Claims --------------------------------------------------------------------------------------------------------------------


def mismatches():
    products = {
        "prefix": PRODUCT[:-1],
        "suffix": PRODUCT + "x",
        "upper-case": PRODUCT.upper(),
        "one-letter-upper": PRODUCT.replace("w", "W"),
        "look-alike": PRODUCT.replace("p", "\u0440"),
        "full-width": PRODUCT.replace("4", "\uff14", 1),
        "trailing-space": PRODUCT + " ",
        "leading-space": " " + PRODUCT,
        "trailing-newline": PRODUCT + "\n",
        "zero-width": PRODUCT + "\u200b",
        "empty": "",
        "other": "someotherproduct",
        "number": 4,
        "array": [PRODUCT],
        "object": {PRODUCT: PRODUCT},
        "true": True,
        "null": None,
        "missing": ...,
    }
    for name, value in products.items():
        case(f"product-{name}", CLAIMS, "productCode must equal the product code, byte by byte", GUIDE, token(claims(productCode=value)))
    case("product-empty-all", CLAIMS, "no claims at all", GUIDE, token({}))
    for spelling in ("productcode", "PRODUCTCODE", "product_code", "product-code", " productCode", "Productcode"):
        case(
            f"product-spelled-{spelling.strip()}{'-with-space' * (spelling[0] == ' ')}",
            CLAIMS,
            "another spelling is another claim",
            RFC7519 % "4",
            token(claims(productCode=..., **{spelling: PRODUCT})),
        )
    case("product-nested", CLAIMS, "claims are at the top", RFC7519 % "4", token({"claims": CLAIM}))
    case("product-in-header", CLAIMS, "claims in the header are none", RFC7519 % "5.3", token({}, header={**HEADER, **CLAIM}))
    case("product-expected-longer", CLAIMS, "the claim is a prefix of what is expected", GUIDE, GENUINE, product_code=PRODUCT + "x")
    integers = {
        "zero": "0",
        "negative": "-1",
        "two": "2",
        "eleven": "11",
        "minus-zero": "-0",
        "2-to-32-plus-1": str(2**32 + 1),
        "2-to-31-plus-1": str(2**31 + 1),
        "2-to-63-minus-1": str(2**63 - 1),
        "minus-2-to-63": str(-(2**63)),
        "real-1.0": "1.0",
        "real-1e0": "1e0",
        "real-1E0": "1E0",
        "real-10e-1": "10e-1",
        "real-1.00000000000000000001": "1.00000000000000000001",
        "real-0.9999999999999999999": "0.9999999999999999999",
        "true": "true",
        "false": "false",
        "null": "null",
        "array": "[1]",
        "object": '{"1":1}',
    }
    for name, value in integers.items():
        case(f"version-{name}", CLAIMS, "publicKeyVersion must be this integer", GUIDE, token(raw_claims(version=value)))
    for name, value in (
        ("2-to-63", str(2**63)),
        ("2-to-64-plus-1", str(2**64 + 1)),
        ("300-digits", "1" * 300),
        ("minus-2-to-64", str(-(2**64))),
    ):
        case(f"version-{name}", MALFORMED, "an integer outside 64 bits is not read", RFC8259 % "6", token(raw_claims(version=value)))
    for value in (
        "01",
        "+1",
        " 1",
        "1 ",
        "1\n",
        "-1",
        "1.0",
        "1e0",
        "0x1",
        "",
        "one",
        "2",
        "\uff11",
        "\u0661",
        "1_0",
        "1\u200b",
        str(2**32 + 1),
        str(2**64 + 1),
    ):
        case(
            f"version-string-{value.encode('unicode_escape').decode()!r}",
            CLAIMS,
            "a decimal string, no sign, blank or leading zero",
            API,
            token(claims(publicKeyVersion=value)),
        )
    case("version-missing", CLAIMS, "publicKeyVersion is required", GUIDE, token(claims(publicKeyVersion=...)))
    case(
        "version-of-no-added-key",
        CLAIMS,
        "version 0 asks for any whose key was added, and 2 was not",
        HEADER_FILE,
        token(claims(publicKeyVersion=2)),
        public_key_version=0,
    )
    case("version-expected-2", CLAIMS, "the token says 1", GUIDE, GENUINE, key_version=2, public_key_version=2)
    case(
        "version-any-but-key-is-2",
        CLAIMS,
        "the token says 1, and the key that verifies it is 2",
        HEADER_FILE,
        GENUINE,
        key_version=2,
        public_key_version=0,
    )
    nonces = {
        "prefix": NONCE[:-1],
        "suffix": NONCE + "0",
        "upper-case": NONCE.upper(),
        "empty": "",
        "missing": ...,
        "null": None,
        "number": 3,
        "array": [NONCE],
        "object": {"nonce": NONCE},
        "true": True,
        "trailing-space": NONCE + " ",
        "leading-space": " " + NONCE,
        "trailing-newline": NONCE + "\n",
        "other": "00000000-0000-4000-8000-000000000000",
        "braces": "{" + NONCE + "}",
        "soft-hyphen": NONCE.replace("-", "\u00ad"),
        "non-breaking-hyphen": NONCE.replace("-", "\u2011"),
    }
    for name, value in nonces.items():
        case(f"nonce-{name}", CLAIMS, "nonce must equal the nonce, byte by byte", GUIDE, token(claims(nonce=value)))
    case(
        "nonce-nfd-for-nfc",
        CLAIMS,
        "equivalent in Unicode is not equal in bytes",
        RFC8259 % "8.3",
        token(claims(nonce="e\u0301t\u00e9")),
        nonce="\u00e9t\u00e9",
    )
    case(
        "nonce-nfc-for-nfd",
        CLAIMS,
        "equivalent in Unicode is not equal in bytes",
        RFC8259 % "8.3",
        token(claims(nonce="\u00e9t\u00e9")),
        nonce="e\u0301t\u00e9",
    )
    case(
        "nonce-ligature", CLAIMS, "compatible in Unicode is not equal in bytes", RFC8259 % "8.3", token(claims(nonce="\ufb01")), nonce="fi"
    )
    case(
        "nonce-angstrom",
        CLAIMS,
        "equivalent in Unicode is not equal in bytes",
        RFC8259 % "8.3",
        token(claims(nonce="\u212b")),
        nonce="\u00c5",
    )
    case(
        "nonce-escape-not-read",
        CLAIMS,
        "an escaped backslash starts no escape",
        RFC8259 % "7",
        token(raw_claims(nonce='"\\\\u0041"')),
        nonce="A",
    )
    case("nonce-number-as-text", CLAIMS, "a number is no string", RFC8259 % "3", token(claims(nonce=12345)), nonce="12345")
    upper = {"productCode": ("ProductCode", "other"), "publicKeyVersion": ("PublicKeyVersion", 2), "nonce": ("Nonce", "other")}
    for name, (spelling, other) in upper.items():
        case(f"conflict-{name}", CLAIMS, "both spellings, and the documented one differs", API, token(claims(**{spelling: other})))
        case(
            f"conflict-{spelling}",
            CLAIMS,
            "both spellings, and the lower one differs",
            API,
            token(claims(**{name: other, spelling: CLAIM[name]})),
        )
        case(f"conflict-{name}-type", CLAIMS, "both spellings, and one is of another type", API, token(claims(**{spelling: [CLAIM[name]]})))
    case("conflict-version-string", CLAIMS, 'both spellings, 1 and "2"', API, token(claims(PublicKeyVersion="2")))


# ---- Structure -----------------------------------------------------------------------------------------------------------------


def structure():
    head, body, end = GENUINE.split(".")
    source = RFC7515 % "7.1"
    for name, value in {
        "empty": "",
        "dot": ".",
        "two-dots": "..",
        "one-part": head,
        "two-parts": f"{head}.{body}",
        "four-parts": f"{GENUINE}.{end}",
        "four-parts-empty-last": f"{GENUINE}.",
        "four-parts-empty-first": f".{GENUINE}",
        "five-parts": f"{GENUINE}.{end}.{end}",
        "thousand-dots": "." * 1000,
        "empty-header": f".{body}.{end}",
        "header-and-dots": f"{head}..",
        "text": "not a token",
        "json-form": text({"payload": body, "protected": head, "signature": end}),
        "double-quoted": f'"{GENUINE}"',
        "bearer": f"Bearer {GENUINE}",
        "comma": GENUINE.replace(".", ","),
        "full-width-dots": GENUINE.replace(".", "\uff0e"),
    }.items():
        case(f"parts-{name}", MALFORMED, "three parts, of which header and payload hold something", source, value)
    case(
        "parts-jwe",
        MALFORMED,
        "an encrypted token has five parts",
        "RFC 7516 section 7.1",
        ".".join([b64(text({"alg": "RSA-OAEP", "enc": "A128GCM"}))] + [b64(bytes([i] * n)) for i, n in enumerate((256, 12, 40, 16))]),
    )
    case("parts-empty-payload-signed", MALFORMED, "an empty payload, honestly signed", RFC7519 % "7.2", token(""))
    case("parts-empty-payload", MALFORMED, "an empty payload", RFC7519 % "7.2", f"{head}..{end}")
    for name, value in {
        "leading-space": f" {GENUINE}",
        "trailing-space": f"{GENUINE} ",
        "trailing-newline": f"{GENUINE}\n",
        "trailing-crlf": f"{GENUINE}\r\n",
        "leading-newline": f"\n{GENUINE}",
        "leading-tab": f"\t{GENUINE}",
        "space-in-header": f"{head[:5]} {head[5:]}.{body}.{end}",
        "newline-in-payload": f"{head}.{body[:9]}\n{body[9:]}.{end}",
        "space-in-signature": f"{head}.{body}.{end[:76]} {end[76:]}",
        "wrapped-signature": f"{head}.{body}.{end[:76]}\r\n{end[76:]}",
        "space-after-dot": f"{head}. {body}.{end}",
        "byte-order-mark": f"\ufeff{GENUINE}",
        "no-break-space": f"{GENUINE}\u00a0",
    }.items():
        case(f"blank-{name}", MALFORMED, "white space is not accepted", RFC7515 % "2", value)
    alphabet = RFC4648 % "5"
    for name, value in {
        "padding-in-header": f"{head}=.{body}.{end}",
        "padding-in-payload": f"{head}.{body}=.{end}",
        "padding-in-signature": f"{GENUINE}==",
        "padding-alone": f"{head}.{body}.=",
        "percent": f"{head}.{body}.%{end[1:]}",
        "dollar": f"{head}.{body}.{end[:-1]}$",
        "tilde": f"{head}.{body}.~{end[1:]}",
        "accent": f"{head}.{body}.\u00e9{end[1:]}",
        "full-width-letter": f"{head}.{body}.\uff21{end[1:]}",
        "cyrillic-letter": f"{head}.{body}.\u0430{end[1:]}",
        "del": f"{head}.{body}.\x7f{end[1:]}",
    }.items():
        case(f"base64url-{name}", MALFORMED, "an alphabet of 64 characters without padding", alphabet, value)
    both = next(
        t
        for i in range(999)
        if {"-", "_"} <= set((t := token(header={**HEADER, "x": "\u03ff\u00fb" * 3 + str(i)})).split(".")[0])
        and {"-", "_"} <= set(t.split(".")[2])
    )
    case("ok-base64url-dash-and-underscore", OK, "- and _ are of the alphabet", alphabet, both)
    h, p, s = both.split(".")
    case("base64url-plus-in-signature", MALFORMED, "+ is of another alphabet", alphabet, f"{h}.{p}.{s.replace('-', '+')}")
    case("base64url-solidus-in-signature", MALFORMED, "/ is of another alphabet", alphabet, f"{h}.{p}.{s.replace('_', '/')}")
    case(
        "base64url-other-alphabet-in-header-signed",
        MALFORMED,
        "+ and / even when signed",
        alphabet,
        seal(f"{h.replace('-', '+').replace('_', '/')}.{p}"),
    )
    padded = base64.urlsafe_b64encode((text(CLAIM) + " " * ((1 - len(text(CLAIM))) % 3)).encode()).decode()
    assert padded.endswith("==")
    case(
        "base64url-padding-signed",
        MALFORMED,
        "padding even when signed",
        RFC7515 % "2",
        seal(f"{b64(text({**HEADER, 'x': ''}))}.{padded}"),
    )
    canonical = RFC4648 % "3.5"
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    def restless(part):
        """The same bytes with another last character: a bit that says nothing is set."""
        assert len(part) % 4 in (2, 3)
        other = part[:-1] + letters[letters.index(part[-1]) ^ 1]
        assert base64.urlsafe_b64decode(other + "==") == unb64(part)
        return other

    case("base64url-trailing-bits-signature", MALFORMED, "bits that say nothing must be 0", canonical, f"{head}.{body}.{restless(end)}")
    payload = text(CLAIM) + " " * ((1 - len(text(CLAIM))) % 3)
    case(
        "base64url-trailing-bits-payload-signed",
        MALFORMED,
        "bits that say nothing must be 0, even when signed",
        canonical,
        seal(f"{head}.{restless(b64(payload))}"),
    )
    header = text(HEADER) + " " * ((2 - len(text(HEADER))) % 3)
    case(
        "base64url-trailing-bits-header-signed",
        MALFORMED,
        "bits that say nothing must be 0, even when signed",
        canonical,
        seal(f"{restless(b64(header))}.{body}"),
    )
    length = RFC4648 % "4"
    for name, value in {
        "header": f"{b64(text(HEADER) + ' ' * (-len(text(HEADER)) % 3))}A.{body}.{end}",
        "payload": f"{head}.{b64(text(CLAIM) + ' ' * (-len(text(CLAIM)) % 3))}A.{end}",
        "signature": f"{head}.{body}.{end[:-1]}",
        "signature-one-letter": f"{head}.{body}.A",
    }.items():
        parts = [len(part) % 4 for part in value.split(".")]
        assert 1 in parts, (name, parts)
        case(f"base64url-length-{name}", MALFORMED, "no text of that length is base64url", length, value)
    case(
        "base64url-bad-signature-under-none",
        MALFORMED,
        "the structure is judged before the header's algorithm",
        source,
        signing_input(header={"alg": "none"}) + ".%",
    )
    sizes = "include/mpmeter.h: at most 16384 bytes"
    case("size-16385", MALFORMED, "one byte too long, honestly signed", sizes, sized(MAXIMUM + 1))
    case(
        "size-20000",
        MALFORMED,
        "too long, with the shape of a token",
        sizes,
        {"prefix": f"{head}.", "repeat": "A", "count": 20000, "suffix": f".{end}"},
    )
    for name, letter in (("letters", "A"), ("dots", "."), ("spaces", " "), ("zeros", "0")):
        case(f"size-10-mib-{name}", MALFORMED, "far too long", sizes, {"prefix": "", "repeat": letter, "count": 10 << 20, "suffix": ""})
    case(
        "size-10-mib-payload",
        MALFORMED,
        "far too long, with the shape of a token",
        sizes,
        {"prefix": f"{head}.", "repeat": "A", "count": 10 << 20, "suffix": f".{end}"},
    )
    case(
        "size-10-mib-signature",
        MALFORMED,
        "far too long, with the shape of a token",
        sizes,
        {"prefix": f"{head}.{body}.", "repeat": "A", "count": 10 << 20, "suffix": ""},
    )
    case(
        "size-10-mib-of-tokens",
        MALFORMED,
        "far too long",
        sizes,
        {"prefix": "", "repeat": f"{head}.", "count": (10 << 20) // len(head), "suffix": end},
    )
    for value in ("JWE", "at+jwt", "JWS", "JOSE", "JOSE+JSON", "", "JWT ", " JWT", "JWTX", "J", "\uff2aWT", "secevent+jwt", "dpop+jwt"):
        case(
            f"typ-{value.encode('unicode_escape').decode() or 'empty'}",
            MALFORMED,
            "typ, when present, is JWT",
            RFC8725 % "3.11",
            token(header={"alg": "PS256", "typ": value}),
        )
    for name, value in (("null", None), ("number", 1), ("array", ["JWT"]), ("object", {"JWT": 1}), ("true", True)):
        case(f"typ-{name}", MALFORMED, "typ is a string", RFC7515 % "4.1.9", token(header={"alg": "PS256", "typ": value}))


def broken_json():
    """Texts that are no strict JSON object, each made from a good one."""

    def object_with(good):
        inner = good[1:-1]
        name = inner.split('"')[1]
        yield "not-json", "x"
        yield "unclosed", good[:-1]
        yield "unopened", good[1:]
        yield "trailing-comma", good[:-1] + ",}"
        yield "leading-comma", "{," + inner + "}"
        yield "missing-colon", good.replace(":", " ", 1)
        yield "single-quotes", good.replace('"', "'")
        yield "comment", "{/*x*/" + inner + "}"
        yield "line-comment", good[:-1] + "//x\n}"
        yield "unquoted-name", good[:-1] + ",x:1}"
        yield "nan", good[:-1] + ',"x":NaN}'
        yield "infinity", good[:-1] + ',"x":Infinity}'
        yield "leading-zero", good[:-1] + ',"x":01}'
        yield "plus-sign", good[:-1] + ',"x":+1}'
        yield "hexadecimal", good[:-1] + ',"x":0x1}'
        yield "bare-point", good[:-1] + ',"x":.5}'
        yield "trailing-point", good[:-1] + ',"x":5.}'
        yield "integer-over-64-bits", good[:-1] + ',"x":9223372036854775808}'
        yield "real-over-double", good[:-1] + ',"x":1e400}'
        yield "true-in-capitals", good[:-1] + ',"x":TRUE}'
        yield "bad-escape", good[:-1] + ',"x":"\\x41"}'
        yield "short-escape", good[:-1] + ',"x":"\\u12"}'
        yield "lone-high-surrogate", good[:-1] + ',"x":"\\ud83d"}'
        yield "lone-low-surrogate", good[:-1] + ',"x":"\\udd12"}'
        yield "swapped-surrogates", good[:-1] + ',"x":"\\udd12\\ud83d"}'
        yield "raw-newline-in-string", good[:-1] + ',"x":"a\nb"}'
        yield "raw-control-in-string", good[:-1] + ',"x":"a\x1fb"}'
        yield "raw-nul-in-string", good[:-1] + ',"x":"a\0b"}'
        yield "escaped-nul-in-string", good[:-1] + ',"x":"a\\u0000b"}'
        yield "escaped-nul-in-name", good[:-1] + ',"a\\u0000b":1}'
        yield "nul-after", good + "\0"
        yield "nul-before", "\0" + good
        yield "garbage-after", good + "x"
        yield "second-object", good + good
        yield "closed-twice", good + "}"
        yield "form-feed", good + "\f"
        yield "no-break-space", "\u00a0" + good
        yield "byte-order-mark", "\ufeff" + good
        yield "utf-16", good.encode("utf-16-le")
        yield "utf-16-mark", good.encode("utf-16")
        yield "utf-32", good.encode("utf-32-be")
        for label, data in (
            ("ff", b"\xff"),
            ("lone-continuation", b"\x80"),
            ("cut-short", b"\xe2\x82"),
            ("overlong", b"\xc0\xaf"),
            ("overlong-nul", b"\xc0\x80"),
            ("surrogate", b"\xed\xa0\x80"),
            ("above-10ffff", b"\xf4\x90\x80\x80"),
            ("latin-1", b"\xe9"),
        ):
            yield f"utf-8-{label}", good[:-1].encode() + b',"x":"' + data + b'"}'
        yield "array", "[" + good + "]"
        yield "string", json.dumps(good)
        yield "number", "1"
        yield "null", "null"
        yield "true", "true"
        yield "only-blank", " "
        yield "nested-5000-arrays", good[:-1] + ',"x":' + "[" * 5000 + "]" * 5000 + "}"
        yield "nested-5000-open", good[:-1] + ',"x":' + "[" * 5000
        yield "nested-1500-objects-open", good[:-1] + ',"x":' + '{"":' * 1500 + "1" + "}" * 1499
        yield "duplicate", good[:-1] + "," + inner + "}"
        yield "duplicate-escaped", good[:-1] + ',"\\u%04x%s":1}' % (ord(name[0]), name[1:])
        yield "duplicate-unknown", good[:-1] + ',"x":1,"x":1}'
        yield "duplicate-nested", good[:-1] + ',"x":{"y":1,"y":2}}'
        yield "duplicate-in-array", good[:-1] + ',"x":[{"y":1,"y":2}]}'
        yield "duplicate-empty-name", good[:-1] + ',"":1,"":2}'

    for name, broken in object_with(text(CLAIM)):
        case(
            f"payload-{name}",
            MALFORMED,
            "the payload, honestly signed, is no strict JSON object",
            RFC7519 % "4" if "duplicate" in name else RFC7519 % "7.2",
            token(broken),
        )
    for name, broken in object_with(text(HEADER)):
        case(
            f"header-{name}",
            MALFORMED,
            "the header, honestly signed, is no strict JSON object",
            RFC7515 % "4" if "duplicate" in name else RFC7515 % "5.2",
            token(header=broken),
        )
    for name, broken in (("same", ',"nonce":"%s"' % NONCE), ("first-wins", None), ("last-wins", ',"nonce":"other"')):
        payload = raw_claims(before='"nonce":"other",') if broken is None else raw_claims(after=broken)
        case(f"payload-duplicate-nonce-{name}", MALFORMED, "a name that stands twice", RFC7519 % "4", token(payload))
    for first, second in (("PS256", "none"), ("none", "PS256"), ("PS256", "PS256")):
        case(
            f"header-duplicate-alg-{first}-{second}",
            MALFORMED,
            "a name that stands twice",
            RFC7515 % "4",
            token(header=f'{{"alg":"{first}","alg":"{second}"}}'),
        )
    case(
        "payload-nested-100000",
        MALFORMED,
        "100,000 deep",
        RFC8259 % "9",
        {"prefix": f"{b64(text(HEADER))}.", "repeat": b64("[[["), "count": 100000 // 3, "suffix": "." + "A" * 342},
    )
    case(
        "header-nested-100000",
        MALFORMED,
        "100,000 deep",
        RFC8259 % "9",
        {"prefix": "", "repeat": b64("[[["), "count": 100000 // 3, "suffix": "." + signing_input().split(".")[1] + "." + "A" * 342},
    )
    case(
        "header-not-json-bad-signature",
        MALFORMED,
        "the header is judged before the signature",
        RFC7515 % "5.2",
        f"{b64('x')}.{b64(text(CLAIM))}.{b64(bytes(256))}",
    )


# ---- Judges --------------------------------------------------------------------------------------------------------------------


def public(path):
    try:
        return serialization.load_pem_public_key((KEYS / path).read_bytes().strip())
    except Exception:  # A key that the library cannot read is no key, whatever the reason.
        return None


def cryptography_accepts(value, key):
    parts = value.split(".")
    try:
        signature = unb64(parts[-1])
        key.verify(signature, value.rpartition(".")[0].encode(), padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        return True
    except (InvalidSignature, ValueError, TypeError, AttributeError):
        return False


def joserfc_accepts(value, key):
    try:
        pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        signed = jws.deserialize_compact(value, jwk.RSAKey.import_key(pem.decode()), algorithms=["PS256"], registry=REGISTRY)
        return bool(signed)
    except (joserfc.errors.JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return False


REGISTRY = jws.JWSRegistry(algorithms=["PS256"], strict_check_header=False)
for limit in ("max_header_length", "max_payload_length", "max_signature_length"):
    setattr(REGISTRY, limit, 1 << 20)


def strict_object(data):
    """Whether these bytes are one JSON object, by Python's parser and, beyond it, without what the README lists as refused."""

    def once(pairs):
        if len({name for name, _ in pairs}) < len(pairs):
            raise ValueError("a name that stands twice")
        return dict(pairs)

    def integer(digits):
        if not -(2**63) <= int(digits) < 2**63:
            raise ValueError("an integer outside 64 bits")
        return digits

    def real(digits):
        if math.isinf(float(digits)):
            raise ValueError("a real outside a double")
        return digits

    def constant(name):
        raise ValueError(name)

    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=once, parse_constant=constant, parse_int=integer, parse_float=real)
        told = json.dumps(value, ensure_ascii=False)
        told.encode("utf-8")  # Refuses a lone surrogate.
        return isinstance(value, dict) and "\\u0000" not in told.replace("\\\\", "")
    except (ValueError, RecursionError):
        return False


def judge():
    """Holds every case against both libraries, and counts."""
    tally = collections.Counter()
    for entry in CASES:
        expect = entry["expect"]
        tally[expect, "cases"] += 1
        if "token" in entry and expect != MALFORMED:
            assert len(entry["token"].split(".")) == 3 and all(b64(unb64(part)) == part for part in entry["token"].split(".")), entry[
                "name"
            ]
        if "token" not in entry or expect == PUBLIC_KEY:
            continue
        path = re.sub(r"^rsa2048-(pkcs1.*|crlf|no-final.*|blank.*|backslash.*|base64.*)$", "rsa2048.pem", entry["key"])
        key = public(path)
        first, second = joserfc_accepts(entry["token"], key), cryptography_accepts(entry["token"], key)
        tally[expect, "joserfc accepts the signature"] += first
        tally[expect, "cryptography accepts the signature"] += second
        if expect in (OK, CLAIMS):
            assert first and second, (entry["name"], first, second)
        if expect in (OK, CLAIMS, ALGORITHM):
            header, payload = (strict_object(unb64(part)) for part in entry["token"].split(".")[:2])
            assert header and (payload or expect == ALGORITHM), entry["name"]
        if entry["name"].startswith(("payload-", "header-")) and expect == MALFORMED:
            part = entry["token"].split(".")[entry["name"].startswith("payload-")]
            assert not strict_object(unb64(part)) or "nested-5000" in entry["name"], entry["name"]
        if expect == SIGNATURE:
            assert first == second == (entry["name"] in STRICTER), (entry["name"], first, second)
        if expect == ALGORITHM:
            assert first == (entry["name"] in STRICTER), (entry["name"], first)
    for (expect, what), count in sorted(tally.items()):
        print(f"{expect}: {what}: {count}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    folder = output.folder("jwt")
    GENUINE = token()
    for group in (genuine, keys, algorithms, signatures, mismatches, structure, broken_json):
        group()
    judge()
    output.write(folder / "cases.json", CASES)
