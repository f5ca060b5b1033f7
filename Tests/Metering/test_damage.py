"""A value that is not what was written is refused: by its row's checksum, where SQLite sees nothing wrong."""

import json
import random
import sqlite3

import pytest

#: Each value that money depends on, with another one that fits the table.
VALUES = [
    ("usage", "millionths", "millionths + 1"),
    ("usage", "hour", "hour - 3600"),
    ("usage", "dimension", "'gigabytes'"),
    ("usage", "tags", '\'{"a":"c"}\''),
    ("record", "millionths", "millionths + 1048576"),
    ("record", "timestamp", "timestamp + 1"),
    ("record", "client_token", "'another'"),
    ("record", "identity", "'eks-pod/another'"),
    ("record", "request", "CAST(replace(CAST(request AS TEXT), '2', '3') AS BLOB)"),
    ("allocation", "millionths", "millionths + 1"),
    ("journal", "value", "'another'"),
]


def refusals(meter) -> dict[str, str]:
    """What each command says of the journal."""
    found = {}
    for name, *more in [
        ("status",),
        ("add", "--dimension", "requests", "--quantity", "1", "--tag", "a=b"),
        ("send", "--final", "--deadline", "5"),
    ]:
        found[name] = json.loads(meter(name, *more, "--json", code=None).stdout)["status"]
    return found


@pytest.mark.parametrize("table, column, value", VALUES, ids=[f"{table}-{column}" for table, column, _ in VALUES])
def test_a_value_without_its_checksum(meter, double, table, column, value):
    meter.add("2", "requests", "--tag", "a=b")
    if table in ("record", "allocation"):
        meter.pass_hours(1)
        # Sealed, and never taken: AWS refuses all of it for as long as this test runs.
        double.faults = ["error:400:ThrottlingException"] * 1000
        meter("send", "--deadline", "2", code=75)
    books = sqlite3.connect(meter.journal)
    with books:
        assert books.execute(f"UPDATE {table} SET {column} = {value}").rowcount > 0
    books.close()
    before = meter.journal.read_bytes()
    assert refusals(meter)["send"] == "MPMETER_E_JOURNAL_DAMAGED"
    assert double.billed() == 0
    if table != "journal":
        # What was added meanwhile aside, it stays as it is.
        assert len(meter.journal.read_bytes()) == len(before)


def test_a_rollback_journal_of_pages_that_cannot_be(meter, double):
    """https://sqlite.org/fileformat2.html#the_rollback_journal: SQLite takes no notice of it, and nothing overflows."""
    meter.add("2")
    header = bytes.fromhex("d9d505f920a163d7 fffffffe 00000000 00000001 ffffffff ffffffff")
    (meter.folder / "journal-journal").write_bytes(header + bytes(1024))
    assert meter.status()["totals"]["requests"]["pending"] == "2"
    meter.send("--final")
    assert double.billed() == 2_000_000


def checksum(*parts: bytes) -> int:
    """FNV-1a of 64 bits, as a signed number: the journal's own, which anybody can compute."""
    state = 0xCBF29CE484222325
    for byte in b"".join(parts):
        state = (state ^ byte) * 0x100000001B3 % 2**64
    return state - 2**64 if state >= 2**63 else state


#: What no time is: too early or late for any reckoning, or no whole number.
TIMES = [-(2**63), -253402300800, 253402300800, 2**63 - 1]
NO_NUMBERS = ["soon", 1.5, b"1"]
OUT_OF_RANGE = [
    *((of, value) for of in ("a record", "the clock") for value in TIMES),
    *(("a record", value) for value in NO_NUMBERS),
]


@pytest.mark.parametrize("of, value", OUT_OF_RANGE, ids=[f"{of}-{value}" for of, value in OUT_OF_RANGE])
def test_a_time_out_of_range(meter, double, of, value):
    """Written by hand: no number that overflows a sum ends the process, and no record is passed over without a word."""
    meter.add("2")
    meter.pass_hours(1)
    double.faults = ["error:400:ThrottlingException"] * 1000
    meter("send", "--deadline", "1", code=75)
    books = sqlite3.connect(meter.journal)
    with books:
        if of == "a record":
            books.execute("UPDATE record SET timestamp = ?", (value,))
        else:
            number = checksum(b"clock_offset\xff", value.to_bytes(8, "little", signed=True))
            books.execute("INSERT OR REPLACE INTO journal VALUES ('clock_offset', ?, ?)", (value, number))
    books.close()
    # A task's credentials do not say what time it is at AWS: there the journal's times count.
    for place in (meter, meter.in_a_task()):
        found = refusals(place)
        assert found["send"] == "MPMETER_E_JOURNAL_DAMAGED", found
        assert set(found.values()) <= {"MPMETER_OK", found["send"]}, found
        # A send of what is due, not of all there is, asks for the time first.
        said = json.loads(place("send", "--deadline", "5", "--json", code=None).stdout)
        assert said["status"] == "MPMETER_E_JOURNAL_DAMAGED", said
    assert double.billed() == 0


def test_any_flipped_bit_of_usage_is_found_or_without_effect(meter, double):
    meter.add("1234567.891", "requests")
    whole = meter.journal.read_bytes()
    books = json.loads(meter("status", "--json").stdout)
    start = whole.rindex(b"requests") - 16
    chosen = random.Random(7)
    found = 0
    for place in range(start, start + 64):
        changed = bytearray(whole)
        changed[place] ^= 1 << chosen.randrange(8)
        meter.journal.write_bytes(changed)
        # Its number of the last attempt would say that this is an older copy.
        (meter.folder / "journal-sender").unlink(missing_ok=True)
        ran = meter("send", "--final", "--deadline", "5", "--json", code=None)
        said = json.loads(ran.stdout)
        if said["status"] == "MPMETER_E_JOURNAL_DAMAGED":
            found += 1
        else:
            assert said["status"] == "MPMETER_OK", said
            assert double.billed() in (0, 1_234_567_891_000), place
        double.ledger.clear()
    assert found > 20
    meter.journal.write_bytes(whole)
    assert json.loads(meter("status", "--json").stdout)["totals"] == books["totals"]


def test_a_rollback_journal_that_was_cut_off(meter, double, tmp_path):
    """What a killed process left half written cannot be rolled back any more: it is not billed."""
    meter.add("2")
    books = sqlite3.connect(meter.journal, isolation_level=None)
    for setting in ("journal_mode=PERSIST", "synchronous=FULL", "cache_size=1"):
        books.execute(f"PRAGMA {setting}")
    books.execute("BEGIN")
    for number in range(2000):
        books.execute("INSERT INTO journal VALUES (?, 1, 1)", (f"another {number} " + "x" * 100,))
    hot = tmp_path / "hot"
    hot.mkdir()
    for name in ("journal", "journal-journal"):
        (hot / name).write_bytes((meter.folder / name).read_bytes())
    books.execute("ROLLBACK")
    books.close()
    whole = (hot / "journal-journal").read_bytes()
    (hot / "journal-journal").write_bytes(whole[: len(whole) // 2])
    half = meter.in_pod(meter.pod)
    half.journal = hot / "journal"
    assert set(refusals(half).values()) == {"MPMETER_E_JOURNAL_DAMAGED"}
    (hot / "journal-journal").write_bytes(whole)
    assert half.status()["totals"]["requests"]["pending"] == "2"
    assert double.billed() == 0
