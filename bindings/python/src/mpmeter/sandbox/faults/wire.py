"""Decides the faults below the answer's meaning: connections reset, silent, slow, cut short or without end."""

from __future__ import annotations

import asyncio
import socket
import struct

from aiohttp import web

from ..exchange import CREDENTIALS, ECS, IMDS, Answer, Received
from .registry import fault

OVERSIZED = 16 << 20
PIECE = b" " * (64 << 10)


async def _reset(request: web.Request) -> web.StreamResponse:
    """Close with RST instead of FIN: a linger time of zero (socket(7), SO_LINGER)."""
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()  # goes nowhere


async def _headers(request: web.Request, answer: Answer, length: int) -> web.StreamResponse:
    """Send the status and headers, with a Content-Length that may be a lie."""
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = length
    response.force_close()
    await response.prepare(request)
    return response


async def _forever() -> web.StreamResponse:
    """Say nothing until the client or the sandbox goes away."""
    while True:
        await asyncio.sleep(3600)


@fault("reset", "wire", anywhere=True)
async def reset(request: web.Request, answer: Answer) -> web.StreamResponse:
    """The connection is reset (RST) when the request has been read."""
    return await _reset(request)


@fault("reset-mid-body", "wire", anywhere=True)
async def reset_mid_body(request: web.Request, answer: Answer) -> web.StreamResponse:
    """Headers and half of the body, then the connection is reset (RST)."""
    response = await _headers(request, answer, len(answer.body))
    await response.write(answer.body[: len(answer.body) // 2])
    await asyncio.sleep(0.05)
    return await _reset(request)


@fault("hang", "wire", anywhere=True)
async def hang(request: web.Request, answer: Answer) -> web.StreamResponse:
    """The request is read and never answered."""
    return await _forever()


@fault("slow", "wire", anywhere=True)
async def slow(request: web.Request, answer: Answer) -> web.StreamResponse:
    """Headers at once, then the right body at one byte a second."""
    response = await _headers(request, answer, len(answer.body))
    for position in range(len(answer.body)):
        await response.write(answer.body[position : position + 1])
        await asyncio.sleep(1)
    return response


@fault("truncated", "wire", anywhere=True)
async def truncated(request: web.Request, answer: Answer) -> web.StreamResponse:
    """The whole body under a Content-Length that promises 100 bytes more, then an orderly close."""
    response = await _headers(request, answer, len(answer.body) + 100)
    await response.write(answer.body)
    return response


@fault("oversized", "wire", anywhere=True)
async def oversized(request: web.Request, answer: Answer) -> web.StreamResponse:
    """The right body, blown up with white space at its start to over 16 MiB, with the right Content-Length."""
    response = await _headers(request, answer, OVERSIZED + len(answer.body))
    for _ in range(OVERSIZED // len(PIECE)):
        await response.write(PIECE)
    await response.write(answer.body)
    return response


@fault("endless", "wire", anywhere=True)
async def endless(request: web.Request, answer: Answer) -> web.StreamResponse:
    """A chunked body of white space that never ends, at some 6 MiB a second."""
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.enable_chunked_encoding()
    await response.prepare(request)
    while True:
        await response.write(PIECE)
        await asyncio.sleep(0.01)


@fault("credentials-hang", "wire", CREDENTIALS)
async def credentials_hang(request: web.Request, answer: Answer) -> web.StreamResponse:
    """The credentials endpoint reads the request and never answers."""
    return await _forever()


@fault("metadata-hang", "wire", ECS, anywhere=True)
async def metadata_hang(request: web.Request, answer: Answer) -> web.StreamResponse:
    """Task metadata, or what it is aimed at, reads the request and never answers."""
    return await _forever()


def _is_put(received: Received) -> bool:
    return received.method == "PUT"


@fault("metadata-v2-hang", "wire", IMDS, when=_is_put)
async def metadata_v2_hang(request: web.Request, answer: Answer) -> web.StreamResponse:
    """The hop limit is 1: PUT for an IMDSv2 token gets no answer, as its packets do not reach the container."""
    return await _forever()
