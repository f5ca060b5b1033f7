"""The Lua binding where it runs: LuaJIT, the example, nginx with its workers. luarocks installed the rock before."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from EndToEnd.ports import free_port
from EndToEnd.sandbox import Sandbox
from Supervisors.container import Container

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
TREE = Path(os.environ["MPMETER_LUA_TREE"])
SANDBOX = Path(sys.executable).parent / "mpmeter-sandbox"
README = (ROOT / "bindings/lua/README.md").read_text()
PRODUCT = "4w1vgsrkqdkypbz43g7qkk4uz"
KEY = ROOT / "Tests/Vectors/keys/rsa2048.pem"
PATHS = {"LUA_PATH": f"{TREE}/share/lua/5.1/?.lua;;", "LUA_CPATH": f"{TREE}/lib/lua/5.1/?.so;;"}
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MPMETER_", "ECS_"))},
    **PATHS,
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


def test_sigterm_ends_the_example_as_process_1(tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples/lua/register.lua", tmp_path)
    with Sandbox("ecs-fargate", "throttle", products=[f"{PRODUCT}=entitled"]) as aws:
        shutil.copy(aws.key, tmp_path / "product.pem")
        with Container(aws, tmp_path, ["luajit", f"{tmp_path}/register.lua"], PATHS) as container:
            container.until(lambda: container.calls() >= 2, "a second call")
            container.terminate()
            assert container.ends() == 15, container.output


def test_metering(tmp_path: Path) -> None:
    done = in_sandbox("luajit", str(HERE / "metering.lua"), str(tmp_path / "journal"))
    assert (done.returncode, done.stdout) == (0, "metered\n"), done.stderr


def test_the_example_in_the_readme_is_the_example() -> None:
    for name, language in (("register.lua", "lua"), ("nginx.conf", "nginx")):
        shown = re.search(rf"<!-- examples/lua/{re.escape(name)} -->\n```{language}\n(.*?)```", README, re.DOTALL)
        assert shown is not None and shown.group(1) == (ROOT / "examples/lua" / name).read_text()


def nginx(folder: Path, port: int, deadline: int = 1800) -> list[str]:
    """The README's configuration, with places of this test's; Debian's modules are loaded by a line of their own."""
    text = (ROOT / "examples/lua/nginx.conf").read_text().replace("1800", str(deadline))
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


def in_container(aws: Sandbox, folder: Path, port: int, deadline: int = 1800) -> Container:
    """nginx as process 1."""
    shutil.copy(aws.key, folder / "product.pem")
    return Container(aws, folder, nginx(folder, port, deadline))


@pytest.mark.parametrize(
    "state, fault, deadline, status, error",
    [
        ("not-entitled", [], 1800, 1, r"MPMETER_E_CUSTOMER_NOT_ENTITLED \(terminate\)"),
        ("entitled", ["throttle"], 5, 75, r"MPMETER_E_\w+ \(retry\)"),
    ],
    ids=["a refusal", "throttled until the deadline"],
)
def test_nginx_starts_only_if_it_is_registered(
    state: str, fault: list[str], deadline: int, status: int, error: str, tmp_path: Path
) -> None:
    with (
        Sandbox("ecs-fargate", *fault, products=[f"{PRODUCT}={state}"]) as aws,
        in_container(aws, tmp_path, free_port(), deadline) as container,
    ):
        assert container.ends() == status, container.output
        assert re.search(f"not registered: {error}: ", container.output)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT])
def test_a_signal_ends_the_wait_of_nginx(number: signal.Signals, tmp_path: Path) -> None:
    """SIGQUIT is what the official images of nginx are stopped with."""
    with (
        Sandbox("ecs-fargate", "throttle", products=[f"{PRODUCT}=entitled"]) as aws,
        in_container(aws, tmp_path, free_port()) as container,
    ):
        container.until(lambda: container.calls() >= 2, "a second call")
        os.kill(container.first_process(), number)
        assert container.ends() == number, container.output


def test_the_configuration_is_checked_without_a_call(tmp_path: Path) -> None:
    done = subprocess.run([*nginx(tmp_path, free_port()), "-t"], env=ENVIRONMENT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nginx_serves_when_it_is_registered(tmp_path: Path) -> None:
    port = free_port()
    with (
        Sandbox("ecs-fargate", products=[f"{PRODUCT}=entitled"]) as aws,
        in_container(aws, tmp_path, port) as container,
    ):
        assert container.serves(port) == "the product begins here\n"
        assert container.calls() == 1, "one registration for the master and its workers"
        assert "registered in eu-west-3" in container.output
        os.kill(container.first_process(), signal.SIGQUIT)
        assert container.ends() == 0 and "gracefully shutting down" in container.output, container.output


def test_a_reload_leaves_nginx_its_signals_and_a_refused_one_leaves_it_running(tmp_path: Path) -> None:
    """A reload runs init_by_lua again, in the master that serves."""
    port = free_port()
    with (
        Sandbox("ecs-fargate", products=[f"{PRODUCT}=entitled"]) as aws,
        in_container(aws, tmp_path, port) as container,
    ):
        container.serves(port)
        os.kill(container.first_process(), signal.SIGHUP)
        container.until(lambda: container.output.count("registered in eu-west-3") == 2, "it is registered again")
        (tmp_path / "product.pem").write_text("not a key")
        os.kill(container.first_process(), signal.SIGHUP)
        container.until(lambda: "not registered: MPMETER_E_PUBLIC_KEY" in container.output, "the reload is refused")
        assert container.serves(port) == "the product begins here\n"
        container.terminate()
        assert container.ends() == 0 and "(SIGTERM) received" in container.output, container.output
