"""Answers of AWS's credential services and metadata endpoints, and the shared credentials file, with what a parser must
make of them.

botocore is the judge wherever it reads the same thing: its container provider, its query parser for STS, its instance
metadata fetcher and its shared-credentials provider. A case that is stricter than botocore says so with
`stricter=True`; that it is, is checked too.
"""

import base64
import datetime
import json
import os
import tempfile
import warnings
from unittest import mock

import botocore
import botocore.parsers
import botocore.session
import output
from botocore.credentials import ContainerProvider, SharedCredentialProvider
from botocore.exceptions import ConfigParseError, PartialCredentialsError
from botocore.utils import ContainerMetadataFetcher, InstanceMetadataFetcher

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


def container():
    cases = Set()

    def add(name, source, text, expect, status=200, **rest):
        case, stricter = cases.add(name, source, text, expect, http_status=status, **rest)
        agree(case, stricter, botocore_container(case))

    add("ecs", CONTAINER_GUIDE, answer(), found())
    add("eks-pod-identity", CONTAINER_GUIDE, answer(RoleArn=..., AccountId="123456789012"), found())
    add("other-order-and-white-space", RFC8259 % "2", json.dumps(dict(reversed(answer().items())), indent=3), found())
    add("unknown-members", CONTAINER_GUIDE, answer(Extra={"a": [1, None]}, LastUpdated="x"), found())
    add("escapes", RFC8259 % "7", json.dumps(answer()).replace("/", "\\/").replace("ASIA", "\\u0041SIA"), found())
    for name, (text, moment) in MOMENTS.items():
        add(f"expiration-{name}", RFC3339, answer(Expiration=text), found(moment))
    for name, text in NO_MOMENTS.items():
        add(f"expiration-{name}", RFC3339, answer(Expiration=text), BAD)
    for name, text in LOOSE_MOMENTS.items():
        add(f"expiration-{name}", RFC3339, answer(Expiration=text), BAD, stricter=True)
    for name, value in (("array", []), ("object", {}), ("true", True)):
        add(f"expiration-{name}", CONTAINER_GUIDE, answer(Expiration=value), BAD)
    for name, value in (("missing", ...), ("null", None)):
        add(f"expiration-{name}", CONTAINER_GUIDE, answer(Expiration=value), found(None), stricter=True)
    for member in ("AccessKeyId", "SecretAccessKey", "Token"):
        add(f"{member}-missing", CONTAINER_GUIDE, answer(**{member: ...}), BAD)
        for name, value in (("null", None), ("empty", ""), ("number", 1), ("array", [KEY])):
            add(f"{member}-{name}", CONTAINER_GUIDE, answer(**{member: value}), BAD, stricter=True)
        for name, value in (
            ("line-end", "A\r\nX-Evil: 1"),
            ("newline-at-end", KEY + "\n"),
            ("space", "A B"),
            ("non-ascii", "\u00c5KID"),
        ):
            add(f"{member}-{name}", RFC9110, answer(**{member: value}), BAD, stricter=True)
        add(
            f"{member}-twice", RFC8259 % "4", json.dumps(answer())[:-1] + f', "{member}": "other"}}', BAD, stricter=True
        )
        add(f"{member}-nul", RFC8259 % "7", json.dumps(answer(**{member: "A\0B"})), BAD, stricter=True)
    good = json.dumps(answer())
    for name, text in (
        ("empty", ""),
        ("blank", " \n"),
        ("html", "<html><body>Log in</body></html>"),
        ("truncated", good[:-1]),
        ("garbage-after", good + "x"),
        ("two-objects", good + good),
        ("invalid-utf-8", good[:-1].encode() + b',"x":"\xff"}'),
        ("array", f"[{good}]"),
        ("string", json.dumps(good)),
        ("null", "null"),
        ("number", "1"),
        ("empty-object", "{}"),
    ):
        add(f"body-{name}", RFC8259 % "2", text, BAD)
    add(
        "error-with-200", AGENT, {"code": "NoIdInRequest", "message": "CredentialsV1Request: No ID in the request"}, BAD
    )
    for name, status, text in (
        (
            "no-id",
            400,
            {"code": "NoIdInRequest", "message": "CredentialsV1Request: No ID in the request", "HTTPErrorCode": 400},
        ),
        (
            "invalid-id",
            400,
            {
                "code": "InvalidIdInRequest",
                "message": "CredentialsV1Request: Credentials not found",
                "HTTPErrorCode": 400,
            },
        ),
        ("unauthorized", 401, {"message": "unauthorized"}),
        ("forbidden", 403, ""),
        ("not-found", 404, "404 page not found\n"),
        ("not-json", 400, "Bad Request"),
        ("good-body", 400, answer()),
    ):
        add(f"error-{name}", AGENT, text, REJECTED, status)
    for name, status, text in (
        ("internal", 500, {"code": "InternalServerError", "message": "x", "HTTPErrorCode": 500}),
        ("uninitialized", 503, {"code": "CredentialsUninitialized", "message": "x", "HTTPErrorCode": 503}),
        ("not-json", 502, "<html>"),
    ):
        add(f"error-5xx-{name}", AGENT, text, UNAVAILABLE, status)
    return cases.cases


def botocore_container(case):
    """What botocore's provider finds, or None."""
    answered = mock.Mock(status_code=case["http_status"], content=body(case))
    fetcher = ContainerMetadataFetcher(session=mock.Mock(send=lambda request: answered), sleep=lambda seconds: None)
    provider = ContainerProvider({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}, fetcher)
    try:
        got = provider.load()
        return found(seconds(got._expiry_time), got._token, got._access_key, got._secret_key)
    except Exception:  # Whatever the reason: it finds no credentials.
        return None


def sts_json(**changes):
    members = {"AccessKeyId": KEY, "SecretAccessKey": SECRET, "SessionToken": TOKEN, "Expiration": MOMENT, **changes}
    return {
        "AssumeRoleWithWebIdentityResponse": {
            "AssumeRoleWithWebIdentityResult": {
                "AssumedRoleUser": {
                    "Arn": "arn:aws:sts::123456789012:assumed-role/r/s",
                    "AssumedRoleId": "AROACLKWSDQRAOEXAMPLE:s",
                },
                "Audience": "sts.amazonaws.com",
                "Provider": "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-3.amazonaws.com/id/X",
                "SubjectFromWebIdentityToken": "system:serviceaccount:default:app",
                "Credentials": {name: value for name, value in members.items() if value is not ...},
            },
            "ResponseMetadata": {"RequestId": "11111111-2222-3333-4444-555555555555"},
        }
    }


XML = """<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <Audience>sts.amazonaws.com</Audience>
    <AssumedRoleUser>
      <AssumedRoleId>AROACLKWSDQRAOEXAMPLE:s</AssumedRoleId>
      <Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>%s</AccessKeyId>
      <SecretAccessKey>%s</SecretAccessKey>
      <SessionToken>%s</SessionToken>
      <Expiration>2030-01-01T00:00:00Z</Expiration>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata>
    <RequestId>11111111-2222-3333-4444-555555555555</RequestId>
  </ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>
""" % (KEY, SECRET, TOKEN)


def sts():
    cases = Set()

    def plain(name, source, text, expect, status=200, **rest):
        cases.add(name, source, text, expect, http_status=status, **rest)

    def xml(name, source, text, expect, status=200, **rest):
        case, stricter = cases.add(name, source, text, expect, http_status=status, **rest)
        agree(case, stricter, botocore_sts(case))

    def number(digits):
        return json.dumps(sts_json(Expiration=0)).replace('"Expiration": 0', f'"Expiration": {digits}')

    plain("json", STS_JSON, sts_json(), found())
    for digits in ("1.893456E9", "1.893456e9", "1.893456E+9", "1893456000.0", "1.893456000999E9", "18934560e2"):
        plain(f"json-expiration-{digits}", STS_JSON, number(digits), found())
    plain("json-expiration-iso", STS_JSON, sts_json(Expiration="2030-01-01T00:00:00Z"), found())
    plain("json-expiration-iso-fraction", STS_JSON, sts_json(Expiration="2030-01-01T00:00:00.250Z"), found())
    for digits in (
        "-1",
        "-1.5E9",
        "1E30",
        "1E300",
        "9223372036854775807",
        "true",
        "[]",
        '"soon"',
        '"2030-02-30T00:00:00Z"',
    ):
        plain(f"json-expiration-{digits.strip(chr(34))}", STS_JSON, number(digits), BAD)
    for member in ("AccessKeyId", "SecretAccessKey", "SessionToken"):
        for name, value in (("missing", ...), ("null", None), ("empty", ""), ("number", 1), ("line-end", "A\r\nB")):
            plain(f"json-{member}-{name}", STS_GUIDE, sts_json(**{member: value}), BAD)
    good = json.dumps(sts_json())
    plain("json-credentials-missing", STS_GUIDE, good.replace('"Credentials"', '"Other"'), BAD)
    plain(
        "json-credentials-null",
        STS_GUIDE,
        {"AssumeRoleWithWebIdentityResponse": {"AssumeRoleWithWebIdentityResult": {"Credentials": None}}},
        BAD,
    )
    plain(
        "json-credentials-array",
        STS_GUIDE,
        good.replace('"Credentials": {', '"Credentials": [{').replace('}}, "Resp', '}]}, "Resp'),
        BAD,
    )
    plain("json-other-action", STS_GUIDE, good.replace("AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"), BAD)
    plain(
        "json-credentials-at-top",
        STS_GUIDE,
        sts_json()["AssumeRoleWithWebIdentityResponse"]["AssumeRoleWithWebIdentityResult"],
        BAD,
    )
    plain("json-duplicate", RFC8259 % "4", good.replace('"AccessKeyId"', '"AccessKeyId": "other", "AccessKeyId"'), BAD)
    plain("json-truncated", RFC8259 % "2", good[:-1], BAD)
    plain("json-garbage-after", RFC8259 % "2", good + "x", BAD)
    for name, text in (("empty", ""), ("text", "OK"), ("array", "[]"), ("null", "null"), ("empty-object", "{}")):
        plain(f"body-{name}", RFC8259 % "2", text, BAD)

    xml("xml", STS_GUIDE, XML, found())
    xml("xml-declaration", STS_GUIDE, '<?xml version="1.0" encoding="UTF-8"?>\n' + XML, found())
    xml(
        "xml-one-line",
        STS_GUIDE,
        "".join(line.strip() for line in XML.splitlines()).replace("Responsexmlns", "Response xmlns"),
        found(),
    )
    xml("xml-crlf", STS_GUIDE, XML.replace("\n", "\r\n"), found())
    xml("xml-fraction", RFC3339, XML.replace(":00Z", ":00.123Z"), found())
    lines = XML.splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if "<AccessKeyId>" in line)
    xml("xml-other-order", STS_GUIDE, "".join(lines[:at] + lines[at : at + 4][::-1] + lines[at + 4 :]), found())
    xml(
        "xml-unknown-elements",
        STS_GUIDE,
        XML.replace("<Credentials>", "<Later><AccessKeyId>other</AccessKeyId></Later><Credentials><New>x</New>"),
        found(),
    )
    xml("xml-character-reference", "XML 1.0 section 4.1", XML.replace("+==", "&#43;&#x3d;="), found())
    xml(
        "xml-entity",
        "XML 1.0 section 4.6",
        XML.replace("+==", "+&amp;&lt;=="),
        found(token=TOKEN.replace("+==", "+&<==")),
    )
    xml(
        "xml-comment",
        "XML 1.0 section 2.5",
        XML.replace("<AccessKeyId>", "<!-- <AccessKeyId>other</AccessKeyId> --><AccessKeyId>", 1),
        found(),
    )
    xml(
        "xml-comment-around-credentials",
        "XML 1.0 section 2.5",
        XML.replace(
            "<Credentials>", "<!-- <Credentials><AccessKeyId>other</AccessKeyId></Credentials> --><Credentials>", 1
        ),
        found(),
    )
    for member, value in (("AccessKeyId", KEY), ("SecretAccessKey", SECRET), ("SessionToken", TOKEN)):
        xml(f"xml-{member}-missing", STS_GUIDE, XML.replace(f"<{member}>{value}</{member}>", ""), BAD)
        xml(f"xml-{member}-empty", STS_GUIDE, XML.replace(f">{value}<", "><"), BAD)
    xml("xml-expiration-bad", RFC3339, XML.replace("2030-01-01", "2030-02-30"), BAD)
    xml("xml-credentials-missing", STS_GUIDE, XML.replace("Credentials>", "Other>"), BAD)
    xml("xml-other-action", STS_GUIDE, XML.replace("AssumeRoleWithWebIdentity", "GetSessionToken"), BAD)
    xml("xml-truncated-in-token", "XML 1.0 section 2.1", XML[: XML.index(TOKEN) + 9], BAD)
    xml("xml-html", "XML 1.0 section 2.1", "<html><body>Log in</body></html>", BAD)
    xml(
        "xml-doctype-entity",
        "XML 1.0 section 4.2",
        f'<!DOCTYPE x [<!ENTITY a "{KEY}">]>\n' + XML.replace(KEY, "&a;"),
        BAD,
        stricter=True,
    )
    xml("xml-unknown-entity", "XML 1.0 section 4.1", XML.replace(KEY, "&a;"), BAD)

    errors = (
        (
            "InvalidIdentityToken",
            400,
            "No OpenIDConnect provider found in your account for https://oidc.eks.eu-west-3.amazonaws.com/id/X",
            REJECTED,
        ),
        (
            "ExpiredTokenException",
            400,
            "Token expired: current date/time 1700000000 must be before the expiration date/time 1600000000",
            REJECTED,
        ),
        ("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithWebIdentity", REJECTED),
        ("IDPRejectedClaim", 403, "x", REJECTED),
        ("RegionDisabledException", 403, "STS is not activated in this region for account:1", REJECTED),
        ("ValidationError", 400, '1 validation error detected: "a" & <b>', REJECTED),
        ("Throttling", 400, "Rate exceeded", THROTTLED),
        ("InternalFailure", 500, "x", UNAVAILABLE),
        ("ServiceUnavailable", 503, "x", UNAVAILABLE),
    )
    request = "99999999-8888-7777-6666-555555555555"
    for code, status, message, expect in errors:
        said = {"expect_code": code, "expect_message": message, "expect_request_id": request}
        plain(
            f"json-error-{code}",
            STS_ERRORS,
            {"Error": {"Code": code, "Message": message, "Type": "Sender"}, "RequestId": request},
            expect,
            status,
            **said,
        )
        escaped = message.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
        case, _ = cases.add(
            f"xml-error-{code}",
            STS_ERRORS,
            '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n  <Error>\n    <Type>Sender</Type>\n'
            f"    <Code>{code}</Code>\n    <Message>{escaped}</Message>\n  </Error>\n"
            f"  <RequestId>{request}</RequestId>\n</ErrorResponse>\n",
            expect,
            http_status=status,
            **said,
        )
        parsed = parse_sts(case)
        assert (parsed["Error"]["Code"], parsed["Error"]["Message"]) == (code, message), parsed
        assert parsed["ResponseMetadata"]["RequestId"] == request
    for status, expect in ((400, REJECTED), (403, REJECTED), (500, UNAVAILABLE), (502, UNAVAILABLE)):
        plain(f"error-{status}-empty", STS_ERRORS, "", expect, status)
        plain(f"error-{status}-html", STS_ERRORS, "<html><body>no</body></html>", expect, status)
    plain("error-400-good-body", STS_ERRORS, sts_json(), REJECTED, 400)
    return cases.cases


def parse_sts(case):
    response = {"body": body(case), "headers": {}, "status_code": case["http_status"]}
    return botocore.parsers.create_parser("query").parse(response, STS_MODEL)


def botocore_sts(case):
    """What botocore's query parser finds, or None; it has no opinion about empty members, which are none."""
    try:
        got = parse_sts(case)["Credentials"]
        members = [got[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")]
        return found(seconds(got["Expiration"]), members[2], members[0], members[1]) if all(members) else None
    except Exception:  # Whatever the reason: it finds no credentials.
        return None


def imds():
    cases = Set()

    def role(name, text, expect, status=200, stricter=False, source=IMDS_GUIDE):
        case, stricter = cases.add(
            f"role-{name}", source, text, expect, document="role-credentials", http_status=status, stricter=stricter
        )
        agree(case, stricter, botocore_imds(case))

    def other(document, name, text, expect, status=200):
        cases.add(f"{document}-{name}", IMDS_GUIDE, text, expect, document=document, http_status=status)

    def document(**changes):
        return answer(
            RoleArn=..., **{"Code": "Success", "LastUpdated": "2029-12-31T18:00:00Z", "Type": "AWS-HMAC", **changes}
        )

    role("success", document(), found())
    role("white-space", json.dumps(document(), indent=2) + "\n", found())
    role("no-code", document(Code=...), found())
    role("account-id", document(AccountId="123456789012"), found())
    for code in ("Failed", "AssumeRoleUnauthorizedAccess", "InstanceProfileNotFound"):
        role(
            f"code-{code}",
            {"Code": code, "Message": "EC2 cannot assume the role.", "LastUpdated": "2029-12-31T18:00:00Z"},
            REJECTED,
        )
    role("code-failed-with-keys", document(Code="Failed"), REJECTED, stricter=True)
    for member in ("AccessKeyId", "SecretAccessKey", "Token"):
        role(f"{member}-missing", document(**{member: ...}), BAD)
        role(f"{member}-empty", document(**{member: ""}), BAD, stricter=True)
        role(f"{member}-null", document(**{member: None}), BAD, stricter=True)
    role("duplicate", json.dumps(document())[:-1] + ', "Token": "x"}', BAD, stricter=True, source=RFC8259 % "4")
    for name, text in (
        ("empty", ""),
        ("html", "<html></html>"),
        ("truncated", json.dumps(document())[:-1]),
        ("array", "[]"),
    ):
        role(f"body-{name}", text, BAD, source=RFC8259 % "2")
    for name, text in (
        ("plain", "eu-west-3"),
        ("newline", "eu-west-3\n"),
        ("gov", "us-gov-west-1"),
        ("new", "mx-central-1"),
    ):
        other("region", name, text, text.strip())
    for name, text in (
        ("empty", ""),
        ("zone", "us-west-2a"),
        ("local-zone", "us-west-2-lax-1a"),
        ("html", "<html>eu-west-3</html>"),
        ("two-lines", "eu-west-3\neu-west-1"),
        ("domain", "eu-west-3.evil.com"),
        ("upper-case", "EU-WEST-3"),
        ("invalid-utf-8", b"\xff"),
    ):
        other("region", name, text, None)
    other("region", "not-found", "eu-west-3", None, 404)
    for name, text, expect in (
        ("one", "my-role", "my-role"),
        ("newline", "my-role\n", "my-role"),
        ("characters", "a+b=c,d.e@f_g-H9", "a+b=c,d.e@f_g-H9"),
        ("empty", "", None),
        ("path", "../../user-data", None),
        ("query", "role?x=1", None),
        ("space", "my role", None),
        ("html", "<html>", None),
        ("too-long", "r" * 129, None),
    ):
        other("role-name", name, text, expect)
    other("role-name", "none-attached", "", None, 404)
    return cases.cases


def botocore_imds(case):
    """What botocore's fetcher finds, or None."""
    role = mock.Mock(status_code=200, content=b"role", text="role")
    answered = mock.Mock(status_code=case["http_status"], content=body(case), text=body(case).decode())

    def send(request):
        if request.method == "PUT":
            return mock.Mock(status_code=200, content=b"token", text="token")
        return answered if request.url.endswith("/role") else role

    fetcher = InstanceMetadataFetcher(num_attempts=1)
    fetcher._session = mock.Mock(send=send)
    try:
        got = fetcher.retrieve_iam_role_credentials()
        moment = datetime.datetime.fromisoformat(got["expiry_time"].replace("Z", "+00:00"))
        return found(seconds(moment), got["token"], got["access_key"], got["secret_key"])
    except Exception:  # Whatever the reason: it finds no credentials.
        return None


def shared_file():
    cases = Set()

    def add(name, text, expect, profile="default", stricter=False):
        case, stricter = cases.add(name, FILE_GUIDE, text, expect, profile=profile, stricter=stricter)
        agree_file(case, stricter)

    def keys(key=KEY, secret=SECRET, token=None):
        return f"aws_access_key_id = {key}\naws_secret_access_key = {secret}\n" + (
            f"aws_session_token = {token}\n" if token else ""
        )

    mine = found(None, None)
    add("default", "[default]\n" + keys(), mine)
    add("session-token", "[default]\n" + keys(token=TOKEN), found(None))
    add("no-spaces", ("[default]\n" + keys()).replace(" = ", "="), mine)
    add("more-spaces", ("[default]\n" + keys()).replace(" = ", "  \t=\t  ").replace("\n", " \n"), mine)
    add("no-final-newline", ("[default]\n" + keys()).rstrip("\n"), mine)
    add("crlf", ("[default]\n" + keys()).replace("\n", "\r\n"), mine)
    add("blank-lines", "\n\n[default]\n\n" + keys().replace("\n", "\n\n"), mine)
    add(
        "comments",
        "# one\n; two\n[default]\n# aws_access_key_id = other\n;aws_secret_access_key = other\n" + keys(),
        mine,
    )
    add("comment-between", "[default]\n" + keys().replace("\n", "\n# between\n"), mine)
    add("names-in-capitals", "[default]\n" + keys().replace("aws_", "AWS_"), mine)
    add("unknown-names", "[default]\nregion = eu-west-3\noutput=json\n" + keys() + "x_y = z\n", mine)
    add("other-order", "[default]\n" + "".join(reversed(keys(token=TOKEN).splitlines(keepends=True))), found(None))
    add("equals-in-value", "[default]\n" + keys(secret="a=b==", token="c=d=="), found(None, "c=d==", secret="a=b=="))
    add("hash-in-value", "[default]\n" + keys(secret="a#b;c"), found(None, None, secret="a#b;c"))
    add("percent-in-value", "[default]\n" + keys(secret="a%(b)s%"), found(None, None, secret="a%(b)s%"))
    add("quotes-are-kept", "[default]\n" + keys(secret='"a"'), found(None, None, secret='"a"'))
    add("token-empty", "[default]\n" + keys() + "aws_session_token =\n", mine)
    add("indented-evenly", "[default]\n" + "".join("  " + line for line in keys().splitlines(keepends=True)), mine)
    two = (
        "[default]\n"
        + keys("AKIADEFAULT")
        + "\n[dev]\n"
        + keys("AKIADEV", token=TOKEN)
        + "\n[profile prod]\n"
        + keys("AKIAPROD")
    )
    add("profile-default-of-several", two, found(None, None, "AKIADEFAULT"))
    add("profile-named", two, found(None, TOKEN, "AKIADEV"), "dev")
    add("profile-last", "[a]\n" + keys("AKIAA") + "[b]\n" + keys("AKIAB"), found(None, None, "AKIAB"), "b")
    add("profile-with-space", "[my team]\n" + keys(), mine, "my team")
    add("profile-with-punctuation", "[a.b-c_d@e/f]\n" + keys(), mine, "a.b-c_d@e/f")
    add("profile-unicode", "[\u00e9t\u00e9]\n" + keys(), mine, "\u00e9t\u00e9")
    for name, profile in (
        ("missing", "nowhere"),
        ("word-profile-is-of-the-config-file", "prod"),
        ("case", "DEV"),
        ("prefix", "de"),
        ("suffix", "dev2"),
    ):
        add(f"profile-{name}", two, None, profile)
    add("profile-without-keys", "[default]\nregion = eu-west-3\n[dev]\n" + keys(), None)
    add("profile-empty", "[default]\n[dev]\n" + keys(), None)
    add("empty", "", None)
    add("comments-only", "# [default]\n# aws_access_key_id = x\n", None)
    add("commented-out-section", "#[default]\n[dev]\n" + keys(), None)
    add("secret-missing", f"[default]\naws_access_key_id = {KEY}\n", REJECTED)
    add(
        "secret-in-other-profile",
        f"[default]\naws_access_key_id = {KEY}\n[dev]\naws_secret_access_key = {SECRET}\n",
        REJECTED,
    )
    add(
        "secret-on-continuation-line",
        f"[default]\naws_access_key_id = {KEY}\n  aws_secret_access_key = {SECRET}\n",
        REJECTED,
    )
    return cases.cases


def agree_file(case, stricter):
    """botocore reads the file as expected: credentials, none, or half of them."""
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(body(case))
    try:
        got = SharedCredentialProvider(file.name, case["profile"]).load()
        seen = got and found(None, got.token or None, got.access_key, got.secret_key)
        error = None
    except (PartialCredentialsError, ConfigParseError):
        seen, error = None, REJECTED
    finally:
        os.unlink(file.name)
    same = case.get("expect") == seen and case.get("expect_error") == error
    assert same != stricter, (case["name"], seen, error)


def issuer():
    cases = Set()

    def encoded(data):
        return (
            base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode())
            .rstrip(b"=")
            .decode()
        )

    def jwt(payload):
        return ".".join([encoded({"alg": "RS256", "kid": "1"}), encoded(payload), encoded(b"signature")])

    def add(name, iss, expect):
        cases.add(
            name,
            ISSUER_GUIDE,
            jwt({"aud": ["sts.amazonaws.com"], "iss": iss, "sub": "system:serviceaccount:default:app"}),
            expect,
            issuer=iss,
        )

    host = "oidc.eks.us-east-1.amazonaws.com"
    ident = "/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
    for region, name in (
        ("eu-west-3", f"oidc.eks.eu-west-3.amazonaws.com{ident}"),
        ("us-east-1", host + ident),
        ("us-gov-west-1", f"oidc.eks.us-gov-west-1.amazonaws.com{ident}"),
        ("cn-north-1", f"oidc.eks.cn-north-1.amazonaws.com.cn{ident}"),
        ("ap-southeast-99", f"oidc.eks.ap-southeast-99.amazonaws.com{ident}"),
    ):
        add(region, f"https://{name}", region)
    add("dualstack-us-east-1", f"https://oidc-eks.us-east-1.api.aws{ident}", "us-east-1")
    add("dualstack-eu-west-3", f"https://oidc-eks.eu-west-3.api.aws{ident}", "eu-west-3")
    for name, iss in {
        "domain-after": f"https://{host}.evil.com{ident}",
        "domain-before": f"https://evil.{host}{ident}",
        "joined-before": f"https://evil{host}{ident}",
        "hyphen-before": f"https://evil-{host}{ident}",
        "in-path": f"https://evil.com/{host}{ident}",
        "in-query": f"https://evil.com/?{host}{ident}",
        "in-fragment": f"https://evil.com#{host}{ident}",
        "userinfo": f"https://{host}@evil.com{ident}",
        "userinfo-before": f"https://evil.com@{host}{ident}",
        "password": f"https://a:b@{host}{ident}",
        "port": f"https://{host}:8443{ident}",
        "http": f"http://{host}{ident}",
        "ftp": f"ftp://{host}{ident}",
        "no-scheme": f"{host}{ident}",
        "no-scheme-slashes": f"//{host}{ident}",
        "backslash": f"https://evil.com\\@{host}{ident}",
        "backslash-after": f"https://{host}\\.evil.com{ident}",
        "percent-dot": f"https://{host}%2eevil.com{ident}",
        "space": f"https://{host} {ident}",
        "newline": f"https://{host}\n{ident}",
        "leading-space": f" https://{host}{ident}",
        "no-region": f"https://oidc.eks.amazonaws.com{ident}",
        "empty-region": f"https://oidc.eks..amazonaws.com{ident}",
        "two-regions": f"https://oidc.eks.us-east-1.eu-west-3.amazonaws.com{ident}",
        "zone-for-region": f"https://oidc.eks.us-east-1a.amazonaws.com{ident}",
        "pseudo-region": f"https://oidc.eks.aws-global.amazonaws.com{ident}",
        "cyrillic": f"https://oidc.eks.us-east-1.am\u0430zonaws.com{ident}",
        "other-suffix": f"https://oidc.eks.us-east-1.amazonaws.org{ident}",
        "china-region-world-suffix": f"https://oidc.eks.cn-north-1.amazonaws.com{ident}",
        "world-region-china-suffix": f"https://{host}.cn{ident}",
        "other-service": f"https://oidc.ecs.us-east-1.amazonaws.com{ident}",
        "dualstack-host-old-suffix": f"https://oidc-eks.us-east-1.amazonaws.com{ident}",
        "old-host-dualstack-suffix": f"https://oidc.eks.us-east-1.api.aws{ident}",
        "dualstack-domain-after": f"https://oidc-eks.us-east-1.api.aws.evil.com{ident}",
        "dualstack-joined": f"https://evil-oidc-eks.us-east-1.api.aws{ident}",
        "kubernetes": "https://kubernetes.default.svc.cluster.local",
        "google": "https://container.googleapis.com/v1/projects/p/locations/us-east-1/clusters/c",
        "s3": "https://s3.us-east-1.amazonaws.com/my-oidc-bucket",
        "address": f"https://127.0.0.1{ident}",
        "empty": "",
    }.items():
        add(name, iss, None)
    for name, iss in (("number", 1), ("null", None), ("array", [f"https://{host}{ident}"]), ("object", {})):
        add(f"type-{name}", iss, None)
    good = jwt({"iss": f"https://{host}{ident}"})
    head, middle, end = good.split(".")
    cases.add("token-newline-at-end", ISSUER_GUIDE, good + "\n", "us-east-1")
    for name, text in {
        "empty": "",
        "text": "not a token",
        "two-parts": f"{head}.{middle}",
        "four-parts": f"{good}.x",
        "no-issuer": jwt({"sub": "x"}),
        "payload-array": jwt([]),
        "payload-not-json": jwt(b"x"),
        "payload-not-base64url": f"{head}.{middle[:4]}!{middle[5:]}.{end}",
        "payload-not-utf-8": jwt(b'{"iss":"\xff"}'),
        "issuer-twice": jwt(
            f'{{"iss":"https://{host}{ident}","iss":"https://oidc.eks.eu-west-3.amazonaws.com{ident}"}}'.encode()
        ),
    }.items():
        cases.add(f"token-{name}", ISSUER_GUIDE, text, None)
    return cases.cases


def task_metadata():
    cases = Set()

    def document(arn, **changes):
        task = {
            "Cluster": "default",
            "TaskARN": arn,
            "Family": "app",
            "Revision": "5",
            "DesiredStatus": "RUNNING",
            "KnownStatus": "RUNNING",
            "LaunchType": "EC2",
            "AvailabilityZone": "us-west-2a",
            "Containers": [],
            "VPCID": "vpc-0",
        }
        return {name: value for name, value in {**task, **changes}.items() if value is not ...}

    def add(name, arn, expect, **changes):
        cases.add(name, TASK_GUIDE, document(arn, **changes), expect)

    ident = "task/default/158d1c8083dd49d6b527399fd6414f5c"
    for partition, region in (
        ("aws", "us-west-2"),
        ("aws", "eu-west-3"),
        ("aws-cn", "cn-north-1"),
        ("aws-us-gov", "us-gov-west-1"),
        ("aws-iso", "us-iso-east-1"),
        ("aws-eusc", "eusc-de-east-1"),
        ("aws", "ap-southeast-99"),
    ):
        add(region, f"arn:{partition}:ecs:{region}:111122223333:{ident}", region)
    add("old-arn", "arn:aws:ecs:us-west-2:111122223333:task/158d1c80-83dd-49d6-b527-399fd6414f5c", "us-west-2")
    add(
        "fargate",
        f"arn:aws:ecs:eu-west-1:111122223333:{ident}",
        "eu-west-1",
        LaunchType="FARGATE",
        AvailabilityZone="eu-west-1b",
        VPCID=...,
    )
    for name, zone in (
        ("local-zone", "us-west-2-lax-1a"),
        ("wavelength-zone", "us-west-2-wl1-las-wlz-1"),
        ("other-zone", "eu-west-1a"),
        ("zone-missing", ...),
        ("zone-null", None),
        ("zone-number", 1),
    ):
        add(name, f"arn:aws:ecs:us-west-2:111122223333:{ident}", "us-west-2", AvailabilityZone=zone)
    add(
        "cluster-of-other-region",
        f"arn:aws:ecs:us-west-2:111122223333:{ident}",
        "us-west-2",
        Cluster="arn:aws:ecs:eu-west-1:111122223333:cluster/default",
    )
    add(
        "container-of-other-region",
        f"arn:aws:ecs:us-west-2:111122223333:{ident}",
        "us-west-2",
        Containers=[
            {
                "ContainerARN": "arn:aws:ecs:eu-west-1:111122223333:container/x",
                "TaskARN": "arn:aws:ecs:eu-west-1:111122223333:task/x",
            }
        ],
    )
    for name, arn in {
        "arn-missing": ...,
        "arn-null": None,
        "arn-empty": "",
        "arn-number": 1,
        "arn-array": [f"arn:aws:ecs:us-west-2:1:{ident}"],
        "arn-short": "arn:aws:ecs:us-west-2",
        "arn-no-region": f"arn:aws:ecs::111122223333:{ident}",
        "arn-not-arn": f"urn:aws:ecs:us-west-2:1:{ident}",
        "arn-other-service": "arn:aws:ec2:us-west-2:111122223333:instance/i-0",
        "arn-zone": f"arn:aws:ecs:us-west-2a:111122223333:{ident}",
        "arn-domain": f"arn:aws:ecs:us-west-2.evil.com:111122223333:{ident}",
        "arn-slash": f"arn:aws:ecs:us-west-2/:111122223333:{ident}",
        "arn-upper-case": f"arn:aws:ecs:US-WEST-2:111122223333:{ident}",
        "arn-space": f"arn:aws:ecs: us-west-2:111122223333:{ident}",
        "arn-newline": f"arn:aws:ecs:us-west-2\n:111122223333:{ident}",
        "arn-pseudo-region": f"arn:aws:ecs:aws-global:111122223333:{ident}",
        "arn-leading-space": f" arn:aws:ecs:us-west-2:111122223333:{ident}",
    }.items():
        add(name, arn, None)
    good = json.dumps(document(f"arn:aws:ecs:us-west-2:111122223333:{ident}"))
    for name, text in (
        ("empty", ""),
        ("html", "<html></html>"),
        ("array", f"[{good}]"),
        ("null", "null"),
        ("truncated", good[:-1]),
        ("garbage-after", good + "x"),
        ("arn-twice", good[:-1] + f', "TaskARN": "arn:aws:ecs:eu-west-1:111122223333:{ident}"}}'),
        ("not-utf-8", good[:-1].encode() + b',"x":"\xff"}'),
    ):
        cases.add(f"body-{name}", RFC8259 % "2", text, None)
    return cases.cases


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # dateutil's, about the moments that it takes in its stride.
    folder = output.folder("credentials")
    print(f"botocore {botocore.__version__}")
    for name, make in (
        ("container", container),
        ("sts", sts),
        ("instance-metadata", imds),
        ("shared-file", shared_file),
        ("issuer", issuer),
        ("task-metadata", task_metadata),
    ):
        output.write(folder / f"{name}.json", make())
