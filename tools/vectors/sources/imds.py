"""EC2 instance metadata: a role's credentials."""

import datetime
import json
from unittest import mock

from botocore.utils import InstanceMetadataFetcher

from .making import BAD, IMDS_GUIDE, REJECTED, RFC8259, Set, agree, answer, body, found, seconds


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
