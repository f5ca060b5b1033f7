"""Two libraries judge every token, and Python's own parser every header and payload that is to be strict JSON."""

import collections
import json
import math
import re

import joserfc
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from joserfc import jwk, jws

from .making import ALGORITHM, CASES, CLAIMS, KEYS, MALFORMED, OK, PUBLIC_KEY, SIGNATURE, b64, unb64

# Refused here, although a judge accepts it: joserfc knows b64, and lets crit be empty or name a registered parameter;
# OpenSSL (below both judges) takes a signature that is shorter than the modulus, which RFC 8017 section 8.1.2 step 1
# does not.
STRICTER = {
    "b64-false",
    "b64-false-encoded",
    "crit-alg",
    "crit-b64-true",
    "crit-empty",
    "signature-leading-zero-left-out",
}


def public(path):
    try:
        return serialization.load_pem_public_key((KEYS / path).read_bytes().strip())
    except Exception:  # A key that the library cannot read is no key, whatever the reason.
        return None


def cryptography_accepts(value, key):
    parts = value.split(".")
    try:
        signature = unb64(parts[-1])
        key.verify(
            signature,
            value.rpartition(".")[0].encode(),
            padding.PSS(padding.MGF1(hashes.SHA256()), 32),
            hashes.SHA256(),
        )
        return True
    except (InvalidSignature, ValueError, TypeError, AttributeError):
        return False


def joserfc_accepts(value, key):
    try:
        pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        signed = jws.deserialize_compact(
            value, jwk.RSAKey.import_key(pem.decode()), algorithms=["PS256"], registry=REGISTRY
        )
        return bool(signed)
    except (joserfc.errors.JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return False


REGISTRY = jws.JWSRegistry(algorithms=["PS256"], strict_check_header=False)
for limit in ("max_header_length", "max_payload_length", "max_signature_length"):
    setattr(REGISTRY, limit, 1 << 20)


def strict_object(data):
    """Whether these bytes are one JSON object, by Python's parser and, beyond it, without what the README lists as
    refused."""

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
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=once, parse_constant=constant, parse_int=integer, parse_float=real
        )
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
            assert len(entry["token"].split(".")) == 3 and all(
                b64(unb64(part)) == part for part in entry["token"].split(".")
            ), entry["name"]
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
