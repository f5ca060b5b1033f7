"""Decides what a token case is, and how the usual token is made and spoilt: the parts that every group of cases is put
together from."""

import base64
import functools
import json
import pathlib
import sys

from cryptography.hazmat.primitives import serialization
from rsapss import Signer

KEYS = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".") / "keys"
OK = "MPMETER_OK"
MALFORMED = "MPMETER_E_TOKEN_MALFORMED"
ALGORITHM = "MPMETER_E_TOKEN_ALGORITHM"
SIGNATURE = "MPMETER_E_TOKEN_SIGNATURE"
CLAIMS = "MPMETER_E_TOKEN_CLAIMS"
PUBLIC_KEY = "MPMETER_E_PUBLIC_KEY"

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
    return serialization.load_pem_private_key(
        (KEYS / f"{name}.private.pem").read_bytes(), None, unsafe_skip_rsa_key_validation=True
    )


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


def case(name, expect, rule, source, token_, key="rsa2048", **rest):
    """Notes one case. `rest` may replace any input, and says what an MPMETER_OK registration is to hold."""
    new = {"name": name, "rule": rule, "source": source}
    new.update({"generate": token_} if isinstance(token_, dict) else {"token": token_})
    new.update(
        {
            "key": f"{key}.pem",
            "key_version": 1,
            "product_code": PRODUCT,
            "public_key_version": 1,
            "nonce": NONCE,
            "expect": expect,
        }
    )
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


GENUINE = token()
