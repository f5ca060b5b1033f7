"""What each call returns and raises, in the sandbox. The conformance table has the rest of the cases."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timedelta, timezone
from typing import Callable

import pytest

import mpmeter
from mpmeter import _library

from .conftest import Running

Enter = Callable[..., Running]


def test_register(enter: Enter) -> None:
    sandbox = enter("ecs-ec2")
    found = mpmeter.register_usage(sandbox.product_code, public_key=sandbox.public_key)
    assert (found.region, found.region_source, found.credentials_source) == (
        "eu-west-3",
        "ecs-task-metadata",
        "ecs-task-role",
    )
    assert (found.product_code, found.product_kind) == (sandbox.product_code, mpmeter.ProductKind.PAID)
    assert (
        found.verified is True
        and found.attempts == 1
        and found.public_key_version == 1
        and found.public_key_rotation is None
    )
    assert timedelta(0) <= found.elapsed < timedelta(seconds=60)
    assert found.issued_at is not None and found.issued_at.tzinfo is timezone.utc
    assert abs(found.issued_at - datetime.now(timezone.utc)) < timedelta(minutes=1)
    (request,) = sandbox.requests()
    assert (request["request_id"], request["nonce"]) == (found.request_id, found.nonce)
    assert found.signature not in repr(found)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.region = "us-east-1"  # type: ignore[misc]


def test_a_client_remembers(enter: Enter) -> None:
    sandbox = enter("ecs-fargate")
    with mpmeter.Client(sandbox.public_key) as client:
        first, second = client.register_usage(sandbox.product_code), client.register_usage(sandbox.product_code)
    assert first == second and len(sandbox.requests()) == 1


def test_an_error_says_everything(enter: Enter) -> None:
    sandbox = enter("eks-irsa", "not-entitled")
    with pytest.raises(mpmeter.CustomerNotEntitled) as raised:
        mpmeter.register_usage(sandbox.product_code, public_key=sandbox.public_key)
    error = raised.value
    assert isinstance(error, mpmeter.Error)
    assert (error.status, error.action) == (mpmeter.Status.CUSTOMER_NOT_ENTITLED, mpmeter.Action.TERMINATE)
    assert (error.http_status, error.aws_type) == (400, "CustomerNotEntitledException")
    assert (error.region, error.region_source, error.credentials_source, error.platform) == (
        "eu-west-3",
        "AWS_REGION",
        "eks-irsa",
        "eks",
    )
    assert error.attempts == 1 and error.elapsed < timedelta(seconds=60)
    assert error.request_id == sandbox.requests()[0]["request_id"]
    assert "CustomerNotEntitledException" in error.message and error.fix
    assert str(error) == f"{error.message} Fix: {error.fix}"
    assert error.__cause__ is None and error.__context__ is None
    assert (
        error.text.startswith("MPMETER_E_CUSTOMER_NOT_ENTITLED (terminate): ") and str(error.request_id) in error.text
    )


def test_json_is_the_librarys(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    """to_dict() is what mpmeter_registration_json() and mpmeter_error_json() write."""
    written: list[dict[str, object]] = []
    library = _library.load()
    for kind in ("registration", "error"):
        free = getattr(library, f"mpmeter_{kind}_free")
        json_of = getattr(library, f"mpmeter_{kind}_json")
        monkeypatch.setattr(
            library, f"mpmeter_{kind}_free", lambda p, f=free, j=json_of: (written.append(json.loads(j(p))), f(p))
        )
    sandbox = enter("ecs-fargate")
    found = mpmeter.register_usage(sandbox.product_code, public_key=sandbox.public_key)
    with pytest.raises(mpmeter.TokenMalformed) as raised:
        mpmeter.verify("x", product_code="p", nonce="n", public_key=sandbox.public_key)
    assert [found.to_dict(), raised.value.to_dict()] == written


def test_a_passing_condition_is_to_be_tried_again(enter: Enter) -> None:
    sandbox = enter("ecs-fargate", "throttle")
    with pytest.raises(mpmeter.Throttled) as raised:
        mpmeter.register_usage(sandbox.product_code, public_key=sandbox.public_key, deadline=timedelta(seconds=1))
    assert raised.value.action is mpmeter.Action.RETRY


def test_a_stored_token_is_verified_again(enter: Enter) -> None:
    sandbox = enter("ecs-fargate")
    found = mpmeter.register_usage(sandbox.product_code, public_key=sandbox.public_key, nonce="é")
    again = mpmeter.verify(found.signature, product_code=found.product_code, nonce="é", public_key=sandbox.public_key)
    assert (again.nonce, again.issued_at, again.verified, again.region) == ("é", found.issued_at, True, None)
    assert len(sandbox.requests()) == 1
    with pytest.raises(mpmeter.TokenClaimsInvalid):
        mpmeter.verify(found.signature, product_code=found.product_code, nonce="e", public_key=sandbox.public_key)
    with pytest.raises(mpmeter.TokenClaimsInvalid):
        mpmeter.verify(found.signature, product_code="p", nonce="é", public_keys={1: sandbox.public_key})
    with pytest.raises(mpmeter.TokenMalformed):
        mpmeter.verify("a.b", product_code="p", nonce="é", public_key=sandbox.public_key)


def test_find_region(enter: Enter) -> None:
    enter("ecs-ec2", arguments=("--region", "us-west-2"))
    found = mpmeter.find_region()
    assert found == mpmeter.Region("us-west-2", "ecs-task-metadata", "ecs", True) and str(found) == "us-west-2"


def test_endpoint() -> None:
    assert mpmeter.endpoint("eu-west-3") == "https://metering.marketplace.eu-west-3.amazonaws.com"
    assert mpmeter.endpoint("eu-west-3", dualstack=True) == "https://metering-marketplace.eu-west-3.api.aws"
    with pytest.raises(mpmeter.InvalidArgument, match="Paris"):
        mpmeter.endpoint("Paris")


def test_nothing_leaks(enter: Enter) -> None:
    """Clients, registrations, errors and cancellations are freed: memory stays where it is."""
    sandbox = enter("local")
    script = """
def resident(): return int(Path('/proc/self/statm').read_text().split()[1]) * 4
def once():
    with mpmeter.Client(PEM) as client:
        for call in (lambda: client.verify('a.b.c', product_code='p', nonce='n'),
    lambda: client.register_usage('p', cancellation=stopped),
                     lambda: mpmeter.Client('no key'), lambda: mpmeter.endpoint('Paris')):
            try: call()
            except mpmeter.Error: pass
        mpmeter.endpoint('eu-west-3')
stopped = mpmeter.Cancellation(); stopped.cancel()
for _ in range(300): once()
before = resident()
for _ in range(1500): once()
print(resident() - before)
"""
    done = sandbox.python(script)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 1024, f"{done.stdout} KiB more"
