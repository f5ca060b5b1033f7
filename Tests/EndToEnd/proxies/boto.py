"""boto3 in each of the environments that its argument, a JSON list of objects, gives: whether it registers. One line
for each; runs inside a namespace."""

from __future__ import annotations

import json
import os
import sys

import botocore.config
import botocore.session

CONFIG = botocore.config.Config(connect_timeout=20, read_timeout=20, retries={"total_max_attempts": 1})


def registers(environment: dict[str, str]) -> bool:
    os.environ.clear()
    os.environ.update(environment)
    session = botocore.session.get_session()
    try:
        # Some settings fail when the client is made.
        client = session.create_client("meteringmarketplace", verify=environment["AWS_CA_BUNDLE"], config=CONFIG)
        client.register_usage(ProductCode=environment["PRODUCT_CODE"], PublicKeyVersion=1, Nonce="nonce-of-this-test")
    except Exception as error:
        print(error, file=sys.stderr)
        return False
    return True


def main() -> None:
    for environment in json.loads(sys.argv[1]):
        print(json.dumps(registers(environment)), flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main()
