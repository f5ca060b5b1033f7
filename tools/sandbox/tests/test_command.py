"""The command is run untouched: its streams, its status, its signals; and nothing stays behind."""

from __future__ import annotations

import json
import os
import random
import re
import shlex
import signal
import socket
import subprocess
import sys
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import COMMAND, alive, run
from sandbox_client import register

RUN = ("run", "--scenario", "ecs-ec2")


def leftovers(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir()]


@pytest.fixture
def scratch(tmp_path: Path) -> dict[str, str]:
    """An environment whose temporary files go to a directory that a test can look into."""
    directory = tmp_path / "scratch"
    directory.mkdir()
    return {**os.environ, "TMPDIR": str(directory)}


@pytest.mark.parametrize("status", [0, 1, 75, 255])
def test_the_exit_status_is_the_commands(status: int) -> None:
    assert run(*RUN, "--", "sh", "-c", f"exit {status}").returncode == status


@pytest.mark.parametrize("name", ["KILL", "TERM", "SEGV"])
def test_a_killed_command_is_128_and_the_signal(name: str) -> None:
    assert run(*RUN, "--", "sh", "-c", f"kill -{name} $$").returncode == 128 + getattr(signal, f"SIG{name}")


def test_a_command_that_is_not_there_or_not_a_program(tmp_path: Path, scratch: dict[str, str]) -> None:
    missing = run(*RUN, "--", "/nonexistent/program", env=scratch)
    assert missing.returncode == 127 and "/nonexistent/program" in missing.stderr
    assert run(*RUN, "--", str(tmp_path)).returncode == 126
    assert leftovers(Path(scratch["TMPDIR"])) == []


def test_the_streams_are_the_commands_own() -> None:
    done = run(*RUN, "--", "sh", "-c", "cat; printf err >&2", input="bytes in\n")
    assert (done.stdout, done.stderr) == ("bytes in\n", "err")


def test_the_command_gets_arguments_as_they_are() -> None:
    done = run(
        *RUN,
        "--",
        sys.executable,
        "-c",
        "import json, sys; print(json.dumps(sys.argv[1:]))",
        "--",
        "a b",
        "",
        "--fault",
        "*",
    )
    assert json.loads(done.stdout) == ["--", "a b", "", "--fault", "*"]


def test_other_open_descriptors_are_handed_down() -> None:
    script = f"exec {shlex.join(COMMAND)} run --scenario ecs-ec2 -- cat <&- 3<<END /dev/fd/3\nhanded down\nEND\n"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=300)
    assert done.stdout == "handed down\n", done.stderr


def test_the_sandboxs_own_descriptors_are_not(tmp_path: Path) -> None:
    child = (
        "import os; print([os.readlink(p) for p in (f'/proc/self/fd/{n}' for n in range(3, 64)) if os.path.lexists(p)])"
    )
    done = run(*RUN, "--log", str(tmp_path / "log"), "--", sys.executable, "-c", child)
    assert done.returncode == 0 and "socket" not in done.stdout and "log" not in done.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_go_to_the_command(number: int, background: Callable[..., Any]) -> None:
    child = (
        "import signal, sys\n"
        "def handle(number, frame): print('got', number, flush=True); sys.exit(7)\n"
        "for n in (signal.SIGTERM, signal.SIGINT): signal.signal(n, handle)\n"
        "print('ready', flush=True)\n"
        "signal.pause()\n"
    )
    process = background(*RUN, "--", sys.executable, "-c", child)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    out, err = process.communicate(timeout=120)
    assert (out, err, process.returncode) == (f"got {int(number)}\n", "", 7)


def test_nothing_is_left_running(background: Callable[..., Any], scratch: dict[str, str]) -> None:
    child = "import os, signal; print(os.getpid(), os.environ['AWS_ENDPOINT_URL_STS'], flush=True); signal.pause()"
    process = background(*RUN, "--", sys.executable, "-c", child, env=scratch)
    pid, url = process.stdout.readline().split()
    port = urllib.parse.urlsplit(url).port
    socket.create_connection(("127.0.0.1", port), timeout=60).close()
    assert leftovers(Path(scratch["TMPDIR"])) != []
    process.terminate()
    assert process.wait(120) == 128 + signal.SIGTERM
    assert not alive(int(pid))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=60)
    assert leftovers(Path(scratch["TMPDIR"])) == []


def test_a_client_that_hangs_does_not_keep_the_sandbox(scratch: dict[str, str]) -> None:
    child = (
        "import os, socket, subprocess, sys, urllib.parse\n"
        "url = urllib.parse.urlsplit(os.environ['AWS_ENDPOINT_URL_STS'])\n"
        "s = socket.create_connection((url.hostname, url.port)); s.sendall(b'GET / HTTP/1.1\\r\\nHost: "
        "x\\r\\n\\r\\n')\n"
        "os.set_inheritable(s.fileno(), True)\n"
        "none = subprocess.DEVNULL\n"
        "print(subprocess.Popen(['sleep', '60'], close_fds=False, stdin=none, stdout=none, stderr=none).pid)\n"
    )
    done = run(*RUN, "--fault", "hang@sts", "--", sys.executable, "-c", child, env=scratch)
    assert done.returncode == 0 and done.stderr == ""
    client = int(done.stdout)
    assert alive(client), "the sandbox waited for the client"
    os.kill(client, signal.SIGKILL)
    assert leftovers(Path(scratch["TMPDIR"])) == []


NOISY = """
import os, socket, ssl, urllib.parse
url = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL_MARKETPLACE_METERING"])
for content in (
    b"GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n", b"no http\\r\\n\\r\\n",
    b"POST / HTTP/1.1\\r\\nContent-Length: 9\\r\\n\\r\\n", b"",
    b"GET / HTTP/1.1\\r\\nA: " + b"x" * 99999,
):
    s = socket.create_connection((url.hostname, url.port), timeout=2)
    try:
        if url.scheme == "https": s = ssl.create_default_context().wrap_socket(s, server_hostname="127.0.0.1")
        s.sendall(content)
        s.recv(10)
    except OSError: pass
    s.close()
"""


@pytest.mark.parametrize(
    "fault",
    [
        "throttle",
        "reset",
        "reset-mid-body",
        "slow",
        "endless",
        "oversized",
        "truncated",
        "tls-expired",
        "tls-self-signed",
    ],
)
def test_clients_that_misbehave_leave_no_trace_on_the_commands_streams(fault: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    done = run(
        *RUN, "--log", str(log), "--fault", fault, "--", sys.executable, "-c", NOISY + "import time; time.sleep(0.3)"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    if not fault.startswith("tls-"):
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        assert lines[0]["path"] == "/" and lines[0]["fault"] == fault
        # Which of the others are worth a report differs between aiohttp's versions; "no http" always is.
        assert {line["problem"].split(":")[0] for line in lines[1:]} == {"not HTTP"}


def exported(process: Any) -> dict[str, str]:
    """The printed environment, up to the process id, which comes last."""
    variables: dict[str, str] = {}
    while "MPMETER_SANDBOX_PID" not in variables:
        line = process.stdout.readline()
        match = re.fullmatch(r"export (\w+)='(.*)'\n", line)
        assert match is not None, line
        variables[match.group(1)] = match.group(2)
    assert variables["MPMETER_SANDBOX_PID"] == str(process.pid)
    return variables


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_prints_the_environment_and_serves_until_a_signal(
    number: int, background: Callable[..., Any], scratch: dict[str, str]
) -> None:
    process = background("serve", "--scenario", "ecs-ec2", "--set", "QUOTE=x'y z", env=scratch)
    variables = exported(process)
    assert variables["QUOTE"] == "x'\\''y z"
    assert register(variables).status == 200
    process.send_signal(number)
    out, err = process.communicate(timeout=120)
    assert (out, err, process.returncode) == ("", "", 0)
    assert leftovers(Path(scratch["TMPDIR"])) == []


def free_ports(count: int) -> int:
    """The first of some consecutive ports, below the range that the kernel hands out to anybody (32768 and up)."""
    for first in random.sample(range(20000, 30000), 200):
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise AssertionError("no free ports")


def test_serve_takes_consecutive_ports(background: Callable[..., Any]) -> None:
    port = free_ports(5)
    process = background("serve", "--scenario", "ecs-ec2", "--port", str(port))
    variables = exported(process)
    assert variables["AWS_ENDPOINT_URL_MARKETPLACE_METERING"] == f"http://127.0.0.1:{port}"
    assert variables["AWS_ENDPOINT_URL_STS"] == f"http://127.0.0.1:{port + 1}"
    process.terminate()
    process.wait(120)


def test_a_taken_port_is_one_line_and_status_1(background: Callable[..., Any], scratch: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", "--scenario", "local", "--port", str(taken.getsockname()[1]), env=scratch)
    assert done.returncode == 1 and done.stderr.startswith("mpmeter-sandbox: ") and "Traceback" not in done.stderr
    assert leftovers(Path(scratch["TMPDIR"])) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--scenario", "ecs-ec2"],
        ["run", "--scenario", "ecs-ec2", "--"],
        ["run", "--scenario", "nowhere", "--", "true"],
        ["run", "--", "true"],
        ["serve", "--scenario", "local", "--", "true"],
        ["run", "--scenario", "local", "--region", "no region", "--", "true"],
        ["run", "--scenario", "local", "--product", "code", "--", "true"],
        ["run", "--scenario", "local", "--key-bits", "512", "--", "true"],
        ["run", "--scenario", "local", "--set", "NAME", "--", "true"],
        [],
    ],
)
def test_usage_errors_are_status_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2 and done.stdout == "" and "usage:" in done.stderr


def test_scenarios_are_listed() -> None:
    assert [line.split()[0] for line in run("scenarios").stdout.splitlines()] == sorted(
        ["ecs-ec2", "ecs-fargate", "eks-irsa", "eks-pod-identity", "ec2", "local"]
    )
