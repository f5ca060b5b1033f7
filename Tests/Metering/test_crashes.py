"""Killed at every system call, a full disk, files that were cut: what was acknowledged is billed once, and a damaged
file is refused."""

import json
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

#: What a journal and a connection are made of. The loader's own calls, which come first, are of no interest.
WRITING = ("pwrite64", "fdatasync", "fsync", "fcntl", "link", "unlink", "ftruncate", "pread64")
TALKING = ("socket", "connect", "sendto", "recvfrom")


def counts(meter, strace, tmp_path, name, calls, *arguments) -> dict[str, int]:
    """How often one undisturbed run makes each call."""
    log = tmp_path / "strace.log"
    meter(name, *arguments, wrapper=(strace, "-f", "-qq", "-e", f"trace={','.join(calls)}", "-o", str(log)))
    found = re.findall(r"^\d+ +(\w+)\(", log.read_text(), re.MULTILINE)
    return {call: found.count(call) for call in calls if call in found}


def killed(strace, call, number) -> tuple[str, ...]:
    return (
        strace,
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        f"trace={call}",
        "-e",
        f"inject={call}:signal=KILL:when={number}",
    )


def numbers(count: int) -> list[int]:
    """Each of them; of the many reads of a start, some."""
    return list(range(1, count + 1)) if count <= 40 else sorted({1 + index * (count - 1) // 39 for index in range(40)})


def test_killed_at_each_call_of_an_add(meter, double, strace, tmp_path):
    meter.add("1")
    usual = counts(meter, strace, tmp_path, "add", WRITING, "--dimension", "requests", "--quantity", "1")
    assert {"pwrite64", "fdatasync", "fcntl"} <= usual.keys() | {"fsync"}
    acknowledged, open_ = 2, 0
    for call, count in usual.items():
        for number in numbers(count):
            ran = meter(
                "add", "--dimension", "requests", "--quantity", "1", wrapper=killed(strace, call, number), code=None
            )
            if ran.returncode == 0:
                acknowledged += 1
            else:
                open_ += 1
    total = float(meter.status()["totals"]["requests"]["added"])
    assert acknowledged <= total <= acknowledged + open_
    assert open_ > 20
    meter.send("--final")
    assert double.billed() == total * 1_000_000


def test_killed_at_each_call_of_the_first_add(meter, strace, tmp_path):
    usual = counts(meter, strace, tmp_path, "add", WRITING, "--dimension", "requests", "--quantity", "1")
    for call, count in usual.items():
        for number in numbers(count)[:: 1 if call != "pread64" else 5]:
            for path in tmp_path.glob("journal*"):
                path.unlink()
            ran = meter(
                "add", "--dimension", "requests", "--quantity", "1", wrapper=killed(strace, call, number), code=None
            )
            meter.add("1")
            total = float(meter.status()["totals"]["requests"]["added"])
            assert total in ({2.0} if ran.returncode == 0 else {1.0, 2.0}), (call, number)


def test_killed_at_each_call_of_a_send(meter, double, strace, tmp_path):
    arguments = ("--final", "--deadline", "20")
    meter.add("1", "warm")
    usual = counts(meter, strace, tmp_path, "send", WRITING + TALKING, *arguments)
    template = tmp_path / "template"
    double.ledger.clear()
    meter.journal.unlink()
    meter.add("2")
    meter.add("0.5", "gigabytes")
    shutil.copy(meter.journal, template)
    kills = 0
    for call, count in usual.items():
        for number in numbers(count * 2)[:: 2 if call in ("pread64", "fcntl") else 1]:
            double.ledger.clear()
            double.requests.clear()
            for path in tmp_path.glob("journal*"):
                path.unlink()
            shutil.copy(template, meter.journal)
            ran = meter("send", *arguments, wrapper=killed(strace, call, number), code=None)
            kills += ran.returncode != 0
            meter.send("--final")
            assert double.billed("requests") == 2_000_000 and double.billed("gigabytes") == 500_000, (call, number)
            assert not meter.status()["held"] and not meter.status()["pending"], (call, number)
    assert kills > 20


@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EDQUOT"])
@pytest.mark.parametrize("call", ["pwrite64", "fdatasync", "fsync"])
def test_a_full_or_failing_disk_fails_the_add_and_leaves_the_sum(meter, strace, tmp_path, call, error):
    meter.add("1")
    usual = counts(meter, strace, tmp_path, "add", (call,), "--dimension", "requests", "--quantity", "1")
    for number in numbers(usual.get(call, 0)):
        before = meter.status()["totals"]["requests"]["added"]
        # A full disk stays full. Of a sync that fails at the very end only the next write can tell what was kept: it
        # must succeed.
        when = f"{number}+" if call == "pwrite64" else number
        inject = (strace, "-f", "-qq", "-o", "/dev/null", "-e", f"inject={call}:error={error}:when={when}")
        ran = meter("add", "--dimension", "requests", "--quantity", "1", "--json", wrapper=inject, code=None)
        after = meter.status()["totals"]["requests"]["added"]
        if ran.returncode == 0:
            assert float(after) == float(before) + 1
        else:
            assert json.loads(ran.stdout)["status"] == "MPMETER_E_JOURNAL", ran.stdout
            assert after == before, (call, number)


def test_a_file_that_was_cut_is_refused_and_stays_as_it_is(meter, tmp_path):
    for index in range(200):
        if index % 40 == 0:
            meter.add("1", f"dimension_{index}", "--tag", "k=" + "v" * 250)
    size = meter.journal.stat().st_size
    whole = meter.journal.read_bytes()
    for length in sorted({0, 1, 15, 16, 100, 511, 512, 1024, size // 4, size // 3, size // 2, size - 4096, size - 1}):
        meter.journal.write_bytes(whole[:length])
        for name in ("status", "add", "send"):
            more = ("--dimension", "d", "--quantity", "1") if name == "add" else ()
            ran = meter(name, *more, "--json", code=1)
            assert json.loads(ran.stdout)["status"] == "MPMETER_E_JOURNAL_DAMAGED", (length, ran.stdout)
        assert meter.journal.read_bytes() == whole[:length]
    meter.journal.write_bytes(whole)
    meter.add("1")


def test_what_is_no_journal_is_refused(meter, tmp_path):
    import sqlite3

    for content in (b"\0" * 4096, b"usage: 17\n", b"SQLite format 3\0" + b"\xff" * 4080):
        meter.journal.write_bytes(content)
        assert "MPMETER_E_JOURNAL_DAMAGED" in meter.add("1", code=1).stderr
        assert meter.journal.read_bytes() == content
    meter.journal.unlink()
    with sqlite3.connect(meter.journal) as other:
        other.execute("CREATE TABLE t (x)")
    assert "MPMETER_E_JOURNAL_DAMAGED" in meter.add("1", code=1).stderr
    meter.journal.unlink()
    meter.journal.mkdir()
    assert "MPMETER_E_JOURNAL" in meter.add("1", code=1).stderr


def test_a_folder_that_is_missing_or_read_only(meter, tmp_path):
    meter.journal = tmp_path / "missing" / "journal"
    assert "MPMETER_E_JOURNAL" in meter.add("1", code=1).stderr
    assert "MPMETER_E_JOURNAL" in meter("status", code=1).stderr


def test_many_processes_add_while_one_sends(meter, double):
    """Each unit is acknowledged once and billed once, whoever was at it."""
    meter.add("1")
    with ThreadPoolExecutor(8) as pool:
        adding = [pool.submit(meter.add, "1.25") for _ in range(40)]
        sending = [pool.submit(meter, "send", "--final", "--deadline", "20", code=None) for _ in range(4)]
        [one.result() for one in adding + sending]
    meter.pass_hours(2)
    meter.send()
    assert double.billed() == 51_000_000


def test_adders_killed_at_random_lose_nothing_that_was_acknowledged(meter, double):
    import random

    chosen = random.Random(11)
    acknowledged = open_ = 0
    for _ in range(30):
        process = subprocess.Popen(
            meter.command("add", "--dimension", "requests", "--quantity", "1"),
            env=meter.at(),
            stderr=subprocess.DEVNULL,
        )
        try:
            code = process.wait(chosen.uniform(0.001, 0.05))
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        acknowledged += code == 0
        open_ += code != 0
    meter.add("1")
    total = float(meter.status()["totals"]["requests"]["added"])
    assert acknowledged + 1 <= total <= acknowledged + 1 + open_
    meter.send("--final")
    assert double.billed() == total * 1_000_000
