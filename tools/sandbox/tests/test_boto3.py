"""boto3, AWS's own client, registers where AWS would let it, and gets the modelled exceptions where not."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import run
from joserfc import jwt
from joserfc.jwk import RSAKey

# The child: boto3 with nothing set up but the environment. It prints one JSON object.
CHILD = """
import json, os, sys, boto3
options = json.loads(sys.argv[1])
client = boto3.client("meteringmarketplace", **options.get("client", {}))
try:
    answer = client.register_usage(**{
        "ProductCode": os.environ["MPMETER_SANDBOX_PRODUCT_CODE"],
        "PublicKeyVersion": int(os.environ["MPMETER_SANDBOX_PUBLIC_KEY_VERSION"]),
        "Nonce": "4711", **options.get("call", {})})
    result = {"signature": answer["Signature"], "pem": open(os.environ["MPMETER_SANDBOX_PUBLIC_KEY"]).read(),
              "rotation": str(answer.get("PublicKeyRotationTimestamp"))}
except client.exceptions.ClientError as error:
    modelled = type(error) is not client.exceptions.ClientError
    result = {"error": error.response["Error"]["Code"], "class": type(error).__name__, "modelled": modelled}
print(json.dumps(result))
"""
IN_REGION = {"client": {"region_name": "eu-west-3"}}


def call(scenario: str, *arguments: str, **options: Any) -> dict[str, Any]:
    done = run(
        "run",
        "--scenario",
        scenario,
        *arguments,
        "--",
        sys.executable,
        "-W",
        "ignore",
        "-c",
        CHILD,
        json.dumps(options),
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.mark.parametrize("scenario, options", [("ecs-ec2", IN_REGION), ("ecs-fargate", {}), ("eks-irsa", {})])
def test_boto3_registers_and_an_independent_library_verifies_the_token(scenario: str, options: dict[str, Any]) -> None:
    result = call(scenario, **options)
    token = jwt.decode(result["signature"], RSAKey.import_key(result["pem"]), algorithms=["PS256"])
    assert token.header == {"alg": "PS256", "typ": "JWT"}
    assert {name: token.claims[name] for name in ("productCode", "publicKeyVersion", "nonce")} == {
        "productCode": "prod-sandbox-paid",
        "publicKeyVersion": 1,
        "nonce": "4711",
    }
    assert set(token.claims) == {"productCode", "publicKeyVersion", "nonce", "iat"}
    assert result["rotation"] == "None"


@pytest.mark.parametrize("scenario, options", [("eks-pod-identity", {}), ("ec2", IN_REGION), ("local", IN_REGION)])
def test_boto3_is_refused_where_the_platform_is_not_supported(scenario: str, options: dict[str, Any]) -> None:
    result = call(scenario, **options)
    assert result == {
        "error": "PlatformNotSupportedException",
        "class": "PlatformNotSupportedException",
        "modelled": True,
    }


def test_boto3_finds_no_region_on_ecs_under_an_old_agent() -> None:
    done = run("run", "--scenario", "ecs-ec2", "--", sys.executable, "-c", CHILD, "{}")
    assert done.returncode == 1
    assert "NoRegionError" in done.stderr


REFUSED: list[tuple[str, list[str], dict[str, Any]]] = [
    ("InvalidRegionException", [], {"client": {"region_name": "us-east-1"}}),
    ("InvalidProductCodeException", [], {"call": {"ProductCode": "prod-nobody-knows"}}),
    ("InvalidPublicKeyVersionException", [], {"call": {"PublicKeyVersion": 7}}),
    ("CustomerNotEntitledException", ["--product", "prod-x=not-entitled"], {}),
    ("InvalidPublicKeyVersionException", ["--fault", "key-rotated"], {}),
    ("DisabledApiException", ["--fault", "api-disabled"], {}),
    ("InternalServiceErrorException", ["--fault", "internal-error"], {}),
    ("ThrottlingException", ["--fault", "throttle"], {}),
]


@pytest.mark.parametrize("expected, arguments, options", REFUSED)
def test_boto3_raises_the_modelled_exception(expected: str, arguments: list[str], options: dict[str, Any]) -> None:
    result = call("eks-irsa", *arguments, **{"client": {"region_name": "eu-west-3"}, **options})
    assert result == {"error": expected, "class": expected, "modelled": True}


METER = """
import json, os, subprocess, time, boto3
client = boto3.client("meteringmarketplace", region_name="eu-west-3")
code, hour = os.environ["MPMETER_SANDBOX_PRODUCT_CODE"], int(time.time()) // 3600 * 3600


def meter(**changed):
    usage = {"ProductCode": code, "Timestamp": hour, "UsageDimension": "gb", "UsageQuantityAsDecimal": "17.5"}
    usage |= changed
    try:
        return client.meter_usage(**usage)["MeteringRecordId"]
    except client.exceptions.ClientError as error:
        modelled = type(error) is not client.exceptions.ClientError
        return [error.response["Error"]["Code"], modelled]


tagged = {"UsageAllocations": [{"AllocatedUsageQuantityAsDecimal": "17.5", "Tags": [{"Key": "team", "Value": "a"}]}]}
first = meter()
found = [first == meter(), meter(UsageQuantityAsDecimal="18"), meter(Timestamp=hour - 7 * 3600), meter(DryRun=True)]
subprocess.run(["mpmeter-sandbox", "clock", "+1h"], check=True, stdout=subprocess.DEVNULL)
hour += 3600
found += [first != meter(**tagged), meter(UsageDimension="no such")]
bill = json.loads(subprocess.run(["mpmeter-sandbox", "ledger", "--json"], check=True, stdout=subprocess.PIPE).stdout)
print(json.dumps([*found, bill["totals"], [record["allocations"] for record in bill["records"]]]))
"""


@pytest.mark.parametrize("scenario", ["ecs-ec2", "ecs-fargate", "eks-irsa"])
def test_boto3_meters_and_the_ledger_agrees(scenario: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    arguments = ["run", "--scenario", scenario, "--dimension", "gb", "--", sys.executable, "-W", "ignore", "-c", METER]
    done = run(*arguments, env={**os.environ, "PATH": path})
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        True,
        ["DuplicateRequestException", True],
        ["TimestampOutOfBoundsException", True],
        ["DryRunOperation", False],
        True,
        ["InvalidUsageDimensionException", True],
        {"prod-sandbox-paid": {"gb": "35"}},
        [[], [{"tags": {"team": "a"}, "quantity": "17.5"}]],
    ]


def test_boto3_over_tls_trusts_the_throw_away_authority() -> None:
    assert "signature" in call("eks-irsa", "--tls")


def test_boto3_uses_the_next_key_version_after_a_rotation() -> None:
    result = call("ecs-fargate", "--fault", "key-rotated", call={"PublicKeyVersion": 2})
    assert result["rotation"].startswith("20")
    with pytest.raises(Exception, match="bad_signature"):
        jwt.decode(result["signature"], RSAKey.import_key(result["pem"]), algorithms=["PS256"])


def test_other_product_region_and_key_size(tmp_path: Path) -> None:
    log = tmp_path / "log"
    result = call(
        "eks-irsa",
        "--region",
        "cn-northwest-1",
        "--product",
        "other=entitled",
        "--key-bits",
        "3072",
        "--public-key-version",
        "3",
        "--log",
        str(log),
    )
    key = RSAKey.import_key(result["pem"])
    assert key.raw_value.key_size == 3072
    claims = jwt.decode(result["signature"], key, algorithms=["PS256"]).claims
    assert (claims["productCode"], claims["publicKeyVersion"]) == ("other", 3)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["service"], line.get("identity"), line.get("region")) for line in lines] == [
        ("sts", None, None),
        ("metering", "eks-irsa", "cn-northwest-1"),
    ]
    assert lines[0]["role_arn"].startswith("arn:aws-cn:iam::")
