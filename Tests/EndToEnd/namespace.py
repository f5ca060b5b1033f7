"""A network and a mount namespace of its own: the link-local addresses of AWS's metadata services, the names of AWS's
endpoints, and no way out. `unshare` that fails is an error, not a reason to skip."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TASK = "169.254.170.2"  # ECS: credentials and task metadata
POD = "169.254.170.23"  # EKS Pod Identity
INSTANCE = "169.254.169.254"
INSTANCE_V6 = "fd00:ec2::254"
POD_V6 = "fd00:ec2::23"
SERVICES = "10.99.0.1"  # what AWS's names resolve to
ELSEWHERE = "10.99.0.2"  # another machine

_SETUP = """
set -e
ip link set lo up
for address in $ADDRESSES; do ip address add "$address" dev lo nodad; done
mount --bind "$HOSTS" /etc/hosts
echo ready
exec cat
"""


class Namespace:
    """`with Namespace(directory, names) as namespace`: commands behind `namespace.prefix` run in it."""

    def __init__(self, directory: Path, names: Sequence[str] = ()) -> None:
        self.directory = directory
        self._hosts = directory / "hosts"
        self._hosts.write_text(
            f"127.0.0.1 localhost\n{SERVICES} {' '.join(names)}\n" if names else "127.0.0.1 localhost\n"
        )
        self._helpers: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Namespace:
        v4 = [f"{address}/32" for address in (TASK, POD, INSTANCE, SERVICES, ELSEWHERE)]
        v6 = [f"{address}/128" for address in (INSTANCE_V6, POD_V6)]
        environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOSTS": str(self._hosts),
            "ADDRESSES": " ".join(v4 + v6),
        }
        self._holder = self._start(["unshare", "-rnm", "sh", "-c", _SETUP], environment)
        self.prefix = [
            "nsenter",
            "--target",
            str(self._holder.pid),
            "--user",
            "--net",
            "--mount",
            "--preserve-credentials",
            "--",
        ]
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._helpers):
            assert process.stdin is not None
            process.stdin.close()
            process.terminate()
            process.wait(60)

    def relay(self, **plan: Any) -> None:
        """Relays and a proxy, as in relay.py."""
        self._start([*self.prefix, sys.executable, str(Path(__file__).with_name("relay.py")), json.dumps(plan)], None)

    def _start(self, command: list[str], environment: dict[str, str] | None) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            _, said = process.communicate()
            raise RuntimeError(f"{' '.join(command[:3])} failed, and is needed here: {said}")
        self._helpers.append(process)
        return process
