"""Decides what STS answers to AssumeRoleWithWebIdentity.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html. Asked with `Accept:
application/json` STS answers JSON in which Expiration is a number in scientific notation, epoch seconds; otherwise XML
with an ISO 8601 date.
"""

from __future__ import annotations

import json
import urllib.parse
import uuid
from typing import Any
from xml.sax.saxutils import escape

from .credentials import IRSA, Identities, Identity
from .errors import Refusal, sts_error
from .exchange import STS, Answer, Received, Service
from .numbers import with_scientific
from .settings import Settings
from .tokenfile import TokenFile
from .validation import problem_with
from .webidentity import STS_AUDIENCE, ClusterIssuer

OPERATION = "AssumeRoleWithWebIdentity"
VERSION = "2011-06-15"


class Sts(Service):
    """The service, for one trusted cluster and one role."""

    name = STS

    def __init__(
        self, settings: Settings, identities: Identities, issuer: ClusterIssuer, token_file: TokenFile | None
    ) -> None:
        self.settings = settings
        self.identities = identities
        self.issuer = issuer
        self.token_file = token_file

    def now(self) -> float:
        return self.identities.of(IRSA).clock.now()

    def answer(self, received: Received) -> Answer:
        as_json = "application/json" in (received.header("Accept") or "") and self.settings.sts_form != "xml"
        try:
            return self._assume(received, as_json)
        except Refusal as refusal:
            received.notes["problem"] = str(refusal)
            return sts_error(refusal.code, refusal.message, refusal.status, as_json)

    def _assume(self, received: Received, as_json: bool) -> Answer:
        form = self._form(received)
        arn = self.identities.place.role_arn(self.identities.of(IRSA).role)
        if self.token_file is not None and self.token_file.received():
            raise Refusal("InvalidIdentityToken", "No OpenIDConnect provider found in your account")
        claims = self.issuer.check(form["WebIdentityToken"], STS_AUDIENCE)
        if form["RoleArn"] != arn:
            raise Refusal("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403)
        identity = self.identities.hand_out(IRSA)
        result = self._result(identity, form["RoleSessionName"], claims)
        if not as_json:
            return _xml_answer(result, identity)
        metadata = {"RequestId": str(uuid.uuid4())}
        document = {f"{OPERATION}Response": {f"{OPERATION}Result": result, "ResponseMetadata": metadata}}
        if self.settings.sts_form == "iso-expiration":
            result["Credentials"]["Expiration"] = identity.expires_iso()
            body = json.dumps(document).encode()
        else:
            body = with_scientific(document, "Expiration")
        return Answer(200, {"Content-Type": "application/json", "x-amzn-RequestId": metadata["RequestId"]}, body)

    def _form(self, received: Received) -> dict[str, Any]:
        """The parameters of an unsigned awsQuery request:
        https://smithy.io/2.0/aws/protocols/aws-query-protocol.html"""
        if received.method != "POST" or received.path != "/":
            raise Refusal("InvalidAction", "The request has to be POST /, without a query.")
        if (received.header("Content-Type") or "").partition(";")[
            0
        ].strip().lower() != "application/x-www-form-urlencoded":
            raise Refusal("InvalidAction", "Content-Type has to be application/x-www-form-urlencoded.")
        if "Authorization" in received.headers:
            raise Refusal(
                "InvalidClientTokenId",
                f"{OPERATION} is called unsigned; there are no credentials yet to sign with.",
                403,
            )
        form = _single_values(received.body)
        received.notes.update(
            operation=form.get("Action"), role_arn=form.get("RoleArn"), session_name=form.get("RoleSessionName")
        )
        if form.pop("Action", None) != OPERATION or form.pop("Version", None) != VERSION:
            raise Refusal("InvalidAction", f"Action has to be {OPERATION}, Version {VERSION}.")
        params: dict[str, Any] = dict(form)
        if str(params.get("DurationSeconds", "")).isdigit():
            params["DurationSeconds"] = int(params["DurationSeconds"])
        problem = problem_with("sts", OPERATION, params)
        if problem is not None:
            raise Refusal("ValidationError", f"1 validation error detected: {problem}")
        return params

    def _result(self, identity: Identity, session: str, claims: dict[str, Any]) -> dict[str, Any]:
        return {
            "AssumedRoleUser": {
                "Arn": self.identities.place.session_arn(identity.role, session),
                "AssumedRoleId": f"AROASANDBOXIRSAROLE22:{session}",
            },
            "Audience": STS_AUDIENCE,
            "Credentials": {
                "AccessKeyId": identity.access_key,
                "Expiration": int(identity.expires()),
                "SecretAccessKey": identity.secret_key,
                "SessionToken": identity.session_token,
            },
            "PackedPolicySize": None,
            "Provider": self.identities.place.oidc_provider_arn,
            "SourceIdentity": None,
            "SubjectFromWebIdentityToken": claims.get("sub"),
        }


def _single_values(body: bytes) -> dict[str, str]:
    """The form, refused if it is not one or names a parameter twice."""
    try:
        pairs: list[tuple[str, str]] = urllib.parse.parse_qsl(
            body.decode("ascii"), keep_blank_values=True, strict_parsing=True
        )
    except ValueError:
        raise Refusal("MalformedInput", "The body is not a form.") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise Refusal("MalformedInput", "A parameter is given twice.")
    return form


def _xml_answer(result: dict[str, Any], identity: Identity) -> Answer:
    """The same result as awsQuery's XML; members without a value are left out."""
    request_id = str(uuid.uuid4())

    def element(name: str, value: Any) -> str:
        if value is None:
            return ""
        inner = "".join(element(*item) for item in value.items()) if isinstance(value, dict) else escape(str(value))
        return f"<{name}>{inner}</{name}>"

    dated = {**result, "Credentials": {**result["Credentials"], "Expiration": identity.expires_iso()}}
    text = (
        f'<{OPERATION}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
        f"{element(f'{OPERATION}Result', dated)}{element('ResponseMetadata', {'RequestId': request_id})}"
        f"</{OPERATION}Response>"
    )
    return Answer(200, {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}, text.encode())
