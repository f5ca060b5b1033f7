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

    @property
    def key(self) -> str:
        """What a binding's layer over C calls it: "deadline_ms", "public_key", "trust_product"."""
        return self.name if self.verb in ("set", "add") else f"{self.verb}_{self.name}"

    @property
    def setter(self) -> str:
        """The function's name without its prefix: "set_deadline_ms"."""
        return f"{self.verb}_{self.name}"

    @property
    def is_plain(self) -> bool:
        """Whether it is one text or number, which every language takes as it is, under the same name. A time, a choice
        and a list are not: each language has its own type for them."""
        one = self.parameters[0]
        plain = len(self.parameters) == 1 and one.type in ("const char *", "int32_t")
        return plain and self.verb == "set" and self.name.endswith(one.name)

    @property
    def is_text(self) -> bool:
        return self.parameters[0].type == "const char *"

    @property
    def limits(self) -> str:
        """What it may be, of a plain one: "1024 to 16384"."""
        return re.match(r"(?:Required\. )?(.*?)\.(?: |$)", self.parameters[0].doc)[1]

    @property
    def doc(self) -> str:
        """The comment of a plain one."""
        return f"{self.function.doc} It must be {self.parameters[0].doc.removeprefix('Required. ')}"

    def row(self, name: str) -> str:
        """A plain one in a README's table: name, default, what it does and may be."""
        default = re.search(r"The default is ([^;.]+)", self.function.doc)[1]
        does = self.function.doc.split(". ")[0]
        characters = self.limits.rpartition(" ")[2] if self.is_text else ""
        limits = self.limits.removesuffix(characters) + (f"`` {characters} ``" if characters else "")
        return f"| `{name}` | {default} | {does[0].lower()}{does[1:]}: {limits.replace('|', chr(92) + '|')} |"

    @property
    def camel(self) -> str:
        """ "minimumKeyBits"."""
        return self.pascal[0].lower() + self.pascal[1:]

    @property
    def pascal(self) -> str:
        """ "MinimumKeyBits"."""
        return "".join(word.capitalize() for word in words(self.name))

    @property
    def is_switch(self) -> bool:
        """Whether its number stands for yes or no."""
        return self.verb == "accept"


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

    @property
    def settings(self) -> list[Option]:
        """The options that are made of numbers and texts: all but set_log."""
        callbacks = {callback.name for callback in self.callbacks}
        return [
            option for option in self.options if not callbacks & {parameter.type for parameter in option.parameters}
        ]

    @property
    def plain(self) -> list[Option]:
        """The options that are one text or number: all of a binding that has to do with them is generated."""
        return [option for option in self.settings if option.is_plain]

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
