"""Decides what a client's options may be, and hands them to the library. What the library refuses is named by the
option's own name."""

from __future__ import annotations

import ctypes
import math
import operator
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Union

from . import _log
from ._calls import Handle, make
from ._enums import NUMBERS, ProductKind, RegionPolicy
from ._errors import InvalidArgument
from ._plain_options import PLAIN, PlainOptions
from ._results import take_error
from ._status import Status

Deadline = Union[timedelta, float]
PublicKey = Union[str, bytes]


class ClientOptions(PlainOptions, total=False):
    """The options of `Client` beside the key, for functions that hand them on. A test compares the two."""

    public_key_version: int
    public_keys: Mapping[int, PublicKey] | None
    trusted_products: Mapping[str, ProductKind | str] | None
    accept_free_products: bool
    deadline: Deadline | None
    region_policy: RegionPolicy | str
    unverified_key_version: int | None


def options_of(library: Any, public_key: PublicKey | None, options: ClientOptions) -> Handle:
    """The library's options for what a program gave. Raises InvalidArgument, TypeError."""
    public_keys = options.get("public_keys")
    if public_key is not None and public_keys is not None:
        raise TypeError("give public_key or public_keys, not both")
    if public_keys is None:
        public_keys = {} if public_key is None else {options.get("public_key_version", 1): public_key}
    unknown = set(options) - set(ClientOptions.__annotations__)
    if unknown:
        raise TypeError(f"there is no option {', '.join(sorted(unknown))}")
    trusted = options.get("trusted_products")
    if trusted is not None and not trusted:
        # A computed list that came out empty must not trust every code.
        raise invalid(
            "trusted_products: it is empty. Name the codes that are trusted, or leave it out if the code is "
            "compiled into the program"
        )
    return prepare(
        library,
        public_keys=public_keys,
        trusted_products=trusted,
        accept_free_products=options.get("accept_free_products", False),
        deadline=options.get("deadline"),
        region_policy=options.get("region_policy", RegionPolicy.ASK),
        unverified_key_version=options.get("unverified_key_version"),
        plain={name: value for name, value in options.items() if name in PLAIN},
    )


def prepare(
    library: Any,
    *,
    public_keys: Mapping[int, PublicKey],
    trusted_products: Mapping[str, ProductKind | str] | None,
    accept_free_products: bool,
    deadline: Deadline | None,
    region_policy: RegionPolicy | str,
    unverified_key_version: int | None,
    plain: Mapping[str, Any],
) -> Handle:
    """The library's options. Raises InvalidArgument, TypeError."""
    handle = make(library, "options")

    def put(function: str, refused: str, *values: Any) -> None:
        status = getattr(library, f"mpmeter_options_{function}")(handle.pointer, *values)
        if status == Status.INVALID_ARGUMENT:
            raise invalid(refused)
        if status != Status.OK:
            raise take_error(library, status, ctypes.c_void_p())

    for version, pem in public_keys.items():
        key_version, key = number("public_keys", version), utf8("public_keys", pem)
        put(
            "add_public_key", f"public_keys: version {key_version} is below 1, or its key is not text", key_version, key
        )
    for code, kind in (trusted_products or {}).items():
        product_kind = NUMBERS[choice("trusted_products", ProductKind, kind)]
        put(
            "trust_product",
            f"trusted_products: {code!r} is not a product code",
            utf8("trusted_products", code),
            product_kind,
        )
    if accept_free_products:
        put("accept_free_products", "accept_free_products is refused", 1)
    if deadline is not None:
        put("set_deadline_ms", f"deadline: {deadline!r} is not from 1 ms to a day", milliseconds(deadline))
    policy = choice("region_policy", RegionPolicy, region_policy)
    put("set_region_policy", "region_policy is refused", NUMBERS[policy])
    for name, value in plain.items():
        if value is not None:
            python_type, limits = PLAIN[name]
            given = utf8(name, value) if python_type is str else number(name, value)
            put(f"set_{name}", f"{name}: {value!r} is not {limits}", given)
    if unverified_key_version is not None:
        unverified = number("unverified_key_version", unverified_key_version)
        put("set_unverified", f"unverified_key_version: {unverified} is below 1", unverified)
    # At every level: the logger's own level is looked at when a line comes, so that it may change.
    put("set_log", "the log is refused", _log.CALLBACK, None, 0)
    return handle


def invalid(message: str) -> InvalidArgument:
    """The error of an argument that never reached the library."""
    return InvalidArgument(message, Status.INVALID_ARGUMENT.fix)


def utf8(name: str, value: str | bytes) -> bytes:
    """Text for C, where it ends at the first NUL. Raises TypeError, InvalidArgument."""
    if isinstance(value, bytes):
        encoded = value
    elif isinstance(value, str):
        try:
            encoded = value.encode("utf-8")
        except UnicodeEncodeError:
            raise invalid(f"{name}: the text holds half of a surrogate pair, which UTF-8 cannot") from None
    else:
        raise TypeError(f"{name} must be str, not {type(value).__name__}")
    if b"\0" in encoded:
        raise invalid(f"{name}: the text holds a NUL")
    return encoded


def number(name: str, value: Any) -> int:
    """A number that fits in 32 bits: ctypes would cut off the rest. Raises TypeError, InvalidArgument."""
    whole = operator.index(value)
    if isinstance(value, bool):
        raise TypeError(f"{name} must be a number, not bool")
    if not -(2**31) <= whole < 2**31:
        raise invalid(f"{name}: {whole} is out of range")
    return whole


def milliseconds(deadline: Deadline) -> int:
    """Rounded up, so that no time becomes none. Raises TypeError, InvalidArgument."""
    if isinstance(deadline, timedelta):
        return math.ceil(deadline / timedelta(milliseconds=1))
    if isinstance(deadline, bool) or not isinstance(deadline, (int, float)):
        raise TypeError(f"deadline must be a timedelta or a number of seconds, not {type(deadline).__name__}")
    if not -1e12 < deadline < 1e12:
        raise invalid(f"deadline: {deadline!r} is not from 1 ms to a day")
    return math.ceil(round(deadline * 1000, 6))


def choice(name: str, kind: Any, value: Any) -> Any:
    """A member of an enumeration, or the text of one. Raises InvalidArgument."""
    try:
        return kind(value)
    except ValueError:
        raise invalid(f"{name}: {value!r} is none of {', '.join(member.value for member in kind)}") from None
