"""The guides: what Integrate tells a stranger to type works, the table is the library's, links lead somewhere, names
exist."""

from __future__ import annotations

import os
import re
import shlex
import signal
import zlib
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name
from EndToEnd.statuses import CODES
from Project.header import STATUSES
from Project.header import TEXT as HEADER

from . import guide
from .places import DEPLOY, DOCS, ROOT, make

INTEGRATE = DOCS / "integrate.md"
PAGES = [
    INTEGRATE,
    *(
        DOCS / f"{name}.md"
        for name in ("publish", "operate", "keys-and-product-codes", "why-not-the-entrypoint", "supervisors")
    ),
    DEPLOY / "README.md",
]
LANGUAGES = ["C", "C++", "Python", "Go"]
MAKEFILES = "".join(path.read_text() for path in [ROOT / "Makefile", *(ROOT / "tools").glob("*.mk")])


def _stranger(home: Path) -> dict[str, str]:
    """An environment that knows the tools, and nothing of this repository. Go is the one that `make go` brings; it is
    to download nothing, and its cache, which does not see that a library lies elsewhere now, is told so by a flag."""
    (go,) = (ROOT / "build").glob("go-*/go/bin")
    kept = {name: value for name, value in os.environ.items() if name in ("LANG", "SWIFT", "CC")}
    path = f"{go}:{os.environ['PATH']}"
    cache = {"GOCACHE": str(ROOT / "build/go-cache"), "GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"}
    cache["CGO_CFLAGS"] = f"-O2 -g -DMPMETER_STRANGER={zlib.crc32(str(home).encode())}"
    return {**kept, **cache, "HOME": str(home), "PATH": path, "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def test_every_language_has_its_section() -> None:
    assert [step.heading for step in guide.steps(INTEGRATE) if not step.heading[0].isdigit()] == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_gets_registered(language: str, tmp_path: Path) -> None:
    """Word for word, from the clone to the first registration."""
    chosen = [step for step in guide.steps(INTEGRATE) if step.heading[0].isdigit() or step.heading == language]
    environment = _stranger(tmp_path)
    try:
        with make():
            printed = guide.follow(chosen, ROOT, environment)
    except AssertionError:
        _stop_sandbox(tmp_path / "product/sandbox.env")
        raise
    for step, text in zip(chosen, printed, strict=True):
        if step.prints is not None:
            assert text.endswith(step.prints), text
    assert "begins here" in "".join(printed)


def _stop_sandbox(printed: Path) -> None:
    match = re.search(r"MPMETER_SANDBOX_PID='?(\d+)", printed.read_text() if printed.exists() else "")
    if match is not None:
        os.kill(int(match[1]), signal.SIGTERM)


# ---- The table of statuses -------------------------------------------------------------------------------------------


def test_the_table_has_every_status_of_the_header() -> None:
    rows = re.findall(r"^\| (\d+) `(\w+)` \| (\w+) \| (\d+) \|", (DOCS / "operate.md").read_text(), re.MULTILINE)
    assert {f"MPMETER_{name}": int(number) for number, name, _, _ in rows} == STATUSES == CODES
    assert {action: code for _, _, action, code in rows} == {"proceed": "0", "retry": "75", "terminate": "1"}


# ---- Links and names -------------------------------------------------------------------------------------------------


def _anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_page(page: Path) -> None:
    text = page.read_text()
    for link in re.findall(r"\]\((?!https:)([^)]+)\)", text):
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link
    assert not re.search(r"\]\(http:", text)
    for name in re.findall(r"\bmpmeter_[a-z_]+\b|\bMPMETER_[A-Z_]+\b", text):
        assert (
            name in HEADER or name.startswith("MPMETER_SANDBOX_") or name in ("mpmeter_diagnose", "mpmeter_static")
        ), name
    for target in re.findall(r"`make ([a-z][a-z-]*)", text):
        assert re.search(rf"^{target}:", MAKEFILES, re.MULTILINE), target


def _aws_commands() -> list[list[str]]:
    """Every `aws …` of the deployment guide and the doctor's page, continued lines joined."""
    pages = (DEPLOY / "README.md", DOCS / "doctor.md")
    text = "".join(step.commands for page in pages for step in guide.steps(page)).replace("\\\n", " ")
    return [shlex.split(re.split(r"[|)]", found)[0]) for found in re.findall(r"\baws ([a-z]+ [a-z-]+ [^\n]*)", text)]


@pytest.mark.parametrize("command", _aws_commands(), ids=lambda command: " ".join(command[:2]))
def test_the_aws_commands_are_the_apis(command: list[str]) -> None:
    """The AWS CLI makes commands and options of the API's model, by botocore's own rule; only a few are its own."""
    service, operation, *options = command
    if (service, operation) == ("cloudformation", "deploy"):
        named = {"stack-name", "template-file", "capabilities", "parameter-overrides"}
    elif (service, operation) == ("logs", "tail"):
        named = {"since"}
    else:
        model = botocore.session.get_session().get_service_model(service)
        api = {xform_name(name, "-"): name for name in model.operation_names}[operation]
        named = {xform_name(member, "-") for member in model.operation_model(api).input_shape.members}
    assert {option[2:] for option in options if option.startswith("--")} <= named | {
        "cli-input-json",
        "query",
        "output",
    }
    for file in (option.removeprefix("file://") for option in options if option.startswith("file://")):
        assert (DEPLOY / file).exists() or file == "trust.json", file


def test_the_programs_own_comments_agree_with_the_guide() -> None:
    """The example says in its first lines how it is built; a stranger who reads it there types the same."""
    commands = "".join(step.commands for step in guide.steps(INTEGRATE))
    for example in ("c/register.c", "cpp/register.cpp"):
        own = re.search(
            r"^(?: \*|//)   (sed .* public_key\.h)", (ROOT / "examples" / example).read_text(), re.MULTILINE
        )
        assert own is not None and own[1] in commands
    compiled = re.search(r"^ \*   (cc .*)$", (ROOT / "examples/c/register.c").read_text(), re.MULTILINE)
    assert compiled is not None and compiled[1] in commands
