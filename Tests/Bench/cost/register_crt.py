"""The same cold start on the AWS Common Runtime, through its Python package: its task-role provider, signer, HTTP
client and RSA."""

import base64
import hashlib
import json
import os
from urllib.parse import urlsplit

from awscrt import auth, http, io
from awscrt.crypto import RSA, RSASignatureAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


endpoint = urlsplit(os.environ["AWS_ENDPOINT_URL_MARKETPLACE_METERING"])
body = json.dumps({"ProductCode": "bench-product", "PublicKeyVersion": 1, "Nonce": "bench-1"}).encode()
headers = http.HttpHeaders(
    [
        ("Host", endpoint.netloc),
        ("Content-Type", "application/x-amz-json-1.1"),
        ("X-Amz-Target", "AWSMPMeteringService.RegisterUsage"),
        ("Content-Length", str(len(body))),
    ]
)
bootstrap = io.ClientBootstrap.get_or_create_static_default()
credentials = auth.AwsCredentialsProvider.new_default_chain(bootstrap)
request = http.HttpRequest("POST", "/", headers, io.InputStream(__import__("io").BytesIO(body)))
config = auth.AwsSigningConfig(
    algorithm=auth.AwsSigningAlgorithm.V4,
    signature_type=auth.AwsSignatureType.HTTP_REQUEST_HEADERS,
    credentials_provider=credentials,
    region=os.environ["AWS_REGION"],
    service="aws-marketplace",
)
signed = auth.aws_sign_request(request, config).result()

tls = None
if endpoint.scheme == "https":
    options = io.TlsContextOptions()
    options.override_default_trust_store_from_path(None, os.environ["AWS_CA_BUNDLE"])
    tls = io.ClientTlsContext(options).new_connection_options()
    tls.set_server_name(endpoint.hostname)
connection = http.HttpClientConnection.new(
    endpoint.hostname, endpoint.port, bootstrap, tls_connection_options=tls
).result()
chunks: list[bytes] = []
stream = connection.request(signed, on_body=lambda http_stream, chunk, **_: chunks.append(chunk))
stream.activate()
assert stream.completion_future.result() == 200

message, _, signature = json.loads(b"".join(chunks))["Signature"].rpartition(".")
header, _, payload = message.partition(".")
with open(os.environ["BENCH_KEY"], "rb") as file:
    # The CRT reads PKCS #1 alone.
    pem = load_pem_public_key(file.read()).public_bytes(Encoding.PEM, PublicFormat.PKCS1)
assert json.loads(decoded(header))["alg"] == "PS256"
key = RSA.new_public_key_from_pem_data(pem.decode())
assert key.verify(RSASignatureAlgorithm.PSS_SHA256, hashlib.sha256(message.encode()).digest(), decoded(signature))
claims = json.loads(decoded(payload))
assert (claims["productCode"], claims["publicKeyVersion"], claims["nonce"]) == ("bench-product", 1, "bench-1")
