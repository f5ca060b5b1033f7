"""Set-ups that are broken in one place: the first failure of `mpmeter doctor` is that place, its sentence names the
cause, and its advice mends it.

Each row is one way in which an integration goes wrong, with what the first failing check is, the status that a
registration would end with, and words that its sentence and its advice must have. There is no second failure: what
follows from the cause is skipped.
"""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any, Callable

import pytest

from . import places
from .doctor import diagnose
from .sandbox import STATIC_KEY, STATIC_SECRET, Sandbox

STATIC = {"AWS_ACCESS_KEY_ID": STATIC_KEY, "AWS_SECRET_ACCESS_KEY": STATIC_SECRET}
REGIONS = ["AWS_REGION", "AWS_DEFAULT_REGION"]
ENDPOINTS = ["AWS_ENDPOINT_URL_MARKETPLACE_METERING", "AWS_ENDPOINT_URL_STS"]
CONTAINER = ["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
TASK_ROLE = ["taskRoleArn"]
IRSA = ["eks.amazonaws.com/role-arn"]
ROLE_ARN = "arn:aws:iam::111122223333:role/pod"


def _row(
    scenario: str,
    *faults: str,
    first: str,
    status: str,
    seen: list[str],
    advice: list[str],
    set: dict[str, str] | None = None,
    unset: list[str] | None = None,
    arguments: list[str] | None = None,
    **sandbox: Any,
) -> dict[str, Any]:
    return {
        "scenario": scenario,
        "faults": faults,
        "sandbox": sandbox,
        "changes": {"set": set or {}, "unset": unset or []},
        "arguments": arguments or [],
        "first": first,
        "status": f"MPMETER_E_{status}",
        "seen": seen,
        "advice": advice,
    }


REGION: dict[str, dict[str, Any]] = {
    "the task definition sets another Region": _row(
        "ecs-fargate",
        set=dict.fromkeys(REGIONS, "eu-west-1"),
        first="region-environment",
        status="INVALID_REGION",
        seen=["AWS_REGION says eu-west-1", "ECS task's ARN says eu-west-3"],
        advice=["Remove AWS_REGION and AWS_DEFAULT_REGION", "eu-west-3"],
    ),
    "the image sets another default Region": _row(
        "ecs-ec2",
        set={"AWS_DEFAULT_REGION": "us-east-1"},
        first="region-environment",
        status="INVALID_REGION",
        seen=["AWS_DEFAULT_REGION says us-east-1", "ECS task's ARN says eu-west-3"],
        advice=["Remove AWS_DEFAULT_REGION"],
    ),
    "the pod sets another Region than its cluster's": _row(
        "eks-irsa",
        set={"AWS_REGION": "eu-west-1"},
        first="region-environment",
        status="INVALID_REGION",
        seen=["AWS_REGION says eu-west-1", "issuer of the pod's token says eu-west-3"],
        advice=["Remove AWS_REGION"],
    ),
    "an instance's Region is set wrongly": _row(
        "ec2",
        set={"AWS_REGION": "eu-west-1", **STATIC},
        first="region-environment",
        status="INVALID_REGION",
        seen=["AWS_REGION says eu-west-1", "EC2 instance metadata says eu-west-3"],
        advice=["Remove AWS_REGION"],
    ),
    "a zone stands for the Region": _row(
        "ecs-ec2",
        set={"AWS_REGION": "eu-west-3a"},
        first="region-environment",
        status="REGION_NOT_FOUND",
        seen=["AWS_REGION is not the name", "eu-west-3a", "a zone of eu-west-3"],
        advice=["Unset AWS_REGION"],
    ),
    "a Local Zone stands for the Region": _row(
        "ecs-ec2",
        set={"AWS_REGION": "us-west-2-lax-1a"},
        first="region-environment",
        status="REGION_NOT_FOUND",
        seen=["us-west-2-lax-1a", "a zone of us-west-2,"],
        advice=["Unset AWS_REGION"],
    ),
    "a carriage return after the Region": _row(
        "ecs-ec2",
        set={"AWS_REGION": "eu-west-3\r"},
        first="region-environment",
        status="REGION_NOT_FOUND",
        seen=["AWS_REGION ends in a carriage return"],
        advice=["Remove it where AWS_REGION is set"],
    ),
    "a space after the Region": _row(
        "ecs-ec2",
        set={"AWS_REGION": "eu-west-3 "},
        first="region-environment",
        status="REGION_NOT_FOUND",
        seen=["AWS_REGION ends in white space"],
        advice=["Remove it"],
    ),
    "capital letters": _row(
        "ecs-ec2",
        set={"AWS_REGION": "EU-WEST-3"},
        first="region-environment",
        status="REGION_NOT_FOUND",
        seen=["AWS_REGION is not the name", "EU-WEST-3"],
        advice=["Unset AWS_REGION"],
    ),
    "a Region that does not offer RegisterUsage": _row(
        "ecs-fargate",
        region="ap-east-1",
        arguments=["--region-policy", "enforce"],
        first="region-supported",
        status="REGION_UNSUPPORTED",
        seen=["RegisterUsage is not offered in ap-east-1"],
        advice=["Region where RegisterUsage is offered"],
    ),
    "nothing says the Region": _row(
        "eks-pod-identity",
        unset=[*REGIONS, *CONTAINER],
        set={},
        first="region",
        status="REGION_NOT_FOUND",
        seen=[
            "Nothing says which AWS Region",
            "AWS_REGION and AWS_DEFAULT_REGION: not set",
            "ECS task metadata",
            "EC2 instance metadata",
        ],
        advice=["set AWS_REGION"],
    ),
    "task metadata do not know the task": _row(
        "ecs-ec2",
        "metadata-404@ecs",
        "metadata-v2-hang",
        first="region-task-metadata",
        status="REGION_NOT_FOUND",
        seen=["ECS task metadata", "HTTP 404"],
        advice=["169.254.170.2", "ECS agent"],
    ),
    "a portal stands where task metadata should": _row(
        "ecs-ec2",
        "proxy-page@ecs",
        "imds-403",
        first="region-task-metadata",
        status="REGION_NOT_FOUND",
        seen=["ECS task metadata", "without a task's ARN"],
        advice=["a proxy"],
    ),
    "a hop limit of 1": _row(
        "ec2",
        "metadata-v2-hang",
        first="instance-metadata",
        status="REGION_NOT_FOUND",
        seen=["no answer to the PUT", "hop limit is 1"],
        advice=["--http-put-response-hop-limit 2", "AWS_REGION"],
    ),
    "instance metadata are switched off": _row(
        "ec2",
        "imds-403",
        first="instance-metadata",
        status="REGION_NOT_FOUND",
        seen=["EC2 instance metadata", "forbidden (HTTP 403)"],
        advice=["--http-endpoint enabled"],
    ),
    "instance metadata in a place that is none": _row(
        "ec2",
        set={"AWS_EC2_METADATA_SERVICE_ENDPOINT": "169.254.169.254/latest"},
        unset=[],
        first="instance-metadata",
        status="REGION_NOT_FOUND",
        seen=["AWS_EC2_METADATA_SERVICE_ENDPOINT is not an http or https URL"],
        advice=["Unset AWS_EC2_METADATA_SERVICE_ENDPOINT"],
    ),
    "instance metadata are switched off by the environment": _row(
        "ec2",
        set={"AWS_EC2_METADATA_DISABLED": "true"},
        first="instance-metadata",
        status="REGION_NOT_FOUND",
        seen=["AWS_EC2_METADATA_DISABLED"],
        advice=["Unset AWS_EC2_METADATA_DISABLED"],
    ),
}

WAY: dict[str, dict[str, Any]] = {
    "the clock is behind": _row(
        "ecs-fargate",
        "clock-skew:10830",
        first="clock",
        status="NOT_AUTHENTICATED",
        seen=["clock is 3 h 0 min behind", "AWS Marketplace Metering"],
        advice=["Set the host's clock"],
    ),
    "the clock is ahead": _row(
        "ecs-fargate",
        "clock-skew:-7290",
        first="clock",
        status="NOT_AUTHENTICATED",
        seen=["clock is 2 h 1 min ahead of"],
        advice=["Set the host's clock"],
    ),
    "a certificate of its own": _row(
        "ecs-fargate",
        "tls-self-signed",
        first="endpoint",
        status="TLS",
        seen=['issued by "CN = mpmeter sandbox"', "does not know"],
        advice=["proxy intercepts TLS", "AWS_CA_BUNDLE"],
    ),
    "a proxy that opens TLS, with an authority that nobody knows": _row(
        "eks-irsa",
        tls=True,
        unset=["AWS_CA_BUNDLE"],
        first="endpoint",
        status="TLS",
        seen=['issued by "CN = mpmeter sandbox throw-away CA"', "not know"],
        advice=["proxy intercepts TLS", "AWS_CA_BUNDLE"],
    ),
    "a certificate for another name": _row(
        "eks-irsa",
        "tls-wrong-host",
        first="endpoint",
        status="TLS",
        seen=["is for another name"],
        advice=["Check DNS, proxies and endpoint settings"],
    ),
    "a certificate that has expired": _row(
        "eks-irsa",
        "tls-expired",
        first="endpoint",
        status="TLS",
        seen=["not valid today", "expired"],
        advice=["machine's clock"],
    ),
    "a CA bundle that is not there": _row(
        "ecs-fargate",
        tls=True,
        set={"AWS_CA_BUNDLE": "/nonexistent/ca.pem"},
        first="ca-roots",
        status="TLS",
        seen=["AWS_CA_BUNDLE", "/nonexistent/ca.pem", "cannot be read"],
        advice=["Correct AWS_CA_BUNDLE"],
    ),
    "a CA bundle without certificates": _row(
        "eks-irsa",
        tls=True,
        set={"SSL_CERT_FILE": "/etc/hostname"},
        unset=["AWS_CA_BUNDLE"],
        first="ca-roots",
        status="TLS",
        seen=["/etc/hostname holds no certificate"],
        advice=["SSL_CERT_FILE"],
    ),
    "nobody at the endpoint": _row(
        "ecs-fargate",
        set={ENDPOINTS[0]: "http://127.0.0.1:1"},
        first="endpoint",
        status="NETWORK",
        seen=["127.0.0.1:1", ENDPOINTS[0], "refuses the connection"],
        advice=["NAT gateway", "security group", ENDPOINTS[0]],
    ),
    "an endpoint without an address": _row(
        "ecs-fargate",
        set={ENDPOINTS[0]: "https://metering.invalid"},
        first="endpoint",
        status="NETWORK",
        seen=["metering.invalid", "cannot be resolved"],
        advice=["DNS", ENDPOINTS[0]],
    ),
    "NO_PROXY keeps the call from a proxy, and nothing else is open": _row(
        "ecs-fargate",
        set={
            ENDPOINTS[0]: "https://metering.invalid",
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "NO_PROXY": "localhost, .invalid",
        },
        first="endpoint",
        status="NETWORK",
        seen=["metering.invalid", "cannot be resolved"],
        advice=["Take .invalid out of NO_PROXY", "direct way is closed"],
    ),
    "the endpoint of another Region": _row(
        "ecs-fargate",
        set={ENDPOINTS[0]: "https://metering.marketplace.us-east-1.amazonaws.com"},
        first="endpoint",
        status="INVALID_REGION",
        seen=[ENDPOINTS[0], "endpoint of us-east-1", "this is eu-west-3"],
        advice=[f"Unset {ENDPOINTS[0]}"],
    ),
    "the VPC endpoint of another Region": _row(
        "eks-irsa",
        set={ENDPOINTS[0]: "https://vpce-0123abcd-xyz.metering-marketplace.us-east-1.vpce.amazonaws.com"},
        first="endpoint",
        status="INVALID_REGION",
        seen=["endpoint of us-east-1", "this is eu-west-3"],
        advice=[f"Unset {ENDPOINTS[0]}"],
    ),
    "an endpoint in plain HTTP": _row(
        "ecs-fargate",
        set={"AWS_ENDPOINT_URL": "http://metering.example.com"},
        unset=ENDPOINTS,
        first="endpoint",
        status="INVALID_ARGUMENT",
        seen=["AWS_ENDPOINT_URL", "plain HTTP", "metering.example.com"],
        advice=["Unset AWS_ENDPOINT_URL"],
    ),
    "an outage": _row(
        "ecs-fargate",
        "http-503",
        first="endpoint",
        status="SERVICE_UNAVAILABLE",
        seen=["HTTP 503"],
        advice=["Health Dashboard"],
    ),
    "a captive portal": _row(
        "ecs-fargate",
        "proxy-page@metering",
        first="endpoint",
        status="BAD_RESPONSE",
        seen=["HTTP 200 with a web page"],
        advice=["captive portal"],
    ),
    "a redirect": _row(
        "ecs-fargate",
        "redirect",
        first="endpoint",
        status="BAD_RESPONSE",
        seen=["HTTP 302", "leads elsewhere"],
        advice=["captive portal"],
    ),
    "a proxy that is not there": _row(
        "eks-irsa",
        unset=ENDPOINTS,
        set={"HTTPS_PROXY": "http://user:pass-phrase@127.0.0.1:1"},
        first="proxy",
        status="NETWORK",
        seen=["HTTPS_PROXY=127.0.0.1:1 refuses the connection"],
        advice=["Correct HTTPS_PROXY", "NO_PROXY"],
    ),
    "a proxy without an address": _row(
        "ecs-fargate",
        unset=ENDPOINTS,
        set={"https_proxy": "http://proxy.invalid:3128"},
        first="proxy",
        status="NETWORK",
        seen=["https_proxy=proxy.invalid:3128", "cannot be resolved"],
        advice=["Correct https_proxy"],
    ),
    "a proxy setting that is none": _row(
        "ecs-fargate",
        unset=ENDPOINTS,
        set={"HTTPS_PROXY": "nonsense://127.0.0.1:1"},
        first="proxy",
        status="INVALID_ARGUMENT",
        seen=["HTTPS_PROXY is not the URL of a proxy"],
        advice=["http://host:port"],
    ),
}

ROLE: dict[str, dict[str, Any]] = {
    "static keys alone": _row(
        "local",
        first="static-keys",
        status="PLATFORM_NOT_SUPPORTED",
        seen=["static keys would sign", "AWS_ACCESS_KEY_ID (AKIA...CKEY)"],
        advice=["Remove them", *TASK_ROLE, "On a laptop"],
    ),
    "static keys in a task without a role": _row(
        "ecs-ec2",
        set=STATIC,
        unset=CONTAINER,
        first="static-keys",
        status="PLATFORM_NOT_SUPPORTED",
        seen=["AWS_ACCESS_KEY_ID (AKIA...CKEY)"],
        advice=["Remove them", *TASK_ROLE],
    ),
    "half a pair of keys": _row(
        "local",
        unset=["AWS_SECRET_ACCESS_KEY"],
        first="static-keys",
        status="CREDENTIALS_REJECTED",
        seen=["AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set"],
        advice=["Unset both"],
    ),
    "a profile that is not there": _row(
        "local",
        unset=list(STATIC),
        set={"AWS_SHARED_CREDENTIALS_FILE": "/etc/hostname", "AWS_PROFILE": "missing"},
        first="static-keys",
        status="CREDENTIALS_REJECTED",
        seen=["/etc/hostname", "profile missing"],
        advice=["AWS_PROFILE"],
    ),
    "a task without a role, on EC2": _row(
        "ecs-ec2",
        unset=CONTAINER,
        first="role",
        status="PLATFORM_NOT_SUPPORTED",
        seen=["the task has no role", "EC2 instance's role is left to sign"],
        advice=TASK_ROLE,
    ),
    "a task without a role, on Fargate": _row(
        "ecs-fargate",
        unset=CONTAINER,
        first="role",
        status="CREDENTIALS_NOT_FOUND",
        seen=["the task has no role"],
        advice=TASK_ROLE,
    ),
    "a pod whose service account has no role": _row(
        "eks-irsa",
        unset=["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"],
        first="role",
        status="CREDENTIALS_NOT_FOUND",
        seen=["service account has no role", "AWS_WEB_IDENTITY_TOKEN_FILE is not set"],
        advice=IRSA,
    ),
    "a role without a token": _row(
        "eks-irsa",
        unset=["AWS_WEB_IDENTITY_TOKEN_FILE"],
        first="role",
        status="CREDENTIALS_NOT_FOUND",
        seen=["AWS_ROLE_ARN alone is not enough"],
        advice=IRSA,
    ),
    "the instance's role signs": _row(
        "ec2",
        first="role",
        status="PLATFORM_NOT_SUPPORTED",
        seen=["EC2 instance's role is left to sign"],
        advice=[*TASK_ROLE, "IRSA"],
    ),
    "no credentials anywhere": _row(
        "local",
        unset=list(STATIC),
        first="role",
        status="CREDENTIALS_NOT_FOUND",
        seen=["neither a task nor a pod role"],
        advice=[*TASK_ROLE, "IRSA"],
    ),
    "Pod Identity hides IRSA": _row(
        "eks-pod-identity",
        first="pod-identity",
        status="PLATFORM_NOT_SUPPORTED",
        seen=["EKS Pod Identity", "does not support"],
        advice=["Remove the service account's Pod Identity association", *IRSA],
    ),
    "Pod Identity whose agent does not answer": _row(
        "eks-pod-identity",
        set={CONTAINER[0]: "http://127.0.0.1:1/v1/credentials"},
        first="pod-identity",
        status="PLATFORM_NOT_SUPPORTED",
        seen=["EKS Pod Identity"],
        advice=IRSA,
    ),
    "a cluster before 1.13": _row(
        "eks-irsa",
        "kubernetes-old",
        first="kubernetes",
        status="PLATFORM_NOT_SUPPORTED",
        seen=["Kubernetes v1.12.4-eks", "1.13"],
        advice=["Update the cluster"],
    ),
    "a token file that is not mounted": _row(
        "eks-irsa",
        set={"AWS_WEB_IDENTITY_TOKEN_FILE": "/nonexistent/token"},
        first="role-token",
        status="CREDENTIALS_REJECTED",
        seen=["AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent/token", "no such file"],
        advice=["mounted", "annotate the service account"],
    ),
    "a token file that is not mounted, and no Region": _row(
        "eks-irsa",
        set={"AWS_WEB_IDENTITY_TOKEN_FILE": "/nonexistent/token"},
        unset=REGIONS,
        first="region-web-identity",
        status="CREDENTIALS_REJECTED",
        seen=["/nonexistent/token", "no such file"],
        advice=["mounted"],
    ),
    "an empty token file": _row(
        "eks-irsa",
        set={"AWS_WEB_IDENTITY_TOKEN_FILE": "/dev/null"},
        first="role-token",
        status="CREDENTIALS_REJECTED",
        seen=["/dev/null", "is empty"],
        advice=["mounted"],
    ),
    "a token file that holds something else": _row(
        "eks-irsa",
        set={"AWS_WEB_IDENTITY_TOKEN_FILE": "/etc/hostname"},
        first="role-token",
        status="CREDENTIALS_REJECTED",
        seen=["/etc/hostname", "no service account token"],
        advice=["kubelet"],
    ),
    "a token without a role": _row(
        "eks-irsa",
        unset=["AWS_ROLE_ARN"],
        first="role",
        status="CREDENTIALS_REJECTED",
        seen=["AWS_ROLE_ARN is not"],
        advice=IRSA,
    ),
    "a role's name for its ARN": _row(
        "eks-irsa",
        set={"AWS_ROLE_ARN": "sandbox-irsa-role"},
        first="role",
        status="CREDENTIALS_REJECTED",
        seen=["AWS_ROLE_ARN is not the ARN of a role: sandbox-irsa-role"],
        advice=["arn:aws:iam::"],
    ),
    "a space after the role": _row(
        "eks-irsa",
        set={"AWS_ROLE_ARN": f"{ROLE_ARN} "},
        first="role",
        status="CREDENTIALS_REJECTED",
        seen=["AWS_ROLE_ARN ends in white space"],
        advice=["Remove it where AWS_ROLE_ARN is set"],
    ),
    "a carriage return after the role": _row(
        "eks-irsa",
        set={"AWS_ROLE_ARN": f"{ROLE_ARN}\r"},
        first="role",
        status="CREDENTIALS_REJECTED",
        seen=["AWS_ROLE_ARN ends in a carriage return"],
        advice=["Remove it where AWS_ROLE_ARN is set"],
    ),
    "a line feed after the role": _row(
        "eks-irsa",
        set={"AWS_ROLE_ARN": f"{ROLE_ARN}\n"},
        first="role",
        status="CREDENTIALS_REJECTED",
        seen=["AWS_ROLE_ARN ends in a line end"],
        advice=["Remove it where AWS_ROLE_ARN is set"],
    ),
    "a role of another partition": _row(
        "eks-irsa",
        set={"AWS_ROLE_ARN": "arn:aws-cn:iam::111122223333:role/pod"},
        first="role",
        status="CREDENTIALS_REJECTED",
        seen=["the role is of partition aws-cn, but eu-west-3 is in aws"],
        advice=["account that the cluster runs in", *IRSA],
    ),
    "another role": _row(
        "eks-irsa",
        set={"AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/other"},
        first="credentials",
        status="CREDENTIALS_REJECTED",
        seen=["trust policy does not name this service account", "AccessDenied", "role/other"],
        advice=["trust policy", "sts:AssumeRoleWithWebIdentity"],
    ),
    "a cluster that IAM does not know": _row(
        "eks-irsa",
        "sts-invalid-identity-token",
        first="credentials",
        status="CREDENTIALS_REJECTED",
        seen=["IAM does not trust the cluster", "InvalidIdentityToken"],
        advice=["OIDC provider"],
    ),
    "STS cannot reach the cluster's provider": _row(
        "eks-irsa",
        "sts-idp-communication-error",
        first="credentials",
        status="SERVICE_UNAVAILABLE",
        seen=["IDPCommunicationError"],
        advice=["OIDC issuer"],
    ),
    "STS throttles": _row(
        "eks-irsa",
        "sts-throttle",
        first="credentials",
        status="THROTTLED",
        seen=["STS", "Throttling"],
        advice=["again later"],
    ),
    "nobody at STS": _row(
        "eks-irsa",
        set={ENDPOINTS[1]: "http://127.0.0.1:1"},
        first="credentials",
        status="NETWORK",
        seen=["STS", "127.0.0.1:1", ENDPOINTS[1], "refuses the connection"],
        advice=["NAT gateway", ENDPOINTS[1]],
    ),
    "a portal in the place of STS": _row(
        "eks-irsa",
        "proxy-page@sts",
        first="credentials",
        status="BAD_RESPONSE",
        seen=["STS answered something that is not"],
        advice=["a proxy"],
    ),
    "the ECS agent cannot assume the role": _row(
        "ecs-fargate",
        "credentials-404",
        first="credentials",
        status="CREDENTIALS_REJECTED",
        seen=["container credentials endpoint", "HTTP 404"],
        advice=["task role exists", "ecs-tasks.amazonaws.com"],
    ),
    "the ECS agent fails": _row(
        "ecs-fargate",
        "credentials-500",
        first="credentials",
        status="SERVICE_UNAVAILABLE",
        seen=["container credentials endpoint", "HTTP 500"],
        advice=["ECS agent"],
    ),
    "a proxy swallows the credentials": _row(
        "ecs-fargate",
        "proxy-page@credentials",
        first="credentials",
        status="BAD_RESPONSE",
        seen=["container credentials endpoint", "not a JSON object"],
        advice=["a proxy", "169.254.170.2"],
    ),
    "credentials that have expired": _row(
        "ecs-fargate",
        "credentials-expired",
        first="credentials",
        status="NOT_AUTHENTICATED",
        seen=["expired", "ago"],
        advice=["Start the task or pod again"],
    ),
    "credentials from another machine": _row(
        "ecs-fargate",
        set={CONTAINER[0]: "http://10.0.0.1/credentials"},
        first="role",
        status="CREDENTIALS_REJECTED",
        seen=[CONTAINER[0], "plain HTTP to 10.0.0.1"],
        advice=["169.254.170.2"],
    ),
    "an authorization with a line end": _row(
        "ecs-fargate",
        set={"AWS_CONTAINER_AUTHORIZATION_TOKEN": "secret-of-the-agent\r\nX-Header: 1"},
        first="credentials",
        status="CREDENTIALS_REJECTED",
        seen=["authorization token", "line end"],
        advice=["AWS_CONTAINER_AUTHORIZATION_TOKEN"],
    ),
}

KEY = places.KEYS
REGISTER = ["--register"]
PRODUCT: dict[str, dict[str, Any]] = {
    "a code that the vendor does not trust": _row(
        "ecs-fargate",
        arguments=["--trust", "another-code"],
        first="product-code",
        status="UNTRUSTED_PRODUCT",
        seen=["prod-sandbox-paid", "not in the vendor's list"],
        advice=["product code"],
    ),
    "a free product in the place of a paid one": _row(
        "ecs-fargate",
        arguments=["--trust", "prod-sandbox-paid=free"],
        first="product-code",
        status="UNTRUSTED_PRODUCT",
        seen=["free product"],
        advice=["paid product"],
    ),
    "a code that is none": _row(
        "ecs-fargate",
        arguments=["--product-code", "my product"],
        first="product-code",
        status="INVALID_ARGUMENT",
        seen=["not 1 to 255 characters", "my product"],
        advice=["Management Portal"],
    ),
    "a private key": _row(
        "ecs-fargate",
        arguments=[
            "--public-key-version",
            "1",
            "--public-key",
            str(KEY / "bad-private-pkcs1.pem"),
            "--public-key-version",
            "2",
        ],
        first="public-key",
        status="PUBLIC_KEY",
        seen=["version 2", "it is a private key"],
        advice=["only its owner"],
    ),
    "a certificate for the key": _row(
        "ecs-fargate",
        arguments=[
            "--public-key-version",
            "1",
            "--public-key",
            str(KEY / "bad-certificate.pem"),
            "--public-key-version",
            "2",
        ],
        first="public-key",
        status="PUBLIC_KEY",
        seen=["version 2", "it is a certificate"],
        advice=["openssl x509 -pubkey"],
    ),
    "a key of 1024 bits": _row(
        "ecs-fargate",
        key_bits=1024,
        first="public-key",
        status="PUBLIC_KEY",
        seen=["1024 bits"],
        advice=["ask AWS Marketplace for a new one"],
    ),
    "a key file that is not there": _row(
        "ecs-fargate",
        arguments=["--public-key-version", "1", "--public-key", "/nonexistent/key.pem", "--public-key-version", "2"],
        first="public-key",
        status="PUBLIC_KEY",
        seen=["'/nonexistent/key.pem' cannot be read", "No such file"],
        advice=["path of the public key"],
    ),
    "no IAM policy": _row(
        "ecs-fargate",
        "access-denied",
        arguments=REGISTER,
        first="registration",
        status="ACCESS_DENIED",
        seen=["AccessDeniedException", "aws-marketplace:RegisterUsage"],
        advice=["AWSMarketplaceMeteringRegisterUsage"],
    ),
    "no subscription": _row(
        "eks-irsa",
        "not-entitled",
        arguments=REGISTER,
        first="registration",
        status="CUSTOMER_NOT_ENTITLED",
        seen=["CustomerNotEntitledException"],
        advice=["Subscribe", "limited listing"],
    ),
    "a code that AWS does not know": _row(
        "eks-irsa",
        "invalid-product-code",
        arguments=REGISTER,
        first="registration",
        status="INVALID_PRODUCT_CODE",
        seen=["InvalidProductCodeException"],
        advice=["Management Portal", "limited listing"],
    ),
    "a key that was rotated": _row(
        "eks-irsa",
        "key-rotated",
        arguments=REGISTER,
        first="registration",
        status="INVALID_PUBLIC_KEY_VERSION",
        seen=["InvalidPublicKeyVersionException"],
        advice=["ship the new key"],
    ),
    "another product's key": _row(
        "eks-irsa",
        "token-wrong-key",
        arguments=REGISTER,
        first="registration",
        status="TOKEN_SIGNATURE",
        seen=["not signed with the private key"],
        advice=["public key belongs to this product"],
    ),
    "AWS does not see a task": _row(
        "ecs-ec2",
        "platform-not-supported",
        arguments=REGISTER,
        first="registration",
        status="PLATFORM_NOT_SUPPORTED",
        seen=["PlatformNotSupportedException"],
        advice=["task role"],
    ),
    "an answer that was replayed": _row(
        "ecs-ec2",
        "token-wrong-nonce",
        arguments=REGISTER,
        first="registration",
        status="TOKEN_CLAIMS",
        seen=["nonce differs"],
        advice=["replayed"],
    ),
    "throttled to the end": _row(
        "ecs-fargate",
        "throttle",
        arguments=[*REGISTER, "--deadline", "1.5"],
        first="registration",
        status="THROTTLED",
        seen=["ThrottlingException"],
        advice=["again later"],
    ),
}

ALL = {**REGION, **WAY, **ROLE, **PRODUCT}


@pytest.mark.parametrize("what", ALL)
def test_cause(what: str, sandbox: Callable[..., Sandbox]) -> None:
    row = ALL[what]
    report = diagnose(sandbox(row["scenario"], *row["faults"], **row["sandbox"]), *row["arguments"], **row["changes"])
    # What else is wrong with that place is a failure of its own: an instance, or a laptop, has no role at all.
    others = (
        {"static-keys", "role"}
        if row["scenario"] in ("ec2", "local")
        else {"role"}
        if what == "nothing says the Region"
        else set()
    )
    assert report.failures[:1] == [row["first"]], report.json
    assert set(report.failures[1:]) <= others, report.json
    first = report.checks[row["first"]]
    assert report.json["status"] == row["status"], first
    for key in ("seen", "advice"):
        assert [words for words in row[key] if words not in first[key]] == [], first
    assert "pass-phrase" not in report.outcome.stdout and "secret-of-the-agent" not in report.outcome.stdout


# ---- The token's claims ----------------------------------------------------------------------------------------------


def _token(**claims: Any) -> str:
    """A token that nobody signed: the diagnosis reads it, and STS never sees it."""
    usual = {
        "iss": "https://oidc.eks.eu-west-3.amazonaws.com/id/AB",
        "aud": ["sts.amazonaws.com"],
        "exp": time.time() + 3600,
        "sub": "hidden-subject",
    }
    parts = [{"alg": "RS256"}, {**usual, **claims}]
    return ".".join(
        [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
        + ["signature-of-nobody"]
    )


@pytest.mark.parametrize(
    "claims, seen, advice",
    [
        ({"exp": int(time.time()) - 7200}, ["expired 2 h", "/id/AB"], "Start the pod again"),
        ({"nbf": int(time.time()) + 36000}, ["holds only", "from now on"], "clock of this node"),
        (
            {"aud": "vault"},
            ["audience is not sts.amazonaws.com"],
            "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
        ),
        ({"aud": None}, ["audience is not sts.amazonaws.com"], "projected token"),
    ],
)
def test_claims_of_the_token(
    claims: dict[str, Any], seen: list[str], advice: str, irsa: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "token"
    path.write_text(_token(**claims))
    report = diagnose(irsa, set={"AWS_WEB_IDENTITY_TOKEN_FILE": str(path)})
    found = report.checks["role-token"]
    assert report.failures == ["role-token"] and report.json["status"] == "MPMETER_E_CREDENTIALS_REJECTED"
    assert str(path) in found["seen"] and all(words in found["seen"] for words in seen) and advice in found["advice"], (
        found
    )
    # "token claims: issuer and expiry only"
    assert all(text not in report.outcome.stdout for text in ("hidden-subject", "vault", "signature-of-nobody"))
    assert report.outcome.of("sts") == []


def test_a_token_that_ends_soon(irsa: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(_token(exp=int(time.time()) + 100))
    report = diagnose(irsa, set={"AWS_WEB_IDENTITY_TOKEN_FILE": str(path)})
    assert report.warnings == ["role-token"] and "rotates" in report.checks["role-token"]["advice"]


# ---- Secrets that were put into the wrong variable -------------------------------------------------------------------

# AWS's own example of a pair of keys, in its documents of access keys.
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEY_ID = "AKIAIOSFODNN7EXAMPLE"
NO_HEADER = "ZmFrZQ.c3ViamVjdA.c2lnbmF0dXJl"
TOKEN_FILE = "AWS_WEB_IDENTITY_TOKEN_FILE"


@pytest.mark.parametrize(
    "variable, value, first, seen",
    [
        ("AWS_REGION", SECRET_KEY, "region-environment", "looks like a secret access key"),
        ("AWS_REGION", f'"{SECRET_KEY}"\r', "region-environment", "looks like a secret access key"),
        ("AWS_REGION", KEY_ID, "region-environment", "looks like an access key id"),
        ("AWS_DEFAULT_REGION", SECRET_KEY, "", "looks like a secret access key"),
        ("AWS_ROLE_ARN", SECRET_KEY, "role", "looks like a secret access key"),
        ("AWS_ROLE_ARN", KEY_ID, "role", "looks like an access key id"),
        (TOKEN_FILE, SECRET_KEY, "role-token", "holds what looks like a secret access key, not the path of a file"),
        (TOKEN_FILE, "eyJ", "role-token", "holds a token's text, not the path of a file"),
        (TOKEN_FILE, NO_HEADER, "role-token", "holds a token's text, not the path of a file"),
    ],
)
def test_a_secret_in_the_wrong_variable_is_named_and_not_shown(
    variable: str, value: str, first: str, seen: str, irsa: Sandbox
) -> None:
    value = _token(exp=int(time.time()) + 3600) if value == "eyJ" else value
    report = diagnose(irsa, set={variable: value})
    assert report.failures == [first] * bool(first), report.json
    assert seen in report.checks[first or "region-environment"]["seen"], report.json
    texts = [report.outcome.stdout, report.outcome.stderr]
    for command in (["register", "--product-code", irsa.product_code, "--public-key", irsa.key], ["region"]):
        outcome = irsa.run(*command, "-vv", set={variable: value})
        texts += [outcome.stdout, outcome.stderr]
    pieces = [piece.strip('"\r') for piece in value.split(".")]
    assert not [piece for piece in pieces for text in texts if piece[:12] in text or piece[-12:] in text]
