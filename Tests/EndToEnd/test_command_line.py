"""The command line's contract: exit statuses, one JSON object whatever happened, and what is a usage error."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from . import places, product
from .sandbox import Sandbox

VERSION = (places.ROOT / "VERSION").read_text().strip()
KEY = str(places.KEYS / "rsa2048.pem")
REGISTER = ["register", "--product-code", "p", "--public-key", KEY]
VERIFY = ["verify", "--product-code", "p", "--public-key", KEY, "--nonce", "n", "a.b.c"]

# What was typed, and what the message must speak of.
USAGE_ERRORS = [
    ([], "command"),
    (["--json"], "command"),
    (["regsiter"], "regsiter"),
    (["register"], "--product-code"),
    (["register", "--product-code", "p"], "--public-key"),
    (["register", "--json", "--product-code"], "--product-code"),
    (["register", "--public-key", KEY], "--product-code"),
    ([*REGISTER, "--no-such-option"], "--no-such-option"),
    ([*REGISTER, "-x"], "-x"),
    ([*REGISTER, "operand"], "operand"),
    ([*REGISTER, "--product-code", "q"], "--product-code"),
    ([*REGISTER, "--nonce", "a", "--nonce", "b"], "--nonce"),
    ([*REGISTER, "--public-key", KEY], "--public-key-version"),
    ([*REGISTER, "--public-key-version", "1", "--public-key-version", "2"], "--public-key-version"),
    ([*REGISTER, "--public-key-version", "0"], "--public-key-version"),
    ([*REGISTER, "--public-key-version", "-1"], "--public-key-version"),
    ([*REGISTER, "--public-key-version", "one"], "--public-key-version"),
    ([*REGISTER, "--public-key-version", "2147483648"], "--public-key-version"),
    (
        [*REGISTER, "--public-key-version", "1", "--public-key", KEY, "--public-key-version", "1"],
        "--public-key-version",
    ),
    ([*REGISTER, "--region-policy", "maybe"], "--region-policy"),
    ([*REGISTER, "--trust", ""], "--trust"),
    ([*REGISTER, "--trust", "p", "--trust", "p=free"], "--trust"),
    ([*REGISTER, "--trust", "white space"], "--trust"),
    ([*REGISTER, "--minimum-key-bits", "1023"], "--minimum-key-bits"),
    ([*REGISTER, "--minimum-key-bits", "0"], "--minimum-key-bits"),
    ([*REGISTER, "--fips"], "--fips"),
    (["verify"], "--product-code"),
    (VERIFY[:-1], "token"),
    ([*VERIFY, "d.e.f"], "d.e.f"),
    ([*VERIFY[:5], "a.b.c"], "--nonce"),
    ([*VERIFY, "--deadline", "3"], "--deadline"),
    ([*VERIFY, "--unverified"], "--unverified"),
    (["region", "eu-west-3"], "eu-west-3"),
    (["region", "--region", "eu-west-3"], "--region"),
    (["endpoint"], "--region"),
    (["endpoint", "--region", "nowhere"], "nowhere"),
    (["endpoint", "--region", ""], ""),
    (["endpoint", "--region", "eu-west-3a"], "eu-west-3a"),
    (["endpoint", "--region", "eu-west-3.evil.example"], "eu-west-3.evil.example"),
    (["version", "more"], "more"),
    (["doctor", "--no-such-option"], "--no-such-option"),
]


@pytest.mark.parametrize(
    "arguments, about", USAGE_ERRORS, ids=lambda value: " ".join(value)[-60:] if isinstance(value, list) else ""
)
def test_usage_error(arguments: list[str], about: str) -> None:
    """Status 2, nothing on stdout; with --json, wherever it stands, one object. Nothing is sent: there is no
    environment at all."""
    outcome = product.run(*arguments)
    if "--json" not in arguments:
        assert (outcome.exit, outcome.stdout) == (2, "")
        assert "MPMETER_E_INVALID_ARGUMENT" in outcome.stderr and about in outcome.stderr
        outcome = product.run(*arguments, "--json")
    found = outcome.expect("MPMETER_E_INVALID_ARGUMENT")
    assert about in found["message"]


@pytest.mark.parametrize(
    "seconds", "0 -1 1s abc 1e3 .  1.2.3 0x10 nan inf 86400.001 99999999999999999999".split() + ["", " 1", "1 "]
)
def test_deadlines_that_are_none(seconds: str, fargate: Sandbox) -> None:
    outcome = fargate.run(
        "register", "--json", "--product-code", "p", "--public-key", fargate.key, f"--deadline={seconds}"
    )
    assert "--deadline" in outcome.expect("MPMETER_E_INVALID_ARGUMENT")["message"]
    assert outcome.requests == []


@pytest.mark.parametrize("seconds", ["5", "5.", "5.0", "0005", "2.75", "86400"])
def test_deadlines(seconds: str, fargate: Sandbox) -> None:
    fargate.run(
        *fargate.registering,
        f"--deadline={seconds}",
    ).expect_registration()


@pytest.mark.parametrize("seconds, status", [("0.0001", "MPMETER_E_DEADLINE"), (".001", "MPMETER_E_DEADLINE")])
def test_the_shortest_deadline(seconds: str, status: str, irsa: Sandbox) -> None:
    """No positive time becomes none, and a deadline that has passed is one to retry after."""
    outcome = irsa.register("--deadline", seconds)
    outcome.expect(status)
    outcome.took_no_longer_than(0.001)


@pytest.mark.parametrize(
    "nonce, allowed",
    [
        ("n" * 255, True),
        ("n" * 256, False),
        ("", False),
        ("é" * 127, True),
        ("é" * 128, False),
        ('"quotes" \\', True),
        ("a\tb", False),
    ],
    ids="longest too-long empty utf-8 utf-8-too-long escapes control".split(),
)
def test_nonces(nonce: str, allowed: bool, fargate: Sandbox) -> None:
    """1 to 255 bytes of printable text."""
    outcome = fargate.register("--nonce", nonce)
    if allowed:
        assert outcome.expect_registration()["nonce"] == nonce
        assert outcome.metering()[0]["nonce"] == nonce
    else:
        outcome.expect("MPMETER_E_INVALID_ARGUMENT")
        assert outcome.requests == []


@pytest.mark.parametrize("code", ["", "a b", "a\nb", "p" * 256, "p!", "prodé", "p\\"])
def test_product_codes_that_are_none(code: str, fargate: Sandbox) -> None:
    """1 to 255 characters of [-a-zA-Z0-9/=:_.@]."""
    outcome = fargate.run("register", "--json", "--product-code", code, "--public-key", fargate.key)
    outcome.expect("MPMETER_E_INVALID_ARGUMENT")
    assert outcome.requests == []


def test_text_that_is_not_utf8_still_gives_an_object(fargate: Sandbox) -> None:
    outcome = subprocess.run(
        [
            os.fsencode(places.CLI),
            b"register",
            b"--json",
            b"--product-code",
            b"\xff\xfe",
            b"--public-key",
            os.fsencode(fargate.key),
        ],
        env=fargate.surroundings(),
        capture_output=True,
        check=False,
    )
    assert outcome.returncode == 2
    outcome.stdout.decode("utf-8")


@pytest.mark.parametrize(
    "name",
    [path.name for path in sorted(places.KEYS.glob("*.pem")) if path.name.startswith("bad-")]
    + "ec-p256.pem ed25519.pem rsa512.pem rsa1024.pem rsa2047.pem rsa2048.private.pem".split(),
)
def test_public_keys_that_are_none(name: str, fargate: Sandbox) -> None:
    """Not RSA, too short, private, garbled."""
    outcome = fargate.run("register", "--json", "--product-code", "p", "--public-key", str(places.KEYS / name))
    outcome.expect("MPMETER_E_PUBLIC_KEY")
    assert outcome.exit == 1 and outcome.requests == []
    body = [line for line in (places.KEYS / name).read_text(errors="replace").splitlines() if len(line) == 64]
    assert not any(line in outcome.stdout + outcome.stderr for line in body), (
        "a private key's text is nobody's to print"
    )


def test_a_public_key_that_is_not_there(tmp_path: Path) -> None:
    for place in (tmp_path / "nothing.pem", tmp_path):
        outcome = product.run("register", "--json", "--product-code", "p", "--public-key", str(place))
        assert place.name in outcome.expect("MPMETER_E_PUBLIC_KEY")["message"]


@pytest.mark.parametrize("writes", ["", "while :; do echo slowly; sleep 0.5; done"], ids=["nothing", "without end"])
def test_a_public_key_from_a_pipe_without_an_end(writes: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = subprocess.Popen(["sh", "-c", f'exec > "$0"; {writes}', str(pipe)]) if writes else None
    environment = {"PATH": "/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED": "true"}
    outcome = product.run(
        "register", "--json", "--product-code", "p", "--public-key", str(pipe), environment=environment
    )
    if writer is not None:
        writer.kill()
        writer.wait()
    assert outcome.seconds < 8 + outcome.allowance
    assert "it is a pipe" in outcome.stdout and outcome.json["status"] != "MPMETER_OK"


def test_a_key_in_the_place_of_its_path_is_not_repeated() -> None:
    """It may be a private one."""
    for command in ("register", "doctor"):
        text = (places.KEYS / "rsa2048.pem").read_text()
        outcome = product.run(
            command,
            "--json",
            "--product-code",
            "p",
            "--public-key",
            text,
            environment={"AWS_EC2_METADATA_DISABLED": "true"},
        )
        assert "text of a key" in outcome.stdout and outcome.exit == 1
        assert text.splitlines()[1][:20] not in outcome.stdout + outcome.stderr


@pytest.mark.parametrize("name", ["backslash-n", "base64", "crlf", "no-final-newline", "pkcs1"])
def test_public_keys_as_they_get_about(name: str, tmp_path: Path, fargate: Sandbox) -> None:
    """Another product's key in each form is read, and then does not fit: so the form was understood."""
    fargate.run(
        "register",
        "--json",
        "--product-code",
        fargate.product_code,
        "--public-key",
        str(places.KEYS / f"rsa2048-{name}.pem"),
    ).expect("MPMETER_E_TOKEN_SIGNATURE")


def test_a_key_of_1024_bits_takes_an_option() -> None:
    with Sandbox("ecs-fargate", key_bits=1024) as running:
        outcome = running.register()
        outcome.expect("MPMETER_E_PUBLIC_KEY")
        assert outcome.requests == []
        running.register("--minimum-key-bits", "1024").expect_registration(verified=True)


def test_a_key_of_another_version() -> None:
    with Sandbox("ecs-fargate", public_key_version=7) as running:
        running.register().expect_registration(public_key_version=7)
        usual = running.registering
        running.run(*usual).expect("MPMETER_E_INVALID_PUBLIC_KEY_VERSION")


def test_two_keys_the_first_of_which_is_current(fargate: Sandbox) -> None:
    outcome = fargate.register("--public-key", str(places.KEYS / "rsa3072.pem"), "--public-key-version", "2")
    outcome.expect_registration(public_key_version=1, attempts=1)


def test_two_keys_in_the_wrong_order(fargate: Sandbox) -> None:
    """The first is used first; the next one after InvalidPublicKeyVersionException."""
    usual = ["register", "--json", "--product-code", fargate.product_code]
    keys = ["--public-key", str(places.KEYS / "rsa3072.pem"), "--public-key-version", "2", "--public-key", fargate.key]
    outcome = fargate.run(*usual, *keys, "--public-key-version", "1")
    outcome.expect_registration(public_key_version=1, attempts=2)


# ---- The other commands ----------------------------------------------------------------------------------------------


def test_version() -> None:
    outcome = product.run("version")
    assert (outcome.exit, outcome.stdout, outcome.stderr) == (0, f"{VERSION}\n", "")
    assert product.run("version", "--json").expect("MPMETER_OK")["version"] == VERSION


def test_endpoint() -> None:
    outcome = product.run("endpoint", "--region", "eu-west-3")
    assert (outcome.exit, outcome.stdout, outcome.stderr) == (
        0,
        "https://metering.marketplace.eu-west-3.amazonaws.com\n",
        "",
    )


@pytest.mark.parametrize("command", ["", "register", "verify", "region", "endpoint", "doctor", "version"])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help(command: str, option: str) -> None:
    outcome = product.run(*command.split(), option)
    assert (outcome.exit, outcome.stderr) == (0, "")
    assert outcome.stdout.startswith("usage: mpmeter") and command in outcome.stdout
    assert max(len(line) for line in outcome.stdout.splitlines()) <= 120


def test_help_names_every_option_of_the_interface() -> None:
    names = "--product-code --public-key --public-key-version --nonce --trust --deadline".split()
    names += "--region-policy --unverified --json".split()
    text = product.run("register", "--help").stdout
    assert [name for name in names if name not in text] == []


def test_output_that_cannot_be_written_is_no_success(fargate: Sandbox) -> None:
    """A script that reads the answer must not go on without it."""
    command = [str(places.CLI), *fargate.registering]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, env=fargate.surroundings(), stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
