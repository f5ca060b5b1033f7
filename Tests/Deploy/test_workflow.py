"""The release workflow, against GitHub's own schema, and against what it calls."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import yaml

from .places import ROOT, TOOLS

WORKFLOW = ROOT / ".github/workflows/release.yml"


def _check(workflow: Path) -> subprocess.CompletedProcess[str]:
    command = [str(TOOLS / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows", str(workflow)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_fits_the_schema() -> None:
    done = _check(WORKFLOW)
    assert done.returncode == 0, done.stdout


def test_the_schema_would_say_so(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text(WORKFLOW.read_text().replace("runs-on:", "run-on:"))
    assert _check(bad).returncode != 0


def test_what_it_calls_is_there() -> None:
    text = WORKFLOW.read_text()
    targets = set(re.findall(r"run: make ([a-z-]+)", text))
    rules = "\n".join(file.read_text() for file in [ROOT / "Makefile", *(ROOT / "tools").glob("*.mk")])
    assert targets and all(re.search(rf"^{target}:", rules, re.MULTILINE) for target in targets)
    assert all((ROOT / script).exists() for script in re.findall(r"/src/(tools/\S+)", text))


def test_actions_are_pinned_by_commit() -> None:
    """A tag can be moved by whoever owns the action."""
    used = re.findall(r"uses: (\S+)", WORKFLOW.read_text())
    assert used and all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action) for action in used)


def test_only_the_job_that_publishes_may_write() -> None:
    document = yaml.safe_load(WORKFLOW.read_text())
    assert document["permissions"] == {"contents": "read"}
    writing = {name: job["permissions"] for name, job in document["jobs"].items() if "permissions" in job}
    assert writing == {"publish": {"contents": "write", "id-token": "write", "attestations": "write"}}
    publish = document["jobs"]["publish"]
    assert set(publish["needs"]) == set(document["jobs"]) - {"publish"}, "nothing is published that was not tested"
    assert "attest-build-provenance" in str(publish["steps"])
