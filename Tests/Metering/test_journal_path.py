"""A path that cannot be a journal: the refusal says what is there, and what to do instead."""

import json
import os
import sqlite3

import pytest

#: What is put in the journal's place, what is said of it, and what is to be done.
PLACES = {
    "a directory": (lambda path: path.mkdir(), "not a regular file", "Give the path of a journal"),
    "a named pipe": (lambda path: os.mkfifo(path), "not a regular file", "Give the path of a journal"),
    "a circle of links": (
        lambda path: path.symlink_to(path.name),
        "too many symbolic links",
        "Correct the journal's path",
    ),
    "a directory in the companion's": (
        lambda path: path.with_name(path.name + "-journal").mkdir(),
        "also needs the file",
        "Move it away",
    ),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("command", ["add", "status"])
def test_what_is_there_is_named(meter, place, command):
    put, said, fix = PLACES[place]
    put(meter.journal)
    more = ["--dimension", "requests", "--quantity", "1"] if command == "add" else []
    found = json.loads(meter(command, *more, "--json", code=1).stdout)
    assert found["status"] == "MPMETER_E_JOURNAL"
    assert said in found["message"] and fix in found["fix"], found


def test_another_releases_journal_is_not_called_damaged(meter):
    meter.add("2", "requests")
    books = sqlite3.connect(meter.journal)
    books.execute("PRAGMA user_version = 1")
    books.commit()
    books.close()
    before = meter.journal.read_bytes()
    found = json.loads(meter("status", "--json", code=1).stdout)
    assert found["status"] == "MPMETER_E_JOURNAL" and "another release" in found["message"], found
    assert "Let that release send what it holds" in found["fix"]
    assert meter.journal.read_bytes() == before


def test_a_folder_that_does_not_exist(meter):
    meter.journal = meter.journal.parent / "missing" / "usage"
    found = json.loads(meter("add", "--dimension", "requests", "--quantity", "1", "--json", code=1).stdout)
    assert found["status"] == "MPMETER_E_JOURNAL"
    assert found["message"].endswith("cannot be opened or created") and "its folder exists" in found["fix"], found
