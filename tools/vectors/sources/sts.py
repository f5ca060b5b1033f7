"""AssumeRoleWithWebIdentity's answers, in JSON and XML."""

import json

import botocore.parsers

from .making import (
    BAD,
    KEY,
    MOMENT,
    REJECTED,
    RFC3339,
    RFC8259,
    SECRET,
    STS_ERRORS,
    STS_GUIDE,
    STS_JSON,
    STS_MODEL,
    THROTTLED,
    TOKEN,
    UNAVAILABLE,
    Set,
    agree,
    body,
    found,
    seconds,
)


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
