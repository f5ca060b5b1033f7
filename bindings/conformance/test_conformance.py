"""Every case of cases.json with every driver of MPMETER_CONFORMANCE_DRIVERS. README.md says what a driver is."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
from mpmeter_sandbox.background import Background
from mpmeter_sandbox.cli import settings_of
from mpmeter_sandbox.environment import cleaned
from mpmeter_sandbox.faults import METERING, REGISTRATION
from mpmeter_sandbox.scenarios import SCENARIOS

HERE = Path(__file__).resolve().parent
LIBRARIES = HERE.parents[1] / "build" / "lib"
SECONDS = 300  # for one case; the longest deadline is 10
NOT_FROM_OUTSIDE = {"MPMETER_E_OUT_OF_MEMORY", "MPMETER_E_INTERNAL"}
WITHOUT_CLIENT = {"endpoint", "version"}


def _drivers() -> dict[str, Path]:
    """NAME=PATH,NAME=PATH. A driver that is not there is a failure, not a reason to skip."""
    listed = os.environ.get("MPMETER_CONFORMANCE_DRIVERS", "")
    if not listed:
        raise pytest.UsageError("MPMETER_CONFORMANCE_DRIVERS is not set; it has the form c=PATH,python=PATH")
    found = {}
    for entry in listed.split(","):
        name, _, path = entry.partition("=")
        if not name or not path or not Path(path).is_file():
            raise pytest.UsageError(f"MPMETER_CONFORMANCE_DRIVERS: there is no driver '{entry}'")
        found[name] = Path(path).resolve()
    return found


DRIVERS = _drivers()
CASES: list[dict[str, Any]] = json.loads((HERE / "cases.json").read_text())


class Sandbox:
    """A sandbox with the arguments of `mpmeter-sandbox serve`, and the environment that a program in it has."""

    def __init__(self, arguments: list[str]) -> None:
        self.arguments = arguments
        self._directory = tempfile.TemporaryDirectory(prefix="mpmeter-conformance-")
        self._log = Path(self._directory.name) / "log"
        settings = settings_of([*arguments, "--log", str(self._log)])
        self._background = Background(settings).__enter__()
        self.environment = {**cleaned(_environment()), **self._background.variables}

    def requests(self) -> list[dict[str, Any]]:
        """What was asked so far."""
        return [json.loads(line) for line in self._log.read_text().splitlines()] if self._log.exists() else []

    def close(self) -> None:
        self._background.stop()
        self._directory.cleanup()

    @property
    def counts(self) -> bool:
        """Whether a fault is used up by requests, as `throttle:2` is."""
        return any(re.search(r":\d+$", argument) for argument in self.arguments)


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[list[str], bool], Sandbox]]:
    """A sandbox for these arguments: the one of the test before if it has the same and requests leave it as it was.

    What was metered stays in its ledger: a case that meters gets a new one.
    """
    running: list[Sandbox] = []

    def find(arguments: list[str], meters: bool) -> Sandbox:
        if not running or running[0].arguments != arguments or running[0].counts or meters:
            if running:
                running.pop().close()
            running.append(Sandbox(arguments))
        return running[0]

    yield find
    for sandbox in running:
        sandbox.close()


def _environment() -> dict[str, str]:
    """The library is the one that was just built, unless the caller says otherwise."""
    before = os.environ.get("LD_LIBRARY_PATH")
    return {
        "MPMETER_LIBRARY": str(LIBRARIES / "libmpmeter.so.1"),
        **os.environ,
        "LD_LIBRARY_PATH": os.pathsep.join([str(LIBRARIES), *([before] if before else [])]),
    }


def _command(driver: Path) -> list[str]:
    """A Python driver runs under this interpreter, in whose environment the binding is."""
    return [sys.executable, str(driver)] if driver.suffix == ".py" else [str(driver)]


@contextlib.contextmanager
def _journal(kind: str | None, directory: Path) -> Iterator[Path]:
    """The path of a journal, with what `kind` says in its place."""
    path = directory / "journal"
    if kind == "no-folder":
        path = directory / "missing" / "journal"
    if kind == "damaged":
        path.write_text("usage: 17\n")
    with contextlib.ExitStack() as stack:
        if kind == "sending":
            lock = stack.enter_context(open(f"{path}-sender", "w", encoding="ascii"))
            fcntl.lockf(lock, fcntl.LOCK_EX)
        yield path


def _completed(case: dict[str, Any], journal: Path) -> dict[str, Any]:
    """The case with the defaults that README.md promises, without what is not the driver's."""
    call = case["call"]
    options, arguments = dict(case.get("options", {})), dict(call.get("arguments", {}))
    if call["function"] not in WITHOUT_CLIENT:
        sandboxes = {"file": "$MPMETER_SANDBOX_PUBLIC_KEY", "version": "$MPMETER_SANDBOX_PUBLIC_KEY_VERSION"}
        options.setdefault("public_keys", [sandboxes])
        options.setdefault("deadline_ms", 10000)
        if call["function"].startswith(("register_usage", "meter")):
            arguments.setdefault("product_code", "$MPMETER_SANDBOX_PRODUCT_CODE")
        if call["function"] == "meter":
            arguments.setdefault("journal", str(journal))
    return {**case, "options": options, "call": {"function": call["function"], "arguments": arguments}}


def _fits(found: Any, expected: Any) -> bool:
    if not isinstance(expected, dict):
        return bool(found == expected) and isinstance(found, bool) == isinstance(expected, bool)
    ((comparison, value),) = expected.items()
    if comparison == "matches":
        return isinstance(found, str) and re.search(value, found) is not None
    if comparison == "at_least":
        return isinstance(found, int) and found >= value
    assert comparison == "at_most", f"cases.json: there is no comparison '{comparison}'"
    return isinstance(found, int) and found <= value


def _printed(driver: Path, argument: str, environment: dict[str, str]) -> tuple[Any, str]:
    """What the driver printed on stdout as JSON, and on stderr as text."""
    done = subprocess.run(
        [*_command(driver), argument], env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, f"exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
    lines = done.stdout.splitlines()
    assert len(lines) == 1, f"not one line on stdout:\n{done.stdout}\n{done.stderr}"
    return json.loads(lines[0]), done.stderr


_TABLES: dict[str, list[dict[str, Any]]] = {}


def _table(name: str) -> list[dict[str, Any]]:
    if name not in _TABLES:
        _TABLES[name] = _printed(DRIVERS[name], "--statuses", _environment())[0]
    return _TABLES[name]


def _line(found: dict[str, Any]) -> str:
    """What mpmeter.h says of mpmeter_error_text()."""
    line = f"{found['status']} ({found['action']}): {_ended(found['message'])} Fix: {_ended(found['fix'])} ["
    for key in ("region", "region_source", "credentials_source", "platform", "request_id", "aws_type", "http_status"):
        value = str(found.get(key) or "")
        if value:
            line += f'{key}="{value}" ' if re.search(r'[\s"\]=]', value) else f"{key}={value} "
    line += f"attempts={found.get('attempts') or 0} elapsed_ms={found.get('elapsed_ms') or 0}]"
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", " ", line)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


# Grouped by sandbox, because a sandbox takes longer to start than a case to run.
_RUNS = [
    pytest.param(driver, case, id=f"{case['name']}-{driver}")
    for case in sorted(CASES, key=lambda case: json.dumps(case["sandbox"]))
    for driver in DRIVERS
    if driver in case.get("drivers", DRIVERS)
]


@pytest.mark.parametrize("driver, case", _RUNS)
def test_case(driver: str, case: dict[str, Any], serve: Callable[[list[str], bool], Sandbox], tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    sandbox = serve(case["sandbox"], case["call"]["function"].startswith("meter"))
    before = len(sandbox.requests())
    with _journal(case.get("journal"), tmp_path) as journal:
        file.write_text(json.dumps(_completed(case, journal)))
        found, stderr = _printed(DRIVERS[driver], str(file), sandbox.environment)

    seen = f"\n{json.dumps(found, indent=1)}\n{stderr}"
    for key, expected in case["expect"].items():
        assert _fits(found.get(key), expected), f"{key}: {found.get(key)!r}, expected {expected!r}{seen}"

    entry = next((row for row in _table(driver) if row["status"] == found["status"]), None)
    assert entry is not None, f"the status is not in the driver's own table{seen}"
    assert {key: found.get(key) for key in entry} == entry, f"not what the driver's table says: {entry}{seen}"
    assert found["message"], f"no message{seen}"
    assert bool(found["fix"]) == (found["status"] != "MPMETER_OK"), f"a fix for a failure, and for nothing else{seen}"

    if found["status"] != "MPMETER_OK":
        line = _line(found)
        # An error that a binding raises itself has only its message.
        allowed: set[str | None] = {line, line.removesuffix(" [attempts=0 elapsed_ms=0]")}
        if driver == "c" and "attempts" not in found:
            allowed = {None}  # a setter returns only a status
        assert found.get("text") in allowed, f"another line than mpmeter_error_text() would write{seen}"

    requests = sandbox.requests()[before:]
    for service, count in case.get("requests", {}).items():
        number = sum(service in ("any", request["service"]) for request in requests)
        assert number == count, f"{number} requests to {service}, expected {count}{seen}"
    for service, expected in case.get("user_agents", {}).items():
        agents = [request["user_agent"] for request in requests if request["service"] == service]
        assert agents and all(re.search(expected, agent) for agent in agents), f"{service}: {agents}{seen}"


@pytest.mark.parametrize("driver", DRIVERS)
def test_the_driver_knows_every_status_of_the_library(driver: str) -> None:
    """A new status has to reach every binding: its number, its action, and a native error type of its own."""
    assert "c" in DRIVERS, "the C driver says what the library's own table is"
    mine = _table(driver)
    assert [(row["status"], row["code"], row["action"]) for row in mine] == [
        (row["status"], row["code"], row["action"]) for row in _table("c")
    ]
    types = [row["error_type"] for row in mine]
    assert types[0] is None and None not in types[1:]
    assert len(set(types)) == len(types), "two statuses with one error type"


def test_every_status_has_a_case() -> None:
    met = {case["expect"]["status"] for case in CASES if isinstance(case["expect"]["status"], str)}
    assert met == {row["status"] for row in _table("c")} - NOT_FROM_OUTSIDE


def test_names_are_unique_and_every_case_has_a_rule() -> None:
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names)
    assert all(case["rule"] for case in CASES)


def _given(option: str) -> set[str]:
    """Every value that a case gives the sandbox for an option."""
    return {value for case in CASES for name, value in zip(case["sandbox"], case["sandbox"][1:]) if name == option}


def test_every_scenario_of_the_sandbox_has_a_case() -> None:
    assert _given("--scenario") == set(SCENARIOS)


def test_every_fault_of_the_sandbox_has_a_case() -> None:
    assert {re.split("[@:]", fault)[0] for fault in _given("--fault")} == REGISTRATION | METERING
