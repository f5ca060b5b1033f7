"""`python -m mpmeter`: what the command line `mpmeter` does, over this package. Decides how an outcome is told, and the
exit status.

Results go to standard output, the log and failures to standard error. With --json, exactly one JSON object, whatever
happened. Exit status: 0 OK, 1 do not run, 75 try again later, 2 usage; 130 or 143 after SIGINT or SIGTERM.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import re
import signal
import sys
from typing import Any, NoReturn

import mpmeter
from mpmeter import (
    Action,
    Diagnosis,
    Error,
    InvalidArgument,
    PublicKeyError,
    Region,
    Registration,
    Status,
    TokenMalformed,
)

FILE_LIMIT = 65536
EXITS = {Action.PROCEED: 0, Action.TERMINATE: 1, Action.RETRY: 75}
USAGE = 2


class Parser(argparse.ArgumentParser):
    """Raises a usage error instead of ending the program, so that --json gets it too."""

    def error(self, message: str) -> NoReturn:
        raise Problem(InvalidArgument(message, f"See {self.prog} --help."))


class Problem(Exception):
    """A failure that this program saw itself, so that there is nothing to tell about the call."""

    def __init__(self, error: Error) -> None:
        super().__init__(error)
        self.error = error


def problem(kind: type[Error], message: str) -> Problem:
    """One with the status's own fix."""
    return Problem(kind(message, kind.status.fix))


# ---- The arguments ---------------------------------------------------------------------------------------------------


def whole_number(text: str) -> int:
    """Decimal digits alone: int() would also take blanks, signs and underscores."""
    if not re.fullmatch("[0-9]+", text) or int(text) >= 2**31:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number")
    return int(text)


def seconds(text: str) -> float:
    """Seconds such as "30" or "0.25"."""
    if not re.fullmatch(r"[0-9]+\.?[0-9]*|\.[0-9]+", text) or not 0 < float(text) < 1e12:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds above 0")
    return math.ceil(round(float(text) * 1000, 6)) / 1000


def parser() -> Parser:
    top = Parser(prog="mpmeter", allow_abbrev=False, description="Registers a paid container with AWS Marketplace.")
    commands = top.add_subparsers(dest="command", required=True, parser_class=Parser)

    def command(name: str, summary: str) -> Parser:
        made: Parser = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        made.add_argument("--json", action="store_true", help="prints one JSON object")
        return made

    def keys(made: Parser) -> None:
        made.add_argument(
            "--product-code", required=True, metavar="CODE", help="the product code that AWS Marketplace issued"
        )
        key_files(made)

    def key_files(made: Parser) -> None:
        made.add_argument(
            "--public-key", action="append", default=[], metavar="FILE", help="its public key, a PEM file; repeatable"
        )
        made.add_argument(
            "--public-key-version",
            action="append",
            default=[],
            type=whole_number,
            metavar="N",
            help="the version of that key (default 1); the n-th version belongs to the n-th key",
        )
        made.add_argument(
            "--minimum-key-bits",
            type=whole_number,
            metavar="N",
            help="accepts RSA keys from this size on (default 2048)",
        )

    def trust(made: Parser) -> None:
        made.add_argument(
            "--trust",
            action="append",
            default=[],
            metavar="CODE[=paid|free]",
            help="a product code that may be registered",
        )
        made.add_argument("--accept-free", action="store_true", help="lets a code trusted as =free register")
        made.add_argument(
            "--region-policy",
            choices=["ask", "enforce", "attempt"],
            default="ask",
            help="what to do in an unsupported Region",
        )

    def verbose(made: Parser) -> None:
        made.add_argument("-v", "--verbose", action="store_true", help="logs every step")

    made = command("register", "Registers this container with AWS Marketplace and verifies the signed answer.")
    keys(made)
    verbose(made)
    made.add_argument("--nonce", metavar="TEXT", help="what the answer must repeat (default: fresh random text)")
    trust(made)
    made.add_argument(
        "--deadline", type=seconds, metavar="SECONDS", help="gives up after this long, retries included (default 1800)"
    )
    made.add_argument(
        "--unverified", action="store_true", help="goes without the proof; --public-key is then not needed"
    )

    made = command("verify", "Verifies a token that RegisterUsage answered, without any connection.")
    keys(made)
    verbose(made)
    made.add_argument("--nonce", required=True, metavar="TEXT", help="the nonce that was sent")
    made.add_argument("token", metavar="TOKEN", help="the token; '-' reads it from standard input")

    verbose(command("region", "Finds the Region that this container runs in, without registering."))

    made = command("endpoint", "Prints the URL at which RegisterUsage is served in a Region, by AWS's endpoint rules.")
    made.add_argument("--region", required=True, metavar="REGION", help="a Region's name, such as eu-west-3")
    made.add_argument("--fips", action="store_true", help="the endpoint whose cryptography is validated under FIPS 140")
    made.add_argument("--dualstack", action="store_true", help="the endpoint that is reached over IPv4 and IPv6")

    made = command("doctor", "Looks why a registration fails, or would fail, in this container, and says what to do.")
    made.add_argument(
        "--product-code",
        action="append",
        default=[],
        metavar="CODE",
        help="a product code that may be registered; repeatable",
    )
    key_files(made)
    verbose(made)
    made.add_argument("--register", action="store_true", help="sends one registration, and says what the answer means")
    trust(made)
    made.add_argument(
        "--deadline", type=seconds, metavar="SECONDS", help="ends after this long (default and longest 60)"
    )
    shown = made.add_mutually_exclusive_group()
    shown.add_argument("--all", action="store_true", help="prints each check, not only the problems")
    shown.add_argument("--quiet", action="store_true", help="prints the problems and nothing else")

    command("version", "Prints the version of the library.")
    return top


# ---- The commands ----------------------------------------------------------------------------------------------------


def read_text(name: str | None) -> str:
    """A file, or standard input for None, as text. Raises ValueError, OSError."""
    if name is None:
        content = sys.stdin.buffer.read(FILE_LIMIT + 1)
    else:
        with open(name, "rb") as stream:
            content = stream.read(FILE_LIMIT + 1)
    if len(content) > FILE_LIMIT:
        raise ValueError(f"longer than {FILE_LIMIT} bytes")
    if b"\0" in content:
        raise ValueError("holds a NUL byte, so it is not text")
    return content.decode("utf-8")


def client_of(arguments: argparse.Namespace) -> mpmeter.Client:
    versions = arguments.public_key_version or [1]
    unverified = getattr(arguments, "unverified", False)
    if not arguments.public_key and not unverified:
        raise problem(InvalidArgument, "--public-key is missing")
    keys, trusted = keys_of(arguments), trusted_of(arguments)
    try:
        return make_client(arguments, keys, trusted, versions[0] if unverified else None)
    except InvalidArgument as error:
        raise Problem(error) from None


def keys_of(arguments: argparse.Namespace) -> dict[int, str]:
    versions = arguments.public_key_version or [1]
    if len(versions) != (len(arguments.public_key) or 1) or len(set(versions)) < len(versions):
        raise problem(InvalidArgument, "each --public-key needs a --public-key-version of its own")
    keys: dict[int, str] = {}
    for version, name in zip(versions, arguments.public_key):
        try:
            keys[version] = read_text(name)
        except (OSError, ValueError) as reason:
            said = reason.strerror if isinstance(reason, OSError) else reason
            message = f"the public key '{name}' cannot be read: {said}"
            raise Problem(
                PublicKeyError(message, "Give the path of the public key's PEM file, and let this user read it.")
            ) from None
    return keys


def trusted_of(arguments: argparse.Namespace) -> dict[str, str] | None:
    """None without --trust: an empty list would trust nothing."""
    trusted: dict[str, str] = {}
    for value in getattr(arguments, "trust", []):
        code, kind = (value[:-5], value[-4:]) if value.endswith(("=paid", "=free")) else (value, "paid")
        if code in trusted:
            raise problem(InvalidArgument, f"--trust '{value}' is not a product code, or is given twice")
        trusted[code] = kind
    return trusted or None


def make_client(
    arguments: argparse.Namespace, keys: dict[int, str], trusted: dict[str, str] | None, unverified: int | None
) -> mpmeter.Client:
    return mpmeter.Client(
        public_keys=keys,
        trusted_products=trusted,
        accept_free_products=getattr(arguments, "accept_free", False),
        deadline=getattr(arguments, "deadline", None),
        region_policy=getattr(arguments, "region_policy", "ask"),
        minimum_key_bits=arguments.minimum_key_bits,
        unverified_key_version=unverified,
    )


def diagnosis_of(arguments: argparse.Namespace, cancellation: mpmeter.Cancellation) -> Diagnosis:
    """The library looks; this reads the key files, which it cannot see."""
    try:
        return mpmeter.diagnose(
            *arguments.product_code,
            register=arguments.register,
            cancellation=cancellation,
            public_keys=keys_of(arguments),
            trusted_products=trusted_of(arguments),
            accept_free_products=arguments.accept_free,
            deadline=arguments.deadline,
            region_policy=arguments.region_policy,
            minimum_key_bits=arguments.minimum_key_bits,
        )
    except InvalidArgument as error:
        raise Problem(error) from None


def perform(
    arguments: argparse.Namespace, cancellation: mpmeter.Cancellation
) -> Registration | Region | Diagnosis | str:
    if arguments.command == "version":
        return mpmeter.version()
    if arguments.command == "doctor":
        return diagnosis_of(arguments, cancellation)
    if arguments.command == "endpoint":
        try:
            return mpmeter.endpoint(arguments.region, fips=arguments.fips, dualstack=arguments.dualstack)
        except InvalidArgument:
            raise problem(
                InvalidArgument, f"'{arguments.region}' is not the name of a Region, or has no such kind of endpoint"
            ) from None
    if arguments.command == "region":
        return mpmeter.find_region(cancellation=cancellation)
    with client_of(arguments) as client:
        if arguments.command == "register":
            return client.register_usage(arguments.product_code, nonce=arguments.nonce, cancellation=cancellation)
        token = arguments.token
        if token == "-":
            try:
                token = read_text(None)
            except (OSError, ValueError) as reason:
                message = f"the token on standard input cannot be used: {reason}"
                raise problem(TokenMalformed, message) from None
            token = token.strip(" \t\r\n\v\f")  # What echo, files and editors put around it.
        # With several keys the token may name any of them.
        version = (arguments.public_key_version or [1])[0] if len(arguments.public_key) == 1 else 0
        return client.verify(
            token, product_code=arguments.product_code, nonce=arguments.nonce, public_key_version=version
        )


# ---- What is printed -------------------------------------------------------------------------------------------------


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
This is not AWS: neither an Amazon ECS task nor an Amazon EKS pod. AWS refuses a registration here.
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


# ---- The program -----------------------------------------------------------------------------------------------------


def main(argv: list[str] | None = None) -> int:
    argv = sys.argv[1:] if argv is None else argv
    # Filled by the parser, and read even when it gives up half-way.
    arguments = argparse.Namespace(command=None, json="--json" in argv, verbose=False)
    caught: list[int] = []
    cancellation = mpmeter.Cancellation()

    def stop(number: int, frame: object) -> None:
        caught.append(number)
        cancellation.cancel()

    try:
        parser().parse_args(argv, arguments)
        usual = logging.CRITICAL if arguments.command == "doctor" else logging.INFO  # A report says what a log would.
        log_to_stderr(logging.DEBUG if arguments.verbose else usual)
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:  # As under nohup.
                signal.signal(number, stop)
        found = perform(arguments, cancellation)
    except (Problem, Error) as raised:
        error = raised.error if isinstance(raised, Problem) else raised
        print(f"mpmeter: {error.status.constant}: {error.message}", file=sys.stderr)
        if error.fix:
            print(f"fix: {error.fix}", file=sys.stderr)
        told = [line(failure_object(arguments, error, isinstance(raised, Error)))] if arguments.json else []
        code = tell(told, error.status)
    else:
        if isinstance(found, Diagnosis):
            code = tell(report_lines(arguments, found), found.status)
            return 128 + caught[0] if caught else code
        told = [line(success_object(arguments.command, found))] if arguments.json else success_lines(found)
        code = tell(told, Status.OK)
    return 128 + caught[0] if caught else code


if __name__ == "__main__":
    sys.exit(main())
