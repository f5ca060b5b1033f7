"""`mpmeter verify`: a token that was stored is proved again, offline and later."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from . import places, product
from .sandbox import Sandbox


class Stored(NamedTuple):
    """What a vendor keeps of a registration."""

    token: str
    product_code: str
    nonce: str
    key: str

    def verify(
        self, *arguments: str, token: str | None = None, input: str | bytes | None = None, **changes: str
    ) -> product.Outcome:
        values = {**self._asdict(), **changes}
        options = ["--product-code", values["product_code"], "--public-key", values["key"], "--nonce", values["nonce"]]
        return product.run("verify", "--json", *options, *arguments, token or self.token, input=input)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    """The sandbox is gone before anything is verified."""
    key = tmp_path_factory.mktemp("verify") / "key.pem"
    with Sandbox("ecs-fargate") as running:
        found = running.register().expect_registration()
        shutil.copy(running.key, key)
    yield Stored(found["signature"], found["product_code"], found["nonce"], str(key))


def test_genuine(stored: Stored) -> None:
    found = stored.verify().expect("MPMETER_OK")
    assert found["verified"] is True
    assert (found["product_code"], found["nonce"], found["signature"]) == (
        stored.product_code,
        stored.nonce,
        stored.token,
    )
    assert found["public_key_version"] == 1
    assert [found[name] for name in ("region", "region_source", "credentials_source", "platform", "request_id")] == [
        None
    ] * 5


def test_for_people(stored: Stored) -> None:
    options = ["--product-code", stored.product_code, "--public-key", stored.key, "--nonce", stored.nonce]
    outcome = product.run("verify", *options, stored.token)
    assert outcome.exit == 0 and "verified" in outcome.stdout


@pytest.mark.parametrize(
    "changes, status",
    [
        ({"nonce": "another"}, "MPMETER_E_TOKEN_CLAIMS"),
        ({"product_code": "prod-another"}, "MPMETER_E_TOKEN_CLAIMS"),
        ({"key": str(places.KEYS / "rsa2048.pem")}, "MPMETER_E_TOKEN_SIGNATURE"),
        ({"key": str(places.KEYS / "rsa3072.pem")}, "MPMETER_E_TOKEN_SIGNATURE"),
    ],
    ids="nonce product key longer-key".split(),
)
def test_not_what_it_has_to_prove(changes: dict[str, str], status: str, stored: Stored) -> None:
    outcome = stored.verify(**changes)
    assert outcome.expect(status).get("verified") is not True
    assert outcome.exit == 1


def test_another_key_version(stored: Stored) -> None:
    stored.verify("--public-key-version", "2").expect("MPMETER_E_TOKEN_CLAIMS")


def test_two_keys_in_either_order(stored: Stored) -> None:
    other = ["--public-key", str(places.KEYS / "rsa3072.pem")]
    found = stored.verify("--public-key-version", "1", *other, "--public-key-version", "2").expect("MPMETER_OK")
    assert found["public_key_version"] == 1
    options = ["--product-code", stored.product_code, "--nonce", stored.nonce, *other, "--public-key-version", "2"]
    last = product.run(
        "verify", "--json", *options, "--public-key", stored.key, "--public-key-version", "1", stored.token
    )
    assert last.expect("MPMETER_OK")["public_key_version"] == 1


@pytest.mark.parametrize("end", ["", "\n"])
def test_from_standard_input(end: str, stored: Stored) -> None:
    stored.verify(token="-", input=stored.token + end).expect("MPMETER_OK")


@pytest.mark.parametrize(
    "input",
    [b"", b"\n", b"\x00", b"a.b.c", b"x" * 16385, b"x" * 70000, b"\xff\xfe.\xff.\xff"],
    ids="empty blank nul garbage long too-long-to-read binary".split(),
)
def test_garbage_on_standard_input(input: bytes, stored: Stored) -> None:
    outcome = stored.verify(token="-", input=input)
    assert outcome.json["status"] in ("MPMETER_E_TOKEN_MALFORMED", "MPMETER_E_INVALID_ARGUMENT")
    assert outcome.exit in (1, 2)
    outcome.expect(outcome.json["status"])


@pytest.mark.parametrize("around", [" {}", "{} ", "{}\n\n", "\t{}", "{}\r\n", "\n {}"], ids=repr)
def test_white_space_around_a_token_on_standard_input_does_not_count(around: str, stored: Stored) -> None:
    found = stored.verify(token="-", input=around.format(stored.token)).expect("MPMETER_OK")
    assert found["signature"] == stored.token
    stored.verify(token=around.format(stored.token)).expect("MPMETER_E_TOKEN_MALFORMED")


@pytest.mark.parametrize("spoil", ["{}.", ".{}", "{}=", "{} x", "{0} {0}"], ids=repr)
def test_padding_and_what_stands_beside_it_are_no_part_of_a_token(spoil: str, stored: Stored) -> None:
    stored.verify(token="-", input=spoil.format(stored.token)).expect("MPMETER_E_TOKEN_MALFORMED")


def test_every_changed_character_is_seen(stored: Stored) -> None:
    """One character in each of 40 places: never genuine, never a crash."""
    step = len(stored.token) // 40
    for position in range(0, len(stored.token), step):
        was = stored.token[position]
        changed = stored.token[:position] + ("A" if was != "A" else "B") + stored.token[position + 1 :]
        outcome = stored.verify(token=changed)
        assert outcome.exit == 1 and outcome.json["status"].startswith("MPMETER_E_TOKEN_"), (position, was)


def test_the_environment_does_not_matter(stored: Stored, tmp_path: Path) -> None:
    """Offline: nothing is asked, so nothing can be steered."""
    wrong = {
        "AWS_ENDPOINT_URL": "not a url",
        "AWS_CA_BUNDLE": "/nonexistent",
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "AWS_REGION": "?",
    }
    options = ["--product-code", stored.product_code, "--public-key", stored.key, "--nonce", stored.nonce]
    product.run("verify", "--json", *options, stored.token, environment=wrong).expect("MPMETER_OK")
