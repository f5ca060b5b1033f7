"""One cell of the matrix: a resolv.conf, what its servers do, and how glibc, boto3 and the library fare in it."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from .. import certificates, places
from ..product import Beside

HOST = "metering.marketplace.eu-west-3.amazonaws.com"
SERVERS = ("10.99.0.53", "10.99.0.54")
SERVERS_V6 = ("fd00:99::53", "fd00:99::54")
LINK_LOCAL = ("fe80::53", "fe80::54")
SERVICE, SERVICE_V6 = "10.99.0.1", "fd00:99::1"
CLUSTER = ("default.svc.cluster.local", "svc.cluster.local", "cluster.local")
PROXY_PORT = 3128
LIMIT = 90

# `outside` is an interface, because link-local addresses need one; packets to oneself go by lo all the same.
_SETUP = """
set -e
ip link set lo up
ip link add outside type veth peer name beyond
ip link set beyond up
ip link set outside up
echo "$ADDRESSES" | while read -r address; do ip address add $address dev outside; done
mount --bind "$FOLDER/resolv.conf" /etc/resolv.conf
mount --bind "$FOLDER/hosts" /etc/hosts
exec "$@"
"""


@dataclasses.dataclass(frozen=True)
class Cell:
    """`servers` is what each does; `families` what becomes of questions for A and AAAA; `domains` of names under a
    domain of the search list."""

    servers: tuple[str, ...] = ("answers",)
    families: tuple[tuple[str, str], ...] = ()
    search: tuple[str, ...] = ()
    domains: str = "nxdomain"
    options: tuple[str, ...] = ()
    stack: str = "both"  # or "v4", "v6", "link-local", "loopback"
    file: bytes | None = None  # resolv.conf as it is, in the place of one made of the above
    proxy: str = ""  # the proxy's name, which is then looked for in the place of AWS's, under `lies_in`
    lies_in: str = ""
    sample: bool = False  # whether boto3 is tried too

    @property
    def id(self) -> str:
        parts = [", ".join(self.servers), *(f"{kind} {what}" for kind, what in self.families)]
        parts += [f"search {' '.join(self.search)} ({self.domains})"] if self.search else []
        parts += [" ".join(self.options)] if self.options else []
        parts += [repr(self.file)] if self.file is not None else []
        parts += [self.stack] if self.stack != "both" else []
        parts += [f"the proxy {self.proxy} is in {self.lies_in}"] if self.proxy else []
        return "; ".join(parts)

    @property
    def addresses(self) -> tuple[str, ...]:
        found = {"v6": SERVERS_V6, "link-local": LINK_LOCAL, "loopback": ("127.0.0.1",)}.get(self.stack, SERVERS)
        return found[: len(self.servers)]

    def resolver_file(self) -> bytes:
        if self.file is not None:
            return self.file
        zone = "%outside" if self.stack == "link-local" else ""
        lines = [f"nameserver {address}{zone}" for address in self.addresses]
        lines += [f"search {' '.join(self.search)}"] if self.search else []
        lines += [f"options {' '.join(self.options)}"] if self.options else []
        return ("\n".join(lines) + "\n").encode()

    def plan(self, chain: Path) -> dict[str, Any]:
        zone = "%outside" if self.stack == "link-local" else ""
        services = [
            address
            for address in (SERVICE, SERVICE_V6)
            if self.stack in ("both", "loopback") or (":" in address) == (self.stack in ("v6", "link-local"))
        ]
        return {
            "servers": [[address + zone, fault] for address, fault in zip(self.addresses, self.servers, strict=True)],
            "zone": {f"{self.proxy}.{self.lies_in}": services} if self.proxy else {HOST: services},
            "families": dict(self.families),
            "domains": {
                domain.rstrip("."): self.domains
                for domain in self.search
                if domain.strip(".") and domain != self.lies_in
            },
            "proxies": services if self.proxy else [],
            "services": services,
            "chain": str(chain),
            "key": str(places.KEYS / "rsa2048.private.pem"),
        }


@dataclasses.dataclass
class Fared:
    ok: bool
    seconds: float
    why: str = ""


@dataclasses.dataclass
class Outcome:
    cell: Cell
    glibc: Fared
    library: Fared
    boto3: Fared | None
    attempts: int
    queries: int
    allowance: float  # for what else this machine does: product.Beside

    @property
    def complaint(self) -> str:
        """What is wrong with it, or nothing: where glibc or boto3 succeeds the library registers, in one attempt and at
        most 3 s later than glibc."""
        if not self.glibc.ok and not (self.boto3 and self.boto3.ok):
            return ""
        if not self.library.ok:
            library = f"the library fails after {self.library.seconds:.1f} s: {self.library.why}"
            return f"glibc took {self.glibc.seconds:.1f} s, and {library}"
        if self.attempts != 1:
            return f"{self.attempts} attempts"
        if self.glibc.ok and self.library.seconds > self.glibc.seconds + 3 + self.allowance:
            return f"glibc took {self.glibc.seconds:.1f} s, the library {self.library.seconds:.1f} s"
        return ""


def certificate(folder: Path) -> tuple[Path, Path]:
    """A bundle, and the chain of AWS's name."""
    return certificates.write(folder, [HOST])


def run(cell: Cell, folder: Path, bundle: Path, chain: Path) -> Outcome:
    """Each of the three has the servers to itself, freshly started: what one has asked must not help the next."""
    folder.mkdir(parents=True)
    (folder / "resolv.conf").write_bytes(cell.resolver_file())
    (folder / "hosts").write_text("127.0.0.1 localhost\n")
    caller = [sys.executable, str(Path(__file__).with_name("caller.py"))]
    proxy = {"HTTPS_PROXY": f"http://{cell.proxy}:{PROXY_PORT}"} if cell.proxy else {}
    where = [cell.proxy, str(PROXY_PORT)] if cell.proxy else [HOST, "443"]

    def fared(*command: str, **environment: str) -> Fared:
        try:
            return Fared(**json.loads(_inside(cell, folder, chain, [*caller, *command], environment)[0]))
        except subprocess.TimeoutExpired:
            # With use-vc and a server that takes the connection and stays silent, glibc waits for minutes.
            return Fared(False, LIMIT, "no answer")

    glibc = fared("glibc", *where)
    boto3 = fared("boto3", str(bundle), **_KEYS, **proxy) if cell.sample else None
    key = str(places.KEYS / "rsa2048.pem")
    command = [str(places.CLI), "register", "--json", "--product-code", "p", "--public-key", key, "--deadline", "60"]
    environment = {**_KEYS, **proxy, "AWS_REGION": "eu-west-3", "AWS_CA_BUNDLE": str(bundle)}
    with Beside() as machine:
        said, log = _inside(cell, folder, chain, command, environment)
    found = json.loads(said)
    library = Fared(
        found["status"] == "MPMETER_OK", found["elapsed_ms"] / 1000, f"{found['status']}: {found['message']}"
    )
    return Outcome(cell, glibc, library, boto3, found["attempts"], len(log), machine.allowance)


_KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}


def _inside(
    cell: Cell, folder: Path, chain: Path, command: list[str], environment: dict[str, str]
) -> tuple[str, list[str]]:
    """What `command` prints in a namespace with the cell's servers, and the questions that they were asked."""
    v4 = [f"{address}/32" for address in (*SERVERS, SERVICE)] if cell.stack in ("both", "v4", "loopback") else []
    v6 = [f"{address}/128 nodad" for address in (*SERVERS_V6, SERVICE_V6)] if cell.stack != "v4" else []
    v6 += [f"{address}/64 nodad" for address in LINK_LOCAL] if cell.stack == "link-local" else []
    surroundings = {"PATH": os.environ["PATH"], "FOLDER": str(folder), "ADDRESSES": "\n".join(v4 + v6)}
    server = [sys.executable, str(Path(__file__).with_name("server.py")), json.dumps(cell.plan(chain))]
    holder = subprocess.Popen(
        ["unshare", "-rnm", "sh", "-c", _SETUP, "sh", *server],
        env=surroundings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None and holder.stdin is not None
    try:
        if holder.stdout.readline() != "ready\n":
            raise RuntimeError(f"{cell.id}: the servers do not start")
        prefix = ["nsenter", "--target", str(holder.pid), "--user", "--net", "--mount", "--preserve-credentials", "--"]
        done = subprocess.run(
            [*prefix, *command],
            env={"PATH": os.environ["PATH"], **environment},
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        if not done.stdout:
            raise RuntimeError(f"{cell.id}: {done.stderr}")
        return done.stdout, _log(holder)
    finally:
        holder.kill()
        holder.wait()


def _log(holder: subprocess.Popen[str]) -> list[str]:
    said, _ = holder.communicate(timeout=120)
    log: list[str] = json.loads(said)
    return log
