"""Decides which port a server gets that cannot choose one itself."""

from __future__ import annotations

import contextlib
import random
import socket


def free_port() -> int:
    """One that nothing gets by asking for any port: Linux gives those from 32768 on, to other tests as well."""
    while True:
        port = random.randrange(10_000, 30_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
