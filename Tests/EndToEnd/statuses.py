"""Decides what each status is: its number, what to do about it, and the exit status of the command line. From the interface's own lists."""

from __future__ import annotations

TERMINATE, RETRY, PROCEED = "terminate", "retry", "proceed"
EXITS = {PROCEED: 0, TERMINATE: 1, RETRY: 75}
USAGE = 2

# Numbers are those of include/mpmeter.h, written here again: they are part of the ABI and never change.
CODES = {
    "MPMETER_OK": 0,
    "MPMETER_E_INVALID_ARGUMENT": 1,
    "MPMETER_E_UNTRUSTED_PRODUCT": 2,
    "MPMETER_E_PUBLIC_KEY": 3,
    "MPMETER_E_REGION_NOT_FOUND": 10,
    "MPMETER_E_REGION_UNSUPPORTED": 11,
    "MPMETER_E_CREDENTIALS_NOT_FOUND": 12,
    "MPMETER_E_CREDENTIALS_REJECTED": 13,
    "MPMETER_E_NETWORK": 20,
    "MPMETER_E_TLS": 21,
    "MPMETER_E_DEADLINE": 22,
    "MPMETER_E_CANCELLED": 23,
    "MPMETER_E_BAD_RESPONSE": 24,
    "MPMETER_E_CUSTOMER_NOT_ENTITLED": 30,
    "MPMETER_E_PLATFORM_NOT_SUPPORTED": 31,
    "MPMETER_E_INVALID_REGION": 32,
    "MPMETER_E_INVALID_PRODUCT_CODE": 33,
    "MPMETER_E_INVALID_PUBLIC_KEY_VERSION": 34,
    "MPMETER_E_API_DISABLED": 35,
    "MPMETER_E_ACCESS_DENIED": 36,
    "MPMETER_E_NOT_AUTHENTICATED": 37,
    "MPMETER_E_THROTTLED": 38,
    "MPMETER_E_SERVICE_UNAVAILABLE": 39,
    "MPMETER_E_SERVICE": 40,
    "MPMETER_E_TOKEN_MALFORMED": 50,
    "MPMETER_E_TOKEN_ALGORITHM": 51,
    "MPMETER_E_TOKEN_SIGNATURE": 52,
    "MPMETER_E_TOKEN_CLAIMS": 53,
    "MPMETER_E_OUT_OF_MEMORY": 60,
    "MPMETER_E_INTERNAL": 61,
}

# "retry (throttled, unavailable, network, deadline), terminate (all else)"
_RETRY = {"MPMETER_E_THROTTLED", "MPMETER_E_SERVICE_UNAVAILABLE", "MPMETER_E_NETWORK", "MPMETER_E_DEADLINE"}


def action_of(status: str) -> str:
    """proceed for OK alone."""
    return PROCEED if status == "MPMETER_OK" else RETRY if status in _RETRY else TERMINATE


def exit_of(status: str) -> int:
    """A call that the library refuses as wrong is a usage error."""
    return USAGE if status == "MPMETER_E_INVALID_ARGUMENT" else EXITS[action_of(status)]


# The keys of the JSON object after a success, in order.
KEYS = (
    "status code action message fix product_code public_key_version nonce verified signature public_key_rotation "
    "region region_source credentials_source platform request_id attempts elapsed_ms"
).split()

# After a failure those that are known are there, and these two of AWS's answer.
FAILURE_KEYS = {*KEYS, "aws_type", "http_status"}
ALWAYS = {"status", "code", "action", "message"}
