"""Decides the faults below the answer's meaning: answers that are reset, silent, slow, cut short, without end, or no
HTTP."""

from __future__ import annotations

import asyncio
import socket
import struct

from aiohttp import web

from ..exchange import CREDENTIALS, ECS, IMDS, Answer, Received
from .registry import fault

OVERSIZED = 16 << 20
GIB = 1 << 30
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
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


def _head(answer: Answer, *more: str) -> bytes:
    """The status line and header fields by hand."""
    fields = [f"{name}: {value}" for name, value in answer.headers.items()]
    return "\r\n".join([f"HTTP/1.1 {answer.status} Fault", *fields, *more, "Connection: close", "", ""]).encode()


async def _raw(request: web.Request, data: bytes) -> None:
    """Bytes as they are, past aiohttp's idea of an answer."""
    if request.transport is None or request.transport.is_closing():
        raise ConnectionResetError
    request.transport.write(data)


def _closed(request: web.Request) -> web.StreamResponse:
    """The end of an answer that was sent by hand."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()  # goes nowhere


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


@fault("slow-head", "wire", anywhere=True)
async def slow_head(request: web.Request, answer: Answer) -> web.StreamResponse:
    """The right answer at one byte a second from its first byte on, the status line's H."""
    for byte in _head(answer, f"Content-Length: {len(answer.body)}") + answer.body:
        await _raw(request, bytes([byte]))
        await asyncio.sleep(1)
    return _closed(request)


@fault("late", "wire", anywhere=True)
async def late(request: web.Request, answer: Answer) -> web.StreamResponse:
    """The right answer, one and a half seconds late."""
    await asyncio.sleep(1.5)
    return web.Response(status=answer.status, headers=answer.headers, body=answer.body)


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


@fault("oversized-1gib", "wire", anywhere=True)
async def oversized_1gib(request: web.Request, answer: Answer) -> web.StreamResponse:
    """A Content-Length of 1 GiB, and white space until it is reached."""
    response = await _headers(request, answer, GIB)
    for _ in range(GIB // len(PIECE)):
        await response.write(PIECE)
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


@fault("endless-head", "wire", anywhere=True)
async def endless_head(request: web.Request, answer: Answer) -> web.StreamResponse:
    """A status line, then header fields without end."""
    await _raw(request, _head(answer)[:-2])
    while True:
        await _raw(request, b"X-Filler: " + b"x" * 4000 + b"\r\n")
        await asyncio.sleep(0.001)


@fault("continue", "wire", anywhere=True)
async def continued(request: web.Request, answer: Answer) -> web.StreamResponse:
    """100 Continue, which nobody asked for, then the right answer: to be accepted (RFC 9110 section 15.2)."""
    await _raw(request, CONTINUE + _head(answer, f"Content-Length: {len(answer.body)}") + answer.body)
    return _closed(request)


@fault("endless-continue", "wire", anywhere=True)
async def endless_continue(request: web.Request, answer: Answer) -> web.StreamResponse:
    """100 Continue again and again, and never an answer."""
    while True:
        await _raw(request, CONTINUE * 100)
        await asyncio.sleep(0.001)


@fault("two-lengths", "wire", anywhere=True)
async def two_lengths(request: web.Request, answer: Answer) -> web.StreamResponse:
    """The right body under two Content-Length fields, the right one and one of half of it (RFC 9112 section 6.3:
    unrecoverable)."""
    lengths = [f"Content-Length: {length}" for length in (len(answer.body), len(answer.body) // 2)]
    await _raw(request, _head(answer, *lengths) + answer.body)
    return _closed(request)


@fault("length-and-chunks", "wire", anywhere=True)
async def length_and_chunks(request: web.Request, answer: Answer) -> web.StreamResponse:
    """The right body in chunks, and a Content-Length of half of it: to be read by its chunks, or refused (RFC 9112
    section 6.3)."""
    head = _head(answer, f"Content-Length: {len(answer.body) // 2}", "Transfer-Encoding: chunked")
    await _raw(request, head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(answer.body), answer.body))
    return _closed(request)


def _chunked(name: str, size: str, description: str) -> None:
    """Register a fault that sends the right body in one chunk of a wrong size (RFC 9112 section 7.1)."""

    async def send(request: web.Request, answer: Answer) -> web.StreamResponse:
        chunk = size.format(len(answer.body)).encode() + b"\r\n" + answer.body + b"\r\n0\r\n\r\n"
        await _raw(request, _head(answer, "Transfer-Encoding: chunked") + chunk)
        return _closed(request)

    send.__doc__ = f"The right body in a chunk {description}."
    fault(name, "wire", anywhere=True)(send)


_chunked("chunked-no-size", "size", "whose size is no number")
_chunked("chunked-negative-size", "-{:x}", "whose size is negative")
_chunked("chunked-huge-size", "fffffffffffffffff", "whose size does not fit into 64 bits")
_chunked(
    "chunked-long-size",
    "7fffffffffffffff",
    "of 2^63 - 1 bytes, of which only the right body comes before the connection is closed",
)
_chunked("chunked-short-size", "1", "that says it has one byte")


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
