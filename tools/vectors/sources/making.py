"""Decides what a case is, and what the groups of cases share: keys, moments, where each rule is written."""

import base64
import json

import botocore.session

BAD = "MPMETER_E_BAD_RESPONSE"
REJECTED = "MPMETER_E_CREDENTIALS_REJECTED"
UNAVAILABLE = "MPMETER_E_SERVICE_UNAVAILABLE"
THROTTLED = "MPMETER_E_THROTTLED"
KEY, SECRET, TOKEN = "ASIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "IQoJb3JpZ2luX2VjEXAMPLE//+=="
MOMENT = 1893456000  # 2030-01-01T00:00:00Z
STS_MODEL = (
    botocore.session.get_session().get_service_model("sts").operation_model("AssumeRoleWithWebIdentity").output_shape
)

CONTAINER_GUIDE = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html"
AGENT = "aws/amazon-ecs-agent:ecs-agent/tmds/handlers/v1/credentials_handler.go"
STS_GUIDE = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"
STS_JSON = "envoyproxy/envoy#33806"
STS_ERRORS = "https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html"
IMDS_GUIDE = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html"
FILE_GUIDE = "https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html"
ISSUER_GUIDE = "https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html"
TASK_GUIDE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-response.html"
RFC3339, RFC8259, RFC9110 = "RFC 3339 section 5.6", "RFC 8259 section %s", "RFC 9110 section 5.5"


def found(expiration=MOMENT, token=TOKEN, key=KEY, secret=SECRET):
    return {"access_key_id": key, "secret_access_key": secret, "session_token": token, "expiration": expiration}


class Set:
    """The cases of one parser."""

    def __init__(self):
        self.cases = []

    def add(self, name, source, text, expect, **rest):
        """`expect` is an error's name, or what is found (which may be null)."""
        new = {"name": name, "source": source}
        if isinstance(text, bytes):
            new["input_base64"] = base64.b64encode(text).decode()
        else:
            new["input"] = text if isinstance(text, str) else json.dumps(text)
        stricter = rest.pop("stricter", False)
        new.update(rest)
        new["expect_error" if isinstance(expect, str) and expect.startswith("MPMETER_E_") else "expect"] = expect
        self.cases.append(new)
        return new, stricter


def body(case):
    return base64.b64decode(case["input_base64"]) if "input_base64" in case else case["input"].encode()


def agree(case, stricter, seen):
    """botocore's answer must be the expected one; or, where this set is stricter, it must be another."""
    same = ("expect" in case and seen == case["expect"]) or ("expect_error" in case and seen is None)
    assert same != stricter, (case["name"], seen)


def seconds(moment):
    return int(moment.timestamp()) if moment else None


def answer(**changes):
    """A container's credentials with members changed, added or (`...`) left out."""
    merged = {
        "RoleArn": "arn:aws:iam::123456789012:role/task",
        "AccessKeyId": KEY,
        "SecretAccessKey": SECRET,
        "Token": TOKEN,
        "Expiration": "2030-01-01T00:00:00Z",
        **changes,
    }
    return {name: value for name, value in merged.items() if value is not ...}


MOMENTS = {
    "plain": ("2030-01-01T00:00:00Z", MOMENT),
    "milliseconds": ("2030-01-01T00:00:00.999Z", MOMENT),
    "nanoseconds": ("2030-01-01T00:00:00.123456789Z", MOMENT),
    "offset-zero": ("2030-01-01T00:00:00+00:00", MOMENT),
    "offset-minus-zero": ("2030-01-01T00:00:00-00:00", MOMENT),
    "offset-plus": ("2030-01-01T05:30:00+05:30", MOMENT),
    "offset-minus": ("2029-12-31T16:00:00-08:00", MOMENT),
    "offset-and-fraction": ("2030-01-01T01:00:00.5+01:00", MOMENT),
    "leap-day": ("2028-02-29T23:59:59Z", 1835481599),
    "century-leap-day": ("2000-02-29T00:00:00Z", 951782400),
    "past": ("2001-09-09T01:46:40Z", 1000000000),
    "after-2038": ("2038-01-19T03:14:08Z", 2147483648),
    "year-9999": ("9999-12-31T23:59:59Z", 253402300799),
}
NO_MOMENTS = {
    "empty": "",
    "word": "never",
    "month-13": "2030-13-01T00:00:00Z",
    "month-0": "2030-00-01T00:00:00Z",
    "day-0": "2030-01-00T00:00:00Z",
    "day-32": "2030-01-32T00:00:00Z",
    "april-31": "2030-04-31T00:00:00Z",
    "february-30": "2028-02-30T00:00:00Z",
    "no-leap-day": "2030-02-29T00:00:00Z",
    "no-century-leap-day": "2100-02-29T00:00:00Z",
    "hour-25": "2030-01-01T25:00:00Z",
    "minute-60": "2030-01-01T00:60:00Z",
    "second-61": "2030-01-01T00:00:61Z",
    "letters": "2O30-01-01T00:00:00Z",
    "sign-in-month": "2030-+1-01T00:00:00Z",
}
# Refused although dateutil, below botocore, reads them: they name no moment, or not in the form that AWS writes.
LOOSE_MOMENTS = {
    "no-zone": "2030-01-01T00:00:00",
    "date-only": "2030-01-01",
    "http-date": "Tue, 01 Jan 2030 00:00:00 GMT",
    "cut-short": "2030-01-01T00:00:0",
    "sign-in-year": "-030-01-01T00:00:00Z",
    "trailing-garbage": "2030-01-01T00:00:00ZZZ",
}
