"""The files that name resolution reads are the buyer's: whatever is in them, the call ends with a status, and nothing
is read out of bounds.

resolv.conf(5), hosts(5), nsswitch.conf(5). CVE-2024-25629 (c-ares): a line that begins with NUL.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from . import places

CONTENTS = {
    "empty": b"",
    "a line that begins with NUL": b"\0nameserver 127.0.0.1\n\0\n\nnameserver 127.0.0.1\n",
    "NULs alone": b"\0" * 10_000,
    "no end of line": b"nameserver 127.0.0.1",
    "one line of a mebibyte": b"search " + b"a." * 500_000 + b"\n",
    "100,000 servers": b"nameserver 127.0.0.1\n" * 100_000,
    "100,000 servers in a line": b"nameserver " + b"127.0.0.1 " * 100_000 + b"\n",
    "addresses that are none": b"nameserver 999.1.1.1\nnameserver ::::\nnameserver [::1]:99999\nnameserver "
    b"127.0.0.1%\n",
    "sortlist": b"sortlist 1/ /// 1.2.3.4/99 ::/129 1.2.3.4/255.255.255.256\noptions ndots:99999999999 "
    b"timeout:-1 attempts:x\n",
    "300,000 sortlist entries": b"sortlist 1.1.1.1\n" * 300_000,
    "100,000 addresses": b"".join(
        b"127.%d.%d.%d metering.marketplace.eu-west-3.amazonaws.com\n" % (n >> 16 & 255, n >> 8 & 255, n & 255)
        for n in range(1, 100_000)
    ),
    "100 MiB": b"# nothing\n" * (10 << 20),
    "random bytes": bytes((index * 197 + index // 251 * 31) % 256 for index in range(20_000)),
}
# The three share what reads their lines.
CASES = [("resolv.conf", content) for content in CONTENTS] + [
    (file, content)
    for file in ("hosts", "nsswitch.conf")
    for content in ("a line that begins with NUL", "random bytes", "100 MiB", "100,000 addresses")
]
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "AWS_REGION": "eu-west-3",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_EC2_METADATA_DISABLED": "true",
}
# No network at all, so that no name leads anywhere, and the file in the place of the machine's.
INSIDE = 'ip link set lo up && mount --bind "$0" "$1" && shift && exec "$@"'


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy for valgrind, which cannot read the debug information that today's clang writes."""
    directory = tmp_path_factory.mktemp("valgrind")
    subprocess.run(
        ["objcopy", "--remove-section=.gnu_debuglink", places.LIBRARY, directory / "libmpmeter.so.1"], check=True
    )
    return directory


@pytest.mark.parametrize("file, content", CASES)
def test_whatever_is_in_it(file: str, content: str, library: Path, tmp_path: Path) -> None:
    path = tmp_path / file
    path.write_bytes(CONTENTS[content])
    environment = {**ENVIRONMENT, "LD_LIBRARY_PATH": str(library)}
    command = ["unshare", "-rnm", "sh", "-c", INSIDE, str(path), f"/etc/{file}"]
    command += ["valgrind", "-q", "--error-exitcode=99", str(places.SHARED_CLI)]
    command += ["register", "--product-code", "p", "--public-key", str(places.KEYS / "rsa2048.pem"), "--deadline", "3"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 75, done.stderr
    # Which of the two depends on how fast the machine is.
    assert "MPMETER_E_NETWORK" in done.stderr or "MPMETER_E_DEADLINE" in done.stderr


@pytest.mark.parametrize("file", ["resolv.conf", "hosts"])
def test_a_file_without_an_end(file: str) -> None:
    """proc(5): /proc/self/pagemap is a regular file that says it is empty, and goes on and on. Nothing is read for
    longer than the deadline."""
    linked = 'ip link set lo up && mount -t tmpfs none /etc && ln -s /proc/self/pagemap "/etc/$0" && exec "$@"'
    command = ["unshare", "-rnm", "sh", "-c", linked, file, str(places.CLI), "register", "--product-code", "p"]
    command += ["--public-key", str(places.KEYS / "rsa2048.pem"), "--deadline", "1"]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 75, done.stderr


@pytest.mark.parametrize("server", ["fe80::1", "fe80::1%nosuch", "fe80::1%99999999999999999999"])
def test_a_link_local_server_without_its_interface(server: str, tmp_path: Path) -> None:
    """c-ares passes over it in silence; the message said that the server answers something that is not DNS."""
    path = tmp_path / "resolv.conf"
    path.write_text(f"nameserver {server}\n")
    command = ["unshare", "-rnm", "sh", "-c", INSIDE, str(path), "/etc/resolv.conf", str(places.CLI), "register"]
    command += ["--product-code", "p", "--public-key", str(places.KEYS / "rsa2048.pem"), "--deadline", "3"]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 75, done.stderr
    assert f"no DNS server in /etc/resolv.conf can be asked: {server}. A link-local address needs" in done.stderr
