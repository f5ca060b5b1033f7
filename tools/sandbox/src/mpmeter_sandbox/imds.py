"""Decides what the EC2 instance metadata service answers.

IMDSv2: a PUT for a token with a lifetime, then GETs with it; without a token 401, as on an instance with
`HttpTokens=required`. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from typing import Any

from . import places
from .credentials import NODE_ROLE, Identities
from .errors import plain_error
from .exchange import IMDS, Answer, Received, Service
from .settings import Settings

TOKEN_PATH = "/latest/api/token"
TTL_HEADER = "X-aws-ec2-metadata-token-ttl-seconds"
TOKEN_HEADER = "X-aws-ec2-metadata-token"
LONGEST_TTL = 21600
ROLES_PATH = "/latest/meta-data/iam/security-credentials/"
DOCUMENT_PATH = "/latest/dynamic/instance-identity/document"


class Imds(Service):
    """The service of one instance, whose role is the node role."""

    name = IMDS

    def __init__(self, settings: Settings, identities: Identities) -> None:
        self.settings = settings
        self.identities = identities
        self._tokens: dict[str, float] = {}

    def answer(self, received: Received) -> Answer:
        answer = self._answer(received)
        if answer.error is not None:
            received.notes["problem"] = f"{answer.status} {answer.body.decode()}".strip()
        return answer

    def _answer(self, received: Received) -> Answer:
        v1_only = self.settings.imds_mode == "v1-only"
        if received.path == TOKEN_PATH:
            return plain_error(404) if v1_only else self._token(received)
        if received.method != "GET":
            return plain_error(405)
        if not v1_only:
            token = received.header(TOKEN_HEADER)
            if token is None or self._tokens.get(token, 0) <= time.time():
                return plain_error(401, "a session token is required")
        return self._metadata(received.path)

    def _token(self, received: Received) -> Answer:
        if received.method != "PUT":
            return plain_error(405)
        if "X-Forwarded-For" in received.headers:
            return plain_error(403, "the request came through a proxy")
        ttl = received.header(TTL_HEADER) or ""
        if not ttl.isdigit() or not 1 <= int(ttl) <= LONGEST_TTL:
            return plain_error(400, f"{TTL_HEADER} has to be 1 to {LONGEST_TTL}")
        token = "AQAEA" + base64.urlsafe_b64encode(secrets.token_bytes(38)).decode()
        self._tokens[token] = time.time() + int(ttl)
        return Answer(200, {"Content-Type": "text/plain", TTL_HEADER: ttl}, token.encode())

    def _metadata(self, path: str) -> Answer:
        place = self.identities.place
        identity = self.identities.of(NODE_ROLE)
        texts = {
            "/latest/meta-data/placement/region": place.region,
            "/latest/meta-data/placement/availability-zone": place.zone,
            "/latest/meta-data/instance-id": places.INSTANCE_ID,
            ROLES_PATH: identity.role,
            ROLES_PATH.rstrip("/"): identity.role,
        }
        if path in texts:
            return Answer(200, {"Content-Type": "text/plain"}, texts[path].encode())
        documents = {ROLES_PATH + identity.role: self._role_credentials, DOCUMENT_PATH: self._identity_document}
        if path in documents:
            body = json.dumps(documents[path](), indent=2).encode()
            return Answer(200, {"Content-Type": "text/plain"}, body)
        return plain_error(404)

    def _role_credentials(self) -> dict[str, Any]:
        identity = self.identities.hand_out(NODE_ROLE)
        return {
            "Code": "Success",
            "LastUpdated": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "Type": "AWS-HMAC",
            "AccessKeyId": identity.access_key,
            "SecretAccessKey": identity.secret_key,
            "Token": identity.session_token,
            "Expiration": identity.expires_iso(),
        }

    def _identity_document(self) -> dict[str, Any]:
        place = self.identities.place
        return {
            "accountId": places.ACCOUNT,
            "architecture": "x86_64",
            "availabilityZone": place.zone,
            "imageId": "ami-0123456789abcdef0",
            "instanceId": places.INSTANCE_ID,
            "instanceType": "m6i.large",
            "pendingTime": "2025-01-01T00:00:00Z",
            "privateIp": "10.0.0.7",
            "region": place.region,
            "version": "2017-09-30",
        }
