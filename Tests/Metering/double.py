"""AWS in the tests of metering: STS and MeterUsage with the ledger's rules, on loopback, with a clock that is moved by
hand."""

import base64
import json
import re
import threading
import time
import uuid
from collections.abc import Callable
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

HOUR = 3600
DECIMAL = re.compile(r"^(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?$")


def millionths(text: str) -> int:
    """A decimal's exact value."""
    whole, _, fraction = text.partition(".")
    return int(whole) * 1_000_000 + int((fraction + "000000")[:6])


class Double:
    """One AWS. `ledger` has (pod, dimension, hour) -> (millionths, record id, allocations)."""

    def __init__(self):
        self.ledger: dict[tuple[str, str, int], tuple[int, str, dict]] = {}
        # No hour ends during a test that does not end one itself.
        self.offset = 600 if time.time() % HOUR > HOUR - 300 else 0
        self.faults: list[str] = []
        self.requests: list[dict] = []
        self.bodies: list[bytes] = []
        self.dimensions: set[str] | None = None
        self.entitled = True
        self.future_allowed = 300
        self.attempts = 0
        # Whether AWS counts a record's age from the beginning of its hour.
        self.floors = False
        # Called while a record is being answered.
        self.meanwhile: Callable[[], None] | None = None
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def now(self) -> float:
        return time.time() + self.offset

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def billed(self, dimension: str | None = None) -> int:
        """The sum of what would be billed, in millionths."""
        return sum(entry[0] for key, entry in self.ledger.items() if dimension in (None, key[1]))

    def task_environment(self, pod: str) -> dict[str, str]:
        """What an ECS task has, whose credentials come without AWS's time."""
        return {
            "AWS_REGION": "us-east-1",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{self.url}/credentials/{pod}",
            "ECS_CONTAINER_METADATA_URI_V4": f"{self.url}/v4/{pod}",
            "AWS_ENDPOINT_URL_MARKETPLACE_METERING": self.url,
        }

    def environment(self, folder: Path, pod: str) -> dict[str, str]:
        """What a pod with an IAM role for its service account has."""
        claims = {
            "iss": "https://oidc.eks.us-east-1.amazonaws.com/id/EX",
            "sub": "system:serviceaccount:default:metered",
            "kubernetes.io": {"pod": {"name": pod, "uid": pod}},
        }
        payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
        token = folder / f"token-{pod}"
        token.write_text(f"eyJhbGciOiJSUzI1NiJ9.{payload}.c2lnbmF0dXJl")
        return {
            "AWS_REGION": "us-east-1",
            "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/metered",
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(token),
            "AWS_ENDPOINT_URL_STS": self.url,
            "AWS_ENDPOINT_URL_MARKETPLACE_METERING": self.url,
        }

    # ---- MeterUsage -------------------------------------------------------------------------------------

    def meter(self, pod: str, request: dict) -> tuple[int, dict]:
        """The answer to one request, by the rules."""

        def refuse(kind: str, message: str = "") -> tuple[int, dict]:
            return 400, {"__type": kind, "message": message or kind}

        assert not {"UsageQuantity", "UsageQuantityAsDecimal"} <= request.keys()
        if "UsageQuantity" in request:
            assert isinstance(request["UsageQuantity"], int) and 0 <= request["UsageQuantity"] <= 2147483647
            quantity = request["UsageQuantity"] * 1_000_000
        else:
            assert DECIMAL.match(request["UsageQuantityAsDecimal"])
            quantity = millionths(request["UsageQuantityAsDecimal"])
        allocations = self._allocations(request, quantity)
        if not self.entitled:
            return refuse("CustomerNotEntitledException")
        if self.dimensions is not None and request["UsageDimension"] not in self.dimensions:
            return refuse("InvalidUsageDimensionException")
        if request.get("DryRun"):
            return refuse("DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
        age = self.now - request["Timestamp"] // (HOUR if self.floors else 1) * (HOUR if self.floors else 1)
        if age > 6 * HOUR or age < -self.future_allowed:
            return refuse("TimestampOutOfBoundsException", f"{age} s")
        key = (pod, request["UsageDimension"], request["Timestamp"] // HOUR * HOUR)
        if key not in self.ledger:
            self.ledger[key] = (quantity, str(uuid.uuid4()), allocations)
        elif self.ledger[key][0] != quantity:
            return refuse("DuplicateRequestException")
        return 200, {"MeteringRecordId": self.ledger[key][1]}

    @staticmethod
    def _allocations(request: dict, quantity: int) -> dict:
        found, keys = {}, set()
        for part in request.get("UsageAllocations", []):
            tags = tuple(sorted((tag["Key"], tag["Value"]) for tag in part.get("Tags", [])))
            keys |= {key for key, _ in tags}
            assert tags not in found
            if "UsageQuantity" in request:
                found[tags] = part["AllocatedUsageQuantity"] * 1_000_000
            else:
                found[tags] = millionths(part["AllocatedUsageQuantityAsDecimal"])
        assert not found or sum(found.values()) == quantity
        assert len(found) <= 2500 and len(keys) <= 5
        return found

    def _handler(self):
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def date_time_string(self, timestamp=None):
                return formatdate(double.now, usegmt=True)

            def answer(self, status: int, content: bytes, kind: str):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(content)
                self.close_connection = True

            def do_GET(self):
                _, kind, pod = self.path.split("/")[:3]
                found = {"TaskARN": f"arn:aws:ecs:us-east-1:123456789012:task/cluster/{pod}"}
                if kind == "credentials":
                    key = double.access_key(pod)
                    found = {"AccessKeyId": key, "SecretAccessKey": "s" * 40, "Token": "t" * 40}
                    found["Expiration"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(double.now + 6 * HOUR))
                self.answer(200, json.dumps(found).encode(), "application/json")

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if "X-Amz-Target" not in self.headers:
                    return self.answer(200, double.assume(body), "application/json")
                assert self.headers["X-Amz-Target"] == "AWSMPMeteringService.MeterUsage"
                pod = re.search(r"Credential=([^/]+)/", self.headers["Authorization"])[1]
                with double.lock:
                    request = json.loads(body)
                    double.attempts += not request.get("DryRun")
                    fault = "" if request.get("DryRun") or not double.faults else double.faults.pop(0)
                    if fault == "reset-before":
                        self.close_connection = True
                        return None
                    if fault.startswith("error:"):
                        _, status, kind = fault.split(":")
                        content = json.dumps({"__type": kind, "message": kind}).encode()
                        return self.answer(int(status), content, "application/x-amz-json-1.1")
                    double.requests.append(request)
                    double.bodies.append(body)
                    status, answer = double.meter(double.pods[pod], request)
                    if double.meanwhile:
                        double.meanwhile()
                if fault == "lost":
                    self.close_connection = True
                    return None
                if fault == "lost-throttled":
                    return self.answer(400, b'{"__type": "ThrottlingException"}', "application/x-amz-json-1.1")
                if fault == "lost-4xx":
                    return self.answer(
                        400, b'{"__type": "InternalServiceErrorException"}', "application/x-amz-json-1.1"
                    )
                if fault == "no-id":
                    return self.answer(200, b'{"MeteringRecordId": ""}', "application/x-amz-json-1.1")
                if fault == "lost-5xx":
                    return self.answer(
                        500, b'{"__type": "InternalServiceErrorException"}', "application/x-amz-json-1.1"
                    )
                return self.answer(status, json.dumps(answer).encode(), "application/x-amz-json-1.1")

        return Handler

    pods: dict[str, str] = {}

    def access_key(self, pod: str) -> str:
        key = "ASIA" + base64.b32encode(pod.encode()).decode().rstrip("=")[:40]
        self.pods[key] = pod
        return key

    def assume(self, body: bytes) -> bytes:
        """STS: the access key stands for the pod."""
        token = parse_qs(body.decode())["WebIdentityToken"][0].split(".")[1]
        pod = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))["kubernetes.io"]["pod"]["uid"]
        key = self.access_key(pod)
        credentials = {
            "AccessKeyId": key,
            "SecretAccessKey": "s" * 40,
            "SessionToken": "t" * 40,
            "Expiration": self.now + 3600,
        }
        return json.dumps(
            {
                "AssumeRoleWithWebIdentityResponse": {
                    "AssumeRoleWithWebIdentityResult": {"Credentials": credentials},
                    "ResponseMetadata": {"RequestId": "r"},
                }
            }
        ).encode()
