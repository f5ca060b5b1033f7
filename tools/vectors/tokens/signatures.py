"""Tokens that ask for PS256 and are not signed by the key: other paddings, other keys, numbers that sign nothing, other
texts."""

import hashlib
import json

from cryptography.hazmat.primitives import hashes
from rsapss import encode

from .algorithms import es256, hs, pkcs1v15
from .attacker import attacker_headers
from .making import (
    CLAIM,
    GENUINE,
    HEADER,
    KEYS,
    RFC7515,
    RFC7518,
    RFC8017,
    RFC8725,
    SIGNATURE,
    b64,
    case,
    claims,
    raw_claims,
    signer,
    signing_input,
    text,
    token,
    unb64,
)


def cases():
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
        case(
            f"salt-{length}",
            SIGNATURE,
            "the salt must be as long as the hash, 32 bytes",
            salts,
            token(salt_length=length),
        )
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
        case(
            f"signature-pkcs1-v1.5-{name}",
            SIGNATURE,
            "PKCS #1 v1.5 under a PS256 header",
            salts,
            pkcs1v15(HEADER, hash_),
        )
    case(
        "signature-hmac",
        SIGNATURE,
        "an HMAC under a PS256 header",
        salts,
        hs("sha256", HEADER, (KEYS / "rsa2048.pem").read_bytes()),
    )
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
        bad(
            f"number-{name}",
            "a number that signs nothing, or is not under the modulus",
            number(value),
            RFC8017 % "5.2.2",
        )
    small = signer().sign_until(data, lambda s: int.from_bytes(s, "big") + modulus < 1 << 8 * size)
    bad(
        "plus-n",
        "the genuine number plus the modulus",
        number(int.from_bytes(small, "big") + modulus),
        RFC8017 % "5.2.2",
    )
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
    bad(
        "raw-digest",
        "the digest without padding",
        number(signer().raw(int.from_bytes(hashlib.sha256(data).digest(), "big"))),
    )
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
    case(
        "payload-swapped",
        SIGNATURE,
        "the signature of another payload",
        swapped,
        f"{message}.{b64(signer().sign(other.encode()))}",
    )
    case(
        "payload-swapped-wrong-claims",
        SIGNATURE,
        "the signature is judged before the claims",
        swapped,
        f"{other}.{b64(good)}",
    )
    case(
        "payload-changed-to-free-product",
        SIGNATURE,
        "a payload written anew",
        swapped,
        f"{signing_input(claims(productCode='someotherproduct'))}.{b64(good)}",
        product_code="someotherproduct",
    )
    case(
        "payload-respaced",
        SIGNATURE,
        "the same claims in other bytes",
        swapped,
        f"{signing_input(json.dumps(CLAIM))}.{b64(good)}",
    )
    case(
        "header-swapped",
        SIGNATURE,
        "the same payload under another header",
        swapped,
        f"{signing_input(header={'typ': 'JWT', 'alg': 'PS256'})}.{b64(good)}",
    )
    for name, payload in (
        ("not-json", "x"),
        ("duplicate", raw_claims(after=',"nonce":"x"')),
        ("not-utf-8", b"\xff"),
        ("array", "[]"),
    ):
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
