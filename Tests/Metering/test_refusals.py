"""What AWS refuses of a record: its allocations, its time. Nothing is lost, and nothing is billed twice."""

import json
import subprocess
import sys

import pytest

from .conftest import PRODUCT
from .test_examples import environment

TOO_OLD = """
import datetime, sys, mpmeter
moment = datetime.datetime.fromtimestamp(1700000000, datetime.timezone.utc)
try:
    mpmeter.meter_usage(sys.argv[1], "requests", 1, timestamp=moment)
except mpmeter.UsageTimestamp as error:
    print(error.status.constant, error.aws_type)
"""


@pytest.mark.parametrize("kind", ["InvalidUsageAllocationsException", "InvalidTagException"])
def test_allocations_that_aws_refuses_wait_until_it_takes_them(meter, double, kind):
    meter.add("1", "requests", "--tag", "team=one")
    meter.add("2", "gigabytes")
    meter.pass_hours(1)
    double.faults = ["", f"error:400:{kind}"] if kind.startswith("InvalidT") else [f"error:400:{kind}"]
    said = json.loads(meter.send("--json", code=1).stdout)
    assert said["status"] == "MPMETER_E_INVALID_ALLOCATIONS" and kind in said["message"]
    # The other record was sent all the same.
    assert len(double.ledger) == 1 and len(meter.status()["pending"]) == 1
    meter.send()
    assert double.billed("requests") == 1_000_000 and double.billed("gigabytes") == 2_000_000


def test_an_hour_that_aws_refuses_is_billed_in_the_one_that_is_open(meter, double):
    meter.add("3")
    meter.pass_hours(1)
    double.faults = ["error:400:TimestampOutOfBoundsException"]
    meter.send()
    [waiting] = meter.status()["pending"]
    assert waiting["quantity"] == "3" and waiting["state"] == "open" and not double.ledger
    meter.send("--final")
    assert double.billed() == 3_000_000


def test_an_hour_that_aws_refuses_after_an_unknown_outcome_is_held(meter, double):
    meter.add("3")
    meter.pass_hours(1)
    meter.send_in_vain("lost")
    double.faults = ["error:400:TimestampOutOfBoundsException"]
    assert json.loads(meter.send("--json", code=1).stdout)["status"] == "MPMETER_E_USAGE_HELD"
    [held] = meter.status()["held"]
    assert held["quantity"] == "3" and "unknown" in held["why"] and "TimestampOutOfBounds" in held["answer"]
    meter.send("--final")
    assert double.billed() == 3_000_000, "by the request whose answer was lost, and by no other"


def test_a_single_record_that_is_too_old(meter, double):
    command = [sys.executable, "-c", TOO_OLD, PRODUCT]
    done = subprocess.run(command, env=environment(meter), capture_output=True, text=True, timeout=60)
    assert done.stdout == "MPMETER_E_USAGE_TIMESTAMP TimestampOutOfBoundsException\n", done.stderr
    assert not double.ledger


@pytest.mark.parametrize("quantity", ["-1", "1e3", "1.0000001", "12345678901", "", "01", "1.", ".5", "0x1", " 1"])
def test_a_bad_quantity_is_told_before_anything_is_made(meter, quantity):
    """Whatever is wrong with the journal too: the input is the caller's, and comes first."""
    for journal in (meter.journal, meter.folder / "missing" / "journal"):
        meter.journal = journal
        ran = meter.add(quantity, code=2)
        assert "--quantity" in ran.stderr
        assert not journal.exists()


def test_a_bad_dimension_is_told_before_anything_is_made(meter):
    for name in ("", "x" * 256):
        assert "--dimension" in meter.add("1", name, code=2).stderr
        assert not meter.journal.exists()
