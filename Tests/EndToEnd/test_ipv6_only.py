"""A pod in an IPv6-only subnet, where AWS's usual names have IPv4 addresses alone: the endpoint that has both kinds is
suggested, and is enough."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from . import certificates, places
from .names import cell

DUAL = "metering-marketplace.eu-west-3.api.aws"
FIX = "Set AWS_USE_DUALSTACK_ENDPOINT=true"
# A route to the rest of the world, for IPv6 alone.
ROUTED = ["sh", "-c", 'ip -6 route add default dev outside && exec "$@"', "sh"]


class Subnet(cell.Cell):
    def plan(self, chain: Path) -> dict[str, Any]:
        return {
            **super().plan(chain),
            "zone": {cell.HOST: [cell.SERVICE], DUAL: [cell.SERVICE, cell.SERVICE_V6]},
            "services": [cell.SERVICE_V6],
        }


def said(command: str, folder: Path, prefix: list[str], **environment: str) -> dict[str, Any]:
    bundle, chain = certificates.write(folder, [cell.HOST, DUAL])
    subnet = Subnet(stack="v6")
    (folder / "resolv.conf").write_bytes(subnet.resolver_file())
    (folder / "hosts").write_text("127.0.0.1 localhost\n")
    keys = ["--product-code", "p", "--public-key", str(places.KEYS / "rsa2048.pem")]
    usual = {**cell._KEYS, "AWS_REGION": "eu-west-3", "AWS_CA_BUNDLE": str(bundle), "AWS_EC2_METADATA_DISABLED": "true"}
    program = [*prefix, str(places.CLI), command, "--json", *keys, "--deadline", "10"]
    found = json.loads(cell._inside(subnet, folder, chain, program, {**usual, **environment})[0])
    assert isinstance(found, dict)
    return found


def test_the_dual_stack_endpoint_is_suggested(tmp_path: Path) -> None:
    found = said("register", tmp_path, ROUTED)
    assert found["status"] == "MPMETER_E_NETWORK" and found["fix"].startswith(FIX), found
    assert "IPv4 addresses only" in found["fix"] and cell.HOST in found["fix"]


def test_the_doctor_says_the_same(tmp_path: Path) -> None:
    found = said("doctor", tmp_path, ROUTED)
    (check,) = [check for check in found["checks"] if check["id"] == "endpoint"]
    assert check["outcome"] == "fail" and check["advice"].startswith(FIX), check


def test_the_suggestion_is_enough(tmp_path: Path) -> None:
    assert said("register", tmp_path, ROUTED, AWS_USE_DUALSTACK_ENDPOINT="true")["status"] == "MPMETER_OK"


@pytest.mark.parametrize("command", ["register", "doctor"])
def test_without_any_route_it_is_not(command: str, tmp_path: Path) -> None:
    """IPv6 has no way out either: another endpoint would not help."""
    found = said(command, tmp_path, [])
    assert found["status"] == "MPMETER_E_NETWORK" and "DUALSTACK" not in found["fix"], found
