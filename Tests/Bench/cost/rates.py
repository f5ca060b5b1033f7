"""How often a second the Python packages sign and verify.

`rates.py sign-botocore|sign-crt|verify-crt CALLS` prints "calls seconds cpu_seconds".
"""

import base64
import hashlib
import os
import sys
import time
from collections.abc import Callable

BODY = b'{"ProductCode":"bench-product","PublicKeyVersion":1,"Nonce":"bench-1"}'
HEADERS = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSMPMeteringService.RegisterUsage"}
HOST = "metering.marketplace.eu-west-3.amazonaws.com"
KEYS = ("ASIABENCHBENCHBENCH1", "benchbenchbenchbenchbenchbenchbenchbench", "T" * 1000)


def sign_botocore() -> Callable[[], object]:
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    signer = SigV4Auth(Credentials(*KEYS), "aws-marketplace", "eu-west-3")
    return lambda: signer.add_auth(AWSRequest("POST", f"https://{HOST}/", headers=dict(HEADERS), data=BODY))


def sign_crt() -> Callable[[], object]:
    from io import BytesIO

    from awscrt import auth, http, io

    config = auth.AwsSigningConfig(
        algorithm=auth.AwsSigningAlgorithm.V4,
        signature_type=auth.AwsSignatureType.HTTP_REQUEST_HEADERS,
        credentials_provider=auth.AwsCredentialsProvider.new_static(*KEYS),
        region="eu-west-3",
        service="aws-marketplace",
        signed_body_value=hashlib.sha256(BODY).hexdigest(),
    )
    headers = [("Host", HOST), *HEADERS.items()]

    def sign() -> object:
        request = http.HttpRequest("POST", "/", http.HttpHeaders(headers), io.InputStream(BytesIO(BODY)))
        return auth.aws_sign_request(request, config).result()

    return sign


def verify_crt() -> Callable[[], object]:
    from awscrt.crypto import RSA, RSASignatureAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

    with open(os.environ["BENCH_KEY"], "rb") as file:
        pem = load_pem_public_key(file.read()).public_bytes(Encoding.PEM, PublicFormat.PKCS1)
    key = RSA.new_public_key_from_pem_data(pem.decode())
    with open(os.environ["BENCH_TOKENS"]) as file:
        message, _, signature = file.readline().strip().rpartition(".")
    encoded, raw = message.encode(), base64.urlsafe_b64decode(signature + "==")

    def verify() -> object:
        assert key.verify(RSASignatureAlgorithm.PSS_SHA256, hashlib.sha256(encoded).digest(), raw)
        return None

    return verify


what = {"sign-botocore": sign_botocore, "sign-crt": sign_crt, "verify-crt": verify_crt}[sys.argv[1]]()
calls = int(sys.argv[2])
what()
start, cpu = time.perf_counter(), time.process_time()
for _ in range(calls):
    what()
print(calls, time.perf_counter() - start, time.process_time() - cpu)
