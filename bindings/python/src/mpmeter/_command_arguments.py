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

    def app_id(made: Parser) -> None:
        made.add_argument(
            "--app-id", metavar="ID", help="names the product in the User-Agent of requests to AWS, for CloudTrail"
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
    app_id(made)
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

    made = command(
        "doctor",
        "Looks why a registration fails, or would fail, in this container, and says what to do. With --journal or "
        "--dimension it looks at metering instead, and asks AWS by a dry run, which meters nothing.",
    )
    made.add_argument(
        "--product-code",
        action="append",
        default=[],
        metavar="CODE",
        help="a product code that may be registered; repeatable",
    )
    key_files(made)
    made.add_argument("--journal", metavar="PATH", help="the journal of a metered product; it need not be there yet")
    made.add_argument(
        "--dimension",
        action="append",
        default=[],
        metavar="NAME",
        help="a dimension of the listing; repeatable, the first one is that of the dry run",
    )
    verbose(made)
    made.add_argument("--register", action="store_true", help="sends one registration, and says what the answer means")
    trust(made)
    app_id(made)
    made.add_argument(
        "--deadline", type=seconds, metavar="SECONDS", help="ends after this long (default and longest 60)"
    )
    shown = made.add_mutually_exclusive_group()
    shown.add_argument("--all", action="store_true", help="prints each check, not only the problems")
    shown.add_argument("--quiet", action="store_true", help="prints the problems and nothing else")

    command("version", "Prints the version of the library.")
    return top
