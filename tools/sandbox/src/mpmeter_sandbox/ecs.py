"""Decides what a container finds beside it: ECS task metadata v4, and the endpoints that hand out credentials.

Task metadata: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-response.html; it
has no Region. Credentials: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html, for an
ECS task without, for the EKS Pod Identity agent with the service account's token in the Authorization header.
"""

from __future__ import annotations

import hmac
import json
import uuid
from typing import Any

from . import places
from .credentials import Identities, Identity
from .errors import agent_error, plain_error
from .exchange import CREDENTIALS, ECS, Answer, Received, Service
from .places import Place
from .tokenfile import TokenFile


class TaskMetadata(Service):
    """ECS_CONTAINER_METADATA_URI_V4 and what is below it."""

    name = ECS
    path = f"/v4/{places.CONTAINER_ID}"

    def __init__(self, place: Place, launch_type: str) -> None:
        self.place = place
        self.launch_type = launch_type

    def answer(self, received: Received) -> Answer:
        documents = {self.path: self._container, f"{self.path}/task": self._task}
        if received.method != "GET" or received.path not in documents:
            received.notes["problem"] = f"no such resource: {received.method} {received.path}"
            return plain_error(404, "404 page not found")
        return Answer(200, {"Content-Type": "application/json"}, json.dumps(documents[received.path]()).encode())

    def _container(self) -> dict[str, Any]:
        image = f"{places.ACCOUNT}.dkr.ecr.{self.place.region}.{self.place.dns_suffix}/metered:1"
        return {
            "DockerId": places.CONTAINER_ID,
            "Name": "metered",
            "DockerName": "ecs-metered-1-metered-cca48e8dcadd97805600",
            "Image": image,
            "ImageID": "sha256:d691691e9652791a60114e67b365688d20d19940dde7c4736ea30e660d8d3553",
            "Labels": {
                "com.amazonaws.ecs.cluster": places.CLUSTER,
                "com.amazonaws.ecs.container-name": "metered",
                "com.amazonaws.ecs.task-arn": self.place.task_arn,
                "com.amazonaws.ecs.task-definition-family": "metered",
                "com.amazonaws.ecs.task-definition-version": "1",
            },
            "DesiredStatus": "RUNNING",
            "KnownStatus": "RUNNING",
            "Limits": {"CPU": 512, "Memory": 512},
            "CreatedAt": "2025-01-01T00:00:00.000000000Z",
            "StartedAt": "2025-01-01T00:00:01.000000000Z",
            "Type": "NORMAL",
            "LaunchType": self.launch_type,
            "ContainerARN": self.place.ecs_arn(
                "container", f"{places.CLUSTER}/{self.place.task_id}/0206b271-b33f-47ab-86c6-a0ba208a70a9"
            ),
            "Networks": [{"NetworkMode": "awsvpc", "IPv4Addresses": ["10.0.0.61"]}],
        }

    def _task(self) -> dict[str, Any]:
        document = {
            "Cluster": self.place.ecs_arn("cluster", places.CLUSTER),
            "TaskARN": self.place.task_arn,
            "Family": "metered",
            "Revision": "1",
            "DesiredStatus": "RUNNING",
            "KnownStatus": "RUNNING",
            "Limits": {"CPU": 0.5, "Memory": 1024},
            "PullStartedAt": "2025-01-01T00:00:00.000000000Z",
            "PullStoppedAt": "2025-01-01T00:00:00.500000000Z",
            "AvailabilityZone": self.place.zone,
            "LaunchType": self.launch_type,
            "Containers": [self._container()],
        }
        if self.launch_type == "EC2":
            document["VPCID"] = "vpc-0123456789abcdef0"
        return document


class CredentialsEndpoint(Service):
    """The task role's credentials, or with a token to compare, the EKS Pod Identity agent's."""

    name = CREDENTIALS

    def __init__(self, identities: Identities, source: str, token_file: TokenFile | None = None) -> None:
        self.identities = identities
        self.source = source
        self.token_file = token_file
        self.path = "/v1/credentials" if token_file else f"/v2/credentials/{uuid.uuid4()}"

    def answer(self, received: Received) -> Answer:
        answer = self._answer(received)
        if answer.error is not None:
            received.notes["problem"] = answer.error
        return answer

    def _answer(self, received: Received) -> Answer:
        if received.method != "GET" or received.path != self.path:
            return agent_error(404, "InvalidPath", "No credentials here; the path has to be used as it was given.")
        if self.token_file is not None:
            is_refused = self.token_file.received()
            given = received.header("Authorization")
            if given is None:
                return agent_error(
                    400, "MissingServiceAccountToken", "The Authorization header has to hold the service account token."
                )
            if is_refused or not hmac.compare_digest(given.encode(), self.token_file.token.encode()):
                return agent_error(403, "AccessDeniedException", "The service account token is not the pod's.")
        identity = self.identities.hand_out(self.source)
        received.notes.update(identity=identity.source, access_key=identity.access_key)
        return Answer(200, {"Content-Type": "application/json"}, json.dumps(self._document(identity)).encode())

    def _document(self, identity: Identity) -> dict[str, Any]:
        document = {
            "AccessKeyId": identity.access_key,
            "SecretAccessKey": identity.secret_key,
            "Token": identity.session_token,
            "Expiration": identity.expires_iso(),
        }
        if self.token_file is None:
            return {"RoleArn": self.identities.place.role_arn(identity.role), **document}
        return {**document, "AccountId": places.ACCOUNT}
