"""Where glibc finds AWS, the library registers: in one attempt, and at most 3 s later.
https://man7.org/linux/man-pages/man5/resolv.conf.5.html

The cells wait more than they work, so that many run side by side. `make test-names` runs all of them and writes
build/names.json.
"""

from __future__ import annotations

import dataclasses
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import places
from .names.cell import Cell, Outcome, certificate, run
from .names.matrix import ALL, FEW, SAMPLE

CELLS = ALL if os.environ.get("MPMETER_NAMES") == "all" else FEW
BESIDE = int(os.environ.get("MPMETER_NAMES_BESIDE", "8"))


def test_where_glibc_finds_aws_the_library_registers(tmp_path: Path) -> None:
    trust = certificate(tmp_path)

    def fared(numbered: tuple[int, Cell]) -> Outcome:
        number, cell = numbered
        return run(dataclasses.replace(cell, sample=cell in SAMPLE or CELLS is ALL), tmp_path / str(number), *trust)

    with ThreadPoolExecutor(BESIDE) as pool:
        outcomes = list(pool.map(fared, enumerate(CELLS)))
    table = [
        {"cell": outcome.cell.id, **{k: v for k, v in dataclasses.asdict(outcome).items() if k != "cell"}}
        for outcome in outcomes
    ]
    (places.ROOT / "build" / "names.json").write_text(json.dumps(table, indent=1))
    wrong = [f"{outcome.cell.id}: {outcome.complaint}" for outcome in outcomes if outcome.complaint]
    assert not wrong, "\n".join(wrong)
    # A cell in which neither finds anything shows nothing: there must be few.
    assert sum(outcome.glibc.ok for outcome in outcomes) >= len(outcomes) * 2 // 3


def test_boto3_fares_like_glibc(tmp_path: Path) -> None:
    """So that a sample of it is enough where only a few cells are run."""
    cell = dataclasses.replace(Cell(("servfail", "answers")), sample=True)
    outcome = run(cell, tmp_path / "cell", *certificate(tmp_path))
    assert outcome.boto3 is not None and outcome.boto3.ok and outcome.glibc.ok and not outcome.complaint


def test_an_eks_pod_asks_coredns_for_the_name_as_it_stands_only(tmp_path: Path) -> None:
    """A and AAAA, where glibc asks for eight names more."""
    cell = next(cell for cell in FEW if cell.search and cell.domains == "nxdomain" and cell.options == ("ndots:5",))
    assert run(cell, tmp_path / "cell", *certificate(tmp_path)).queries == 2
