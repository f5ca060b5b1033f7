"""Decides the environment of the command: the parent's without anything about AWS or proxies, plus what the scenario's
host sets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .credentials import IRSA, NODE_ROLE, POD_IDENTITY, STATIC, TASK_ROLE, Identities
from .ecs import TaskMetadata
from .exchange import CREDENTIALS, ECS, IMDS, KUBERNETES, METERING, STS
from .places import IRSA_ROLE
from .scenarios import Scenario
from .settings import Settings

_REMOVED = re.compile(r"(AWS|ECS|KUBERNETES|MPMETER_SANDBOX)_.*|.*_PROXY|SSL_CERT_.*", re.IGNORECASE)


@dataclass(frozen=True)
class Surroundings:
    """What the runner has started and written: addresses of services, paths of files."""

    urls: Mapping[str, str]
    closed_url: str
    credentials_path: str
    directory: Path
    clock: Path
    ledger: Path
    public_key: Path
    next_public_key: Path | None
    token_file: Path | None
    ca_bundle: Path | None


def cleaned(parent: Mapping[str, str]) -> dict[str, str]:
    """The parent's environment without the variables that a container of AWS's would not have from it."""
    return {name: value for name, value in parent.items() if not _REMOVED.fullmatch(name)}


def added(scenario: Scenario, settings: Settings, identities: Identities, around: Surroundings) -> dict[str, str]:
    """The variables of the scenario's host and the sandbox's own, after --set and --unset."""
    variables = {
        "AWS_ENDPOINT_URL_MARKETPLACE_METERING": around.urls[METERING],
        "AWS_ENDPOINT_URL_STS": around.urls[STS],
        # Without IMDS the address is a loopback port that refuses connections, so nothing ever asks 169.254.169.254.
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": around.urls.get(IMDS, around.closed_url),
        # No host has these files; without the variables the developer's own ~/.aws would be read.
        "AWS_CONFIG_FILE": str(around.directory / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(around.directory / "no-credentials"),
        "MPMETER_SANDBOX_CLOCK": str(around.clock),
        "MPMETER_SANDBOX_LEDGER": str(around.ledger.absolute()),
        "MPMETER_SANDBOX_PUBLIC_KEY": str(around.public_key),
        "MPMETER_SANDBOX_PUBLIC_KEY_VERSION": str(settings.public_key_version),
        "MPMETER_SANDBOX_PRODUCT_CODE": settings.product_code,
    }
    if around.next_public_key is not None:
        variables["MPMETER_SANDBOX_NEXT_PUBLIC_KEY"] = str(around.next_public_key)
    if around.ca_bundle is not None and settings.bundle != "unnamed":
        variables["AWS_CA_BUNDLE"] = str(around.ca_bundle)
    if scenario.region_in_environment:
        variables["AWS_REGION"] = settings.region
        # The SDKs of a developer's machine are set up with AWS_REGION alone; ECS and EKS set both.
        if scenario.credentials != STATIC:
            variables["AWS_DEFAULT_REGION"] = settings.region
    if scenario.launch_type is not None:
        variables["ECS_CONTAINER_METADATA_URI_V4"] = around.urls[ECS] + TaskMetadata.path
        variables["AWS_EXECUTION_ENV"] = f"AWS_ECS_{scenario.launch_type}"
    variables.update(_credentials(scenario, identities, around))
    if scenario.in_kubernetes:
        variables["KUBERNETES_SERVICE_HOST"] = "127.0.0.1"
        variables["KUBERNETES_SERVICE_PORT"] = around.urls[KUBERNETES].rpartition(":")[2]
    variables.update(settings.set_variables)
    return {name: value for name, value in variables.items() if name not in settings.unset_variables}


def _credentials(scenario: Scenario, identities: Identities, around: Surroundings) -> dict[str, str]:
    """How the host tells where its credentials are."""
    if scenario.credentials == TASK_ROLE:
        # A real task has AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, which goes to 169.254.170.2 and cannot be had on
        # loopback.
        return {"AWS_CONTAINER_CREDENTIALS_FULL_URI": around.urls[CREDENTIALS] + around.credentials_path}
    if scenario.credentials == POD_IDENTITY:
        return {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": around.urls[CREDENTIALS] + around.credentials_path,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(around.token_file),
        }
    if scenario.credentials == IRSA:
        return {
            "AWS_ROLE_ARN": identities.place.role_arn(IRSA_ROLE),
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(around.token_file),
            "AWS_STS_REGIONAL_ENDPOINTS": "regional",
        }
    if scenario.credentials == STATIC:
        identity = identities.of(STATIC)
        return {"AWS_ACCESS_KEY_ID": identity.access_key, "AWS_SECRET_ACCESS_KEY": identity.secret_key}
    assert scenario.credentials == NODE_ROLE
    return {}
