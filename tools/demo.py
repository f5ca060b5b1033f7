"""Decides what `make demo` shows: each situation a vendor's container meets, what the library answers, and that it is
the right answer.

Every row runs the real command line in the sandbox that stands in for AWS, and compares the outcome with what AWS's
documentation asks for. The exit status is 0 only if every row came out as expected.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field

PRODUCT = "$MPMETER_SANDBOX_PRODUCT_CODE"


@dataclass
class Row:
    """One situation: how the sandbox is set up, what else the vendor passes, and what has to come out."""

    title: str
    scenario: str
    expect: str
    sandbox: list = field(default_factory=list)
    vendor: list = field(default_factory=list)
    product: str = PRODUCT


ROWS = [
    Row("ECS on EC2, no AWS_REGION", "ecs-ec2", "MPMETER_OK"),
    Row("ECS on Fargate", "ecs-fargate", "MPMETER_OK"),
    Row("EKS with IRSA", "eks-irsa", "MPMETER_OK"),
    Row("EKS with Pod Identity (AWS: unsupported)", "eks-pod-identity", "MPMETER_E_PLATFORM_NOT_SUPPORTED"),
    Row("a laptop: the integration works", "local", "MPMETER_E_PLATFORM_NOT_SUPPORTED"),
    Row(
        "a buyer who is not entitled",
        "ecs-fargate",
        "MPMETER_E_CUSTOMER_NOT_ENTITLED",
        ["--product", "prod-other=not-entitled"],
        product="prod-other",
    ),
    Row("throttled twice, then accepted", "ecs-fargate", "MPMETER_OK", ["--fault", "throttle:2"]),
    Row(
        "key rotated: version 2 takes over",
        "ecs-fargate",
        "MPMETER_OK",
        ["--fault", "key-rotated"],
        ["--public-key", "$MPMETER_SANDBOX_NEXT_PUBLIC_KEY", "--public-key-version", "2"],
    ),
    Row("AWS_REGION set by hand, wrongly", "ecs-ec2", "MPMETER_E_INVALID_REGION", ["--set", "AWS_REGION=us-west-2"]),
    Row(
        "a Region without RegisterUsage",
        "ecs-fargate",
        "MPMETER_E_REGION_UNSUPPORTED",
        ["--region", "ap-east-1", "--fault", "api-disabled"],
    ),
    Row(
        "a product code slipped in", "ecs-fargate", "MPMETER_E_UNTRUSTED_PRODUCT", [], ["--trust", "prod-of-the-vendor"]
    ),
    Row(
        "a free code for a paid product",
        "ecs-fargate",
        "MPMETER_E_UNTRUSTED_PRODUCT",
        ["--product", "prod-free=entitled"],
        ["--trust", "prod-of-the-vendor", "--trust", "prod-free=free"],
        product="prod-free",
    ),
    Row("a forged answer: another key", "ecs-fargate", "MPMETER_E_TOKEN_SIGNATURE", ["--fault", "token-wrong-key"]),
    Row("a forged answer: alg none", "ecs-fargate", "MPMETER_E_TOKEN_ALGORITHM", ["--fault", "token-alg-none"]),
    Row("a replayed answer: another nonce", "ecs-fargate", "MPMETER_E_TOKEN_CLAIMS", ["--fault", "token-wrong-nonce"]),
]


def run(row: Row, cli: str, sandbox: str) -> dict:
    """Runs one row; answers the JSON object that the command line printed."""
    register = [
        cli,
        "register",
        "--json",
        "--deadline",
        "20",
        "--product-code",
        row.product,
        "--public-key",
        "$MPMETER_SANDBOX_PUBLIC_KEY",
        "--public-key-version",
        "$MPMETER_SANDBOX_PUBLIC_KEY_VERSION",
        *row.vendor,
    ]
    # In double quotes, a shell fills in the variables that only the sandbox's command sees.
    script = "exec " + " ".join(f'"{word}"' for word in register)
    command = [sandbox, "run", "--scenario", row.scenario, *row.sandbox, "--", "sh", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    try:
        return json.loads(done.stdout)
    except ValueError:
        sys.exit(f"{row.title}: the command line printed no JSON\n{done.stdout}{done.stderr}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Registers and verifies in each scenario of the sandbox.")
    parser.add_argument("--cli", required=True)
    parser.add_argument("--sandbox", required=True)
    arguments = parser.parse_args()

    green, red, plain = (
        ("\033[32m", "\033[31m", "\033[0m") if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else ("", "", "")
    )
    layout = "{mark} {title:<42} {status:<34} {action:<10} {region:<10} {credentials:<17} {proof}"
    print(
        layout.format(
            mark=" ",
            title="situation",
            status="answer",
            action="action",
            region="Region",
            credentials="credentials",
            proof="proof",
        )
    )
    wrong = 0
    for row in ROWS:
        answer = run(row, os.path.abspath(arguments.cli), arguments.sandbox)
        right = answer["status"] == row.expect
        wrong += not right
        print(
            layout.format(
                mark=f"{green}✓{plain}" if right else f"{red}✗{plain}",
                title=row.title,
                status=answer["status"],
                action=answer["action"],
                region=answer.get("region") or "-",
                credentials=answer.get("credentials_source") or "-",
                proof="verified" if answer.get("verified") else "-",
            )
        )
        if not right:
            print(f"    expected {row.expect}: {answer['message']}")
    print(f"\n{len(ROWS) - wrong} of {len(ROWS)} as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
