"""Decides what an emitter sees of the interface: statuses of statuses.toml, everything else as include/mpmeter.h
declares it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import tomllib

from . import header
from .header import Callback, Enumerator, Function, Object, Parameter

ROOT = Path(__file__).resolve().parents[2]
STATUSES = ROOT / "tools/interface/statuses.toml"
HEADER = ROOT / "include/mpmeter.h"

EXIT_CODES = {"proceed": 0, "retry": 75, "terminate": 1}

__all__ = [
    "Callback",
    "Enumerator",
    "Field",
    "Function",
    "Model",
    "Object",
    "Option",
    "Parameter",
    "Status",
    "load",
    "words",
]


def words(name: str) -> list[str]:
    """ "CUSTOMER_NOT_ENTITLED" or "customer_not_entitled" as ["customer", "not", "entitled"]."""
    return name.lower().split("_")


@dataclass(frozen=True)
class Status:
    """One status. `doc` is what its documentation comment says; `error` the name of its exception class, in
    CamelCase."""

    name: str  # "MPMETER_E_THROTTLED"
    number: int
    group: str  # "AWS's answer"; "" for OK
    action: str  # "proceed", "retry" or "terminate"
    meaning: str  # one sentence; what mpmeter_status_message() answers
    fix: str  # what mpmeter_status_fix() answers; "" for OK
    who: str  # who has to act, for docs/operate.md
    desk: str  # what the support desk asks or says, for docs/operate.md
    detail: str = ""  # what documentation says beside the meaning
    aws: str = ""  # the AWS error type that it stands for
    error: str = ""

    @property
    def is_failure(self) -> bool:
        return self.number != 0

    @property
    def key(self) -> str:
        """The constant without its prefix: "THROTTLED", "OK"."""
        return self.name.removeprefix("MPMETER_").removeprefix("E_")

    @property
    def snake(self) -> str:
        return self.key.lower()

    @property
    def camel(self) -> str:
        """ "invalidPublicKeyVersion"."""
        first, *others = words(self.key)
        return first + "".join(word.capitalize() for word in others)

    @property
    def pascal(self) -> str:
        """ "InvalidPublicKeyVersion"."""
        return "".join(word.capitalize() for word in words(self.key))

    @property
    def doc(self) -> str:
        meaning = f"{self.meaning.removesuffix('.')} ({self.aws})." if self.aws else self.meaning
        return f"{meaning} {self.detail}".strip()


@dataclass(frozen=True)
class Option:
    """One function that sets something on mpmeter_options."""

    name: str  # "deadline_ms", "region_policy", "public_key"
    verb: str  # "set", "add", "trust", "accept"
    function: Function
    parameters: tuple[Parameter, ...]  # those after `options`


@dataclass(frozen=True)
class Field:
    """One thing that can be asked of a result."""

    name: str  # "region_source"
    type: str  # the C type: "const char *", "int32_t", "mpmeter_status", …
    function: Function


@dataclass(frozen=True)
class Model:
    statuses: tuple[Status, ...]
    functions: tuple[Function, ...]
    objects: tuple[Object, ...]  # the opaque types, in the header's order
    enumerators: tuple[Enumerator, ...]  # every constant but the statuses
    callbacks: tuple[Callback, ...]
    integers: dict[str, str]  # "mpmeter_status": "int32_t"
    version: str

    @property
    def failures(self) -> list[Status]:
        return [status for status in self.statuses if status.is_failure]

    @property
    def groups(self) -> list[tuple[str, list[Status]]]:
        """The statuses by group, in the order of their numbers."""
        found: dict[str, list[Status]] = {}
        for status in self.statuses:
            found.setdefault(status.group, []).append(status)
        return list(found.items())

    @cached_property
    def options(self) -> list[Option]:
        """Every option, in the header's order. set_log is one of them: its parameters say that it takes a callback."""
        found = []
        for function in self.functions:
            match = re.fullmatch(r"mpmeter_options_(set|add|trust|accept)_(\w+)", function.name)
            if match:
                found.append(Option(match[2], match[1], function, function.parameters[1:]))
        return found

    @cached_property
    def results(self) -> dict[str, list[Field]]:
        """What can be asked of each object: {"registration": [Field("product_code", "const char *", …), …], "error": …,
        …}."""
        return {thing.short: fields for thing in self.objects if (fields := self._fields(thing))}

    def _fields(self, thing: Object) -> list[Field]:
        return [
            Field(function.name.removeprefix(f"mpmeter_{thing.short}_"), function.result, function)
            for function in self.functions
            if [parameter.type for parameter in function.parameters] == [f"const {thing.name} *"]
            and function.name.startswith(f"mpmeter_{thing.short}_")
        ]

    def constants(self, prefix: str) -> list[Enumerator]:
        """The constants that begin so: constants("MPMETER_REGION_") are those of mpmeter_region_policy."""
        return [constant for constant in self.enumerators if constant.name.startswith(prefix)]


def _statuses() -> tuple[Status, ...]:
    with STATUSES.open("rb") as file:
        rows = tomllib.load(file)["status"]
    found = []
    for row in rows:
        name = "".join(word.capitalize() for word in words(row["name"].removeprefix("MPMETER_E_")))
        found.append(Status(**{"error": name if row["number"] else "", **row}))
    numbers = [status.number for status in found]
    if numbers != sorted(set(numbers)) or len({status.name for status in found}) < len(found):
        raise SystemExit(f"{STATUSES.name}: numbers must ascend, and no name or number may come twice")
    if wrong := [status.name for status in found if status.action not in EXIT_CODES]:
        raise SystemExit(f"{STATUSES.name}: {wrong[0]} has no action that there is: {', '.join(EXIT_CODES)}")
    return tuple(found)


def load() -> Model:
    """The whole interface."""
    read = header.read(HEADER.read_text())
    return Model(
        statuses=_statuses(),
        functions=read.functions,
        objects=read.objects,
        enumerators=tuple(constant for constant in read.enumerators if not re.match("MPMETER_(OK|E_)", constant.name)),
        callbacks=read.callbacks,
        integers=read.integers,
        version=read.version,
    )
