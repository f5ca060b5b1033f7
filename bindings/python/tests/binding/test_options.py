"""What a client's options may be, and that nothing is cut off or misread on the way into C."""

from __future__ import annotations

import inspect
from datetime import timedelta
from typing import Any

import pytest

import mpmeter
from mpmeter._options import ClientOptions, milliseconds

from .conftest import REPOSITORY

PEM = (REPOSITORY / "Tests" / "Vectors" / "keys" / "rsa2048.pem").read_text()


@pytest.mark.parametrize(
    "options",
    [
        {"public_key": PEM},
        {"public_key": PEM.encode()},
        {"public_key": PEM.replace("\n", "\\n"), "public_key_version": 7},
        {"public_keys": {1: PEM, 2: PEM}},
        {
            "public_key": PEM,
            "trusted_products": {"a": "paid", "b": mpmeter.ProductKind.FREE},
            "accept_free_products": True,
        },
        {"public_key": PEM, "deadline": 0.001},
        {"public_key": PEM, "deadline": timedelta(days=1)},
        {"public_key": PEM, "region_policy": "attempt"},
        {"public_key": PEM, "region_policy": mpmeter.RegionPolicy.ENFORCE},
        {"public_key": PEM, "region_policy": "ask"},
        {"public_key": PEM, "minimum_key_bits": 1024},
        {"unverified_key_version": 1},
    ],
    ids=repr,
)
def test_accepted(options: dict[str, Any]) -> None:
    with mpmeter.Client(**options):
        pass


@pytest.mark.parametrize(
    "options, named",
    [
        ({"deadline": 0}, "deadline"),
        ({"deadline": -1}, "deadline"),
        ({"deadline": 86400.001}, "deadline"),
        ({"deadline": float("nan")}, "deadline"),
        ({"deadline": float("inf")}, "deadline"),
        ({"deadline": timedelta(0)}, "deadline"),
        ({"deadline": timedelta.max}, "deadline"),
        ({"minimum_key_bits": 1023}, "minimum_key_bits"),
        ({"minimum_key_bits": 2**32 + 2048}, "minimum_key_bits"),
        ({"public_key_version": 0}, "public_keys"),
        ({"public_key_version": 2**32 + 1}, "public_keys"),
        ({"public_key": PEM + "\0"}, "public_keys"),
        ({"public_key": "\ud800"}, "public_keys"),
        ({"public_key": b"\xff\xfe"}, "public_keys"),
        ({"trusted_products": {"a\0b": "paid"}}, "trusted_products"),
        ({"trusted_products": {"": "paid"}}, "trusted_products"),
        ({"trusted_products": {"a": "cheap"}}, "trusted_products"),
        ({"region_policy": "hope"}, "region_policy"),
        ({"unverified_key_version": 0}, "unverified_key_version"),
        ({"unverified_key_version": -(2**31) - 1}, "unverified_key_version"),
    ],
    ids=repr,
)
def test_refused_by_name(options: dict[str, Any], named: str) -> None:
    with pytest.raises(mpmeter.InvalidArgument) as raised:
        mpmeter.Client(**{"public_key": PEM, **options})
    assert raised.value.message.startswith(named) and raised.value.fix
    assert isinstance(raised.value, ValueError)


@pytest.mark.parametrize(
    "options",
    [
        {"public_key": 1},
        {"public_keys": {"1": PEM}},
        {"public_keys": {True: PEM}},
        {"deadline": "10"},
        {"deadline": True},
        {"minimum_key_bits": 2048.0},
        {"trusted_products": {1: "paid"}},
        {"public_key": PEM, "public_keys": {1: PEM}},
    ],
    ids=repr,
)
def test_of_a_wrong_type(options: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        mpmeter.Client(**options)


@pytest.mark.parametrize(
    "options", [{}, {"public_key": "no key"}, {"public_key": ""}, {"public_key": PEM, "minimum_key_bits": 3072}]
)
def test_keys_that_cannot_be_used(options: dict[str, Any]) -> None:
    with pytest.raises(mpmeter.PublicKeyError) as raised:
        mpmeter.Client(**options)
    assert raised.value.status is mpmeter.Status.PUBLIC_KEY and raised.value.fix


@pytest.mark.parametrize("code", ["a\0b", "", "no spaces", "\ud800", "x" * 256])
def test_product_codes_that_can_be_none(code: str) -> None:
    with mpmeter.Client(PEM) as client, pytest.raises(mpmeter.InvalidArgument):
        client.register_usage(code)


@pytest.mark.parametrize(
    "seconds, expected", [(1, 1000), (0.25, 250), (0.0001, 1), (1.1, 1100), (2.0000001, 2001), (0.3, 300)]
)
def test_deadlines_are_rounded_up(seconds: float, expected: int) -> None:
    assert milliseconds(seconds) == expected
    assert milliseconds(timedelta(seconds=seconds)) in (expected, round(seconds * 1000))


def test_the_options_that_are_handed_on_are_the_clients() -> None:
    of_client = set(inspect.signature(mpmeter.Client).parameters) - {"public_key"}
    assert set(ClientOptions.__annotations__) == of_client


def test_a_closed_client() -> None:
    client = mpmeter.Client(PEM)
    client.close()
    client.close()
    for call in (
        lambda: client.register_usage("p"),
        client.find_region,
        lambda: client.verify("t", product_code="p", nonce="n"),
    ):
        with pytest.raises(ValueError, match="closed"):
            call()
