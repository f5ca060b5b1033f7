"""Tokens that are genuine and speak of something else: another product, key version or nonce, or claims of another
type."""

from .making import (
    API,
    CLAIM,
    CLAIMS,
    GENUINE,
    GUIDE,
    HEADER,
    HEADER_FILE,
    MALFORMED,
    NONCE,
    PRODUCT,
    RFC7519,
    RFC8259,
    case,
    claims,
    raw_claims,
    token,
)


def cases():
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
        case(
            f"product-{name}",
            CLAIMS,
            "productCode must equal the product code, byte by byte",
            GUIDE,
            token(claims(productCode=value)),
        )
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
    case(
        "product-in-header",
        CLAIMS,
        "claims in the header are none",
        RFC7519 % "5.3",
        token({}, header={**HEADER, **CLAIM}),
    )
    case(
        "product-expected-longer",
        CLAIMS,
        "the claim is a prefix of what is expected",
        GUIDE,
        GENUINE,
        product_code=PRODUCT + "x",
    )
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
        case(
            f"version-{name}", CLAIMS, "publicKeyVersion must be this integer", GUIDE, token(raw_claims(version=value))
        )
    for name, value in (
        ("2-to-63", str(2**63)),
        ("2-to-64-plus-1", str(2**64 + 1)),
        ("300-digits", "1" * 300),
        ("minus-2-to-64", str(-(2**64))),
    ):
        case(
            f"version-{name}",
            MALFORMED,
            "an integer outside 64 bits is not read",
            RFC8259 % "6",
            token(raw_claims(version=value)),
        )
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
        "nonce-ligature",
        CLAIMS,
        "compatible in Unicode is not equal in bytes",
        RFC8259 % "8.3",
        token(claims(nonce="\ufb01")),
        nonce="fi",
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
    case(
        "nonce-number-as-text",
        CLAIMS,
        "a number is no string",
        RFC8259 % "3",
        token(claims(nonce=12345)),
        nonce="12345",
    )
    upper = {
        "productCode": ("ProductCode", "other"),
        "publicKeyVersion": ("PublicKeyVersion", 2),
        "nonce": ("Nonce", "other"),
    }
    for name, (spelling, other) in upper.items():
        case(
            f"conflict-{name}",
            CLAIMS,
            "both spellings, and the documented one differs",
            API,
            token(claims(**{spelling: other})),
        )
        case(
            f"conflict-{spelling}",
            CLAIMS,
            "both spellings, and the lower one differs",
            API,
            token(claims(**{name: other, spelling: CLAIM[name]})),
        )
        case(
            f"conflict-{name}-type",
            CLAIMS,
            "both spellings, and one is of another type",
            API,
            token(claims(**{spelling: [CLAIM[name]]})),
        )
    case("conflict-version-string", CLAIMS, 'both spellings, 1 and "2"', API, token(claims(PublicKeyVersion="2")))
