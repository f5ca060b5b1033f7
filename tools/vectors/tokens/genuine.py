"""Genuine tokens, in every form that is accepted."""

import json

from .attacker import attacker_headers
from .making import (
    API,
    CLAIM,
    GENUINE,
    HEADER,
    HEADER_FILE,
    IAT,
    MAXIMUM,
    NONCE,
    OK,
    PRODUCT,
    RFC7515,
    RFC7518,
    RFC7519,
    RFC8017,
    RFC8259,
    RFC8725,
    SAMPLE,
    b64,
    case,
    claims,
    raw_claims,
    signer,
    signing_input,
    text,
    token,
)


def cases():
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
    case(
        "ok-documented-case-number",
        OK,
        "documented spelling, the version a number",
        API,
        token({**upper, "PublicKeyVersion": 1}),
    )
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
    case(
        "ok-claims-in-other-order",
        OK,
        "the order of claims says nothing",
        RFC8259 % "4",
        token(dict(reversed(CLAIM.items()))),
    )
    case(
        "ok-nested-20-deep",
        OK,
        "an unknown claim of some depth",
        RFC8259 % "9",
        token(raw_claims(after=',"x":' + "[" * 20 + "]" * 20)),
    )
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
    case(
        "ok-product-code-255",
        OK,
        "the longest product code",
        API,
        token(claims(productCode="p" * 255)),
        product_code="p" * 255,
    )
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
    case(
        "ok-version-2",
        OK,
        "another version",
        API,
        token(claims(publicKeyVersion=2)),
        key_version=2,
        public_key_version=2,
    )
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
    case(
        "ok-typ-lower-case",
        OK,
        "typ is compared without regard to case",
        RFC7515 % "4.1.9",
        token(header={"alg": "PS256", "typ": "jwt"}),
    )
    case(
        "ok-typ-mixed-case",
        OK,
        "typ is compared without regard to case",
        RFC7515 % "4.1.9",
        token(header={"typ": "Jwt", "alg": "PS256"}),
    )
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
