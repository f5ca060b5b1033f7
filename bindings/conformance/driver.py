"""The Python conformance driver: performs one case of cases.json and prints what came of it. See README.md."""

from __future__ import annotations

import json
import os
import sys
import threading
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import mpmeter

MILLISECOND = 0.001


def text(value: Any) -> Any:
    """`$NAME` is the environment variable; anything else is itself."""
    return os.environ[value[1:]] if isinstance(value, str) and value.startswith("$") else value


def given_options(options: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    keys = [(int(text(key["version"])), key) for key in options["public_keys"]]
    if len({version for version, _ in keys}) < len(keys):
        # A mapping cannot hold a version twice, so the mistake cannot be made in Python.
        raise mpmeter.InvalidArgument("a key version is given twice", mpmeter.Status.INVALID_ARGUMENT.fix)
    given["public_keys"] = {
        version: Path(text(key["file"])).read_text() if "file" in key else text(key["pem"]) for version, key in keys
    }
    if "deadline_ms" in options:
        given["deadline"] = options["deadline_ms"] * MILLISECOND
    # Every other option is the client's own, under the same name.
    others = set(options) - {"public_keys", "deadline_ms", "cancel_after_ms"}
    return {**given, **{name: options[name] for name in others}}


def registration(found: mpmeter.Registration) -> dict[str, Any]:
    return {
        "product_code": found.product_code,
        "product_kind": found.product_kind.value,
        "public_key_version": found.public_key_version,
        "nonce": found.nonce,
        "verified": found.verified,
        "signature": found.signature,
        "public_key_rotation": found.public_key_rotation,
        "issued_at": None if found.issued_at is None else int(found.issued_at.timestamp()),
        "region": found.region,
        "region_source": found.region_source,
        "credentials_source": found.credentials_source,
        "platform": found.platform,
        "request_id": found.request_id,
        "attempts": found.attempts,
        "elapsed_ms": round(found.elapsed.total_seconds() * 1000),
    }


def failure(error: mpmeter.Error) -> dict[str, Any]:
    return {
        **outcome(error.status, error.message, error.fix, type(error).__name__),
        "text": error.text,
        "region": error.region,
        "region_source": error.region_source,
        "credentials_source": error.credentials_source,
        "platform": error.platform,
        "request_id": error.request_id,
        "aws_type": error.aws_type,
        "http_status": error.http_status,
        "attempts": error.attempts,
        "elapsed_ms": round(error.elapsed.total_seconds() * 1000),
    }


def outcome(status: mpmeter.Status, message: str, fix: str, error_type: str | None) -> dict[str, Any]:
    return {
        "status": status.constant,
        "code": int(status),
        "action": status.action.value,
        "message": message,
        "fix": fix,
        "error_type": error_type,
    }


def diagnosis(arguments: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    cancellation = mpmeter.Cancellation()
    if options.get("cancel_after_ms") == 0:
        cancellation.cancel()
    code, register = arguments["product_code"], arguments["register"]
    found = mpmeter.diagnose(code, register=register, cancellation=cancellation, **given_options(options))
    return {
        "verdict": found.status.constant,
        "first_failure": found.report["first_failure"],
        "checks": len(found.report["checks"]),
    }


def meter_steps(
    client: mpmeter.Client, arguments: dict[str, Any], cancellation: mpmeter.Cancellation, found: dict[str, Any]
) -> None:
    """Performs the steps of a meter; `found` has what is printed, after a failure too."""
    found["steps"] = 0
    flags = {name: True for name in arguments.get("flags", [])}
    with mpmeter.Meter(arguments["product_code"], arguments["journal"], client=client, **flags) as meter:
        for step in arguments["steps"]:
            if step["step"] == "check":
                meter.check(step.get("dimension"), cancellation=cancellation)
            elif step["step"] == "add":
                meter.add(step["dimension"], step["quantity"], step.get("tags"))
            elif step["step"] == "send":
                meter.send(final=step.get("final", False), cancellation=cancellation)
            elif step["step"] == "next_due":
                found["due"] = not meter.next_due()
            else:
                books = meter.report()
                for part in ("pending", "held", "sent"):
                    found[part] = sorted(f"{entry['dimension']}={entry['quantity']}" for entry in books[part])
            found["steps"] += 1


def single_usage(
    client: mpmeter.Client, arguments: dict[str, Any], cancellation: mpmeter.Cancellation
) -> dict[str, Any]:
    names = ("product_code", "dimension", "quantity", "client_token", "dry_run")
    given = {name: arguments[name] for name in names if name in arguments}
    if "timestamp" in arguments:
        given["timestamp"] = datetime.fromtimestamp(arguments["timestamp"], timezone.utc)
    return {"record_id": mpmeter.meter_usage(client=client, cancellation=cancellation, **given)}


def call(function: str, arguments: dict[str, Any], options: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    if function == "endpoint":
        kinds = arguments["kinds"]
        return {"endpoint": mpmeter.endpoint(arguments["region"], fips="fips" in kinds, dualstack="dualstack" in kinds)}
    if function == "version":
        return {"version": mpmeter.version()}
    if function == "diagnose":
        return diagnosis(arguments, options)
    with mpmeter.Client(**given_options(options)) as client:
        if function == "verify":
            return registration(client.verify(**arguments))
        cancellation = mpmeter.Cancellation()
        after = options.get("cancel_after_ms")
        timer = threading.Timer((after or 0) * MILLISECOND, cancellation.cancel)
        if after == 0:
            cancellation.cancel()
        elif after is not None:
            timer.start()
        try:
            if function == "find_region":
                region = client.find_region(cancellation=cancellation)
                return {
                    "region": region.name,
                    "region_source": region.source,
                    "platform": region.platform,
                    "supported": region.supported,
                }
            if function == "meter":
                meter_steps(client, arguments, cancellation, found)
                return found
            if function == "meter_usage":
                return single_usage(client, arguments, cancellation)
            if function == "register_usage_twice":
                client.register_usage(cancellation=cancellation, **arguments)
            return registration(client.register_usage(cancellation=cancellation, **arguments))
        finally:
            timer.cancel()


def perform(case: dict[str, Any]) -> dict[str, Any]:
    arguments = {name: text(value) for name, value in case["call"]["arguments"].items()}
    found: dict[str, Any] = {}
    try:
        found = call(case["call"]["function"], arguments, case["options"], found)
    except mpmeter.Error as error:
        return {**failure(error), **found}
    ok = mpmeter.Status.OK
    return {**outcome(ok, ok.message, ok.fix, None), **found}


def statuses() -> list[dict[str, Any]]:
    """From the enumeration and the classes, as the binding has them; nothing is asked of the library."""
    return [
        {
            "status": status.constant,
            "code": int(status),
            "action": status.action.value,
            "error_type": None if status is mpmeter.Status.OK else mpmeter.Error.of(status).__name__,
        }
        for status in mpmeter.Status
    ]


if __name__ == "__main__":
    (argument,) = sys.argv[1:]
    print(json.dumps(statuses() if argument == "--statuses" else perform(json.loads(Path(argument).read_text()))))
