"""The power fails at any call: whatever part of what was not synced is lost or torn, what was acknowledged is there,
and is billed once."""

import json
import random
import shutil
import sqlite3
import subprocess
import sys

import pytest

from .disk import CALLS, Disk, replay


def recorded(meter, strace, tmp_path, name, *arguments) -> str:
    """What one run does to the files of the journal's folder. Of strings nothing is left out."""
    log = tmp_path / "strace.log"
    wrapper = (strace, "-f", "-qq", "-y", "-xx", "-s", "70000", "-e", f"trace={CALLS}", "-o", str(log))
    meter(name, *arguments, wrapper=wrapper)
    return log.read_text()


@pytest.fixture
def volume(meter, tmp_path):
    """The journal in a folder of its own."""
    folder = tmp_path / "volume"
    folder.mkdir()
    meter.journal = folder / "journal"
    return folder


def write(folder, state: dict[str, bytes]):
    shutil.rmtree(folder)
    folder.mkdir()
    for name, content in state.items():
        (folder / name).write_bytes(content)


def states(disk, log, seed=1):
    """Each state once, with whether a request had been sent."""
    chosen, seen = random.Random(seed), set()
    before = [((0, False), state) for state in disk.states(chosen)]
    for moment in replay(disk, log):
        before += [(moment, state) for state in disk.states(chosen)]
    for moment, state in before:
        key = (moment[1], tuple(sorted(state.items())))
        if key not in seen:
            seen.add(key)
            yield moment, state


def total(meter) -> str | None:
    """What the journal says was added; None if there is no journal."""
    ran = meter("status", "--json", code=None)
    said = json.loads(ran.stdout)
    if said["status"] == "MPMETER_E_JOURNAL" and "no journal" in said["message"]:
        return None
    assert said["status"] == "MPMETER_OK", said
    return said["totals"].get("requests", {"added": "0"})["added"]


@pytest.mark.parametrize("tags", [(), ("--tag", "team=one")])
def test_of_an_add(meter, volume, strace, tmp_path, tags):
    meter.add("1")
    disk = Disk(volume)
    log = recorded(meter, strace, tmp_path, "add", "--dimension", "requests", "--quantity", "2.5", *tags)
    count = 0
    for moment, state in states(disk, log):
        write(volume, state)
        assert total(meter) in ("1", "3.5"), moment
        count += 1
    assert count > 25
    # It has returned: whatever was never synced may go.
    for state in disk.states(random.Random(2)):
        write(volume, state)
        assert total(meter) == "3.5"
    meter.add("1")
    assert total(meter) == "4.5"


def test_of_the_first_add(meter, volume, strace, tmp_path):
    disk = Disk(volume)
    log = recorded(meter, strace, tmp_path, "add", "--dimension", "requests", "--quantity", "1")
    for moment, state in states(disk, log):
        write(volume, state)
        assert total(meter) in (None, "0", "1"), moment
    for state in disk.states(random.Random(2)):
        write(volume, state)
        assert total(meter) == "1"


def test_of_a_send(meter, double, volume, strace, tmp_path):
    meter.add("2")
    disk = Disk(volume)
    log = recorded(meter, strace, tmp_path, "send", "--final", "--deadline", "20")
    [(key, entry)] = double.ledger.items()
    count = 0
    for (number, sent), state in states(disk, log):
        # What AWS has by then is not known: it may have taken a request that was sent, or never have seen it.
        for ledger in [{}, {key: entry}] if sent else [{}]:
            double.ledger.clear()
            double.ledger.update(ledger)
            write(volume, state)
            # Once the journal says that AWS took it, it has.
            if "sent" in {line["state"] for line in meter.status()["sent"]} and not ledger:
                continue
            meter.send("--final")
            assert double.billed() == 2_000_000, (number, sent)
            assert not meter.status()["held"] and not meter.status()["pending"], (number, sent)
            count += 1
    assert count > 40


CARELESS = """
import sqlite3, sys
books = sqlite3.connect(sys.argv[1], isolation_level=None)
books.execute("PRAGMA journal_mode = PERSIST")
books.execute("PRAGMA synchronous = OFF")
books.execute("UPDATE t SET v = 2")
"""


def test_a_journal_that_does_not_sync_is_found_out(volume, strace, tmp_path):
    """The disk of these tests loses what such a program was told was written."""
    file = volume / "other"
    books = sqlite3.connect(file)
    with books:
        books.execute("CREATE TABLE t (v)")
        books.execute("INSERT INTO t VALUES (1)")
    books.close()
    disk, log = Disk(volume), tmp_path / "strace.log"
    wrapper = [strace, "-f", "-qq", "-y", "-xx", "-s", "70000", "-e", f"trace={CALLS}", "-o", str(log)]
    subprocess.run([*wrapper, sys.executable, "-c", CARELESS, str(file)], check=True, timeout=60)
    for _ in replay(disk, log.read_text()):
        pass
    found = set()
    for state in disk.states(random.Random(3)):
        write(volume, state)
        books = sqlite3.connect(file)
        try:
            found.add(books.execute("SELECT v FROM t").fetchone()[0])
        except sqlite3.DatabaseError:
            found.add("damaged")
        books.close()
    assert found - {2}
