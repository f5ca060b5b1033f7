"""Decides what is billed: one immutable quantity for each product, pod, dimension and hour, in an SQLite file.

Several sandboxes may share the file: each stands for one pod, as `--pod` names it. Tags and ClientToken are compared as
strictly as the documentation allows; it does not say what a container's repeated ClientToken does.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from .clock import iso
from .errors import Refusal
from .usage import Usage, plain

SCHEMA = """
CREATE TABLE IF NOT EXISTS usage (
    record_id TEXT PRIMARY KEY, product_code TEXT NOT NULL, pod TEXT NOT NULL, dimension TEXT NOT NULL,
    hour INTEGER NOT NULL, quantity TEXT NOT NULL, allocations TEXT NOT NULL, received REAL NOT NULL,
    UNIQUE (product_code, pod, dimension, hour));
CREATE TABLE IF NOT EXISTS tokens (
    client_token TEXT NOT NULL, pod TEXT NOT NULL, request TEXT NOT NULL, PRIMARY KEY (client_token, pod));
"""


@dataclass(frozen=True)
class Reported:
    """What one pod reports of one product."""

    product_code: str
    pod: str
    usage: Usage

    @property
    def allocations(self) -> str:
        """As they are kept and compared."""
        return json.dumps([{"tags": dict(tags), "quantity": plain(part)} for tags, part in self.usage.allocations])


class Ledger:
    """The records of one file. `record` begins a change that `settle` keeps or takes back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._database = sqlite3.connect(path, timeout=30, isolation_level=None)
            # The machine may lose the file with its power: nobody is paid by it.
            self._database.executescript(f"PRAGMA synchronous=OFF;{SCHEMA}")
        except sqlite3.Error as error:
            raise OSError(f"the ledger '{path}' cannot be used: {error}") from None

    def record(self, reported: Reported, client_token: str | None, now: float) -> str:
        """The id of the record: a new one, or that of the same usage before. Raises Refusal if another one stands."""
        self._database.execute("BEGIN IMMEDIATE")
        key = (reported.product_code, reported.pod, reported.usage.dimension, reported.usage.hour)
        self._check_token(reported, client_token, key)
        row = self._database.execute(
            "SELECT record_id, quantity, allocations FROM usage"
            " WHERE product_code = ? AND pod = ? AND dimension = ? AND hour = ?",
            key,
        ).fetchone()
        if row is None:
            record_id = str(uuid.uuid4())
            content = (plain(reported.usage.quantity), reported.allocations, now)
            self._database.execute("INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (record_id, *key, *content))
            return record_id
        if row[1:] != (plain(reported.usage.quantity), reported.allocations):
            raise Refusal(
                "DuplicateRequestException",
                "A metering record has already been emitted by the same ECS task or EKS pod for the given "
                f"{{{reported.usage.dimension}, {iso(reported.usage.hour)}}} with a different usageQuantity.",
            )
        return str(row[0])

    def _check_token(self, reported: Reported, client_token: str | None, key: tuple[str, str, str, int]) -> None:
        if client_token is None:
            return
        request = json.dumps([*key, plain(reported.usage.quantity), reported.allocations])
        self._database.execute("INSERT OR IGNORE INTO tokens VALUES (?, ?, ?)", (client_token, reported.pod, request))
        found = self._database.execute(
            "SELECT request FROM tokens WHERE client_token = ? AND pod = ?", (client_token, reported.pod)
        ).fetchone()
        if found[0] != request:
            raise Refusal("IdempotencyConflictException", "The ClientToken is being used for multiple requests.")

    def settle(self, keep: bool) -> None:
        """Keep what was begun, or take it back; nothing may have been."""
        if self._database.in_transaction:
            self._database.execute("COMMIT" if keep else "ROLLBACK")

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def billed(path: Path) -> dict[str, Any]:
    """What a ledger's file holds: each record, and the sum of each product's dimensions. Raises ValueError."""
    if not path.is_file():
        raise ValueError(f"there is no ledger '{path}'")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as database:
            rows = database.execute(
                "SELECT product_code, pod, dimension, hour, quantity, allocations, record_id, received FROM usage"
                " ORDER BY product_code, dimension, hour, pod"
            ).fetchall()
    except sqlite3.Error as error:
        raise ValueError(f"'{path}' is not a ledger: {error}") from None
    names = ("product_code", "pod", "dimension", "hour", "quantity", "allocations", "record_id", "received")
    records = [dict(zip(names, row, strict=True)) for row in rows]
    for record in records:
        record.update(
            hour=iso(record["hour"]), received=iso(record["received"]), allocations=json.loads(record["allocations"])
        )
    return {"records": records, "totals": _totals(records)}


def _totals(records: Iterable[dict[str, Any]]) -> dict[str, dict[str, str]]:
    sums: dict[str, dict[str, Decimal]] = {}
    for record in records:
        of_product = sums.setdefault(record["product_code"], {})
        of_product[record["dimension"]] = of_product.get(record["dimension"], Decimal(0)) + Decimal(record["quantity"])
    return {code: {name: plain(total) for name, total in of.items()} for code, of in sums.items()}


def table(bill: dict[str, Any]) -> str:
    """The same for a person."""
    lines = [("HOUR", "POD", "PRODUCT", "DIMENSION", "QUANTITY", "RECORD")]
    lines += [
        tuple(record[name] for name in ("hour", "pod", "product_code", "dimension", "quantity", "record_id"))
        for record in bill["records"]
    ]
    lines += [("total", "", code, name, sum_, "") for code, of in bill["totals"].items() for name, sum_ in of.items()]
    widths = [max(len(line[column]) for line in lines) for column in range(6)]
    return "\n".join(
        "  ".join(f"{text:<{width}}" for text, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
