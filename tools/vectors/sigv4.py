"""Signature Version 4 vectors, signed by botocore with a frozen clock."""

import base64
import datetime
import hashlib
import hmac
from unittest import mock

import botocore
import botocore.auth
import botocore.session
import output
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SERVICE = botocore.session.get_session().get_service_model("meteringmarketplace").signing_name
assert SERVICE == "aws-marketplace", SERVICE

ACCESS_KEY = "AKIDEXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQ==+/"
TIMESTAMP = "20240229T123456Z"
REGISTER = [["Content-Type", "application/x-amz-json-1.1"], ["X-Amz-Target", "AWSMPMeteringService.RegisterUsage"]]
BODY = '{"ProductCode":"4w1vgsrkqdkypbz43g7qkk4uz","PublicKeyVersion":1,"Nonce":"f2f3c7b0-5b9b-4c1a-9d0e-000000000001"}'


def register(name, url, region, **rest):
    return dict(name=name, method="POST", url=url, headers=REGISTER, body=BODY, region=region, **rest)


def get(name, url, **rest):
    return dict(dict(name=name, method="GET", url=url, headers=[], body="", region="us-east-1"), **rest)


METERING = "https://metering.marketplace.%s.amazonaws.com/"
HERE = METERING % "us-east-1"
CASES = [
    register("register-usage", HERE, "us-east-1"),
    register("register-usage-session-token", HERE, "us-east-1", session_token=TOKEN),
    register("register-usage-eu-west-3", METERING % "eu-west-3", "eu-west-3", session_token=TOKEN),
    register(
        "register-usage-gov-fips",
        "https://metering.marketplace-fips.us-gov-west-1.amazonaws.com/",
        "us-gov-west-1",
        session_token=TOKEN,
    ),
    register(
        "register-usage-china",
        "https://metering.marketplace.cn-northwest-1.amazonaws.com.cn/",
        "cn-northwest-1",
        session_token=TOKEN,
    ),
    register(
        "register-usage-dualstack",
        "https://metering-marketplace.ap-southeast-2.api.aws/",
        "ap-southeast-2",
        session_token=TOKEN,
    ),
    register(
        "register-usage-sovereign",
        "https://metering-marketplace.eusc-de-east-1.amazonaws.eu/",
        "eusc-de-east-1",
        session_token=TOKEN,
    ),
    register("register-usage-no-path", HERE[:-1], "us-east-1"),
    register("host-port", "http://127.0.0.1:8080/", "eu-west-3", session_token=TOKEN),
    register("host-default-port-https", "https://localhost:443/", "us-east-1"),
    register("host-default-port-http", "http://localhost:80/", "us-east-1"),
    register("host-https-on-port-80", "https://localhost:80/", "us-east-1"),
    register("host-ipv6", "http://[::1]:9000/", "us-east-1"),
    register("base-path", "http://localhost:9000/metering/v1/", "us-east-1"),
    register("date-last-second-of-year", HERE, "us-east-1", timestamp="20231231T235959Z"),
    register("date-first-second-of-year", HERE, "us-east-1", timestamp="20240101T000000Z"),
    register("date-leap-day", HERE, "us-east-1", timestamp="20240229T000000Z"),
    register("date-single-digits", HERE, "us-east-1", timestamp="20250102T030405Z"),
    register("date-after-2038", HERE, "us-east-1", timestamp="20380119T031408Z"),
    register("secret-with-every-punctuation", HERE, "us-east-1", secret_key="a/b+c=d e%f&g\u00e9"),
    register("session-token-long", HERE, "us-east-1", session_token="FwoGZXIvYXdzE" * 120),
    dict(register("body-empty-object", HERE, "us-east-1"), body="{}"),
    dict(register("body-empty", HERE, "us-east-1"), body=""),
    dict(register("body-unicode", HERE, "us-east-1"), body='{"Nonce":"\u00e9t\u00e9 \u6771\u4eac \U0001f512"}'),
    dict(register("body-binary", HERE, "us-east-1"), body=bytes(range(256))),
    dict(register("body-one-mebibyte", HERE, "us-east-1"), body_repeat=["a", 1 << 20]),
    dict(register("header-spaces-folded", HERE, "us-east-1"), headers=REGISTER + [["X-Amz-Note", "  a   b  c "]]),
    dict(register("header-quoted-spaces-folded", HERE, "us-east-1"), headers=REGISTER + [["X-Amz-Note", ' "a   b"  ']]),
    dict(register("header-empty-value", HERE, "us-east-1"), headers=REGISTER + [["X-Amz-Note", ""]]),
    dict(register("header-repeated", HERE, "us-east-1"), headers=REGISTER + [["X-Amz-Note", "b"], ["x-amz-note", "a"]]),
    dict(register("header-name-case", HERE, "us-east-1"), headers=[[n.upper(), v] for n, v in REGISTER]),
    dict(
        register("header-order", HERE, "us-east-1"),
        headers=[["X-B", "1"], ["X-A-B", "2"], ["x-a", "3"], ["X-Amz-Z", "4"]] + REGISTER,
    ),
    dict(
        register("header-user-agent-not-signed", HERE, "us-east-1"),
        headers=REGISTER + [["User-Agent", "mpmeter/0.1.0"]],
    ),
    dict(register("header-host-given", HERE, "us-east-1"), headers=REGISTER + [["Host", "metering.example.com"]]),
    get("get-vanilla", "https://example.amazonaws.com/", service="service", timestamp="20150830T123600Z"),
    get("path-space", "https://example.amazonaws.com/a b"),
    get("path-percent-encoded", "https://example.amazonaws.com/a%20b"),
    get("path-unreserved", "https://example.amazonaws.com/-._~0129AZaz"),
    get("path-reserved", "https://example.amazonaws.com/!$&'()*+,;=:@"),
    get("path-unicode", "https://example.amazonaws.com/\u1234"),
    get("path-dot-segments", "https://example.amazonaws.com/a/./b/../c//d/"),
    get("path-dot-dot-above-root", "https://example.amazonaws.com/../../a"),
    get("query-sorted-by-name", "https://example.amazonaws.com/?b=2&a=1&A=3&a-b=4"),
    get("query-repeated-name", "https://example.amazonaws.com/?a=2&a=1&a=10"),
    get("query-empty-value", "https://example.amazonaws.com/?a=&b&c=3"),
    get("query-encoded", "https://example.amazonaws.com/?a%20b=c%2Fd&e=~f"),
    get(
        "query-parameters-encoded",
        "https://example.amazonaws.com/",
        query_parameters=[["b c", "d/e"], ["a", "\u00e9~-_.*"], ["a", ""]],
    ),
    dict(register("query-and-body", HERE + "?Version=2016-01-14", "us-east-1"), session_token=TOKEN),
]


def sign(case):
    """Fills in what botocore computed on the way, from the canonical request to the header."""
    inputs = dict(
        dict(
            service=SERVICE,
            access_key=ACCESS_KEY,
            secret_key=SECRET_KEY,
            session_token=None,
            timestamp=TIMESTAMP,
            query_parameters=None,
        ),
        **case,
    )
    if "body_repeat" in inputs:
        inputs.pop("body")
        body = (inputs["body_repeat"][0] * inputs["body_repeat"][1]).encode()
    elif isinstance(inputs["body"], bytes):
        body = inputs.pop("body")
        inputs["body_base64"] = base64.b64encode(body).decode()
    else:
        body = inputs["body"].encode()
    request = AWSRequest(
        inputs["method"], inputs["url"], data=body, params=[tuple(p) for p in inputs["query_parameters"] or []]
    )
    for name, value in inputs["headers"]:
        request.headers[name] = value
    auth = botocore.auth.SigV4Auth(
        Credentials(inputs["access_key"], inputs["secret_key"], inputs["session_token"]),
        inputs["service"],
        inputs["region"],
    )
    moment = datetime.datetime.strptime(inputs["timestamp"], "%Y%m%dT%H%M%SZ")
    seen = {}

    def watch(name):
        real = getattr(auth, name)
        return mock.patch.object(auth, name, lambda *a: seen.setdefault(name, real(*a)))

    now = mock.patch("botocore.auth.get_current_datetime", lambda: moment)
    with now, watch("canonical_request"), watch("string_to_sign"), watch("signature"):
        auth.add_auth(request)
    key = ("AWS4" + inputs["secret_key"]).encode()
    for part in (inputs["timestamp"][:8], inputs["region"], inputs["service"], "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    assert hmac.new(key, seen["string_to_sign"].encode(), hashlib.sha256).hexdigest() == seen["signature"], inputs[
        "name"
    ]
    authorization = request.headers["Authorization"]
    return dict(
        inputs,
        payload_sha256=hashlib.sha256(body).hexdigest(),
        canonical_request=seen["canonical_request"],
        signed_headers=authorization.split("SignedHeaders=")[1].split(",")[0],
        string_to_sign=seen["string_to_sign"],
        signing_key=key.hex(),
        signature=seen["signature"],
        authorization=authorization,
    )


if __name__ == "__main__":
    signed = [sign(case) for case in CASES]
    # The one case that AWS published in its Signature Version 4 test suite, as a check on the set-up.
    vanilla = next(case for case in signed if case["name"] == "get-vanilla")
    assert vanilla["signature"] == "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
    print(f"botocore {botocore.__version__}, signing name {SERVICE}")
    output.write(output.folder("sigv4") / "cases.json", signed)
