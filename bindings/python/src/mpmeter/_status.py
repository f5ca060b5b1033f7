"""Decides how the library's statuses look in Python: numbers, names and actions. A test compares them with the
library's own table."""

from __future__ import annotations

from enum import IntEnum

from . import _library
from ._enums import Action


class Status(IntEnum):
    """The result of a call: the library's `mpmeter_status`, without its prefix."""

    # generated: statuses, by make generate
    OK = 0

    INVALID_ARGUMENT = 1
    UNTRUSTED_PRODUCT = 2
    PUBLIC_KEY = 3

    REGION_NOT_FOUND = 10
    REGION_UNSUPPORTED = 11
    CREDENTIALS_NOT_FOUND = 12
    CREDENTIALS_REJECTED = 13

    NETWORK = 20
    TLS = 21
    DEADLINE = 22
    CANCELLED = 23
    BAD_RESPONSE = 24

    CUSTOMER_NOT_ENTITLED = 30
    PLATFORM_NOT_SUPPORTED = 31
    INVALID_REGION = 32
    INVALID_PRODUCT_CODE = 33
    INVALID_PUBLIC_KEY_VERSION = 34
    API_DISABLED = 35
    ACCESS_DENIED = 36
    NOT_AUTHENTICATED = 37
    THROTTLED = 38
    SERVICE_UNAVAILABLE = 39
    SERVICE = 40

    TOKEN_MALFORMED = 50
    TOKEN_ALGORITHM = 51
    TOKEN_SIGNATURE = 52
    TOKEN_CLAIMS = 53

    OUT_OF_MEMORY = 60
    INTERNAL = 61

    JOURNAL = 70
    JOURNAL_DAMAGED = 71
    JOURNAL_BUSY = 72
    INVALID_DIMENSION = 73
    INVALID_ALLOCATIONS = 74
    USAGE_DUPLICATE = 75
    USAGE_TIMESTAMP = 76
    USAGE_HELD = 77
    # end of generated

    @property
    def constant(self) -> str:
        """The library's name for it, such as "MPMETER_E_THROTTLED"."""
        return "MPMETER_OK" if self is Status.OK else f"MPMETER_E_{self.name}"

    @property
    def action(self) -> Action:
        """What to do about it."""
        if self is Status.OK:
            return Action.PROCEED
        return Action.RETRY if self in _RETRY else Action.TERMINATE

    @property
    def message(self) -> str:
        """One sentence of the library's: what it means. Raises LibraryNotFound."""
        return _library.text(_library.load().mpmeter_status_message(self)) or ""

    @property
    def fix(self) -> str:
        """One sentence of the library's: what usually fixes it; "" for OK. Raises LibraryNotFound."""
        return _library.text(_library.load().mpmeter_status_fix(self)) or ""


# generated: retry
_RETRY = frozenset({Status.NETWORK, Status.DEADLINE, Status.THROTTLED, Status.SERVICE_UNAVAILABLE, Status.JOURNAL_BUSY})
# end of generated
