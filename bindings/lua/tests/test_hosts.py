"""The Lua binding where it runs: LuaJIT, the example, nginx with its workers. luarocks installed the rock before."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
TREE = Path(os.environ["MPMETER_LUA_TREE"])
SANDBOX = Path(sys.executable).parent / "mpmeter-sandbox"
README = (ROOT / "bindings/lua/README.md").read_text()
PRODUCT = "4w1vgsrkqdkypbz43g7qkk4uz"
KEY = ROOT / "Tests/Vectors/keys/rsa2048.pem"
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MPMETER_", "ECS_"))},
    "LUA_PATH": f"{TREE}/share/lua/5.1/?.lua;;",
    "LUA_CPATH": f"{TREE}/lib/lua/5.1/?.so;;",
}


def in_sandbox(*command: str, state: str = "entitled", fault: str | None = None) -> subprocess.CompletedProcess[str]:
    arguments = ["--scenario", "ecs-fargate", "--product", f"{PRODUCT}={state}", *(["--fault", fault] if fault else [])]
    return subprocess.run(
        [str(SANDBOX), "run", *arguments, "--", *command],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_offline() -> None:
    done = subprocess.run(
        ["luajit", str(HERE / "offline.lua"), str(KEY)],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0 and done.stdout.count("\nok ") >= 6, done.stdout + done.stderr


def test_the_rocks_own_library_comes_before_a_variable() -> None:
    """The environment is the buyer's: whoever chooses the library chooses the answer."""
    program = 'print(require("mpmeter").version())'
    done = subprocess.run(
        ["luajit", "-e", program],
        env={**ENVIRONMENT, "MPMETER_LIBRARY": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and re.fullmatch(r"\d+\.\d+\.\d+\n", done.stdout), done.stderr


@pytest.mark.parametrize("state, code", [("entitled", 0), ("not-entitled", 1)])
def test_the_example(state: str, code: int, tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples/lua/register.lua", tmp_path)
    copy = f'cp "$MPMETER_SANDBOX_PUBLIC_KEY" {tmp_path}/product.pem && exec luajit {tmp_path}/register.lua'
    done = in_sandbox("sh", "-c", copy, state=state)
    assert done.returncode == code, done.stderr
    if code == 0:
        assert done.stdout == "registered in eu-west-3: the product begins here\n"
    else:
        assert done.stdout == "" and "not registered: MPMETER_E_CUSTOMER_NOT_ENTITLED (terminate): " in done.stderr


def test_metering(tmp_path: Path) -> None:
    done = in_sandbox("luajit", str(HERE / "metering.lua"), str(tmp_path / "journal"))
    assert (done.returncode, done.stdout) == (0, "metered\n"), done.stderr


def test_the_example_in_the_readme_is_the_example() -> None:
    for name, language in (("register.lua", "lua"), ("nginx.conf", "nginx")):
        shown = re.search(rf"<!-- examples/lua/{re.escape(name)} -->\n```{language}\n(.*?)```", README, re.DOTALL)
        assert shown is not None and shown.group(1) == (ROOT / "examples/lua" / name).read_text()


def nginx(folder: Path, port: int) -> list[str]:
    """The README's configuration, with places of this test's; Debian's modules are loaded by a line of their own."""
    text = (ROOT / "examples/lua/nginx.conf").read_text()
    text = text.replace("/product.pem", f"{folder}/product.pem").replace("127.0.0.1:8080", f"127.0.0.1:{port}")
    modules = "".join(
        f"load_module /usr/lib/nginx/modules/{name}.so;\n" for name in ("ndk_http_module", "ngx_http_lua_module")
    )
    paths = "".join(
        f"  {name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    paths += f'  lua_package_path "{TREE}/share/lua/5.1/?.lua;;";\n  lua_package_cpath "{TREE}/lib/lua/5.1/?.so;;";\n'
    text = text.replace("http {\n", f"http {{\n{paths}", 1)
    (folder / "nginx.conf").write_text(f"{modules}user root;\npid {folder}/pid;\nworker_processes 2;\n{text}")
    return ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]


def free_port() -> int:
    """One that nothing gets by asking for any port: Linux gives those from 32768 on, to other tests as well."""
    while True:
        port = random.randrange(10_000, 30_000)
        with socket.socket() as found, contextlib.suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port


def test_nginx_starts_only_if_it_is_registered(tmp_path: Path) -> None:
    command = " ".join(nginx(tmp_path, free_port()))
    done = in_sandbox(
        "sh", "-c", f'cp "$MPMETER_SANDBOX_PUBLIC_KEY" {tmp_path}/product.pem && exec {command}', state="not-entitled"
    )
    assert done.returncode == 1 and "MPMETER_E_CUSTOMER_NOT_ENTITLED" in done.stderr, done.stderr


def test_nginx_serves_when_it_is_registered(tmp_path: Path) -> None:
    port = free_port()
    command = " ".join(nginx(tmp_path, port))
    shell = f'cp "$MPMETER_SANDBOX_PUBLIC_KEY" {tmp_path}/product.pem && exec {command}'
    arguments = ["--scenario", "ecs-fargate", "--product", f"{PRODUCT}=entitled", "--log", str(tmp_path / "log")]
    errors = (tmp_path / "stderr").open("w+")
    running = subprocess.Popen(
        [str(SANDBOX), "run", *arguments, "--", "sh", "-c", shell], env=ENVIRONMENT, stderr=errors
    )
    try:
        answer = None
        for _ in range(300):
            try:
                answer = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
                break
            except OSError:
                assert running.poll() is None, (tmp_path / "stderr").read_text()
                time.sleep(0.1)
        assert answer == b"the product begins here\n"
        assert (tmp_path / "log").read_text().count('"service": "metering"') == 1, (
            "one registration for the master and its workers"
        )
    finally:
        if (tmp_path / "pid").exists():
            os.kill(int((tmp_path / "pid").read_text()), signal.SIGTERM)
        running.wait(30)
    assert "registered in eu-west-3" in (tmp_path / "stderr").read_text()
