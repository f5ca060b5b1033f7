"""What is billed: each unit once, in its own hour where that is possible."""

import json
import os
import subprocess
import sys

import pytest

from .conftest import PRODUCT
from .double import HOUR


def test_an_hour_is_sent_once_it_is_over(meter, double):
    meter.add("1.5")
    meter.add("2")
    meter.send()
    assert not double.ledger
    meter.pass_hours(1)
    meter.send()
    meter.send()
    assert [entry[0] for entry in double.ledger.values()] == [3_500_000] and len(double.requests) == 1
    [record] = meter.status()["sent"]
    assert record["quantity"] == "3.5" and record["record_id"] == next(iter(double.ledger.values()))[1]


def test_final_sends_the_hour_that_is_not_over_and_later_usage_belongs_to_the_next(meter, double):
    meter.add("1")
    meter.send("--final")
    assert double.billed() == 1_000_000
    meter.add("2")
    meter.send("--final")
    assert double.billed() == 1_000_000 and meter.status()["totals"]["requests"]["pending"] == "2"
    meter.pass_hours(2)
    meter.send()
    assert double.billed() == 3_000_000


def test_nothing_is_sent_when_there_is_nothing(meter, double):
    meter.add("0")
    meter.pass_hours(1)
    meter.send("--final")
    assert not double.requests


def test_tags_become_allocations_and_their_sum_is_the_quantity(meter, double):
    meter.add("1", "requests", "--tag", "team=a", "--tag", "stage=x")
    meter.add("2", "requests", "--tag", "stage=x", "--tag", "team=a")
    meter.add("0.5", "requests", "--tag", "team=b")
    meter.add("4", "requests")
    meter.pass_hours(1)
    meter.send()
    [(quantity, _, allocations)] = double.ledger.values()
    assert quantity == 7_500_000
    assert allocations == {(("stage", "x"), ("team", "a")): 3_000_000, (("team", "b"),): 500_000, (): 4_000_000}


@pytest.mark.parametrize("fault", ["lost", "lost-5xx", "error:500:InternalServiceErrorException", "reset-before"])
def test_an_unknown_outcome_is_asked_again_with_the_same_bytes(meter, double, fault):
    meter.add("3")
    meter.pass_hours(1)
    meter.send_in_vain(fault)
    meter.add("4")
    meter.send()
    assert double.billed() == 3_000_000
    assert len(set(double.bodies)) == 1
    meter.pass_hours(1)
    meter.send()
    assert double.billed() == 7_000_000


def test_an_outage_of_three_hours(meter, double):
    url = double.url
    for hour in range(3):
        meter.add("1")
        meter.environment["AWS_ENDPOINT_URL_MARKETPLACE_METERING"] = "http://127.0.0.1:9"
        meter("send", "--deadline", "1", code=75 if hour else 0)
        meter.pass_hours(1)
    meter.environment["AWS_ENDPOINT_URL_MARKETPLACE_METERING"] = url
    meter.send()
    assert sorted(entry[0] for entry in double.ledger.values()) == [1_000_000] * 3


def test_over_six_hours_without_an_attempt_it_is_billed_in_the_current_hour(meter, double):
    meter.add("5")
    meter.pass_hours(8)
    meter.send()
    assert not double.ledger
    meter.pass_hours(1)
    meter.send()
    assert double.billed() == 5_000_000


def test_attempts_that_never_reached_aws_count_as_none(meter, double):
    url = double.url
    meter.add("5")
    meter.pass_hours(1)
    meter.environment["AWS_ENDPOINT_URL_MARKETPLACE_METERING"] = "http://127.0.0.1:9"
    meter("send", "--deadline", "1", code=75)
    meter.environment["AWS_ENDPOINT_URL_MARKETPLACE_METERING"] = url
    meter.pass_hours(8)
    meter.send("--final")
    assert double.billed() == 5_000_000 and not meter.status()["held"]


def test_or_it_is_held_if_that_is_wanted(meter, double):
    meter.add("5")
    meter.pass_hours(8)
    meter.send("--hold-late", code=1)
    assert not double.ledger
    [held] = meter.status()["held"]
    assert held["quantity"] == "5" and held["why"].startswith("not billed")


def test_over_six_hours_with_an_unknown_outcome_it_is_held(meter, double):
    meter.add("5")
    meter.pass_hours(1)
    meter.send_in_vain("reset-before")
    meter.pass_hours(8)
    ran = meter.send("--json", code=1)
    assert json.loads(ran.stdout)["status"] == "MPMETER_E_USAGE_HELD"
    assert not double.ledger
    [held] = meter.status()["held"]
    assert held["dimension"] == "requests" and held["quantity"] == "5" and "unknown" in held["why"]
    meter.send()


def test_a_new_pod_bills_what_was_never_attempted_and_holds_what_was(meter, double):
    meter.add("5")
    meter.pass_hours(1)
    meter.send_in_vain("lost")
    meter.add("7")
    successor = meter.in_pod("pod-2")
    successor.pass_hours(1)
    successor.send(code=1)
    assert {key[0]: entry[0] for key, entry in double.ledger.items()} == {"pod-1": 5_000_000}
    [held] = successor.status()["held"]
    assert held["quantity"] == "5" and "gone" in held["why"]
    successor.send("--final")
    assert double.billed() == 12_000_000


def test_a_container_that_starts_again_in_its_pod_goes_on(meter, double):
    meter.add("5")
    meter.pass_hours(1)
    meter.send_in_vain("lost")
    meter.send()
    assert double.billed() == 5_000_000 and not meter.status()["held"]


def test_another_quantity_in_our_place_is_held_and_told(meter, double):
    meter.add("5")
    meter.pass_hours(1)
    hour = int(double.now - HOUR) // HOUR * HOUR
    double.ledger["pod-1", "requests", hour] = (1, "somebody-else's", {})
    ran = meter.send(code=1)
    assert "MPMETER_E_USAGE_HELD" in ran.stderr
    [held] = meter.status()["held"]
    assert "another quantity" in held["why"] and "DuplicateRequestException" in held["answer"]
    meter.send()
    assert len(double.requests) == 1


def test_one_dimension_that_the_listing_lacks_does_not_keep_the_others_back(meter, double):
    double.dimensions = {"requests"}
    meter.add("1", "unheard_of")
    meter.add("2")
    meter.pass_hours(1)
    ran = meter.send("--json", code=1)
    assert json.loads(ran.stdout)["status"] == "MPMETER_E_INVALID_DIMENSION"
    assert double.billed() == 2_000_000
    double.dimensions = None
    meter.send()
    assert double.billed() == 3_000_000


def test_throttling_is_waited_for(meter, double):
    meter.add("1")
    meter.pass_hours(1)
    double.faults = ["error:400:ThrottlingException"] * 2
    meter("send", "--deadline", "60")
    assert double.billed() == 1_000_000


def test_whole_units_alone_and_the_rest_in_the_next_hour(meter, double):
    meter.add("2.75")
    meter.pass_hours(1)
    meter.send("--whole")
    assert double.billed() == 2_000_000 and "UsageQuantity" in double.requests[0]
    meter.add("0.25")
    meter.pass_hours(1)
    meter.send("--whole")
    assert double.billed() == 3_000_000


def test_quantities_that_the_integer_field_cannot_hold_go_as_decimals(meter, double):
    meter.add("9999999999.999999", "big")
    meter.add("2147483647", "edge")
    meter.pass_hours(1)
    meter.send()
    fields = {request["UsageDimension"]: request for request in double.requests}
    assert (
        fields["big"]["UsageQuantityAsDecimal"] == "9999999999.999999" and fields["edge"]["UsageQuantity"] == 2147483647
    )


def test_the_clock_that_counts_is_aws_s(meter, double):
    """The pod's clock is two hours ahead: without a look at AWS's it would close hours that have not begun."""
    meter.add("1")
    fast = meter.at() | {"LD_PRELOAD": _faketime(), "FAKETIME": "+7200s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    for _ in range(2):
        subprocess.run(meter.command("send", "--deadline", "5"), env=fast, check=True, capture_output=True, timeout=60)
        assert not double.ledger
        subprocess.run(
            meter.command("add", "--dimension", "requests", "--quantity", "1"), env=fast, check=True, timeout=60
        )
    hours = {entry["hour"] for entry in meter.status()["pending"]}
    assert len(hours) == 1
    meter.send("--final")
    assert double.billed() == 3_000_000


def _faketime() -> str:
    from .conftest import FAKETIME

    return str(FAKETIME)


def test_check_takes_both_forms_of_a_dry_run_s_success_and_tells_of_a_buyer_without_subscription(meter, double):
    meter("check", "--dimension", "requests")
    double.faults = []
    original = double.meter
    double.meter = lambda pod, request: (200, {"MeteringRecordId": "dry"})
    meter("check")
    double.meter = original
    double.entitled = False
    assert json.loads(meter("check", "--json", code=1).stdout)["status"] == "MPMETER_E_CUSTOMER_NOT_ENTITLED"
    assert not double.ledger


def test_agentcore_is_refused(meter):
    ran = meter.add("1", code=1, AWS_EXECUTION_ENV="AWS_Bedrock_AgentCore_Runtime")
    assert "AgentCore" in ran.stderr and not meter.journal.exists()


def test_run_sends_what_is_left_when_it_is_told_to_end(meter, double):
    meter.add("1")
    process = subprocess.Popen(
        meter.command("run"), env=meter.at(), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        meter.add("2")
        process.send_signal(15)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, said
    assert double.billed() == 3_000_000


def test_a_second_sender_waits_for_its_turn(meter, double):
    script = """
import fcntl, os, sys, time
descriptor = os.open(sys.argv[1] + "-sender", os.O_RDWR | os.O_CREAT)
fcntl.lockf(descriptor, fcntl.LOCK_EX)
print("locked", flush=True)
time.sleep(60)
"""
    meter.add("1")
    other = subprocess.Popen([sys.executable, "-c", script, str(meter.journal)], stdout=subprocess.PIPE, text=True)
    try:
        other.stdout.readline()
        for last in ((), ("--final",)):
            ran = meter("send", *last, "--deadline", "1", "--json", code=75)
            assert json.loads(ran.stdout)["status"] == "MPMETER_E_JOURNAL_BUSY"
        meter.add("1")
    finally:
        other.kill()
        other.wait()
    meter.send("--final")
    assert double.billed() == 2_000_000


def test_a_journal_belongs_to_one_product(meter):
    meter.add("1")
    command = [
        part if part != PRODUCT else "another" for part in meter.command("add", "--dimension", "d", "--quantity", "1")
    ]
    ran = subprocess.run(command, env=meter.at(), capture_output=True, text=True, timeout=60)
    assert ran.returncode == 2 and PRODUCT in ran.stderr


def test_the_sqlite3_tool_reads_it(meter):
    """Table and column names are documentation; Python's SQLite is the tool's."""
    import sqlite3

    meter.add("1.5", "requests", "--tag", "a=b")
    with sqlite3.connect(f"file:{meter.journal}?mode=ro", uri=True) as books:
        assert books.execute("SELECT dimension, quantity, state, tags FROM pending").fetchall() == [
            ("requests", "1.500000", "open", '{"a":"b"}')
        ]
        assert books.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_usage_error_names_the_option(meter):
    for arguments, word in [
        (("add",), "--dimension"),
        (("nonsense",), "nonsense"),
        (("send", "--quantity", "1"), "--quantity"),
    ]:
        assert word in meter(*arguments, code=2).stderr
    assert not os.path.exists(meter.journal)
