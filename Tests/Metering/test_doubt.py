"""What is not certain is not taken for certain: the time, an answer's meaning, who sends."""

import json
import sqlite3
import subprocess
import sys

import pytest

from .conftest import PRODUCT, ROOT
from .double import HOUR
from .test_examples import LIBRARY, environment

# ---- The time --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [9, -9, 24 * 365])
def test_a_clock_that_was_wrong_and_is_set_right(meter, double, hours):
    meter.skew = hours * HOUR
    meter.add("1")
    meter.pass_hours(1)
    meter.send("--final")
    meter.skew = 0
    meter.add("2")
    meter.pass_hours(1)
    meter.send()
    meter.pass_hours(1)
    meter.send()
    assert double.billed() == 3_000_000 and not meter.status()["held"]


def test_in_a_task_a_clock_that_runs_away_holds_nothing(meter, double):
    task = meter.in_a_task()
    task.add("3")
    task.pass_hours(1)
    task.send_in_vain("lost")
    task.skew = 9 * HOUR
    double.faults = ["reset-before"] * 1000
    url = task.environment["AWS_ENDPOINT_URL_MARKETPLACE_METERING"]
    task.environment["AWS_ENDPOINT_URL_MARKETPLACE_METERING"] = "http://127.0.0.1:9"
    task("send", "--deadline", "1", code=75)
    assert not task.status()["held"]
    task.environment["AWS_ENDPOINT_URL_MARKETPLACE_METERING"] = url
    double.faults = []
    task.send()
    records = {body for body in double.bodies if b"DryRun" not in body}
    assert double.billed() == 3_000_000 and len(records) == 1
    assert [record["quantity"] for record in task.status()["sent"]] == ["3"]


def test_what_aws_finds_too_old_is_in_the_last_send(meter, double):
    double.floors = True
    meter.add("3")
    start = double.now // HOUR * HOUR
    double.offset += start + 6 * HOUR + 1200 - double.now
    meter.send("--final")
    assert double.billed() == 3_000_000 and not meter.status()["pending"]


# ---- What an answer means --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["lost-4xx", "no-id"])
def test_an_answer_that_decides_nothing(meter, double, fault):
    meter.add("3")
    meter.pass_hours(1)
    double.faults = [fault] * 1000
    meter("send", "--deadline", "1", code=None)
    double.faults = []
    assert [record["state"] for record in meter.status()["pending"]] == ["unknown"]
    other = meter.in_pod("pod-2")
    other.send("--final", code=1)
    assert double.billed() == 3_000_000
    assert [held["identity"] for held in other.status()["held"]] == ["eks-pod/pod-1"]


SINGLE = """
import sys, mpmeter
client = mpmeter.Client(unverified_key_version=1, deadline=20)
try: print(mpmeter.meter_usage(sys.argv[1], "requests", 3, client=client, client_token="t"))
except mpmeter.Error as error: print(error.status.constant, error)
"""


def test_a_single_record_whose_first_attempt_may_have_been_accepted(meter, double):
    double.faults = ["lost", "error:400:AccessDeniedException"]
    told = subprocess.run(
        [sys.executable, "-c", SINGLE, PRODUCT], env=environment(meter), capture_output=True, text=True, timeout=60
    )
    assert double.billed() == 3_000_000
    assert "MPMETER_E_NETWORK" in told.stdout and "AccessDenied" in told.stdout, told


# ---- Who sends -------------------------------------------------------------------------------------------------------


def test_two_live_pods_on_one_journal_still_bill(meter, double):
    pods = [meter, meter.in_pod("pod-2")]
    for hour in range(6):
        meter.add("1")
        meter.pass_hours(1)
        pods[hour % 2].send()
    assert double.billed() == 6_000_000 and not meter.status()["pending"]


@pytest.mark.parametrize("fault", ["lost", "lost-throttled"])
def test_what_another_sender_has_settled_stays_settled(meter, double, fault):
    """As on a network file system that has lost the sender's lock."""
    meter.add("3")
    meter.pass_hours(1)
    double.faults = [fault]

    def settle():
        books = sqlite3.connect(meter.journal)
        with books:
            books.execute("UPDATE record SET state = 'sent', record_id = 'r', request = NULL, answer = NULL")
        books.close()

    double.meanwhile = settle
    meter("send", "--deadline", "5", code=0)
    double.meanwhile = None
    books = json.loads(meter("status", "--json").stdout)
    assert [record["record_id"] for record in books["sent"]] == ["r"] and not books["pending"]


NESTED = r"""
#include <fcntl.h>
#include <mpmeter.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static mpmeter_meter *meter;
static const char *victim;
static void send_too(void *context, mpmeter_log_level level, const char *message) {
    static int depth, files;
    (void)context, (void)level;
    if (depth || files == 3 || strstr(message, "MeterUsage") == NULL) return;
    depth = 1;
    if (mpmeter_meter_send(meter, 0, NULL, NULL) < 0) abort();
    if (open(victim, O_RDWR) < 0) abort(); /* It gets the number that the lock had. */
    files++;
    depth = 0;
}
int main(int argc, char **argv) {
    mpmeter_options *options;
    mpmeter_client *client;
    if (argc != 4 || mpmeter_options_new(&options) || mpmeter_options_set_unverified(options, 1) ||
        mpmeter_options_set_log(options, send_too, NULL, MPMETER_LOG_DEBUG) ||
        mpmeter_client_new(options, &client, NULL) || mpmeter_meter_open(client, argv[1], argv[2], 0, &meter, NULL))
        return 2;
    victim = argv[3];
    return mpmeter_meter_send(meter, MPMETER_SEND_FINAL, NULL, NULL) < 0;
}
"""


def test_a_log_function_that_sends_leaves_the_host_s_files_alone(meter, double, tmp_path):
    for dimension in ("a", "b", "c"):
        meter.add("1", dimension)
    (tmp_path / "nested.c").write_text(NESTED.replace('"MeterUsage"', '"answered HTTP"'))
    flags = [f"-I{ROOT}/include", f"-L{LIBRARY}", "-lmpmeter", f"-Wl,-rpath,{LIBRARY}"]
    subprocess.run(["cc", "-o", str(tmp_path / "nested"), str(tmp_path / "nested.c"), *flags], check=True)
    victim = tmp_path / "victim"
    victim.write_text("the host's own\n" * 10)
    double.faults = ["error:400:ThrottlingException"]
    arguments = [str(tmp_path / "nested"), PRODUCT, str(meter.journal), str(victim)]
    subprocess.run(arguments, env=environment(meter), check=True, timeout=120)
    assert victim.read_text() == "the host's own\n" * 10
    meter.send("--final")
    assert double.billed() == 3_000_000 and not meter.status()["held"]
