"""Which cells there are: all of them, and the few that every `make test` runs."""

from __future__ import annotations

import dataclasses

from .cell import CLUSTER, Cell

FAULTS = ("answers", "silent", "refused", "closed", "servfail", "slow", "loses", "truncates", "refers")
# What becomes of questions with EDNS (RFC 6891 section 7), which glibc does not use.
EDNS = ("edns silent", "edns servfail", "edns refused", "edns nxdomain", "edns formerr", "edns header")
# What stands in resolv.conf as it is. glibc passes over a server that is not an address, and takes this machine if
# none is left.
FILES = {
    "names in the place of addresses": b"nameserver dns.example\nnameserver a\nnameserver b\nnameserver 10.99.0.53\n",
    "an address with a port": b"nameserver 10.99.0.54:53\nnameserver 10.99.0.53\n",
    "a comment in Latin-1": b"nameserver 10.99.0.53 # f\xfcr alle\n",
    "an address of three numbers": b"nameserver 10.99.53\n",
    "CR, tabs and no line end": b"search corp.example\r\nnameserver\t10.99.0.53\t",
}
HERE = {"nothing": b"", "a port": b"nameserver 10.99.0.53:53\n", "zeros": b"nameserver 0.0.0.0\n"}
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


def _files() -> list[Cell]:
    there = [Cell(file=text) for text in FILES.values()]
    here = [Cell(file=text, stack="loopback") for text in HERE.values()]
    return there + here


def _ways() -> list[Cell]:
    """A firewall that closes a port with the first answer, and EDNS refused in every way."""
    return [Cell((fault,)) for fault in EDNS] + [Cell(("closes",), stack="v4", options=("single-request-reopen",))]


ALL = list(
    dict.fromkeys(_files() + _ways() + _servers() + _families() + _search() + _options() + _stacks() + _proxies())
)
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
    *_files(),
    *_ways(),
    *(cell for cell in _proxies() if cell.domains in ("servfail", "nxdomain") and not cell.options),
]
assert set(FEW) | SAMPLE <= set(ALL), [cell for cell in {*FEW, *SAMPLE} if cell not in ALL]
