"""Servers of a test's own on loopback, of which nothing is left when the test is over.

A thread that still stands in accept() or send() when its socket is closed goes on with the number of the descriptor,
and that may belong to another test's socket by then. So the sockets are shut down, the threads are waited for, and only
then anything is closed.
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator
from typing import Callable


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.serve = serve
        self.connections: list[socket.socket] = []

    def process_request(self, request, client_address) -> None:
        self.connections.append(request)
        super().process_request(request, client_address)

    def finish_request(self, request, client_address) -> None:
        with contextlib.suppress(OSError):
            self.serve(request)

    def shutdown_request(self, request) -> None:
        """Not closed yet: nobody else is given the descriptor while somebody here may use it."""
        with contextlib.suppress(OSError):
            request.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Calls `serve` for each connection, on a thread of its own, which may raise OSError. Yields the port."""
    server = Server(serve)
    acceptor = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    acceptor.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        acceptor.join()
        for connection in server.connections:
            server.shutdown_request(connection)
        # Waits for the threads.
        server.server_close()
        for connection in server.connections:
            connection.close()
