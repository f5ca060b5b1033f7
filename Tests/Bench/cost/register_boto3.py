"""The same cold start on boto3 and cryptography: task role, RegisterUsage, PS256 proof."""

import base64
import json
import os

import boto3
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


answer = boto3.client("meteringmarketplace", region_name=os.environ["AWS_REGION"]).register_usage(
    ProductCode="bench-product", PublicKeyVersion=1, Nonce="bench-1"
)
message, _, signature = answer["Signature"].rpartition(".")
header, _, payload = message.partition(".")
with open(os.environ["BENCH_KEY"], "rb") as file:
    key = load_pem_public_key(file.read())
assert json.loads(decoded(header))["alg"] == "PS256"
key.verify(decoded(signature), message.encode(), PSS(MGF1(SHA256()), salt_length=32), SHA256())
claims = json.loads(decoded(payload))
assert (claims["productCode"], claims["publicKeyVersion"], claims["nonce"]) == ("bench-product", 1, "bench-1")
