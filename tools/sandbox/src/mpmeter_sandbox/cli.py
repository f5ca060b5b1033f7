"""Decides the command line of mpmeter-sandbox."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from . import __version__, command, environment
from .clock import Clock, checked, iso
from .faults import REGISTRY
from .ledger import billed, table
from .runner import Sandbox
from .scenarios import SCENARIOS
from .settings import DEFAULT_PRODUCT, DEFAULT_REGION, Settings

USAGE = 2


def _product(text: str) -> tuple[str, bool]:
    code, _, state = text.rpartition("=")
    if state not in ("entitled", "not-entitled"):
        raise argparse.ArgumentTypeError(f"'{text}' is not CODE=entitled or CODE=not-entitled")
    return code, state == "entitled"


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=VALUE")
    return name, value


def _time(text: str) -> str:
    try:
        return checked(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _at_least(lowest: int, highest: int) -> argparse._ActionType:
    def read(text: str) -> int:
        if not text.isdigit() or not lowest <= int(text) <= highest:
            raise argparse.ArgumentTypeError(f"'{text}' is not a number from {lowest} to {highest}")
        return int(text)

    return read


def _options() -> argparse.ArgumentParser:
    """What run and serve have in common."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--scenario", required=True, choices=list(SCENARIOS), help="the host to stand in for")
    parser.add_argument("--region", default=DEFAULT_REGION, help="the Region of the host (default: %(default)s)")
    parser.add_argument(
        "--product",
        type=_product,
        action="append",
        default=[],
        metavar="CODE=STATE",
        help=f"a product in the catalog, entitled or not-entitled (default: {DEFAULT_PRODUCT}=entitled)",
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[@SERVICE][:N]",
        help="something to go wrong, for the first N requests or always; see 'mpmeter-sandbox faults'",
    )
    key = parser.add_mutually_exclusive_group()
    key.add_argument("--key", metavar="FILE", help="sign with this RSA private key (PEM) instead of a new one")
    key.add_argument(
        "--key-bits",
        type=_at_least(1024, 8192),
        default=2048,
        metavar="N",
        help="size of the new RSA key (default: %(default)s)",
    )
    parser.add_argument(
        "--public-key-version",
        type=_at_least(1, 2**31 - 2),
        default=1,
        metavar="N",
        help="its version (default: %(default)s)",
    )
    parser.add_argument(
        "--quota",
        type=_at_least(1, 10000),
        metavar="N",
        help="throttle what goes beyond N registrations a second (AWS: 5; default: none)",
    )
    parser.add_argument(
        "--meter-quota",
        type=_at_least(1, 10000),
        metavar="N",
        help="throttle what goes beyond N calls of MeterUsage a second (AWS: 10; default: none)",
    )
    parser.add_argument(
        "--dimension",
        action="append",
        default=[],
        metavar="NAME",
        help="a usage dimension of the products (default: any name)",
    )
    parser.add_argument("--pod", default="1", metavar="NAME", help="which pod or task this is (default: %(default)s)")
    parser.add_argument("--ledger", metavar="FILE", help="keep what MeterUsage records in this SQLite file")
    parser.add_argument(
        "--clock", type=_time, metavar="TIME", help="what time it is at AWS: +3h, or 2026-11-26T10:59:50Z"
    )
    parser.add_argument("--tls", action="store_true", help="serve metering and STS over https, with AWS_CA_BUNDLE")
    parser.add_argument("--log", metavar="FILE", help="write one JSON line per request received")
    parser.add_argument(
        "--set", type=_variable, action="append", default=[], metavar="NAME=VALUE", help="add to the environment"
    )
    parser.add_argument("--unset", action="append", default=[], metavar="NAME", help="take out of the environment")
    return parser


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mpmeter-sandbox", description="A loopback stand-in for the AWS services a metered container uses."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="action", required=True)
    options = _options()
    run = commands.add_parser(
        "run",
        parents=[options],
        help="run a command in a scenario",
        usage="%(prog)s --scenario NAME [options] -- COMMAND…",
    )
    run.set_defaults(command=[], port=0)
    serve = commands.add_parser(
        "serve", parents=[options], help="print the environment to export, serve until SIGINT or SIGTERM"
    )
    serve.add_argument(
        "--port",
        type=_at_least(0, 65000),
        default=0,
        metavar="N",
        help="metering's port; the other services follow (default: any)",
    )
    bill = commands.add_parser("ledger", help="print what MeterUsage recorded, as it would be billed")
    bill.add_argument("file", nargs="?", metavar="FILE", help="default: $MPMETER_SANDBOX_LEDGER")
    bill.add_argument("--json", action="store_true", help="as one JSON object")
    moved = commands.add_parser("clock", help="say what time it is at AWS, after moving the clock")
    moved.add_argument("shift", nargs="?", metavar="TIME", help="+90s, +1h, -10m, or 2026-11-26T10:59:50Z")
    commands.add_parser("faults", help="list the faults")
    commands.add_parser("scenarios", help="list the scenarios")
    return parser


def _settings(arguments: argparse.Namespace) -> Settings:
    settings = Settings(
        scenario=arguments.scenario,
        region=arguments.region,
        faults=arguments.fault,
        key=arguments.key,
        key_bits=arguments.key_bits,
        public_key_version=arguments.public_key_version,
        quota=arguments.quota,
        meter_quota=arguments.meter_quota,
        dimensions=set(arguments.dimension),
        pod=arguments.pod,
        ledger=arguments.ledger,
        clock=arguments.clock,
        tls=arguments.tls,
        log=arguments.log,
        port=arguments.port,
        set_variables=arguments.set,
        unset_variables=arguments.unset,
    )
    for code, entitled in arguments.product:
        settings.add_product(code, entitled)
    return settings


def settings_of(arguments: Sequence[str]) -> Settings:
    """What `mpmeter-sandbox serve` does with these arguments. Exits as it does if they are wrong."""
    return _settings(_parser().parse_args(["serve", *arguments]))


async def _run(sandbox: Sandbox, arguments: list[str]) -> int:
    relay = command.SignalRelay()
    async with sandbox:
        variables = {**environment.cleaned(os.environ), **sandbox.variables}
        for name in sandbox.settings.unset_variables:
            variables.pop(name, None)
        return await command.run(arguments, variables, relay)


async def _serve(sandbox: Sandbox) -> int:
    relay = command.SignalRelay()
    async with sandbox:
        if relay.received is None:
            # The process id comes last: it tells a reader that this was all, and whom to stop.
            variables = [*sorted(sandbox.variables.items()), ("MPMETER_SANDBOX_PID", str(os.getpid()))]
            print("\n".join(f"export {name}={_quoted(value)}" for name, value in variables), flush=True)
        await relay.stopped.wait()
    return 0


def _quoted(value: str) -> str:
    """The value for a shell, always in single quotes."""
    return "'" + value.replace("'", "'\\''") + "'"


def _told(parsed: argparse.Namespace) -> str:
    """What `ledger` and `clock` print. Raises ValueError."""
    if parsed.action == "ledger":
        bill = billed(_found(parsed.file, "MPMETER_SANDBOX_LEDGER"))
        return json.dumps(bill, indent=1) if parsed.json else table(bill)
    clock = Clock(_found(None, "MPMETER_SANDBOX_CLOCK"))
    return iso(clock.move(parsed.shift) if parsed.shift else clock.now())


def _found(path: str | None, variable: str) -> Path:
    """The path given, or the one that the sandbox put into the environment."""
    found = path or os.environ.get(variable)
    if not found:
        raise ValueError(f"no sandbox is running here: {variable} is not set; run this in the sandbox's environment")
    return Path(found)


def main(argv: Sequence[str] | None = None) -> int:
    """The console script. Returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    rest: list[str] = []
    if "--" in arguments:
        position = arguments.index("--")
        arguments, rest = arguments[:position], arguments[position + 1 :]
    parser = _parser()
    parsed = parser.parse_args(arguments)
    if parsed.action in ("faults", "scenarios"):
        table = [(fault.name, fault.summary) for fault in REGISTRY.values()]
        if parsed.action == "scenarios":
            table = [(scenario.name, scenario.summary) for scenario in SCENARIOS.values()]
        print("\n".join(f"{name:<{max(len(row[0]) for row in table)}}  {summary}" for name, summary in sorted(table)))
        return 0
    if parsed.action in ("ledger", "clock"):
        try:
            print(_told(parsed))
        except ValueError as error:
            parser.error(str(error))
        return 0
    if (parsed.action == "run") != bool(rest):
        parser.error("run needs a command after --, and nothing else takes one")
    try:
        sandbox = Sandbox(_settings(parsed))
    except ValueError as error:
        parser.error(str(error))
    try:
        return asyncio.run(_run(sandbox, rest) if rest else _serve(sandbox))
    except OSError as error:
        print(f"mpmeter-sandbox: {error}", file=sys.stderr)
        return 1
