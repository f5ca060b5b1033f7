"""Decides what becomes of a connection before its service sees it: a fault or a failing handshake takes it, or it is
passed on."""

from __future__ import annotations

import asyncio
import ssl

from .faults.registry import FaultPlan
from .requestlog import RequestLog


class Front:
    """Stands before one service some of whose connections are to go wrong; with a `context`, all of them end with the
    handshake."""

    def __init__(self, service: str, plan: FaultPlan, log: RequestLog, context: ssl.SSLContext | None) -> None:
        self._context = context
        self._service = service
        self._plan = plan
        self._log = log
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def start(self, host: str, port: int, behind: int) -> int:
        """Listen in front of the port `behind`; returns the port that clients are to use, any if `port` is 0."""
        self._behind = (host, behind)
        self._server = await asyncio.start_server(self._begin, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Listen no more and cut what is open."""
        self._server.close()
        still_open = dict(self._open)
        for task in still_open:
            task.cancel()
        await asyncio.gather(*still_open, return_exceptions=True)
        for writer in still_open.values():
            writer.transport.abort()
        await asyncio.sleep(0)  # in which the transports let go of their sockets

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._meet(reader, writer))
        self._open[task] = writer
        task.add_done_callback(self._open.pop)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            fault = self._plan.take(self._service, None, ("connection",))
            if fault is not None:
                self._log.write_connection(self._service, fault.name)
                await fault.function(reader, writer)
            elif self._context is not None:
                await _shake_hands(self._context, reader, writer)
            else:
                await self._pass_on(reader, writer)
        except OSError:  # the client had enough
            pass
        finally:
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(*self._behind)
        ways = [asyncio.ensure_future(_copy(reader, inner_writer)), asyncio.ensure_future(_copy(inner_reader, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            inner_writer.close()


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while True:
        piece = await source.read(65536)
        if not piece:
            return
        sink.write(piece)
        await sink.drain()


async def _shake_hands(context: ssl.SSLContext, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A TLS handshake to its end, good or bad, and no further. asyncio's own forgets to send the alert that says why it
    failed."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_side=True)
    while True:
        try:
            tls.do_handshake()
            is_over = True
        except ssl.SSLWantReadError:
            is_over = False
        except ssl.SSLError:
            is_over = True
        writer.write(outgoing.read())
        await writer.drain()
        piece = b"" if is_over else await reader.read(65536)
        if not piece:
            return
        incoming.write(piece)
