"""Which cells there are: all of them, and the few that every `make test` runs."""

from __future__ import annotations

import dataclasses

from .cell import CLUSTER, Cell

FAULTS = ("answers", "silent", "refused", "closed", "servfail", "slow", "loses", "truncates")
FAILURES = ("nxdomain", "servfail", "refused", "silent")


def _servers() -> list[Cell]:
    """Every pair of servers, and each alone."""
    pairs = [(first, second) for first in FAULTS for second in FAULTS]
    return [Cell((fault,)) for fault in FAULTS] + [Cell(pair) for pair in pairs]


def _families() -> list[Cell]:
    kinds = [
        ("AAAA", "silent"),
        ("AAAA", "servfail"),
        ("AAAA", "refused"),
        ("AAAA", "nxdomain"),
        ("A", "silent"),
        ("A", "servfail"),
    ]
    found = [
        Cell(families=(kind,), stack=stack) for kind in kinds for stack in ("both", "v4" if kind[0] == "AAAA" else "v6")
    ]
    return found + [
        Cell((first, "answers"), families=(kind,)) for kind in kinds[:2] for first in ("silent", "servfail", "slow")
    ]


def _search() -> list[Cell]:
    """EKS has ndots:5 and the cluster's list; systemd-resolved writes "search ." where DHCP names no domain."""
    found = [
        Cell(search=CLUSTER, domains=failure, options=(f"ndots:{ndots}",))
        for failure in FAILURES
        for ndots in (1, 5, 15)
    ]
    found += [
        Cell(search=(".",)),
        Cell(search=(".",), options=("ndots:5",)),
        Cell(search=("corp.example",), options=("ndots:5",)),
    ]
    return found + [
        Cell((first, "answers"), search=CLUSTER, domains="servfail", options=("ndots:5",))
        for first in ("silent", "servfail", "refused")
    ]


def _options() -> list[Cell]:
    options = [
        "timeout:1",
        "attempts:1",
        "use-vc",
        "rotate",
        "single-request",
        "edns0",
        "timeout:1 attempts:1",
        "trust-ad no-aaaa",
    ]
    found = [
        Cell((first, "answers"), options=tuple(option.split()))
        for option in options
        for first in ("answers", "silent", "servfail", "loses")
    ]
    return found + [Cell(("slow",), options=("timeout:2",)), Cell(("loses",), options=("attempts:3",))]


def _stacks() -> list[Cell]:
    return [
        Cell(servers, stack=stack)
        for stack in ("v4", "v6", "link-local")
        for servers in [("answers",), ("silent", "answers"), ("loses",), ("servfail", "answers")]
    ]


def _proxies() -> list[Cell]:
    """A proxy's short name, through a search list of which the first domain fails, and the name lies in the second."""
    lists = [(failing, options) for failing in FAILURES for options in ((), ("ndots:5",))]
    found = [
        Cell(
            search=("failing.example", "corp.example"),
            domains=failing,
            options=options,
            proxy="proxy",
            lies_in="corp.example",
        )
        for failing, options in lists
    ]
    first = Cell(search=("corp.example", "failing.example"), domains="silent", proxy="proxy", lies_in="corp.example")
    dotted = dataclasses.replace(first, search=("example", "corp.example"), domains="nxdomain", proxy="proxy.site")
    return [*found, first, dotted, dataclasses.replace(first, servers=("silent", "answers"))]


ALL = list(dict.fromkeys(_servers() + _families() + _search() + _options() + _stacks() + _proxies()))
# Those that boto3 is tried in too, when only a few are run; when all are, it is tried in each.
SAMPLE = {
    Cell(search=("failing.example", "corp.example"), domains="servfail", proxy="proxy", lies_in="corp.example"),
    Cell(("silent", "answers")),
    Cell(("servfail", "answers")),
    Cell(families=(("AAAA", "silent"),)),
    Cell(search=CLUSTER, domains="servfail", options=("ndots:5",)),
    Cell(search=(".",)),
    Cell(("loses",)),
    Cell(("slow",)),
    Cell(("truncates",)),
    Cell(("answers",), stack="v6"),
    Cell(("answers",), stack="link-local"),
}
FEW = [
    *(Cell((fault,)) for fault in ("answers", "slow", "loses", "truncates")),
    *(Cell((fault, "answers")) for fault in FAULTS if fault != "answers"),
    *(Cell(families=(kind,)) for kind in [("AAAA", "silent"), ("AAAA", "servfail"), ("A", "silent")]),
    *(Cell(search=CLUSTER, domains=failure, options=("ndots:5",)) for failure in FAILURES),
    Cell(search=(".",)),
    Cell(("answers", "answers"), options=("use-vc",)),
    Cell(("loses", "answers"), options=("timeout:1", "attempts:1")),
    *(Cell(("answers",), stack=stack) for stack in ("v4", "v6", "link-local")),
    *(cell for cell in _proxies() if cell.domains in ("servfail", "nxdomain") and not cell.options),
]
assert set(FEW) | SAMPLE <= set(ALL), [cell for cell in {*FEW, *SAMPLE} if cell not in ALL]
