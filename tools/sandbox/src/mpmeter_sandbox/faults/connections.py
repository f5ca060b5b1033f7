"""Decides the faults of a connection that has no request yet: reset, silent, or of another protocol."""

from __future__ import annotations

import asyncio
import socket
import struct

from .registry import fault


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN: a linger time of zero (socket(7), SO_LINGER)."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@fault("reset-before-request", "connection", anywhere=True)
async def reset_before_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The connection is reset (RST) as soon as it stands."""
    _reset(writer)


@fault("reset-during-request", "connection", anywhere=True)
async def reset_during_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The connection is reset (RST) after the first byte of the request, or of the TLS handshake."""
    await reader.read(1)
    _reset(writer)


@fault("silent", "connection", anywhere=True)
async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Connections are accepted, and nothing is ever said on them; with --tls the handshake never ends."""
    while True:
        await asyncio.sleep(3600)


@fault("not-http", "connection", anywhere=True)
async def not_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Another protocol is spoken: the request is answered by the banner of an SSH server."""
    await reader.read(1)
    writer.write(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")
    await writer.drain()
