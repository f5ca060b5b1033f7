"""DNS servers with faults (RFC 1035), and AWS Marketplace Metering over TLS, in one process. It runs inside a
namespace; plan.py says what is in the plan.

Prints "ready" when every port is open, and ends with its standard input.
"""

from __future__ import annotations

import base64
import contextlib
import http.server
import ipaddress
import json
import socket
import socketserver
import ssl
import struct
import sys
import threading
import time
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

A, AAAA = 1, 28
CODES = {"formerr": 1, "servfail": 2, "nxdomain": 3, "refused": 5}
SLOW = 6.0


class NameServer:
    """One address, one fault, over UDP and TCP."""

    def __init__(self, address: str, fault: str, plan: dict[str, Any], log: list[str]) -> None:
        self.fault, self.plan, self.log = fault, plan, log
        self.lost: set[bytes] = set()
        self.heard: set[Any] = set()
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        where = socket.getaddrinfo(address, 53, family, socket.SOCK_DGRAM)[0][4]
        self.udp = socket.socket(family, socket.SOCK_DGRAM)
        self.udp.bind(where)
        self.tcp = socket.socket(family, socket.SOCK_STREAM)
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.tcp.bind(where)
        self.tcp.listen(16)
        for target in (self._datagrams, self._streams):
            threading.Thread(target=target, daemon=True).start()

    def _datagrams(self) -> None:
        while True:
            query, sender = self.udp.recvfrom(4096)
            threading.Thread(target=self._answer_datagram, args=(query, sender), daemon=True).start()

    def _answer_datagram(self, query: bytes, sender: Any) -> None:
        if self.fault == "closes":
            # The answer to AAAA comes first, and the firewall closes the port with it.
            if _kind(query) == AAAA:
                self.heard.add(sender)
            else:
                time.sleep(0.5)
                if sender in self.heard:
                    return
        answer = self.answer(query, is_stream=False)
        if answer is not None:
            self.udp.sendto(answer, sender)

    def _streams(self) -> None:
        while True:
            connection, _ = self.tcp.accept()
            threading.Thread(target=self._answer_stream, args=(connection,), daemon=True).start()

    def _answer_stream(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            while True:
                head = connection.recv(2, socket.MSG_WAITALL)
                if len(head) < 2:
                    return
                query = connection.recv(struct.unpack("!H", head)[0], socket.MSG_WAITALL)
                answer = self.answer(query, is_stream=True)
                if answer is None:
                    time.sleep(60)
                    return
                connection.sendall(struct.pack("!H", len(answer)) + answer)

    def answer(self, query: bytes, is_stream: bool) -> bytes | None:
        question_end = query.index(b"\0", 12) + 5
        question = query[12:question_end]
        kind = _kind(query)
        name = _name(question)
        self.log.append(f"{name} {kind}")
        fault = self.fault
        for domain, failure in self.plan["domains"].items():
            if name.endswith("." + domain) and fault in ("answers", "slow", "loses", "truncates"):
                fault = failure
        if name in self.plan["zone"]:
            failure = self.plan["families"].get({A: "A", AAAA: "AAAA"}.get(kind, ""), "answers")
            fault = failure if failure != "answers" and fault == "answers" else fault
        if fault.startswith("edns "):
            has_edns = query[10:12] != b"\0\0"
            fault = fault.removeprefix("edns ") if has_edns else "answers"
            if fault == "header":
                # RFC 6891 section 7: what knows of no such records, and repeats nothing.
                return query[:2] + struct.pack("!HHHHH", 0x8180 | CODES["formerr"], 0, 0, 0, 0)
        if fault == "refers":
            # Neither an authority nor willing to ask others.
            return query[:2] + struct.pack("!HHHHH", 0x8100, 1, 0, 0, 0) + question
        if fault == "silent":
            return None
        if fault == "loses" and question not in self.lost:
            self.lost.add(question)
            return None
        if fault == "slow":
            time.sleep(SLOW)
        if fault in CODES:
            return _reply(query, question, CODES[fault], [])
        if name not in self.plan["zone"]:
            return _reply(query, question, CODES["nxdomain"], [])
        if fault == "truncates" and not is_stream:
            return _reply(query, question, 0, [], flags=0x0200)
        return _reply(query, question, 0, _records(kind, self.plan["zone"][name]))


def _kind(query: bytes) -> int:
    end = query.index(b"\0", 12)
    kind: int = struct.unpack("!H", query[end + 1 : end + 3])[0]
    return kind


def _name(question: bytes) -> str:
    labels, at = [], 0
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode("ascii").lower())
        at += 1 + question[at]
    return ".".join(labels)


def _records(kind: int, addresses: list[str]) -> list[bytes]:
    """Each with a pointer to the question's name, and a minute to live."""
    version = {A: 4, AAAA: 6}.get(kind)
    found = [address for address in map(ipaddress.ip_address, addresses) if address.version == version]
    return [struct.pack("!HHHIH", 0xC00C, kind, 1, 60, len(address.packed)) + address.packed for address in found]


def _reply(query: bytes, question: bytes, code: int, records: list[bytes], flags: int = 0) -> bytes:
    head = query[:2] + struct.pack("!HHHHH", 0x8180 | flags | code, 1, len(records), 0, 0)
    return head + question + b"".join(records)


class Metering(http.server.BaseHTTPRequestHandler):
    """Accepts every registration, and signs it."""

    protocol_version = "HTTP/1.1"
    key: rsa.RSAPrivateKey

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        names = {"ProductCode": "productCode", "PublicKeyVersion": "publicKeyVersion", "Nonce": "nonce"}
        claims = {names[name]: value for name, value in request.items()} | {"iat": int(time.time())}
        signed = f"{_part({'alg': 'PS256', 'typ': 'JWT'})}.{_part(claims)}"
        signature = self.key.sign(signed.encode(), padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        body = json.dumps({"Signature": f"{signed}.{_base64url(signature)}"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _part(value: dict[str, Any]) -> str:
    return _base64url(json.dumps(value).encode())


def _serve(address: str, chain: str) -> None:
    # Not http.server's own, which asks DNS for its address's name.
    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True
        address_family = socket.AF_INET6 if ":" in address else socket.AF_INET

    server = Server((address, 443), Metering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def _proxy(address: str, target: tuple[str, int]) -> None:
    """CONNECT (RFC 9110 section 9.3.6) to `target`, whatever is asked for: the names are a matter of the proxy's."""

    def pump(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_WR)

    class Tunnel(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            head = b""
            while b"\r\n\r\n" not in head:
                data = self.request.recv(4096)
                if not data:
                    return
                head += data
            with socket.create_connection(target) as onward:
                self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                threading.Thread(target=pump, args=(onward, self.request), daemon=True).start()
                pump(self.request, onward)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True
        address_family = socket.AF_INET6 if ":" in address else socket.AF_INET

    threading.Thread(target=Server((address, 3128), Tunnel).serve_forever, daemon=True).start()


def main() -> None:
    plan = json.loads(sys.argv[1])
    with open(plan["key"], "rb") as file:
        key = serialization.load_pem_private_key(file.read(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    Metering.key = key
    log: list[str] = []
    for address, fault in plan["servers"]:
        if fault != "closed":
            NameServer(address, fault, plan, log)
    for address in plan["services"]:
        _serve(address, plan["chain"])
    for address in plan["proxies"]:
        _proxy(address, (address, 443))
    print("ready", flush=True)
    sys.stdin.read()
    print(json.dumps(log), flush=True)


if __name__ == "__main__":
    main()
