"""Decides what include/mpmeter.h declares: functions with types and comments, objects, constants, callbacks. It reads
that one style of C."""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMMENT = r"(?:/\*\*(?P<comment>(?:[^*]|\*(?!/))*)\*/\s*)?"
_FUNCTION = re.compile(
    rf"{_COMMENT}MPMETER_API\s+(?P<must>MPMETER_MUST_USE\s+)?(?P<result>[\w ]+?[ "
    rf"*]+)(?P<name>mpmeter_\w+)\((?P<parameters>[^)]*)\);"
)
_OBJECT = re.compile(rf"{_COMMENT}typedef struct (?P<name>mpmeter_\w+) (?P=name);")
_INTEGER = re.compile(r"^typedef (u?int\d+_t) (mpmeter_\w+);", re.MULTILINE)
_CALLBACK = re.compile(
    rf"{_COMMENT}typedef (?P<result>[\w ]+?[ *]*)\(\*(?P<name>mpmeter_\w+)\)\((?P<parameters>[^)]*)\);"
)
_ENUM = re.compile(r"^enum \{(.*?)^\};", re.MULTILINE | re.DOTALL)
_ENUMERATOR = re.compile(r"^\s+(MPMETER_\w+) = (\d+),?(?:[ \t]*/\*\*< (.*?) \*/)?", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Parameter:
    type: str  # "const char *", "mpmeter_client *", "mpmeter_error **", "int32_t"
    name: str
    doc: str  # what @param says; "" without one

    @property
    def is_output(self) -> bool:
        return self.name.startswith("out_")


@dataclass(frozen=True)
class Function:
    name: str  # "mpmeter_client_new"
    result: str  # the C type; "void"
    parameters: tuple[Parameter, ...]
    doc: str  # the comment's text, before its @param
    returns: str  # what @return says; "" without one
    must_use: bool

    def declaration(self) -> str:
        """One line of plain C, without attributes."""
        parameters = ", ".join(_declared(parameter.type, parameter.name) for parameter in self.parameters)
        return f"{_declared(self.result, self.name)}({parameters or 'void'});"


@dataclass(frozen=True)
class Object:
    name: str  # "mpmeter_client"
    doc: str

    @property
    def short(self) -> str:
        return self.name.removeprefix("mpmeter_")


@dataclass(frozen=True)
class Enumerator:
    name: str
    number: int
    doc: str


@dataclass(frozen=True)
class Callback:
    name: str  # "mpmeter_log_fn"
    result: str
    parameters: tuple[Parameter, ...]
    doc: str


@dataclass(frozen=True)
class Header:
    functions: tuple[Function, ...]
    objects: tuple[Object, ...]
    enumerators: tuple[Enumerator, ...]
    callbacks: tuple[Callback, ...]
    integers: dict[str, str]
    version: str


def _declared(kind: str, name: str) -> str:
    return f"{kind}{name}" if kind.endswith("*") else f"{kind} {name}"


def _plain(text: str | None) -> str:
    """A comment without its stars, one paragraph a line."""
    lines = [line.strip().removeprefix("*").strip() for line in (text or "").strip().splitlines()]
    return " ".join(line for line in lines if line)


def _parts(comment: str | None) -> tuple[str, dict[str, str], str]:
    """The text, what is said of each parameter, and what is said of the result."""
    text, *tags = re.split(r"@(?=param|return)", _plain(comment))
    parameters, returns = {}, ""
    for tag in tags:
        kind, _, rest = tag.strip().partition(" ")
        if kind == "param":
            name, _, said = rest.strip().partition(" ")
            parameters[name] = said.strip()
        else:
            returns = rest.strip()
    return text.strip(), parameters, returns


def _parameters(text: str, said: dict[str, str]) -> tuple[Parameter, ...]:
    found = []
    for part in " ".join(text.split()).split(", "):
        if part and part != "void":
            kind, star, name = re.fullmatch(r"(.*?)([ *]+)(\w+)", part).groups()
            found.append(Parameter(f"{kind}{star}".strip(), name, said.get(name, "")))
    return tuple(found)


def _function(match: re.Match[str]) -> Function:
    text, said, returns = _parts(match["comment"])
    return Function(
        match["name"],
        match["result"].strip(),
        _parameters(match["parameters"], said),
        text,
        returns,
        bool(match["must"]),
    )


def _callback(match: re.Match[str]) -> Callback:
    text, said, _ = _parts(match["comment"])
    return Callback(match["name"], match["result"].strip(), _parameters(match["parameters"], said), text)


def read(text: str) -> Header:
    """What a header's text declares. A declaration that is not understood is an error, not left out."""
    functions = tuple(map(_function, _FUNCTION.finditer(text)))
    code = re.sub(r"/\*.*?\*/|^#.*?$", "", text, flags=re.DOTALL | re.MULTILINE)
    declared = re.findall(r"\b(mpmeter_\w+)\(", re.sub(r"typedef[^;]*;", "", code))
    if sorted(function.name for function in functions) != sorted(declared):
        raise SystemExit(
            f"mpmeter.h: not understood: {sorted(set(declared) ^ {function.name for function in functions})}"
        )
    version = re.search(r'^#define MPMETER_VERSION "(.*)"', text, re.MULTILINE)
    return Header(
        functions=functions,
        objects=tuple(Object(match["name"], _plain(match["comment"])) for match in _OBJECT.finditer(text)),
        enumerators=tuple(
            Enumerator(name, int(number), _plain(doc))
            for body in _ENUM.findall(text)
            for name, number, doc in _ENUMERATOR.findall(body)
        ),
        callbacks=tuple(map(_callback, _CALLBACK.finditer(text))),
        integers={name: kind for kind, name in _INTEGER.findall(text)},
        version=version[1] if version else "",
    )
