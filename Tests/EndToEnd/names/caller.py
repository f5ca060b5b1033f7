"""Whoever resolves AWS's name as glibc does: `getaddrinfo` connects to what it finds, `boto3` registers. Prints
seconds, or why not. Runs inside a namespace."""

from __future__ import annotations

import json
import socket
import sys
import time


def glibc(name: str, port: str) -> None:
    last: OSError | None = None
    for *_, address in socket.getaddrinfo(name, int(port), type=socket.SOCK_STREAM):
        try:
            socket.create_connection(address[:2], timeout=5).close()
            return
        except OSError as error:
            last = error
    raise last or OSError("no address")


def boto3(bundle: str) -> None:
    import botocore.config
    import botocore.session

    config = botocore.config.Config(connect_timeout=60, read_timeout=60, retries={"total_max_attempts": 1})
    client = botocore.session.get_session().create_client(
        "meteringmarketplace", region_name="eu-west-3", verify=bundle, config=config
    )
    client.register_usage(ProductCode="p", PublicKeyVersion=1, Nonce="n")


if __name__ == "__main__":
    # What it takes to load is no part of the time.
    if sys.argv[1] == "boto3":
        import botocore.session  # noqa: F401
    started = time.monotonic()
    try:
        {"glibc": glibc, "boto3": boto3}[sys.argv[1]](*sys.argv[2:])
        print(json.dumps({"ok": True, "seconds": time.monotonic() - started}))
    except Exception as error:
        print(json.dumps({"ok": False, "seconds": time.monotonic() - started, "why": str(error)[:200]}))
