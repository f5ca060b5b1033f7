"""The role is right, and whoever hands out its credentials refuses or fails."""

from __future__ import annotations

from typing import Any

from .row import CONTAINER, ENDPOINTS, row

CREDENTIALS: dict[str, dict[str, Any]] = {
    "another role": row(
        "eks-irsa",
        set={"AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/other"},
        first="credentials",
        status="CREDENTIALS_REJECTED",
        seen=["trust policy does not name this service account", "AccessDenied", "role/other"],
        advice=["trust policy", "sts:AssumeRoleWithWebIdentity"],
    ),
    "a cluster that IAM does not know": row(
        "eks-irsa",
        "sts-invalid-identity-token",
        first="credentials",
        status="CREDENTIALS_REJECTED",
        seen=["IAM does not trust the cluster", "InvalidIdentityToken"],
        advice=["OIDC provider"],
    ),
    "STS cannot reach the cluster's provider": row(
        "eks-irsa",
        "sts-idp-communication-error",
        first="credentials",
        status="SERVICE_UNAVAILABLE",
        seen=["IDPCommunicationError"],
        advice=["OIDC issuer"],
    ),
    "STS throttles": row(
        "eks-irsa",
        "sts-throttle",
        first="credentials",
        status="THROTTLED",
        seen=["STS", "Throttling"],
        advice=["again later"],
    ),
    "nobody at STS": row(
        "eks-irsa",
        set={ENDPOINTS[1]: "http://127.0.0.1:1"},
        first="credentials",
        status="NETWORK",
        seen=["STS", "127.0.0.1:1", ENDPOINTS[1], "refuses the connection"],
        advice=["NAT gateway", ENDPOINTS[1]],
    ),
    "a portal in the place of STS": row(
        "eks-irsa",
        "proxy-page@sts",
        first="credentials",
        status="BAD_RESPONSE",
        seen=["STS answered something that is not"],
        advice=["a proxy"],
    ),
    "the ECS agent cannot assume the role": row(
        "ecs-fargate",
        "credentials-404",
        first="credentials",
        status="CREDENTIALS_REJECTED",
        seen=["container credentials endpoint", "HTTP 404"],
        advice=["task role exists", "ecs-tasks.amazonaws.com"],
    ),
    "the ECS agent fails": row(
        "ecs-fargate",
        "credentials-500",
        first="credentials",
        status="SERVICE_UNAVAILABLE",
        seen=["container credentials endpoint", "HTTP 500"],
        advice=["ECS agent"],
    ),
    "a proxy swallows the credentials": row(
        "ecs-fargate",
        "proxy-page@credentials",
        first="credentials",
        status="BAD_RESPONSE",
        seen=["container credentials endpoint", "not a JSON object"],
        advice=["a proxy", "169.254.170.2"],
    ),
    "credentials that have expired": row(
        "ecs-fargate",
        "credentials-expired",
        first="credentials",
        status="NOT_AUTHENTICATED",
        seen=["expired", "ago"],
        advice=["start the task or pod again"],
    ),
    "credentials from another machine": row(
        "ecs-fargate",
        set={CONTAINER[0]: "http://10.0.0.1/credentials"},
        first="role",
        status="CREDENTIALS_REJECTED",
        seen=[CONTAINER[0], "plain HTTP to 10.0.0.1"],
        advice=["169.254.170.2"],
    ),
    "an authorization with a line end": row(
        "ecs-fargate",
        set={"AWS_CONTAINER_AUTHORIZATION_TOKEN": "secret-of-the-agent\r\nX-Header: 1"},
        first="credentials",
        status="CREDENTIALS_REJECTED",
        seen=["authorization token", "line end"],
        advice=["AWS_CONTAINER_AUTHORIZATION_TOKEN"],
    ),
}
