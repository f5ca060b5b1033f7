"""Writes the seeds that Tests/Vectors gives: a file for each case, under OUT/<target>/. The others are written by hand
in seeds/."""

from __future__ import annotations

import base64
import json
import pathlib
import sys
from collections.abc import Iterator

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "Vectors"
SAMPLE_TOKEN = "ok-rsa2048"


def cases(path: str) -> list[dict]:
    return json.loads((VECTORS / path).read_text())


def content(case: dict, name: str = "input") -> bytes:
    encoded = case.get(f"{name}_base64")
    return base64.b64decode(encoded) if encoded is not None else case[name].encode()


def answers(path: str) -> Iterator[tuple[str, bytes]]:
    for case in cases(path):
        yield case["name"], f"{case['http_status']}\n\n".encode() + content(case)


def credentials_files() -> Iterator[tuple[str, bytes]]:
    for case in cases("credentials/shared-file.json"):
        yield case["name"], f"{case['profile']}\n".encode() + content(case)


def inputs(path: str, name: str = "input") -> Iterator[tuple[str, bytes]]:
    for case in cases(path):
        yield case["name"], content(case, name)


def keys() -> Iterator[tuple[str, bytes]]:
    for path in sorted((VECTORS / "keys").glob("*.pem")):
        yield path.stem, path.read_bytes()


def tokens() -> Iterator[tuple[str, bytes]]:
    for case in cases("jwt/cases.json"):
        if "token" in case:
            yield case["name"], case["token"].encode()


def payloads() -> Iterator[tuple[str, bytes]]:
    """Headers and payloads of the tokens: JSON that is meant to mislead."""
    for name, token in tokens():
        for index, part in enumerate(token.split(b".")[:2]):
            try:
                yield f"{name}-{index}", base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
            except ValueError:
                continue


def urls() -> Iterator[tuple[str, bytes]]:
    for case in cases("endpoints/cases.json"):
        if case["metering_url"]:
            yield case["name"], case["metering_url"].encode()


def abi() -> Iterator[tuple[str, bytes]]:
    for case in cases("jwt/cases.json"):
        if "token" not in case:
            continue
        lines = [
            case["key_version"],
            case.get("minimum_key_bits", 2048),
            case["product_code"],
            case["nonce"],
            case["public_key_version"],
            "eu-west-3",
            0,
            case["token"],
        ]
        yield case["name"], "\n".join(map(str, lines)).encode() + b"\n" + (VECTORS / "keys" / case["key"]).read_bytes()


def registrations() -> Iterator[tuple[str, bytes]]:
    """A registration by each way to credentials, answered with a genuine token."""
    token = next(case["token"] for case in cases("jwt/cases.json") if case["name"] == SAMPLE_TOKEN)
    answer = b'200\nx-amzn-RequestId: 1\n\n{"Signature": "' + token.encode() + b'"}'
    container = dict(answers("credentials/container.json"))["ecs"]
    sts = dict(answers("credentials/sts.json"))
    issuer = dict(inputs("credentials/issuer.json"))["eu-west-3"]
    task = b"200\n\n" + dict(inputs("credentials/task-metadata.json"))["eu-west-3"]
    role = dict(answers("credentials/instance-metadata.json"))["role-success"]
    file = dict(credentials_files())["default"].split(b"\n", 1)[1]
    session = b"200\n\nAQAEEXAMPLE=="
    static = b"AWS_REGION=eu-west-3\nAWS_ACCESS_KEY_ID=AKIDEXAMPLE\nAWS_SECRET_ACCESS_KEY=secret"
    irsa = b"AWS_WEB_IDENTITY_TOKEN_FILE=/token\nAWS_ROLE_ARN=arn:aws:iam::123456789012:role/r"
    agent = b"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/1"
    scripts: dict[str, list[bytes]] = {
        "static": [static, answer],
        "ecs": [agent + b"\nECS_CONTAINER_METADATA_URI_V4=http://169.254.170.2/v4/1", task, container, answer],
        "irsa": [irsa, issuer, issuer, sts["json"], answer],
        "pod-identity": [
            b"AWS_REGION=eu-west-3\nAWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.23/v1/credentials\n"
            b"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=/token",
            b"token",
            container,
            answer,
        ],
        "instance": [b"", session, b"200\n\neu-west-3", session, b"200\n\nrole", role, answer],
        "shared-file": [b"AWS_REGION=eu-west-3\nHOME=/root", file, answer],
    }
    for status, name in [
        (400, "ThrottlingException"),
        (400, "ExpiredTokenException"),
        (403, "InvalidSignatureException"),
        (400, "PlatformNotSupportedException"),
        (400, "InvalidPublicKeyVersionException"),
        (400, "InvalidRegionException"),
        (400, "CustomerNotEntitledException"),
        (500, "InternalServiceErrorException"),
    ]:
        refusal = (
            f'{status}\nDate: Mon, 23 Nov 2026 11:00:00 GMT\nRetry-After: 5\n\n{{"__type": "{name}", "message": "no"}}'
        ).encode()
        scripts[name] = [agent + b"\nAWS_REGION=eu-west-3", container, refusal, container, answer]
    for kind in b"abcdef":
        scripts[f"failure-{chr(kind)}"] = [static, b"!" + bytes([kind]), answer]
    for name, sections in scripts.items():
        yield name, b"\n---\n".join(sections)


def diagnoses() -> Iterator[tuple[str, bytes]]:
    """The same containers, of which a diagnosis asks /proc, every source of the Region and the endpoint first."""
    proc = b"Name:\tproduct\nPid:\t7\nPPid:\t1\nUid:\t1000\t0"
    version = b'200\n\n{"major": "1", "minor": "29+", "gitVersion": "v1.29.1"}'
    refused = b"404\nDate: Mon, 23 Nov 2026 11:00:00 GMT\n\n"
    for name, script in registrations():
        environment, *rest = script.split(b"\n---\n")
        yield name, b"\n---\n".join([environment, proc, proc, *rest[:-1], refused, *rest])
        yield (
            f"pod-{name}",
            b"\n---\n".join(
                [environment + b"\nKUBERNETES_SERVICE_HOST=10.0.0.1", proc, proc, *rest[:-1], version, refused, *rest]
            ),
        )


TARGETS = {
    "ABI": abi,
    "ContainerCredentials": lambda: answers("credentials/container.json"),
    "Diagnosis": diagnoses,
    "Endpoint": lambda: inputs("endpoints/regions.json", "text"),
    "InstanceMetadata": lambda: answers("credentials/instance-metadata.json"),
    "JSON": payloads,
    "PublicKey": keys,
    "Registration": registrations,
    "STS": lambda: answers("credentials/sts.json"),
    "SharedCredentialsFile": credentials_files,
    "TaskMetadata": lambda: inputs("credentials/task-metadata.json"),
    "Token": tokens,
    "TokenIssuer": lambda: inputs("credentials/issuer.json"),
    "URL": urls,
}


def main() -> None:
    out = pathlib.Path(sys.argv[1])
    for target, seeds in TARGETS.items():
        folder = out / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, seed in seeds():
            (folder / name.replace("/", "_").replace(" ", "_")).write_bytes(seed)


main()
