"""The vendor's name for the product: AWS reads it at the end of the User-Agent, nobody else does, and what it may be is
what botocore sends as it is."""

from __future__ import annotations

import logging
import socket
from typing import Any

import botocore.config
import botocore.session
import pytest

from . import places, product
from .listener import listening
from .sandbox import Sandbox

ID = "acme-scanner#2.4.1"
OF_AWS = {"metering", "sts"}
KEY = str(places.KEYS / "rsa2048.pem")
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}


def agents(requests: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Service to the User-Agents that it was shown."""
    found: dict[str, set[str]] = {}
    for request in requests:
        found.setdefault(request["service"], set()).add(request["user_agent"])
    return found


def ours() -> str:
    return f"libmpmeter/{(places.ROOT / 'VERSION').read_text().strip()}"


@pytest.mark.parametrize("scenario", ["ecs-fargate", "ecs-ec2", "eks-irsa", "eks-pod-identity", "ec2"])
def test_aws_sees_it_and_metadata_do_not(scenario: str) -> None:
    with Sandbox(scenario) as sandbox:
        found = agents(sandbox.register("--app-id", ID).requests)
        assert found["metering"] == {f"{ours()} app/{ID}"}
        for service, seen in found.items():
            assert seen == {f"{ours()} app/{ID}" if service in OF_AWS else ours()}, service
        assert len(found) > 1, "only AWS was asked"


def test_the_doctor_and_a_meter_send_it_too() -> None:
    with Sandbox("eks-irsa") as sandbox:
        asked = sandbox.run(
            "doctor", "--product-code", sandbox.product_code, "--public-key", sandbox.key, "--register", "--app-id", ID
        )
        meter = ["meter", "check", "--product-code", sandbox.product_code, "--dimension", "requests", "--app-id", ID]
        metered = sandbox.run(*meter, "--journal", str(sandbox.log.parent / "journal"))
        for outcome in (asked, metered):
            found = agents(outcome.requests)
            assert {service: found[service] for service in OF_AWS} == dict.fromkeys(OF_AWS, {f"{ours()} app/{ID}"})


def test_no_variable_sets_it() -> None:
    """The SDKs' variable is the buyer's to set, and the name is the vendor's."""
    with Sandbox("eks-irsa") as sandbox:
        variables = {"AWS_SDK_UA_APP_ID": "the-buyers"}
        assert set.union(*agents(sandbox.register(set=variables).requests).values()) == {ours()}
        found = agents(sandbox.register("--app-id", ID, set=variables).requests)
        assert found["metering"] == found["sts"] == {f"{ours()} app/{ID}"}


def test_a_proxy_does_not_see_it() -> None:
    heads: list[bytes] = []

    def refuse(connection: socket.socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.recv(65536)
        heads.append(head)
        connection.sendall(b"HTTP/1.1 403 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with listening(refuse) as port:
        environment = {
            **KEYS,
            "AWS_REGION": "eu-west-3",
            "AWS_EC2_METADATA_DISABLED": "true",
            "HTTPS_PROXY": f"http://127.0.0.1:{port}",
        }
        product.run("register", "--product-code", "p", "--public-key", KEY, "--app-id", ID, environment=environment)
    (head,) = heads
    assert head.startswith(b"CONNECT ") and f"User-Agent: {ours()}\r\n".encode() in head and b"app/" not in head


# ---- What it may be --------------------------------------------------------------------------------------------------


class Seen(Exception):
    pass


def botocores(value: str) -> str:
    """What boto3 sends of an app id: the User-Agent's field, without its name."""

    def look(request: Any, **_: Any) -> None:
        raise Seen(request.headers["User-Agent"])

    session = botocore.session.Session()
    session.set_credentials("AKIAIOSFODNN7EXAMPLE", "secret")
    config = botocore.config.Config(user_agent_appid=value)
    client = session.create_client("sts", region_name="eu-west-3", config=config)
    client.meta.events.register("before-send.sts", look)
    with pytest.raises(Seen) as seen:
        client.get_caller_identity()
    agent = seen.value.args[0]
    (field,) = [
        field for field in (agent if isinstance(agent, str) else agent.decode()).split(" ") if field.startswith("app/")
    ]
    return field.removeprefix("app/")


def is_accepted(value: str) -> bool:
    """By the command line: without a Region a registration goes no further than its options."""
    outcome = product.run(
        "register",
        "--json",
        "--product-code",
        "p",
        "--public-key",
        KEY,
        "--app-id",
        value,
        environment={"AWS_EC2_METADATA_DISABLED": "true"},
    )
    refused = outcome.json["status"] == "MPMETER_E_INVALID_ARGUMENT"
    assert refused or outcome.json["status"] == "MPMETER_E_REGION_NOT_FOUND", outcome
    if refused:
        assert "--app-id is not 1 to 50 letters, digits and !#$%&'*+,-.^_`|~" in outcome.json["message"]
    return not refused


def test_every_character_is_judged_as_botocore_judges_it() -> None:
    """The SDKs replace what they do not take; here it is refused. NUL cannot stand in an argument."""
    different = []
    for number in [*range(1, 128), 0xE9, 0x3B1, 0x1F600]:
        value = f"a{chr(number)}b"
        if is_accepted(value) != (botocores(value) == value):
            different.append(value)
    assert different == []


def test_fifty_characters_are_the_most(caplog: pytest.LogCaptureFixture) -> None:
    """botocore sends a longer one, with a warning."""
    for length in (1, 50, 51):
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            botocores("a" * length)
        assert is_accepted("a" * length) == ("user_agent_appid" not in caplog.text) == (length <= 50)
    assert not is_accepted("")
