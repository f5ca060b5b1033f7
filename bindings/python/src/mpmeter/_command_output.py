"""Decides what `python -m mpmeter` prints for each outcome, and its exit status."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from typing import Any

from mpmeter import Action, Diagnosis, Error, Region, Registration, Status

EXITS = {Action.PROCEED: 0, Action.TERMINATE: 1, Action.RETRY: 75}
USAGE = 2


def milliseconds(of: Registration | Error) -> int:
    return round(of.elapsed.total_seconds() * 1000)


def outcome(status: Status, message: str, fix: str) -> dict[str, Any]:
    return {
        "status": status.constant,
        "code": int(status),
        "action": status.action.value,
        "message": message,
        "fix": fix,
    }


def success_object(command: str, found: Registration | Region | str) -> dict[str, Any]:
    begin = outcome(Status.OK, Status.OK.message, Status.OK.fix)
    if isinstance(found, str):
        return {**begin, command: found}
    if isinstance(found, Region):
        return {
            **begin,
            "region": found.name,
            "region_source": found.source,
            "platform": found.platform,
            "supported": found.supported,
        }
    names = (
        "product_code public_key_version nonce verified signature public_key_rotation "
        "region region_source credentials_source"
    )
    names += " platform request_id attempts"
    return {**begin, **{name: getattr(found, name) for name in names.split()}, "elapsed_ms": milliseconds(found)}


def success_lines(found: Registration | Region | str) -> list[str]:
    if isinstance(found, str):
        return [found]
    if isinstance(found, Region):
        offered = "" if found.supported else " (RegisterUsage is not offered here)"
        return [f"region    {found.name}{offered}", f"source    {found.source}", f"platform  {found.platform}"]
    lines = [f"verified    {found.product_code}"]
    if found.region is not None:
        lines = [
            f"registered  {found.product_code}",
            f"region      {found.region} ({found.region_source or '-'}, platform {found.platform or '-'})",
            f"credentials {found.credentials_source or '-'}",
            f"request id  {found.request_id or '-'} (attempts: {found.attempts}, {milliseconds(found)} ms)",
        ]
    lines.append(
        f"signature   {'verified' if found.verified else 'NOT VERIFIED'}, key version {found.public_key_version}"
    )
    if found.public_key_rotation is not None:
        lines.append(f"rotation    this key version has expired ({found.public_key_rotation}): ship a newer one")
    return lines


NOT_AWS = """\
Nothing here says that this is AWS: neither an ECS task nor an EKS pod. AWS refuses a registration here.
To test the product on this machine: mpmeter-sandbox run --scenario ecs-fargate -- COMMAND
"""


def report_lines(arguments: argparse.Namespace, found: Diagnosis) -> list[str]:
    """The verdict first, on standard error if it is a bad one; then the problems, or each check. Or the JSON object."""
    report = found.report
    before = [] if arguments.json or arguments.quiet or report["platform"] != "none" else NOT_AWS.split("\n")
    if found.status is not Status.OK:
        print("\n".join(before), end="\n" * bool(before), flush=True)
        before = []
        print(f"mpmeter: {report['status']}: {report['message']}", file=sys.stderr)
        print(f"fix: {report['fix']}", file=sys.stderr)
    if arguments.json:
        return [found.json]
    if found.status is Status.OK and not arguments.quiet:
        before += [report["message"], ""]
    lines = [text for check in report["checks"] for text in check_lines(check, arguments.all)]
    if arguments.quiet:
        return lines
    counts = ", ".join(f"{report[name]} {name}" for name in ("passed", "warned", "failed", "skipped"))
    hint = [] if arguments.all else ["mpmeter doctor --all prints each check."]
    return [*before, *lines, "", f"{counts}, in {report['elapsed_ms']} ms", *hint]


def check_lines(check: dict[str, Any], everything: bool) -> list[str]:
    outcome = check["outcome"]
    if not everything and outcome not in ("fail", "warn"):
        return []
    word = {"warn": "WARN", "fail": "FAIL", "skipped": "skip"}.get(outcome, outcome)
    took = f" ({check['elapsed_ms']} ms)" if check["elapsed_ms"] >= 100 else ""
    advice = f"{'':<32}{'note' if outcome == 'pass' else 'fix'}: {check['advice']}"
    return [f"{word}  {check['title']:<25} {check['seen']}{took}", *([advice] if check["advice"] else [])]


def failure_object(arguments: argparse.Namespace, error: Error, of_the_library: bool) -> dict[str, Any]:
    known: dict[str, Any] = {"product_code": getattr(arguments, "product_code", None)}
    if arguments.command in ("register", "verify"):
        versions = getattr(arguments, "public_key_version", []) or [1]
        known["public_key_version"] = versions[0] if len(versions) == 1 else None
    known["nonce"] = getattr(arguments, "nonce", None)
    if of_the_library:
        names = "region region_source credentials_source platform request_id aws_type http_status attempts"
        known.update({name: getattr(error, name) for name in names.split()}, elapsed_ms=milliseconds(error))
    found = {name: value for name, value in known.items() if value is not None}
    return {**outcome(error.status, error.message, error.fix), **found}


def tell(lines: list[str], status: Status) -> int:
    """The exit status. An answer that did not reach its reader is no success."""
    code = USAGE if status is Status.INVALID_ARGUMENT else EXITS[status.action]
    try:
        for line in lines:
            sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
        sys.stdout.flush()
    except OSError:
        print("mpmeter: the result cannot be written to standard output", file=sys.stderr)
        sys.stdout = None  # The interpreter would try to flush it once more.
        return code or EXITS[Action.TERMINATE]
    return code


def line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class LogLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"mpmeter: {'warning: ' if record.levelno >= logging.WARNING else ''}{record.getMessage()}"


def log_to_stderr(level: int) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(LogLine())
    logging.getLogger("mpmeter").addHandler(handler)
    logging.getLogger("mpmeter").setLevel(level)
