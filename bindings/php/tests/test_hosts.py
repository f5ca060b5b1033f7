"""The PHP binding where it runs: the CLI, the example, FPM with a preload script. Composer installed the package."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from EndToEnd.sandbox import Sandbox
from Supervisors.container import Container

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
PROJECT = Path(os.environ["MPMETER_PHP_PACKAGE"])
SANDBOX = Path(sys.executable).parent / "mpmeter-sandbox"
PACKAGES = PROJECT.parent / "packages"
README = (ROOT / "bindings/php/README.md").read_text()
PRODUCT = "4w1vgsrkqdkypbz43g7qkk4uz"
PHP = ["php8.2", "-d", "ffi.enable=1"]
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MPMETER_", "ECS_"))},
    "MPMETER_PHP_PACKAGE": str(PROJECT),
    "MPMETER_TEST_KEY": str(ROOT / "Tests/Vectors/keys/rsa2048.pem"),
}


def in_sandbox(folder: Path, *command: str, state: str = "entitled", log: str = "log") -> list[str]:
    """A command with the sandbox's key in the folder, and the project's vendor directory beside it."""
    (folder / "vendor").symlink_to(PROJECT / "vendor")
    shell = f'cp "$MPMETER_SANDBOX_PUBLIC_KEY" {folder}/product.pem && exec "$@"'
    arguments = ["--scenario", "ecs-fargate", "--product", f"{PRODUCT}={state}", "--log", str(folder / log)]
    return [str(SANDBOX), "run", *arguments, "--", "sh", "-c", shell, "sh", *command]


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False)


def test_phpunit() -> None:
    done = run(
        [
            *PHP,
            "/usr/bin/phpunit",
            "--do-not-cache-result",
            "--fail-on-warning",
            "--fail-on-risky",
            str(HERE / "MpmeterTest.php"),
        ]
    )
    assert done.returncode == 0 and "OK (" in done.stdout, done.stdout + done.stderr


def test_the_packages_own_library_comes_before_a_variable() -> None:
    """The environment is the buyer's: whoever chooses the library chooses the answer."""
    program = f'require "{PROJECT}/vendor/autoload.php"; echo Mpmeter\\Mpmeter::version();'
    done = run(["env", "MPMETER_LIBRARY=/nonexistent", *PHP, "-r", program])
    assert done.returncode == 0 and re.fullmatch(r"\d+\.\d+\.\d+", done.stdout), done.stdout + done.stderr


def test_ffi_that_is_switched_off_is_said() -> None:
    program = f'require "{PROJECT}/vendor/autoload.php"; echo Mpmeter\\Mpmeter::version();'
    done = run(["php8.2", "-d", "ffi.enable=0", "-r", program])
    said = done.stdout + done.stderr
    assert done.returncode == 255 and "LibraryNotFoundException" in said and "ffi.enable=true" in said


@pytest.mark.parametrize("state, code", [("entitled", 0), ("not-entitled", 1)])
def test_the_example(state: str, code: int, tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples/php/register.php", tmp_path)
    done = run(in_sandbox(tmp_path, *PHP, str(tmp_path / "register.php"), state=state))
    assert done.returncode == code, done.stderr
    if code == 0:
        assert done.stdout == "registered in eu-west-3: the product begins here\n"
    else:
        assert done.stdout == "" and "not registered: MPMETER_E_CUSTOMER_NOT_ENTITLED (terminate): " in done.stderr


def place(folder: Path, aws: Sandbox) -> None:
    """What the examples need beside them."""
    (folder / "vendor").symlink_to(PROJECT / "vendor")
    shutil.copy(aws.key, folder / "product.pem")


def test_sigterm_ends_the_example_as_process_1(tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples/php/register.php", tmp_path)
    with Sandbox("ecs-fargate", "throttle", products=[f"{PRODUCT}=entitled"]) as aws:
        place(tmp_path, aws)
        with Container(aws, tmp_path, [*PHP, "register.php"]) as container:
            container.until(lambda: container.calls() >= 2, "a second call")
            container.terminate()
            assert container.ends() == 15, container.output


def test_the_examples_commands_install_the_package_in_an_empty_folder(tmp_path: Path) -> None:
    text = (ROOT / "examples/php/register.php").read_text()
    commands = [line.strip("/ ").replace("FOLDER", str(PACKAGES)) for line in text.splitlines() if "compos" in line]
    (tmp_path / "home").mkdir()
    (tmp_path / "home/config.json").write_text('{"repositories": {"packagist.org": false}}')  # Nothing is downloaded.
    (tmp_path / "project").mkdir()
    variables = {**ENVIRONMENT, "COMPOSER_HOME": str(tmp_path / "home"), "COMPOSER_ALLOW_SUPERUSER": "1"}
    variables["COMPOSER_NO_INTERACTION"] = "1"
    done = subprocess.run(
        ["sh", "-ec", "\n".join(commands)],
        cwd=tmp_path / "project",
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "project/vendor/libmpmeter/mpmeter").is_dir()


def test_each_program_in_the_readme_is_php(tmp_path: Path) -> None:
    """Without <?php it would print its source."""
    programs = re.findall(r"```php\n(.*?)```", README, re.DOTALL)
    assert len(programs) >= 5 and [one for one in programs if not one.startswith("<?php")] == []
    for program in programs:
        (tmp_path / "program.php").write_text(program)
        assert run([*PHP, "-l", str(tmp_path / "program.php")]).returncode == 0, program


def test_metering(tmp_path: Path) -> None:
    done = run(in_sandbox(tmp_path, *PHP, str(HERE / "metering.php"), str(tmp_path / "journal")))
    assert (done.returncode, done.stdout) == (0, "metered\n"), done.stderr


def test_the_examples_in_the_readme_are_the_examples() -> None:
    for name in ("register.php", "preload.php"):
        shown = re.search(rf"<!-- examples/php/{re.escape(name)} -->\n```php\n(.*?)```", README, re.DOTALL)
        assert shown is not None and shown.group(1) == (ROOT / "examples/php" / name).read_text()


# The preload script runs in process 1 only if that is not root. Here it is another user, in a namespace of its own.
NOT_ROOT = ["unshare", "--user", "--map-user=33", "--map-group=33", "--"]


def fpm(folder: Path, preloads: bool = False, *, scanned: bool = False, deadline: int | None = None) -> list[str]:
    """FPM in the foreground, with the README's preload script and a pool of two workers on a socket. The settings are
    in a file of conf.d if `scanned`."""
    script = (ROOT / "examples/php/preload.php").read_text()
    if deadline is not None:
        assert "logger: " in script
        script = script.replace("logger: ", f"deadline: {deadline}, logger: ")
    (folder / "preload.php").write_text(script + "\nMpmeter::preload();\n" * preloads)
    (folder / "fpm.conf").write_text(
        f"[global]\npid = {folder}/pid\nerror_log = {folder}/fpm.log\ndaemonize = no\n"
        f"[www]\nlisten = {folder}/socket\npm = static\npm.max_children = 2\n"
    )
    settings = {
        "opcache.enable": "1",
        "opcache.preload": f"{folder}/preload.php",
        "ffi.enable": "preload",
    }
    if scanned:
        (folder / "conf.d").mkdir()
        lines = [f"{name}={value}\n" for name, value in settings.items()]
        (folder / "conf.d/product.ini").write_text("".join(lines))
        settings = {}
    switches = [part for name, value in settings.items() for part in ("-d", f"{name}={value}")]
    return [*NOT_ROOT, "php-fpm8.2", "-y", str(folder / "fpm.conf"), *switches]


@pytest.mark.parametrize(
    "state, fault, deadline, status, error",
    [
        ("not-entitled", [], None, 1, r"MPMETER_E_CUSTOMER_NOT_ENTITLED \(terminate\)"),
        ("entitled", ["throttle"], 5, 75, r"MPMETER_E_\w+ \(retry\)"),
    ],
    ids=["a refusal", "throttled until the deadline"],
)
def test_fpm_starts_only_if_it_is_registered(
    state: str, fault: list[str], deadline: int | None, status: int, error: str, tmp_path: Path
) -> None:
    with Sandbox("ecs-fargate", *fault, products=[f"{PRODUCT}={state}"]) as aws:
        place(tmp_path, aws)
        with Container(aws, tmp_path, fpm(tmp_path, deadline=deadline)) as container:
            assert container.ends() == status, container.output
            assert re.search(f"not registered: {error}: ", container.output)
            assert "Stack trace" not in container.output


def test_fpm_ends_with_1_if_the_script_has_a_fault(tmp_path: Path) -> None:
    with Sandbox("ecs-fargate", products=[f"{PRODUCT}=entitled"]) as aws:
        place(tmp_path, aws)
        (tmp_path / "product.pem").unlink()
        with Container(aws, tmp_path, fpm(tmp_path)) as container:
            assert container.ends() == 1, container.output
            assert "not registered: " in container.output and "Stack trace" not in container.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT])
def test_a_signal_ends_the_wait_of_fpm(number: signal.Signals, tmp_path: Path) -> None:
    """SIGQUIT is what the official images of FPM are stopped with."""
    with Sandbox("ecs-fargate", "throttle", products=[f"{PRODUCT}=entitled"]) as aws:
        place(tmp_path, aws)
        with Container(aws, tmp_path, fpm(tmp_path)) as container:
            container.until(lambda: container.calls() >= 2, "a second call")
            os.kill(container.first_process(), number)
            assert container.ends() == number, container.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT])
def test_fpm_that_serves_has_its_own_signals(number: signal.Signals, tmp_path: Path) -> None:
    log = tmp_path / "fpm.log"
    log.touch()
    with Sandbox("ecs-fargate", products=[f"{PRODUCT}=entitled"]) as aws:
        place(tmp_path, aws)
        with Container(aws, tmp_path, fpm(tmp_path)) as container:
            container.until(lambda: "ready to handle connections" in log.read_text(), "it serves")
            os.kill(container.first_process(), signal.SIGUSR2)  # FPM starts anew in the same process.
            container.until(lambda: log.read_text().count("ready to handle connections") == 2, "it serves again")
            os.kill(container.first_process(), number)
            assert container.ends() == 0 and "exiting, bye-bye!" in log.read_text(), container.output


def record(kind: int, content: bytes = b"") -> bytes:
    """One of FastCGI's, of request 1."""
    return struct.pack("!BBHHBB", 1, kind, 1, len(content), 0, 0) + content


def answer(place: Path, script: Path) -> str:
    """What FPM answers for a script, headers and all: FastCGI 1.0 in its shortest form."""
    variables = {"SCRIPT_FILENAME": str(script), "REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1"}
    pairs = b"".join(bytes((len(name), len(value))) + f"{name}{value}".encode() for name, value in variables.items())
    begin = record(1, struct.pack("!HB5x", 1, 0))
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(str(place))
        connection.sendall(begin + record(4, pairs) + record(4) + record(5))
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    text = b""
    while received:
        _, kind, _, length, padding, _ = struct.unpack("!BBHHBB", received[:8])
        text += received[8 : 8 + length] if kind == 6 else b""
        received = received[8 + length + padding :]
    return text.decode()


REQUEST = """<?php
require '%s/vendor/autoload.php';
$client = new Mpmeter\\Client(unverifiedKeyVersion: 1, logger: static fn () => null);
echo Mpmeter\\Mpmeter::version();
"""


@contextlib.contextmanager
def serving(folder: Path, command: list[str], **variables: str) -> Iterator[Path]:
    """FPM under that command: its socket."""
    running = subprocess.Popen(command, env={**ENVIRONMENT, **variables}, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(300):
            if (folder / "socket").exists():
                break
            assert running.poll() is None, running.stderr.read()
            time.sleep(0.1)
        yield folder / "socket"
    finally:
        if (folder / "pid").exists():
            os.kill(int((folder / "pid").read_text()), signal.SIGTERM)
        running.wait(30)


@pytest.mark.parametrize("preloads", [False, True])
def test_fpm_runs_when_it_is_registered(preloads: bool, tmp_path: Path) -> None:
    """With ffi.enable=preload a request may use what the preload script has loaded."""
    (tmp_path / "request.php").write_text(REQUEST % PROJECT)
    command = in_sandbox(tmp_path, *fpm(tmp_path, preloads))
    with serving(tmp_path, command) as place:
        for _ in range(4):
            said = answer(place, tmp_path / "request.php")
            assert not preloads or re.search(r"\r\n\r\n\d+\.\d+\.\d+$", said), said
        assert (tmp_path / "log").read_text().count('"service": "metering"') == 1, "one for the master and its workers"


CHECK = re.search(r"class_exists\(.*", (ROOT / "examples/php/preload.php").read_text())


@pytest.mark.parametrize("is_checked", [True, False])
@pytest.mark.parametrize("scanned", ["{}:{}/conf.d", "/none"], ids=["the image's settings", "the buyer's"])
def test_a_product_that_checks_the_class_serves_only_behind_the_script(
    scanned: str, is_checked: bool, tmp_path: Path
) -> None:
    """The buyer controls the container's environment. https://www.php.net/manual/en/configuration.file.php"""
    assert CHECK is not None
    (tmp_path / "request.php").write_text(f"<?php\n{CHECK.group() if is_checked else ''}\necho 'served';\n")
    command = in_sandbox(tmp_path, *fpm(tmp_path, scanned=True))
    default = "/etc/php/8.2/fpm/conf.d"
    with serving(tmp_path, command, PHP_INI_SCAN_DIR=scanned.format(default, tmp_path)) as place:
        said = answer(place, tmp_path / "request.php")
    is_registered = scanned != "/none"
    assert said.endswith("\r\n\r\nserved") == (is_registered or not is_checked), said
    log = tmp_path / "log"
    assert (log.exists() and '"service": "metering"' in log.read_text()) == is_registered
