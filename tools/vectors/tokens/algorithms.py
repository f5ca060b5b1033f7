"""Tokens whose header asks for another algorithm, or for an extension."""

import base64
import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils

from .making import (
    ALGORITHM,
    HEADER,
    KEYS,
    RFC7515,
    RFC7797,
    RFC8725,
    b64,
    case,
    claims,
    private,
    seal,
    signing_input,
    text,
    token,
)


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


def cases():
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
    case(
        "alg-none-with-signature",
        ALGORITHM,
        "none over an honest signature",
        source,
        token(header={"alg": "none", "typ": "JWT"}),
    )
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
        case(
            f"alg-HS{bits}-empty-secret",
            ALGORITHM,
            "an HMAC with an empty secret",
            source,
            hs(f"sha{bits}", header, b""),
        )
    for bits, hash_ in ((256, hashes.SHA256()), (384, hashes.SHA384()), (512, hashes.SHA512())):
        case(
            f"alg-RS{bits}",
            ALGORITHM,
            "PKCS #1 v1.5 by the right key",
            source,
            pkcs1v15({"alg": f"RS{bits}", "typ": "JWT"}, hash_),
        )
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
    case(
        "alg-EdDSA",
        ALGORITHM,
        "an Ed25519 signature",
        source,
        f"{message}.{b64(private('ed25519').sign(message.encode()))}",
    )
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
        case(
            name,
            ALGORITHM,
            "crit asks for an extension, and none is known",
            RFC7515 % "4.1.11",
            token(header={**HEADER, **header}),
        )
    unencoded = f"{b64(text({**HEADER, 'b64': False, 'crit': ['b64']}))}.unencode"
    case("b64-false", ALGORITHM, "an unencoded payload", RFC7797 % "3", seal(unencoded))
    case(
        "b64-false-encoded",
        ALGORITHM,
        "an unencoded payload",
        RFC7797 % "6",
        token(header={**HEADER, "b64": False, "crit": ["b64"]}),
    )
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
        "alg-none-payload-not-json",
        ALGORITHM,
        "the header is judged before the payload",
        source,
        signing_input("x", {"alg": "none"}) + ".",
    )
