"""Where a container may put the library: as process 1, with a root that cannot be written to, without /tmp, /proc, /dev and /etc."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Callable

from . import places, product
from .sandbox import Sandbox

# `unshare` that fails is an error, not a reason to skip.
AS_PROCESS_1 = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "sh", "-c", 'test $$ = 1 && exec "$0" "$@"']
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
        "register", "--json", "--product-code", running.product_code, "--public-key", running.key, environment=running.surroundings(),
        prefix=AS_PROCESS_1,
    )  # fmt: skip
    outcome.expect_registration(platform="fargate")


def _scratch_image(root: Path) -> None:
    """The command line, the library, and what of libc they need: the linker's own list of it."""
    listed = subprocess.run(["ldd", str(places.CLI)], capture_output=True, text=True, check=True).stdout
    libraries = {Path(path) for path in re.findall(r"(/\S+) \(0x", listed)}
    assert places.LIBRARY.resolve() in {library.resolve() for library in libraries}
    for folder in ("bin", "lib", "lib64"):
        (root / folder).mkdir(parents=True)
    shutil.copy(places.CLI, root / "bin/mpmeter")
    for library in libraries:
        shutil.copy(library, root / ("lib64" if library.name.startswith("ld-") else "lib") / library.name)


def test_with_a_read_only_root_and_nothing_else_in_it(sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    running, root = sandbox("ecs-fargate", tls=True), tmp_path / "root"
    _scratch_image(root)
    shutil.copy(running.key, root / "key.pem")
    shutil.copy(running.environment["AWS_CA_BUNDLE"], root / "bundle.pem")
    environment = running.surroundings({"AWS_CA_BUNDLE": "/bundle.pem", "LD_LIBRARY_PATH": "/lib"})
    environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"
    done = subprocess.run(
        ["unshare", "-rm", "env", f"ROOT={root}", "sh", "-c", IN_READ_ONLY_ROOT, "sh", "register", "--json",
         "--product-code", running.product_code, "--public-key", "/key.pem"],
        env=environment, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '"status":"MPMETER_OK"' in done.stdout.replace(": ", ":")
    assert {path.name for path in root.iterdir()} == {"bin", "lib", "lib64", "key.pem", "bundle.pem"}
