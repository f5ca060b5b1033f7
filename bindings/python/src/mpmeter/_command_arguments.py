"""Decides what `python -m mpmeter` accepts on its command line, and how a failure of its own is raised."""

from __future__ import annotations

import argparse
import math
import re
from typing import NoReturn

from mpmeter import Error, InvalidArgument


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
        made.add_argument("--json", action="store_true", help="print one JSON object")
        return made

    def keys(made: Parser) -> None:
        made.add_argument("--product-code", required=True, metavar="CODE", help="the product code from AWS Marketplace")
        key_files(made)

    def key_files(made: Parser) -> None:
        made.add_argument(
            "--public-key",
            action="append",
            default=[],
            metavar="FILE",
            help="the product's public key, a PEM file; repeatable, for a key rotation",
        )
        made.add_argument(
            "--public-key-version",
            action="append",
            default=[],
            type=whole_number,
            metavar="N",
            help="the key's version (default 1); the n-th version belongs to the n-th key",
        )
        made.add_argument(
            "--minimum-key-bits",
            type=whole_number,
            metavar="N",
            help="the smallest RSA key to accept (default 2048)",
        )

    def app_id(made: Parser) -> None:
        made.add_argument(
            "--app-id",
            metavar="ID",
            help="the product's name in the User-Agent of requests to AWS; CloudTrail records it",
        )

    def trust(made: Parser) -> None:
        made.add_argument(
            "--trust",
            action="append",
            default=[],
            metavar="CODE[=paid|free]",
            help="a product code that may register (default paid); repeatable",
        )
        made.add_argument("--accept-free", action="store_true", help="allow a code that is trusted as =free")
        made.add_argument(
            "--region-policy",
            choices=["ask", "enforce", "attempt"],
            default="ask",
            help="what to do in an unsupported Region",
        )

    def verbose(made: Parser) -> None:
        made.add_argument("-v", "--verbose", action="store_true", help="log every step")

    made = command("register", "Registers this container with AWS Marketplace and verifies the signed response.")
    keys(made)
    verbose(made)
    made.add_argument("--nonce", metavar="TEXT", help="a value that the response must repeat (default: random)")
    trust(made)
    app_id(made)
    made.add_argument(
        "--deadline", type=seconds, metavar="SECONDS", help="give up after this time, retries included (default 1800)"
    )
    made.add_argument(
        "--unverified", action="store_true", help="do not verify the response; --public-key is not needed"
    )

    made = command("verify", "Verifies a stored response of RegisterUsage, without a connection.")
    keys(made)
    verbose(made)
    made.add_argument("--nonce", required=True, metavar="TEXT", help="the nonce that was sent")
    made.add_argument("token", metavar="TOKEN", help="the response, a token; '-' reads it from standard input")

    verbose(command("region", "Finds the Region this container runs in, and does not register."))

    made = command("endpoint", "Prints the URL of RegisterUsage in a Region, by AWS's endpoint rules.")
    made.add_argument("--region", required=True, metavar="REGION", help="a Region's name, such as eu-west-3")
    made.add_argument("--fips", action="store_true", help="the FIPS 140 endpoint")
    made.add_argument("--dualstack", action="store_true", help="the endpoint for both IPv4 and IPv6")

    made = command(
        "doctor",
        "Finds out why a registration fails, or would fail, in this container, and says what to do. With --journal or "
        "--dimension it checks metering instead: it asks AWS with a dry run, which meters nothing.",
    )
    made.add_argument(
        "--product-code",
        action="append",
        default=[],
        metavar="CODE",
        help="a product code that may register; repeatable",
    )
    key_files(made)
    made.add_argument("--journal", metavar="PATH", help="the journal of a metered product; the file need not exist yet")
    made.add_argument(
        "--dimension",
        action="append",
        default=[],
        metavar="NAME",
        help="a dimension of the listing; repeatable. The dry run uses the first one",
    )
    verbose(made)
    made.add_argument("--register", action="store_true", help="send one registration, and explain the response")
    trust(made)
    app_id(made)
    made.add_argument(
        "--deadline", type=seconds, metavar="SECONDS", help="stop after this time (default and maximum 60)"
    )
    shown = made.add_mutually_exclusive_group()
    shown.add_argument("--all", action="store_true", help="print every check, not only the problems")
    shown.add_argument("--quiet", action="store_true", help="print only the problems")

    command("version", "Prints the version of the library.")
    return top
