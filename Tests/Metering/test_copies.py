"""A journal that has lost its past: a backup that comes back, a copy without its -sender file. What the newer one may
have sent is held, and nothing is billed twice."""

import shutil
import sqlite3

import pytest


def restore(meter, backup, *names):
    for name in names:
        shutil.copy(backup / name, meter.folder / name)


def backed_up(meter, tmp_path):
    backup = tmp_path / "backup"
    backup.mkdir()
    for file in meter.folder.glob("journal*"):
        shutil.copy(file, backup / file.name)
    return backup


def held_as_a_copy(meter, quantity: str):
    books = meter.status()
    assert [(held["quantity"], "older copy" in held["why"]) for held in books["held"]] == [(quantity, True)], books
    assert not books["pending"]


@pytest.mark.parametrize("hours", [1, 7])
@pytest.mark.parametrize("pod", ["pod-1", "pod-2"])
def test_a_backup_comes_back(meter, double, tmp_path, hours, pod):
    meter.add("1")
    meter.pass_hours(1)
    meter.send()
    meter.add("10")
    backup = backed_up(meter, tmp_path)
    meter.add("5")
    meter.pass_hours(1)
    meter.send()
    assert double.billed() == 16_000_000
    restore(meter, backup, "journal")
    meter.pass_hours(hours)
    assert "MPMETER_E_USAGE_HELD" in meter.in_pod(pod).send("--json", code=1).stdout
    assert double.billed() == 16_000_000
    held_as_a_copy(meter, "10")
    # From here on it is the journal.
    meter.add("3")
    meter.pass_hours(1)
    meter.in_pod(pod).send()
    assert double.billed() == 19_000_000


def test_a_backup_from_before_the_first_send(meter, double, tmp_path):
    meter.add("10")
    backup = backed_up(meter, tmp_path)
    meter.pass_hours(1)
    meter.send()
    restore(meter, backup, "journal")
    meter.pass_hours(7)
    meter.send(code=1)
    assert double.billed() == 10_000_000
    held_as_a_copy(meter, "10")


def test_a_backup_with_a_record_that_was_sent_afterwards(meter, double, tmp_path):
    meter.add("10")
    meter.pass_hours(1)
    double.faults = ["error:400:ThrottlingException"] * 1000
    meter.send(code=75)
    double.faults = []
    backup = backed_up(meter, tmp_path)
    meter.send()
    restore(meter, backup, "journal")
    meter.in_pod("pod-2").send(code=1)
    assert double.billed() == 10_000_000
    held_as_a_copy(meter, "10")


def test_a_copy_without_its_companion(meter, double, tmp_path):
    meter.add("1")
    meter.pass_hours(1)
    meter.send()
    meter.add("10")
    backup = backed_up(meter, tmp_path)
    meter.pass_hours(1)
    meter.send()
    for file in meter.folder.glob("journal*"):
        file.unlink()
    restore(meter, backup, "journal")
    meter.pass_hours(7)
    meter.send(code=1)
    assert double.billed() == 11_000_000
    held_as_a_copy(meter, "10")


def test_a_journal_that_moves_with_its_files_goes_on(meter, double, tmp_path):
    meter.add("1")
    meter.pass_hours(1)
    meter.send()
    meter.add("2")
    moved = backed_up(meter, tmp_path)
    meter.journal = moved / "journal"
    meter.pass_hours(1)
    meter.send()
    assert double.billed() == 3_000_000 and not meter.status()["held"]


def test_a_journal_of_an_earlier_release_goes_on(meter, double):
    meter.add("1")
    books = sqlite3.connect(meter.journal)
    with books:
        books.execute("DELETE FROM journal WHERE name IN ('lineage', 'step')")
    books.close()
    for billed in (1_000_000, 3_000_000):
        meter.pass_hours(1)
        meter.send()
        assert double.billed() == billed
        meter.add("2")
    assert not meter.status()["held"]


def test_a_kill_between_an_attempt_and_its_number_is_no_copy(meter, double):
    meter.add("1")
    meter.pass_hours(1)
    meter.send()
    (meter.folder / "journal-sender").write_text(
        (meter.folder / "journal-sender").read_text()[:-18] + "000000000000000000"
    )
    meter.add("2")
    meter.pass_hours(1)
    meter.send()
    assert double.billed() == 3_000_000


@pytest.mark.parametrize("kind", ["another journal", "a text"])
def test_a_file_of_somebody_else_is_not_overwritten(meter, double, kind):
    other = meter.folder / "journal-sender"
    if kind == "a text":
        other.write_text("the vendor's own notes, longer than what the library writes there\n")
    else:
        with sqlite3.connect(other) as database:
            database.execute("CREATE TABLE usage (quantity TEXT)")
        database.close()
    before = other.read_bytes()
    meter.add("1")
    meter.pass_hours(1)
    told = meter.send("--json", code=1).stdout
    assert "MPMETER_E_JOURNAL" in told and "journal-sender was not written by this library" in told, told
    assert "own -sender file" in told
    assert other.read_bytes() == before and double.billed() == 0
    other.unlink()
    meter.send()
    assert double.billed() == 1_000_000
