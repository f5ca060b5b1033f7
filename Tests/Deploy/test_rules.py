"""The two rules that every example keeps: no credentials, and no fixed Region. All files under examples/ are looked at,
whatever they are.

"Do not configure AWS credentials within your software or the Docker container image"; "Do not configure the AWS SDK to
use a specific AWS Region. The Region must be obtained dynamically at runtime."
https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import boto3
import pytest
from detect_secrets.core.scan import scan_line
from detect_secrets.settings import transient_settings

from .places import EXAMPLES, ROOT

FILES = [
    ROOT / name
    for name in subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard", str(EXAMPLES)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    if name
]
DETECTORS = ["AWSKeyDetector", "PrivateKeyDetector", "BasicAuthDetector", "JwtTokenDetector", "KeywordDetector"]
# What AWS's SDKs take credentials from, by name. A container is given them by its platform, and by nobody else.
CREDENTIALS = re.compile(
    r"aws_(access_key_id|secret_access_key|session_token|profile|shared_credentials_file"
    r"|container_credentials_\w+|web_identity_token_file|role_arn)"
    r"|\.aws/(credentials|config)",
    re.IGNORECASE,
)
# Every Region that botocore knows, in every partition, and whatever looks like one of tomorrow's.
_AWS = boto3.Session()
KNOWN = {
    region for partition in _AWS.get_available_partitions() for region in _AWS.get_available_regions("sts", partition)
}
DIRECTION = "north|south|east|west|central|northeast|northwest|southeast|southwest"
SHAPE = rf"(?<![\w-])[a-z]{{2,4}}(-[a-z]+)?-({DIRECTION})-\d(?![\w-])"
VARIABLE = r"\bAWS_(DEFAULT_)?REGION\s*[=:\"']"
SETTING = r"\b(default_|aws_)?region(_name)?[\"']?\s*[=:]\s*[\"']?[a-z]"
REGION = re.compile(f"{SHAPE}|{VARIABLE}|{SETTING}", re.IGNORECASE)


def credentials(text: str) -> list[str]:
    with transient_settings({"plugins_used": [{"name": name} for name in DETECTORS]}):
        found = [
            f"{number}: {secret.type}" for number, line in enumerate(text.splitlines(), 1) for secret in scan_line(line)
        ]
    return found + [
        f"{number}: {match[0]}"
        for number, line in enumerate(text.splitlines(), 1)
        for match in CREDENTIALS.finditer(line)
    ]


def regions(text: str) -> list[str]:
    return [
        f"{number}: {match[0]}" for number, line in enumerate(text.splitlines(), 1) for match in REGION.finditer(line)
    ]


def test_all_files_are_looked_at() -> None:
    assert len(FILES) > 25
    assert {path.suffix for path in FILES} >= {
        ".Dockerfile",
        ".json",
        ".yaml",
        ".tpl",
        ".md",
        ".c",
        ".cpp",
        ".go",
        ".py",
        ".pem",
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(EXAMPLES)))
def test_example(path: Path) -> None:
    text = path.read_text()
    assert credentials(text) == []
    assert regions(text) == []


# Put together here, so that nobody who looks for secrets in this repository finds one.
KEY, SECRET = "AKIA" + "IOSFODNN7EXAMPLA", "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYzzzzzzzzzz"


@pytest.mark.parametrize(
    "planted",
    [
        f"ENV AWS_ACCESS_KEY_ID={KEY}",
        f"key: {KEY}",
        f"aws_secret_access_key = {SECRET}",
        "- { name: AWS_SESSION_TOKEN, value: x }",
        "COPY credentials /root/.aws/credentials",
        '{ "name": "AWS_PROFILE", "value": "vendor" }',
        "-----BEGIN RSA PRIVATE " + "KEY-----",
    ],
)
def test_a_planted_credential_is_found(planted: str) -> None:
    for path in FILES[::7]:
        assert credentials(f"{path.read_text()}\n{planted}\n") != []


@pytest.mark.parametrize(
    "planted",
    [
        "ENV AWS_REGION=eu-west-3",
        "ENV AWS_DEFAULT_REGION=",
        '{ "name": "AWS_REGION", "value": "" }',
        "awslogs-region: us-gov-west-1",
        "region: Paris",
        'session = boto3.Session(region_name="x")',
        "image: 111122223333.dkr.ecr.ap-southeast-2.amazonaws.com/product:1",
        *sorted(KNOWN),
    ],
)
def test_a_planted_region_is_found(planted: str) -> None:
    assert regions(f"text\n{planted}\n") != []
