"""The binding's tables are the library's: a status, an action or a function that is new or gone fails here."""

from __future__ import annotations

import pickle
import re
from datetime import timedelta

import pytest

import mpmeter
from mpmeter import _library
from mpmeter._errors import Error

from .conftest import REPOSITORY

HEADER = (REPOSITORY / "include" / "mpmeter.h").read_text()
README = (REPOSITORY / "bindings" / "python" / "README.md").read_text()
FAILURES = [status for status in mpmeter.Status if status is not mpmeter.Status.OK]


def test_statuses_are_the_librarys() -> None:
    library = _library.load()
    numbers = [library.mpmeter_status_at(index) for index in range(library.mpmeter_status_count())]
    theirs = [(number, _library.text(library.mpmeter_status_name(number))) for number in numbers]
    assert [(int(status), status.constant) for status in mpmeter.Status] == theirs


@pytest.mark.parametrize("status", mpmeter.Status, ids=lambda status: status.name)
def test_actions_and_texts_are_the_librarys(status: mpmeter.Status) -> None:
    library = _library.load()
    action = library.mpmeter_action_name(library.mpmeter_status_action(status))
    assert status.action.value == action.decode()
    assert status.message == library.mpmeter_status_message(status).decode()
    assert status.fix == library.mpmeter_status_fix(status).decode()


@pytest.mark.parametrize("status", FAILURES, ids=lambda status: status.name)
def test_every_failure_has_a_class_of_its_own(status: mpmeter.Status) -> None:
    kind = Error.of(status)
    assert kind is not Error and kind.status is status and issubclass(kind, mpmeter.Error)
    assert getattr(mpmeter, kind.__name__) is kind and kind.__name__ in mpmeter.__all__
    assert kind.__doc__ and kind.__doc__ != Error.__doc__
    assert [other for other in FAILURES if Error.of(other) is kind] == [status]
    assert f"| `{kind.__name__}` | `{status.constant}` | {status.action.value} |" in README


def test_a_status_that_is_newer_than_the_package() -> None:
    error = Error.of(4711)("something new")
    assert type(error) is Error and error.action is mpmeter.Action.TERMINATE


def test_an_error_crosses_to_another_process_whole() -> None:
    error = mpmeter.Throttled("m", "f", http_status=400, region="eu-west-3", attempts=3, elapsed=timedelta(seconds=2))
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is mpmeter.Throttled
    assert (copy.args, vars(copy), str(copy)) == (error.args, vars(error), "m. Fix: f.")


def test_prototypes_are_the_headers() -> None:
    text = re.sub(r"/\*.*?\*/", "", HEADER, flags=re.DOTALL)
    declared = {
        name: [] if arguments.strip() == "void" else arguments.split(",")
        for name, arguments in re.findall(r"MPMETER_API [^;(]*?\b(mpmeter_\w+)\(([^)]*)\)", text)
    }
    assert len(declared) > 50
    assert {name: len(arguments) for name, (_, arguments) in _library.PROTOTYPES.items()}.items() <= {
        name: len(arguments) for name, arguments in declared.items()
    }.items()
    assert set(declared) == set(_library.PROTOTYPES)
    for name, (_, arguments) in _library.PROTOTYPES.items():
        for mine, theirs in zip(arguments, declared[name]):
            for c_type, fitting in (
                ("int32_t", "c_int"),
                ("int64_t", "c_long"),
                ("uint32_t", "c_uint"),
                ("const char *const *", "LP_c_char_p"),
                ("const char *", "c_char_p"),
            ):
                if theirs.strip().startswith(c_type) and theirs.count("*") == c_type.count("*"):
                    assert mine.__name__ == fitting, (name, theirs)


def test_the_version_fits_the_header() -> None:
    found = re.search(r'#define MPMETER_VERSION "(.*)"', HEADER)
    assert found is not None
    assert mpmeter.__version__ == found.group(1) == mpmeter.version()
    assert tuple(map(int, found.group(1).split(".")))[:2] == _library.COMPATIBLE


def test_everything_public_is_documented() -> None:
    for name in mpmeter.__all__:
        found = getattr(mpmeter, name)
        assert found.__doc__ and not found.__doc__.startswith(name + "("), name
