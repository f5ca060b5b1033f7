"""Decides how a refusal looks on the wire: the metering service's JSON, STS's JSON or XML, the metadata services' plain
forms."""

from __future__ import annotations

import json
import uuid
from xml.sax.saxutils import escape

from .exchange import Answer

JSON_TYPE = "application/x-amz-json-1.1"
METERING_NAMESPACE = "com.amazonaws.marketplace.metering"
CORAL_NAMESPACE = "com.amazon.coral.service"

# What the front end in front of every AWS service refuses, before the service itself is asked.
CORAL_ERRORS = frozenset(
    {
        "AccessDeniedException",
        "ExpiredTokenException",
        "IncompleteSignatureException",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "SerializationException",
        "UnknownOperationException",
        "UnrecognizedClientException",
        "ValidationException",
    }
)


class Refusal(Exception):
    """Something AWS would not accept, with the code and text it would answer."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def metering_error(code: str, message: str, status: int = 400) -> Answer:
    """An awsJson1.1 error: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization

    The type comes with its namespace in the body and with a URI in the header; clients have to strip both.
    AccessDeniedException spells its text's key `Message`, the others `message`: both occur on AWS.
    """
    namespace = CORAL_NAMESPACE if code in CORAL_ERRORS else METERING_NAMESPACE
    key = "Message" if code == "AccessDeniedException" else "message"
    headers = {
        "Content-Type": JSON_TYPE,
        "x-amzn-RequestId": str(uuid.uuid4()),
        "x-amzn-ErrorType": f"{code}:http://internal.amazon.com/coral/{namespace}/",
    }
    body = json.dumps({"__type": f"{namespace}#{code}", key: message}).encode()
    return Answer(status, headers, body, error=code)


def sts_error(code: str, message: str, status: int = 400, as_json: bool = False) -> Answer:
    """An awsQuery error: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#operation-error-serialization"""
    request_id = str(uuid.uuid4())
    headers = {"x-amzn-RequestId": request_id}
    if as_json:
        document = {"Error": {"Code": code, "Message": message, "Type": "Sender"}, "RequestId": request_id}
        headers["Content-Type"] = "application/json"
        return Answer(status, headers, json.dumps(document).encode(), error=code)
    headers["Content-Type"] = "text/xml"
    text = (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n'
        f"  <Error>\n    <Type>Sender</Type>\n    <Code>{escape(code)}</Code>\n    "
        f"<Message>{escape(message)}</Message>\n"
        f"  </Error>\n  <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n"
    )
    return Answer(status, headers, text.encode(), error=code)


def agent_error(status: int, code: str, message: str) -> Answer:
    """A container credentials error: {code, message}, which SDKs show to the user."""
    body = json.dumps({"code": code, "message": message}).encode()
    return Answer(status, {"Content-Type": "application/json"}, body, error=code)


def plain_error(status: int, text: str | None = None) -> Answer:
    """A metadata service's error: the status is all there is to read."""
    return Answer(status, {"Content-Type": "text/plain"}, (text or "").encode(), error=str(status))
