"""A TCP relay, with TLS at its front if asked, and a CONNECT proxy: what stands on the way in the tests of addresses
and proxies.

Run as a program it reads one JSON object from its arguments and prints "ready" when every port is open:

    {"relays": [["169.254.170.2", 80, "127.0.0.1", 4711]], "tls": [["10.9.0.1", 443, "127.0.0.1", 4712, "chain.pem"]],
     "proxies": [["127.0.0.1", 3128, "log", {"host:port": ["127.0.0.1", 4713]}, "name"]]}

A proxy writes the first line of each request to its log, and connects where its table says. With a name, which is
optional, it writes that before, and behind it what stands in Proxy-Authorization.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import sys
import threading
from pathlib import Path
from typing import Any, Callable

Handler = Callable[[socket.socket], None]


def _listen(host: str, port: int, handler: Handler) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    server = socket.create_server((host, port), family=family, backlog=64)

    def accept() -> None:
        while True:
            connection, _ = server.accept()
            threading.Thread(target=_guarded, args=(handler, connection), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def _guarded(handler: Handler, connection: socket.socket) -> None:
    with contextlib.suppress(OSError), connection:
        handler(connection)


def _pump(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)


def _join(one: socket.socket, other: socket.socket) -> None:
    back = threading.Thread(target=_pump, args=(other, one), daemon=True)
    back.start()
    _pump(one, other)
    back.join()


def relay(host: str, port: int, target_host: str, target_port: int) -> None:
    """Everything that comes in goes to the target."""

    def handle(connection: socket.socket) -> None:
        with socket.create_connection((target_host, target_port)) as target:
            _join(connection, target)

    _listen(host, port, handle)


def terminate_tls(host: str, port: int, target_host: str, target_port: int, chain: str) -> None:
    """The same, TLS taken off."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # A server shows what it has; to refuse a weak certificate is the client's part.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.load_cert_chain(chain)

    def handle(connection: socket.socket) -> None:
        with (
            context.wrap_socket(connection, server_side=True) as plain,
            socket.create_connection((target_host, target_port)) as target,
        ):
            _join(plain, target)

    _listen(host, port, handle)


def proxy(host: str, port: int, log: str, table: dict[str, list[Any]], name: str = "") -> None:
    """CONNECT (RFC 9110 section 9.3.6) to what the table knows; 403 for the rest."""
    lock = threading.Lock()

    def handle(connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            data = connection.recv(4096)
            if not data:
                return
            head += data
        line, *headers = head.decode("latin-1").split("\r\n")
        logins = [
            text for key, _, text in (header.partition(": ") for header in headers) if key == "Proxy-Authorization"
        ]
        with lock, Path(log).open("a") as file:
            file.write(" ".join([name, line, *logins]) + "\n" if name else line + "\n")
        method, _, rest = line.partition(" ")
        target = table.get(rest.split(" ")[0])
        if method != "CONNECT" or target is None:
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection((target[0], target[1])) as onward:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            _join(connection, onward)

    _listen(host, port, handle)


def main() -> None:
    plan = json.loads(sys.argv[1])
    for entry in plan.get("relays", []):
        relay(*entry)
    for entry in plan.get("tls", []):
        terminate_tls(*entry)
    for entry in plan.get("proxies", []):
        proxy(*entry)
    print("ready", flush=True)
    sys.stdin.read()  # until the one who started it goes away


if __name__ == "__main__":
    main()
