"""Settings that are written wrongly: a registration and the doctor name the same variable, say the same of it, and
nothing is sent to AWS before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from .doctor import diagnose
from .sandbox import STATIC_KEY, STATIC_SECRET, Sandbox

ARN = "arn:aws:iam::111122223333:role/pod"
REGIONS = ["AWS_REGION", "AWS_DEFAULT_REGION"]


class Wrong(NamedTuple):
    scenario: str
    variable: str
    value: str  # {} stands for the right one
    status: str
    words: str


SETTINGS = {
    "quotes around the Region": Wrong(
        "ecs-fargate", "AWS_REGION", '"eu-west-3"', "REGION_NOT_FOUND", "stands in quotation marks"
    ),
    "a carriage return after the Region": Wrong(
        "ecs-fargate", "AWS_REGION", "eu-west-3\r", "REGION_NOT_FOUND", "ends in a carriage return"
    ),
    "a space before the Region": Wrong(
        "ecs-fargate", "AWS_REGION", " eu-west-3", "REGION_NOT_FOUND", "begins with white space"
    ),
    "a zone for the Region": Wrong(
        "ecs-fargate", "AWS_REGION", "eu-west-3a", "REGION_NOT_FOUND", "it is a zone of eu-west-3"
    ),
    "a Local Zone for the Region": Wrong(
        "ecs-fargate", "AWS_REGION", "us-west-2-lax-1a", "REGION_NOT_FOUND", "it is a zone of us-west-2"
    ),
    "capital letters": Wrong("ecs-fargate", "AWS_REGION", "EU-WEST-3", "REGION_NOT_FOUND", "lower-case letters"),
    "quotes around the role": Wrong(
        "eks-irsa", "AWS_ROLE_ARN", f'"{ARN}"', "CREDENTIALS_REJECTED", "stands in quotation marks"
    ),
    "a line end after the role": Wrong(
        "eks-irsa", "AWS_ROLE_ARN", f"{ARN}\n", "CREDENTIALS_REJECTED", "ends in a line end"
    ),
    "a role's name for its ARN": Wrong(
        "eks-irsa", "AWS_ROLE_ARN", "my-role", "CREDENTIALS_REJECTED", "not the ARN of a role"
    ),
    "a user's ARN for a role's": Wrong(
        "eks-irsa", "AWS_ROLE_ARN", "arn:aws:iam::111122223333:user/me", "CREDENTIALS_REJECTED", "not the ARN of a role"
    ),
    "a session name with a space": Wrong(
        "eks-irsa", "AWS_ROLE_SESSION_NAME", "my app", "CREDENTIALS_REJECTED", "not a session name"
    ),
    "a session name with a slash": Wrong(
        "eks-irsa", "AWS_ROLE_SESSION_NAME", "team/app", "CREDENTIALS_REJECTED", "not a session name"
    ),
    "a session name of one letter": Wrong(
        "eks-irsa", "AWS_ROLE_SESSION_NAME", "x", "CREDENTIALS_REJECTED", "not a session name"
    ),
    "a session name of 65": Wrong(
        "eks-irsa", "AWS_ROLE_SESSION_NAME", "x" * 65, "CREDENTIALS_REJECTED", "not a session name"
    ),
    "quotes around the token's path": Wrong(
        "eks-irsa", "AWS_WEB_IDENTITY_TOKEN_FILE", "'{}'", "CREDENTIALS_REJECTED", "stands in quotation marks"
    ),
    "a line end after the token's path": Wrong(
        "eks-irsa", "AWS_WEB_IDENTITY_TOKEN_FILE", "{}\n", "CREDENTIALS_REJECTED", "ends in a line end"
    ),
    "quotes around the bundle's path": Wrong(
        "ecs-fargate", "AWS_CA_BUNDLE", '"/etc/ssl/certs/ca-certificates.crt"', "TLS", "stands in quotation marks"
    ),
    "quotes around the endpoint": Wrong(
        "ecs-fargate",
        "AWS_ENDPOINT_URL_MARKETPLACE_METERING",
        '"{}"',
        "INVALID_ARGUMENT",
        "stands in quotation marks",
    ),
    "a space after the endpoint": Wrong(
        "ecs-fargate", "AWS_ENDPOINT_URL_MARKETPLACE_METERING", "{} ", "INVALID_ARGUMENT", "ends in white space"
    ),
    "a line end after the key": Wrong(
        "local", "AWS_SECRET_ACCESS_KEY", "{}\n", "CREDENTIALS_REJECTED", "AWS_SECRET_ACCESS_KEY ends in a line end"
    ),
    "quotes around the key's id": Wrong(
        "local", "AWS_ACCESS_KEY_ID", '"{}"', "CREDENTIALS_REJECTED", "AWS_ACCESS_KEY_ID stands in quotation marks"
    ),
    "quotes around the credentials' URL": Wrong(
        "ecs-fargate", "AWS_CONTAINER_CREDENTIALS_FULL_URI", '"{}"', "CREDENTIALS_REJECTED", "stands in quotation marks"
    ),
    "a space after a switch": Wrong(
        "ecs-fargate", "AWS_USE_FIPS_ENDPOINT", "true ", "INVALID_ARGUMENT", "ends in white space"
    ),
    "a space before a switch": Wrong(
        "eks-irsa", "AWS_USE_DUALSTACK_ENDPOINT", " true", "INVALID_ARGUMENT", "begins with white space"
    ),
    "quotes around a switch": Wrong(
        "ecs-fargate", "AWS_USE_DUALSTACK_ENDPOINT", '"true"', "INVALID_ARGUMENT", "stands in quotation marks"
    ),
    "a number for a switch": Wrong(
        "eks-irsa", "AWS_USE_FIPS_ENDPOINT", "1", "INVALID_ARGUMENT", "is neither true nor false"
    ),
    "a word for a switch": Wrong(
        "ecs-fargate", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "yes", "INVALID_ARGUMENT", "is neither true nor false"
    ),
    "a line end after the switch of instance metadata": Wrong(
        "ec2", "AWS_EC2_METADATA_DISABLED", "true\r", "REGION_NOT_FOUND", "ends in a carriage return"
    ),
    "a number for the switch of instance metadata": Wrong(
        "ec2", "AWS_EC2_METADATA_DISABLED", "1", "REGION_NOT_FOUND", "is neither true nor false"
    ),
    "a number for that of its version 1": Wrong(
        "ec2", "AWS_EC2_METADATA_V1_DISABLED", "0", "REGION_NOT_FOUND", "is neither true nor false"
    ),
    "a mode of instance metadata that is none": Wrong(
        "ec2", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "6", "REGION_NOT_FOUND", "is neither IPv4 nor IPv6"
    ),
}


@pytest.mark.parametrize("what", SETTINGS)
def test_is_named(what: str, sandbox: Callable[..., Sandbox]) -> None:
    wrong = SETTINGS[what]
    running = sandbox(wrong.scenario, **({"tls": True} if wrong.variable == "AWS_CA_BUNDLE" else {}))
    right = running.environment.get(wrong.variable, "")
    changes = {
        "set": {wrong.variable: wrong.value.replace("{}", right)},
        "unset": [name for name in REGIONS if name == "AWS_DEFAULT_REGION"],
    }
    outcome = running.register(**changes)
    found = outcome.expect(f"MPMETER_E_{wrong.status}")
    assert wrong.variable in found["message"] and wrong.words in found["message"], found
    assert outcome.metering() == [] and wrong.variable in found["fix"] + found["message"]
    report = diagnose(running, **changes)
    first = report.checks[report.json["first_failure"]]
    assert report.json["status"] == found["status"], report.json["message"]
    assert wrong.variable in first["seen"] and wrong.words in first["seen"] and first["advice"] == found["fix"], (
        first,
        found,
    )


@pytest.mark.parametrize("value", ["TRUE", "True", "true"])
def test_a_switch_in_any_case(value: str, sandbox: Callable[..., Sandbox]) -> None:
    """As every SDK has it: that the endpoints of the environment are ignored shows in who is asked."""
    running = sandbox("ecs-fargate")
    outcome = running.register(
        set={"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": value, "HTTPS_PROXY": "http://127.0.0.1:1"}, deadline=2
    )
    assert "127.0.0.1:1" in outcome.expect("MPMETER_E_NETWORK")["message"] and outcome.metering() == []


UNSET = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"]
PROFILES = {
    "SSO": ("[default]\nsso_session = corp\nsso_account_id = 111122223333\n", "IAM Identity Center"),
    "a process": ("[default]\ncredential_process = /bin/get\n", "credential_process"),
    "another role": ("[default]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = y\n", "role_arn"),
}


@pytest.mark.parametrize("where", ["credentials", "config"])
@pytest.mark.parametrize("what", PROFILES)
def test_a_profile_that_only_the_sdks_read(
    what: str, where: str, sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    text, words = PROFILES[what]
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / where).write_text(text)
    running = sandbox("local")
    changes = {"set": {"HOME": str(tmp_path), "AWS_PROFILE": "default"}, "unset": UNSET}
    found = running.register(**changes).expect("MPMETER_E_CREDENTIALS_REJECTED")
    assert words in found["message"] and "aws configure export-credentials --profile default" in found["fix"]
    report = diagnose(running, **changes)
    first = report.checks[report.json["first_failure"]]
    assert report.json["status"] == found["status"] and words in first["seen"] and first["advice"] == found["fix"]


FILES = {
    "a byte order mark": "\ufeff[default]\naws_access_key_id = {id}\naws_secret_access_key = {key}\n",
    "a comment behind the value": "[default]\naws_access_key_id = {id} # mine\naws_secret_access_key = {key}   "
    "; do not share\n",
    "CRLF": "[default]\r\naws_access_key_id = {id}\r\naws_secret_access_key = {key}\r\n",
}


@pytest.mark.parametrize("what", FILES)
def test_a_shared_file_as_editors_leave_it(what: str, sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/credentials").write_bytes(FILES[what].format(id=STATIC_KEY, key=STATIC_SECRET).encode())
    running = sandbox("local")
    outcome = running.register(set={"HOME": str(tmp_path)}, unset=UNSET)
    # A signature that AWS accepts; what it refuses is the platform.
    assert outcome.expect("MPMETER_E_PLATFORM_NOT_SUPPORTED")["credentials_source"] == "shared-credentials-file"
