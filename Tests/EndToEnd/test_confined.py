"""Where a container may put the library: as process 1, with a root that cannot be written to, without /tmp, /proc, /dev
and /etc."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Callable

from . import places, product
from .sandbox import Sandbox

# `unshare` that fails is an error, not a reason to skip.
AS_PROCESS_1 = [
    "unshare",
    "--user",
    "--map-root-user",
    "--pid",
    "--fork",
    "--mount-proc",
    "sh",
    "-c",
    'test $$ = 1 && exec "$0" "$@"',
]
IN_READ_ONLY_ROOT = """
set -eu
mount --bind "$ROOT" "$ROOT"
mount -o remount,bind,ro "$ROOT"
if touch "$ROOT/written" 2>/dev/null; then echo "$ROOT can be written to" >&2; exit 99; fi
cd "$ROOT"
exec chroot . /bin/mpmeter "$@"
"""


def test_as_process_1(sandbox: Callable[..., Sandbox]) -> None:
    running = sandbox("ecs-fargate", tls=True)
    outcome = product.run(
        *running.registering,
        environment=running.surroundings(),
        prefix=AS_PROCESS_1,
    )
    outcome.expect_registration(platform="fargate")


def test_the_command_line_is_one_static_file() -> None:
    """No loader and no library, so neither LD_LIBRARY_PATH nor LD_PRELOAD has anything to change."""
    headers = subprocess.run(["readelf", "-lW", str(places.CLI)], capture_output=True, text=True, check=True).stdout
    assert "LOAD" in headers and "INTERP" not in headers and "DYNAMIC" not in headers


def test_with_a_read_only_root_and_nothing_else_in_it(sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    running, root = sandbox("ecs-fargate", tls=True), tmp_path / "root"
    (root / "bin").mkdir(parents=True)
    shutil.copy(places.CLI, root / "bin/mpmeter")
    shutil.copy(running.key, root / "key.pem")
    shutil.copy(running.environment["AWS_CA_BUNDLE"], root / "bundle.pem")
    environment = running.surroundings({"AWS_CA_BUNDLE": "/bundle.pem"})
    environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"
    done = subprocess.run(
        [
            "unshare",
            "-rm",
            "env",
            f"ROOT={root}",
            "sh",
            "-c",
            IN_READ_ONLY_ROOT,
            "sh",
            "register",
            "--json",
            "--product-code",
            running.product_code,
            "--public-key",
            "/key.pem",
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"status":"MPMETER_OK"' in done.stdout.replace(": ", ":")
    assert {path.name for path in root.iterdir()} == {"bin", "key.pem", "bundle.pem"}


def limited(running: Sandbox, kibibytes: int) -> str:
    """The status of a registration in so much address space; "" if the process ended before it had one."""
    done = subprocess.run(
        ["prlimit", f"--as={kibibytes << 10}", str(places.CLI), *running.registering, "--deadline", "1"],
        env=running.surroundings(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    if done.stdout:
        return str(json.loads(done.stdout)["status"])
    assert done.returncode != 0
    return ""


def test_a_shortage_of_memory_is_not_told_as_the_servers_certificate(sandbox: Callable[..., Sandbox]) -> None:
    """Downwards from the least address space that is enough: what fails says that memory is short, not E_TLS."""
    running = sandbox("ecs-fargate", tls=True)
    least, enough = 1 << 10, 64 << 10
    while enough - least > 16:
        middle = (least + enough) // 2
        least, enough = (least, middle) if limited(running, middle) == "MPMETER_OK" else (middle, enough)
    found = {limited(running, enough - 12 * step) for step in range(60)}
    assert found <= {"MPMETER_OK", "MPMETER_E_OUT_OF_MEMORY", "MPMETER_E_INTERNAL", "MPMETER_E_NETWORK", ""}, found
    assert "MPMETER_E_OUT_OF_MEMORY" in found, found
