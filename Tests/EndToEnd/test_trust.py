"""Trusted product codes: which of them may register, and that any other is refused before a single request.

https://docs.aws.amazon.com/marketplace/latest/userguide/container-products-billing-integration.html
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .sandbox import Sandbox

PAID, FREE, EQUALS = "prod-paid", "prod-free", "prod=free=x"


@pytest.fixture(scope="module")
def market() -> Iterator[Sandbox]:
    with Sandbox("ecs-fargate", products=[f"{PAID}=entitled", f"{FREE}=entitled", f"{EQUALS}=entitled"]) as started:
        yield started


@pytest.mark.parametrize(
    "code, options, trusted",
    [
        (PAID, "", True),
        (PAID, f"--trust {PAID}", True),
        (PAID, f"--trust {PAID}=paid", True),
        (PAID, f"--trust other --trust {PAID}", True),
        (PAID, "--trust other", False),
        (PAID, "--trust PROD-PAID", False),
        (PAID, "--trust prod-pai", False),
        (PAID, f"--trust {PAID}x", False),
        (PAID, "--trust other --accept-free", False),
        (FREE, f"--trust {PAID} --trust {FREE}=free", False),
        (FREE, f"--trust {PAID} --trust {FREE}=free --accept-free", True),
        (PAID, f"--trust {PAID} --trust {FREE}=free", True),
        (PAID, f"--trust {PAID} --accept-free", True),
        # A code may itself hold '='.
        (EQUALS, f"--trust {EQUALS}", True),
        (EQUALS, f"--trust {EQUALS}=paid", True),
        (EQUALS, f"--trust {EQUALS}=free", False),
    ],
)
def test_trust(code: str, options: str, trusted: bool, market: Sandbox) -> None:
    usual = ["register", "--json", "--product-code", code, "--public-key", market.key, "--deadline", "60"]
    outcome = market.run(*usual, *options.split())
    if trusted:
        outcome.expect_registration(product_code=code)
        assert len(outcome.metering()) == 1
    else:
        assert outcome.expect("MPMETER_E_UNTRUSTED_PRODUCT")["product_code"] == code
        assert outcome.exit == 1
        assert outcome.requests == []
