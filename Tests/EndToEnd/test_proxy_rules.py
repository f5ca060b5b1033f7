"""HTTPS_PROXY and NO_PROXY beside boto3 and Go: which way each takes, in one table, and why the library goes another
way where it does.

boto3 and the library register for real, in a namespace with proxies at three ports; Go is asked which proxy its own
HTTP client would take.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from . import certificates, places
from .namespace import ELSEWHERE, SERVICES, Namespace
from .sandbox import Sandbox

HOST = "metering.marketplace.eu-west-3.amazonaws.com"
URL = f"https://{HOST}/"
PROXY = "http://proxy.example:3128"
PORTS = {80: "http://proxy.example:80", 3128: PROXY}
TLS_PROXY = "https://proxy.example:443"
DIRECT, REFUSED = "direct", "refused"


class Row(NamedTuple):
    """What each does. What boto3 and Go agree on, the library does too, unless `why` says why not."""

    set: dict[str, str]
    library: str
    boto3: str
    go: str
    why: str = ""


def _all(way: str, **variables: str) -> Row:
    return Row(variables, way, way, way)


def _except(entries: str, library: str, boto3: str = "", go: str = "", why: str = "") -> Row:
    ways = {"direct": DIRECT, "proxy": PROXY, "": ""}
    first = ways[library]
    return Row({"HTTPS_PROXY": PROXY, "NO_PROXY": entries}, first, ways[boto3] or first, ways[go] or first, why)


LENIENT = "what people mean by it; curl reads it so"
GO = "as Go; boto3 gives lower case the preference"
SETTINGS = {
    "a whole URL": _all(PROXY, HTTPS_PROXY=PROXY),
    "without a port": _all(PORTS[80], HTTPS_PROXY="http://proxy.example"),
    "with a slash behind": _all(PROXY, HTTPS_PROXY=f"{PROXY}/"),
    "with a path": _all(PROXY, HTTPS_PROXY=f"{PROXY}/proxy.pac"),
    "host and port alone": _all(PROXY, HTTPS_PROXY="proxy.example:3128"),
    "a host alone": _all(PORTS[80], HTTPS_PROXY="proxy.example"),
    "two slashes for a scheme": Row({"HTTPS_PROXY": "//proxy.example:3128"}, PROXY, PROXY, REFUSED),
    "in capital letters": Row({"HTTPS_PROXY": "HTTP://PROXY.EXAMPLE:3128"}, PROXY, REFUSED, PROXY),
    "lower case alone": _all(PROXY, https_proxy=PROXY),
    "both, and they differ": Row(
        {"HTTPS_PROXY": PROXY, "https_proxy": "http://proxy.example"}, PROXY, PORTS[80], PROXY, GO
    ),
    "both, and lower case is empty": Row({"HTTPS_PROXY": PROXY, "https_proxy": ""}, PROXY, DIRECT, PROXY, GO),
    "both, and upper case is empty": _all(PROXY, HTTPS_PROXY="", https_proxy=PROXY),
    "HTTP_PROXY alone": _all(DIRECT, HTTP_PROXY=PROXY, http_proxy=PROXY),
    "ALL_PROXY alone": _all(DIRECT, ALL_PROXY=PROXY, all_proxy=PROXY),
    "nothing": _all(DIRECT),
    # Go asks a host of the name "http" or "\"http", or forgets the setting.
    "a space behind": Row({"HTTPS_PROXY": f"{PROXY} "}, REFUSED, REFUSED, "http://http:80"),
    "a line end behind": Row({"HTTPS_PROXY": f"{PROXY}\n"}, REFUSED, REFUSED, DIRECT),
    "in quotation marks": Row({"HTTPS_PROXY": f'"{PROXY}"'}, REFUSED, REFUSED, 'http://"http:80'),
    "SOCKS": Row(
        {"HTTPS_PROXY": "socks5://proxy.example:1080"},
        REFUSED,
        REFUSED,
        "socks5://proxy.example:1080",
        "not supported; it is refused by name",
    ),
}
EXCEPTIONS = {
    "the host": _except(HOST, "direct"),
    "a domain": _except("amazonaws.com", "direct"),
    "a domain with a dot": _except(".amazonaws.com", "direct"),
    "a part of it": _except("eu-west-3.amazonaws.com", "direct"),
    "capital letters": _except("AMAZONAWS.COM", "direct"),
    "everything": _except("*", "direct"),
    "in a list": _except("localhost,.amazonaws.com,10.0.0.1", "direct"),
    "in a list with spaces": _except("localhost, .amazonaws.com , 10.0.0.1", "direct"),
    "in a list over lines": _except("localhost,\n.amazonaws.com,\n", "direct"),
    "a tab behind": _except(".amazonaws.com\t", "direct"),
    "another domain": _except("example.com", "proxy"),
    "the end of a label": _except("zonaws.com", "proxy"),
    "the beginning of the host": _except("metering.marketplace", "proxy"),
    "a star in the middle": _except("metering.marketplace.*.amazonaws.com", "proxy"),
    "a URL": _except("https://amazonaws.com", "proxy"),
    "a network": _except("10.0.0.0/8,169.254.0.0/16", "proxy"),
    "commas alone": _except(",,", "proxy"),
    "another port": _except("amazonaws.com:8443", "proxy"),
    "its port": _except(
        ".amazonaws.com:443", "direct", boto3="proxy", why="as Go; boto3 compares with a URL that has no port"
    ),
    "a star before a domain": _except(
        "*.amazonaws.com", "direct", boto3="proxy", why="as Go; boto3 takes the star literally"
    ),
    "everything, in a list": _except(
        "localhost,*", "direct", boto3="proxy", why="as Go; boto3 takes the star literally"
    ),
    "spaces for commas": _except("localhost .amazonaws.com", "direct", boto3="proxy", go="proxy", why=LENIENT),
    "a dot behind": _except("amazonaws.com.", "direct", boto3="proxy", go="proxy", why=LENIENT),
    "lower case": Row({"HTTPS_PROXY": PROXY, "no_proxy": ".amazonaws.com"}, DIRECT, DIRECT, DIRECT),
    "both, and upper case is empty": Row(
        {"HTTPS_PROXY": PROXY, "NO_PROXY": "", "no_proxy": ".amazonaws.com"}, DIRECT, DIRECT, DIRECT
    ),
    "both, and they differ": Row(
        {"HTTPS_PROXY": PROXY, "NO_PROXY": "example.com", "no_proxy": ".amazonaws.com"}, PROXY, DIRECT, PROXY, GO
    ),
}
TABLE = {
    **{f"proxy: {what}": row for what, row in SETTINGS.items()},
    **{f"but for: {what}": row for what, row in EXCEPTIONS.items()},
}


def _login(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


# What stands in the URL, and what reaches the proxy: of the library, and of boto3, which leaves out a login without a
# password.
LOGINS = {
    "plain": ("user:word@", "user:word", "user:word"),
    "percent-encoded": ("us%40er:p%40ss%3Aw%2Fo%23r%25d@", "us@er:p@ss:w/o#r%d", "us@er:p@ss:w/o#r%d"),
    "lower-case hex": ("user:p%2fw@", "user:p/w", "user:p/w"),
    "a plus": ("user:a+b@", "user:a+b", "user:a+b"),
    "an empty password": ("user:@", "user:", ""),
    "no password": ("user@", "user:", ""),
}


class Lab:
    """AWS and the proxies in one namespace. `way` tells from the proxies' log which one a registration went through."""

    def __init__(self, folder: Path, sandbox: Sandbox, prefix: list[str], bundle: Path) -> None:
        self.folder, self.sandbox, self.prefix = folder, sandbox, prefix
        self.log = folder / "proxies.log"
        self.usual = {
            "AWS_CA_BUNDLE": str(bundle),
            "AWS_DEFAULT_REGION": "eu-west-3",
            "PATH": "/usr/bin:/bin",
            "PRODUCT_CODE": sandbox.product_code,
            **{name: value for name, value in sandbox.environment.items() if name.startswith("AWS_CONTAINER")},
        }

    def asked(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def way(self, before: int, succeeded: bool) -> str:
        lines = self.asked()[before:]
        if not succeeded:
            return REFUSED if not lines else f"failed at {lines}"
        assert all(line.split(" ")[1:3] == ["CONNECT", f"{HOST}:443"] for line in lines), lines
        return lines[-1].split(" ")[0] if lines else DIRECT

    def library(self, variables: dict[str, str]) -> tuple[str, Any]:
        before = len(self.asked())
        outcome = self.sandbox.register(set={**self.usual, **variables}, unset=[ENDPOINT], deadline=60)
        return self.way(before, outcome.json["status"] == "MPMETER_OK"), outcome

    def boto3(self, rows: list[dict[str, str]]) -> list[str]:
        environments = [{**self.usual, **variables} for variables in rows]
        command = [
            *self.prefix,
            sys.executable,
            str(Path(__file__).with_name("proxies") / "boto.py"),
            json.dumps(environments),
        ]
        ways = []
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None and process.stdout is not None
            for _ in rows:
                before = len(self.asked())
                ways.append(self.way(before, json.loads(process.stdout.readline())))
                process.stdin.write("\n")
                process.stdin.flush()
        return ways


ENDPOINT = "AWS_ENDPOINT_URL_MARKETPLACE_METERING"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("proxies")
    with Namespace(folder, [HOST]) as namespace:
        with (folder / "hosts").open("a") as hosts:
            hosts.write(f"{ELSEWHERE} proxy.example\n")
        with Sandbox("ecs-fargate", prefix=namespace.prefix) as sandbox:
            bundle, chain = certificates.write(folder, [HOST, "proxy.example"])
            onward = urllib.parse.urlsplit(sandbox.environment[ENDPOINT]).port
            table, log = {f"{HOST}:443": [SERVICES, 443]}, str(folder / "proxies.log")
            namespace.relay(
                tls=[
                    [SERVICES, 443, "127.0.0.1", onward, str(chain)],
                    [ELSEWHERE, 443, "127.0.0.1", 3129, str(chain)],
                ],
                proxies=[
                    *([ELSEWHERE, port, log, table, name] for port, name in PORTS.items()),
                    ["127.0.0.1", 3129, log, table, TLS_PROXY],
                ],
            )
            yield Lab(folder, sandbox, namespace.prefix, bundle)


def test_the_table_says_why_the_library_differs() -> None:
    """From what the two agree on, or else from both of them."""
    unexplained = [
        what
        for what, row in TABLE.items()
        if row.library not in (row.boto3, row.go) or row.boto3 == row.go != row.library
    ]
    assert [what for what in unexplained if not TABLE[what].why] == []


def test_the_library(lab: Lab) -> None:
    found = {}
    for what, row in TABLE.items():
        found[what], outcome = lab.library(row.set)
        if row.library == REFUSED:
            refusal = outcome.expect("MPMETER_E_INVALID_ARGUMENT")
            assert "HTTPS_PROXY" in refusal["message"] and "HTTPS_PROXY" in refusal["fix"], refusal
    assert found == {what: row.library for what, row in TABLE.items()}


def test_a_proxy_behind_tls(lab: Lab) -> None:
    """Its port is 443 if none is written. boto3 wants the proxy's CA in a setting of its own, and is left out."""
    for url in ("https://proxy.example", "https://proxy.example:443", "HTTPS://proxy.example/"):
        assert lab.library({"HTTPS_PROXY": url})[0] == TLS_PROXY


def test_boto3(lab: Lab) -> None:
    ways = lab.boto3([row.set for row in TABLE.values()])
    assert dict(zip(TABLE, ways)) == {what: row.boto3 for what, row in TABLE.items()}


def test_go() -> None:
    found = {}
    for what, row in TABLE.items():
        done = subprocess.run([str(places.GO_PROXIES), URL], env=row.set, capture_output=True, text=True, check=True)
        found[what] = done.stdout.strip().lower()
    assert found == {what: row.go for what, row in TABLE.items()}


def test_logins(lab: Lab) -> None:
    """What reaches the proxy is what boto3 sends, and Go of a login without a password."""
    rows = [{"HTTPS_PROXY": f"http://{text}proxy.example:3128"} for text, *_ in LOGINS.values()]
    for row, (_, sent, _) in zip(rows, LOGINS.values()):
        assert lab.library(row)[0] == PROXY
        assert lab.asked()[-1].endswith(f" {_login(sent)}"), row
    before = len(lab.asked())
    assert lab.boto3(rows) == [PROXY] * len(rows)
    found = [line.partition("HTTP/1.")[2][2:] for line in lab.asked()[before:]]
    assert found == [_login(sent) if sent else "" for *_, sent in LOGINS.values()]


@pytest.mark.parametrize("login", ["user:p@ss", "user:p ss", "user:p%ss", "us/er:word", "user:p#ss", "user:p?ss"])
def test_a_login_that_has_to_be_encoded(login: str, lab: Lab) -> None:
    """boto3 and Go guess at some of them; the library refuses all, before anything is sent, and shows nothing."""
    way, outcome = lab.library({"HTTPS_PROXY": f"http://{login}@proxy.example:3128"})
    found = outcome.expect("MPMETER_E_INVALID_ARGUMENT")
    assert way == REFUSED and "HTTPS_PROXY" in found["message"] and "%40" in found["fix"]
    assert "p@ss" not in outcome.stdout + outcome.stderr and "er:word" not in outcome.stdout + outcome.stderr
