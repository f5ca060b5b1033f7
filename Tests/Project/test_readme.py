"""What README.md says is so: its program is the tested example, its commands and links are there. The README of every
language says how to run its program without AWS; the tests of six languages run these commands."""

from __future__ import annotations

import ast
import builtins
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
LANGUAGES = sorted({path.parent.name for path in ROOT.glob("bindings/*/README.md")} - {"conformance"})


def test_the_thirty_seconds_of_c_are_the_tested_example() -> None:
    quoted = re.search(r"<!-- (examples/\S+) -->\n```c\n(.*?)```\n", README, re.DOTALL)
    assert quoted is not None
    assert quoted[2] == (ROOT / quoted[1]).read_text()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z][a-z-]*)\b", README)) - {"it"}))
def test_every_make_target_is_there(target: str) -> None:
    makefiles = [ROOT / "Makefile", *(ROOT / "tools").glob("*.mk")]
    assert any(re.search(rf"^{target}:", makefile.read_text(), re.MULTILINE) for makefile in makefiles)


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!http)([^)]+)\)", README))))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def test_every_function_and_status_that_it_names_is_in_the_header() -> None:
    header = (ROOT / "include/mpmeter.h").read_text()
    for name in set(re.findall(r"\bmpmeter_[a-z_]+\b|\bMPMETER_[A-Z_]+\b", README)):
        assert name in header or name.upper().startswith("MPMETER_SANDBOX"), name
    for suffix in set(re.findall(r"`…(_[A-Z_]+)`", README)):
        assert f"MPMETER_E{suffix}" in header, suffix


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_how_to_run_its_program_without_aws(language: str) -> None:
    """The sandbox signs with the key whose public half the program reads, and sells the program's product."""
    readme = (ROOT / "bindings" / language / "README.md").read_text()
    before, _, section = readme.partition("\n## Test it without AWS\n")
    block = re.search(r"\n\n((?:    .*\n)*    openssl .*\n(?:    .*\n)*)", section)
    assert block is not None, "it has no such commands"
    commands = block[1].replace("\\\n", " ")
    key = re.search(r"openssl genpkey -algorithm RSA .*-out (\S+)\n", commands)
    public = re.search(r"openssl pkey -in (\S+) -pubout -out (\S+)\n", commands)
    run = re.search(r"mpmeter-sandbox run .*--key (\S+) --product (\w+)=entitled -- +(\S.*)\n", commands)
    assert key is not None and public is not None and run is not None, commands
    assert key[1] == public[1] == run[1]
    program = re.search(rf"<!-- examples/{language}/\S+ -->\n```\w+\n(.*?)```", before, re.DOTALL)
    assert program is not None and public[2] in program[1] and run[2] in program[1]


@pytest.mark.parametrize("page", ["README.md", "docs/doctor.md"])
def test_a_snippet_of_python_is_whole(page: str) -> None:
    """Pasted into an empty file, it names nothing that it does not make. The Python README's are run by its tests."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    assert blocks
    for block in blocks:
        names = [node for node in ast.walk(ast.parse(block)) if isinstance(node, ast.Name)]
        imported = {
            alias.asname or alias.name
            for node in ast.walk(ast.parse(block))
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
        }
        stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        assert {node.id for node in names} - stored - imported - set(dir(builtins)) == set(), block
