"""`python -m mpmeter`: what the command line `mpmeter` does, over this package. What it accepts is in
_command_arguments.py, what it prints in _command_output.py.

Results go to standard output, the log and failures to standard error. With --json, exactly one JSON object, whatever
happened. Exit status: 0 OK, 1 do not run, 75 try again later, 2 an invalid argument; 130 or 143 after SIGINT or
SIGTERM.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys

import mpmeter
from mpmeter import Diagnosis, Error, InvalidArgument, PublicKeyError, Region, Registration, Status, TokenMalformed
from mpmeter._command_arguments import Problem, parser, problem
from mpmeter._command_output import (
    failure_object,
    line,
    log_to_stderr,
    report_lines,
    success_lines,
    success_object,
    tell,
)
from mpmeter._options import ClientOptions

FILE_LIMIT = 65536


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
        app_id=getattr(arguments, "app_id", None),
        unverified_key_version=unverified,
    )


def diagnosis_of(arguments: argparse.Namespace, cancellation: mpmeter.Cancellation) -> Diagnosis:
    """The library looks; this reads the key files, which it cannot see."""
    options: ClientOptions = {
        "public_keys": keys_of(arguments),
        "trusted_products": trusted_of(arguments),
        "accept_free_products": arguments.accept_free,
        "deadline": arguments.deadline,
        "region_policy": arguments.region_policy,
        "minimum_key_bits": arguments.minimum_key_bits,
        "app_id": arguments.app_id,
    }
    codes, metering = arguments.product_code, arguments.journal is not None or arguments.dimension
    if metering and arguments.register:
        raise problem(InvalidArgument, "--register and --journal contradict each other: a listing is hourly or metered")
    if metering and len(codes) > 1:
        raise problem(InvalidArgument, "--journal belongs to one --product-code")
    try:
        if metering:
            code, names = codes[0] if codes else None, arguments.dimension
            return mpmeter.diagnose_metering(code, arguments.journal, *names, cancellation=cancellation, **options)
        return mpmeter.diagnose(*codes, register=arguments.register, cancellation=cancellation, **options)
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
        if isinstance(raised, Problem):
            print(f"mpmeter: {error.status.constant}: {error.message}\nfix: {error.fix}", file=sys.stderr)
        else:
            print(f"mpmeter: {error.text}", file=sys.stderr)
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
