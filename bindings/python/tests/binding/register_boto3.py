"""The job of examples/python/register.py on boto3 and joserfc, for the comparison in README.md, which says what it
lacks."""

import json
import logging
import os
import random
import sys
import time
import urllib.request
import uuid
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz"
PUBLIC_KEY = Path(__file__).with_name("product.pem").read_text()
PUBLIC_KEY_VERSION = 1
DEADLINE = 30 * 60
PASSING = {"ThrottlingException", "InternalServiceErrorException"}


def find_region():
    """boto3 reads AWS_DEFAULT_REGION alone, and an ECS task on EC2 may have neither variable."""
    found = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not found and "ECS_CONTAINER_METADATA_URI_V4" in os.environ:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(os.environ["ECS_CONTAINER_METADATA_URI_V4"] + "/task", timeout=2) as answer:
            found = json.load(answer)["TaskARN"].split(":")[3]
    if not found:
        raise LookupError("nothing says which Region this is")
    return found


def register(client, nonce):
    """RegisterUsage with retries until the deadline."""
    end, wait = time.monotonic() + DEADLINE, 0.5
    while True:
        try:
            answer = client.register_usage(ProductCode=PRODUCT_CODE, PublicKeyVersion=PUBLIC_KEY_VERSION, Nonce=nonce)
            return answer["Signature"]
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if error.response["Error"]["Code"] not in PASSING and status < 500:
                raise
            if time.monotonic() + wait > end:
                raise TimeoutError(str(error)) from error
        except BotoCoreError as error:
            if time.monotonic() + wait > end:
                raise TimeoutError(str(error)) from error
        time.sleep(random.uniform(0, wait))
        wait = min(wait * 2, 60)


def verify(token, nonce):
    """The proof: PS256 with the vendor's key, of this product, key version and nonce."""
    payload = jws.deserialize_compact(token, RSAKey.import_key(PUBLIC_KEY), algorithms=["PS256"]).payload
    claims = json.loads(payload)
    found = [
        str(claims.get(name, claims.get(name[0].upper() + name[1:])))
        for name in ("productCode", "publicKeyVersion", "nonce")
    ]
    if found != [PRODUCT_CODE, str(PUBLIC_KEY_VERSION), nonce]:
        raise ValueError(f"the token speaks of something else: {found}")


logging.basicConfig(level=logging.INFO)
try:
    region = find_region()
    config = Config(region_name=region, retries={"total_max_attempts": 1})
    nonce = uuid.uuid4().hex
    verify(register(boto3.client("meteringmarketplace", config=config), nonce), nonce)
except TimeoutError as error:
    logging.critical("not registered: %s", error)
    sys.exit(75)
except (ClientError, BotoCoreError, JoseError, LookupError, ValueError, OSError) as error:
    logging.critical("not registered: %s", error)
    sys.exit(1)

print(f"registered in {region}: the product begins here")
