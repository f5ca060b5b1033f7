"""What the library does to a process that loads it, and what such a process may do meanwhile. The hosts are in hosts/,
by ctypes alone.

'No threads, no signal handlers, no setenv, no exit handlers, no writes to stdout or stderr. The environment is read
once, on the caller's thread, when the client is made. A child after fork() can use the library.'
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest

from . import places
from .sandbox import Sandbox

HOSTS = Path(__file__).with_name("hosts")


def run(
    host: str, sandbox: Sandbox, *arguments: str, expect_stderr: str = "", **variables: str
) -> list[dict[str, Any]]:
    """A host to its good end; what the sandbox then saw at metering."""
    before = len(sandbox.requests())
    environment = {**sandbox.surroundings(variables), "MPMETER_LIBRARY": str(places.LIBRARY)}
    done = subprocess.run(
        [sys.executable, str(HOSTS / host), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{host} ended with {done.returncode}:\n{done.stderr}"
    assert done.stdout.startswith("OK") and len(done.stdout.splitlines()) == 1
    assert done.stderr == expect_stderr
    sandbox.assert_nothing_secret(done.stdout + done.stderr, environment)
    return [request for request in sandbox.requests()[before:] if request["service"] == "metering"]


@pytest.mark.parametrize("order", ["openssl-first", "library-first"])
@pytest.mark.parametrize("mode", ["local", "global"])
def test_beside_cpythons_own_openssl(mode: str, order: str, sandbox: Callable[..., Sandbox]) -> None:
    """nodejs/node#24964, nodejs/help#1724. RTLD_GLOBAL shows the library's symbols to everybody: it must have none but
    its own."""
    requests = run("beside_openssl.py", sandbox("ecs-fargate", tls=True), mode, order)
    assert len(requests) == 13 and all(request["status"] == 200 for request in requests)


@pytest.mark.parametrize("scenario, tls", [("ecs-ec2", False), ("eks-irsa", True)])
def test_the_process_is_left_as_it_was(scenario: str, tls: bool, sandbox: Callable[..., Sandbox]) -> None:
    assert len(run("quiet.py", sandbox(scenario, tls=tls))) == 2


def test_children_inherit_a_registration(sandbox: Callable[..., Sandbox]) -> None:
    """Four processes, one registration."""
    assert len(run("forks.py", sandbox("ecs-fargate"))) == 1


def test_fork_while_a_thread_is_inside(sandbox: Callable[..., Sandbox]) -> None:
    run("forks_in_the_middle.py", sandbox("ecs-fargate", tls=True))


@pytest.mark.parametrize("scenario", ["ecs-fargate", "ecs-ec2"])
def test_the_environment_may_change_meanwhile(scenario: str, sandbox: Callable[..., Sandbox]) -> None:
    assert len(run("environment_hammer.py", sandbox(scenario))) == 36


# ---- What the library calls ------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def spy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The preloaded library of hosts/spy.c."""
    built = tmp_path_factory.mktemp("spy") / "spy.so"
    subprocess.run(
        [
            "cc",
            "-O1",
            "-shared",
            "-fPIC",
            "-fno-builtin",
            "-Wall",
            "-Werror",
            str(HOSTS / "spy.c"),
            "-o",
            str(built),
            "-ldl",
        ],
        check=True,
    )
    return built


ALLOWED = {"clock_gettime", "open"}
# The one reading of the environment, when the client is made: the variables of docs/environment.md, and no other.
SNAPSHOT = {
    f"getenv {name}" for name in re.findall(r"`([A-Za-z0-9_]+)`", (places.ROOT / "docs/environment.md").read_text())
}


@pytest.mark.parametrize(
    "scenario, tls", [("ecs-ec2", False), ("ecs-fargate", True), ("eks-irsa", True), ("ec2", False)]
)
def test_manners(scenario: str, tls: bool, spy: Path, sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """No exit handler, no thread, no signal handler, no setenv, no getenv but of the variables that are documented,
    nothing written to stdout or stderr."""
    running = sandbox(scenario, tls=tls)
    log = tmp_path / "spy.log"
    key_log, aliases = tmp_path / "keys.log", tmp_path / "aliases"
    aliases.write_text("127.0.0.1 nowhere.example.com\n")
    # What would steer a libcurl, an OpenSSL or a resolver that looked for itself.
    traps = {
        "SSLKEYLOGFILE": str(key_log),
        "OPENSSL_CONF": str(_broken_configuration(tmp_path)),
        "OPENSSL_MODULES": "/nonexistent",
        "SSL_CERT_DIR": "/nonexistent",
        "RES_OPTIONS": "ndots:15 timeout:1 attempts:1",
        "LOCALDOMAIN": "example.com",
        "HOSTALIASES": str(aliases),
        "CURL_CA_BUNDLE": "/nonexistent",
        "HTTP_PROXY": "http://127.0.0.1:1",
        "ALL_PROXY": "socks5://127.0.0.1:1",
        "CARES_SERVERS": "192.0.2.1",
        "MALLOC_PERTURB_": "165",
    }
    environment = running.surroundings({**traps, "SPY_LOG": str(log), "LD_PRELOAD": str(spy)})
    environment["MPMETER_LIBRARY"] = str(places.LIBRARY)
    # The command line is C over the same library; a host in Python would need its own OpenSSL to survive the broken
    # configuration.
    command = [str(places.SHARED_CLI), *running.registering]
    environment["LD_LIBRARY_PATH"] = str(places.LIBRARY.parent)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == (0 if scenario != "ec2" else 1), done.stderr

    lines = log.read_text().splitlines()
    assert any(line.startswith("clock_gettime") for line in lines), "the spy saw nothing of the library at all"
    assert [line for line in lines if line.split(" ")[0] not in ALLOWED and line not in SNAPSHOT] == []
    assert not key_log.exists(), "SSLKEYLOGFILE: the TLS secrets were written down"
    opened = {line.split(" ", 1)[1] for line in lines if line.startswith("open ")}
    assert not [
        path for path in opened if "openssl" in path or path == traps["OPENSSL_CONF"] or path == traps["HOSTALIASES"]
    ], opened


def _broken_configuration(directory: Path) -> Path:
    """An openssl.cnf with which no OpenSSL that reads it starts."""
    place = directory / "openssl.cnf"
    place.write_text(
        "openssl_conf = init\n[init]\nproviders = none\nssl_conf = ssl\n[none]\nnowhere = nothing\n[ssl]\n"
        "system_default = x\n"
    )
    return place


def test_the_spy_can_see(spy: Path, tmp_path: Path) -> None:
    """The control: a library of that name that does everything it must not."""
    bad = tmp_path / "libmpmeter-bad.so"
    source = tmp_path / "bad.c"
    source.write_text(
        "#include <signal.h>\n#include <stdlib.h>\n#include <unistd.h>\n#include <pthread.h>\n"
        "static void *nothing(void *p) { return p; }\nstatic void end(void) {}\n"
        'void mpmeter_bad(void) { pthread_t t; atexit(end); signal(SIGUSR1, SIG_IGN); setenv("A", "b", 1); '
        'getenv("A");\n'
        '  pthread_create(&t, 0, nothing, 0); pthread_join(t, 0); if (write(2, "", 0)) return; }\n'
    )
    subprocess.run(["cc", "-shared", "-fPIC", str(source), "-o", str(bad)], check=True)
    log = tmp_path / "spy.log"
    subprocess.run(
        [sys.executable, "-c", f"import ctypes; ctypes.CDLL({str(bad)!r}).mpmeter_bad()"],
        env={"PATH": os.environ["PATH"], "SPY_LOG": str(log), "LD_PRELOAD": str(spy)},
        check=True,
    )
    seen = {line.split(" ")[0] for line in log.read_text().splitlines()}
    assert {"__cxa_atexit", "signal", "setenv", "getenv", "pthread_create", "write"} <= seen


def test_traps_in_the_environment_of_a_host(sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """The same in a host with an OpenSSL of its own: its key log is its own business, and holds nothing of the
    library's."""
    running = sandbox("ecs-fargate", tls=True)
    key_log = tmp_path / "keys.log"
    requests = run(
        "registers.py", running, SSLKEYLOGFILE=str(key_log), RES_OPTIONS="ndots:15", LOCALDOMAIN="example.com"
    )
    assert len(requests) == 2
    assert not key_log.exists()
