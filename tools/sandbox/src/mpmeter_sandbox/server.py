"""Decides how a request passes from the socket through its service, the faults and the log, and back."""

from __future__ import annotations

import email.utils
from dataclasses import replace

from aiohttp import web

from .exchange import Received, Service
from .faults.registry import FaultPlan
from .requestlog import RequestLog


def application(service: Service, plan: FaultPlan, log: RequestLog) -> web.Application:
    """The HTTP server of one service: receive, let the service answer, let a fault change it, log, send."""

    async def handle(request: web.Request) -> web.StreamResponse:
        received = Received(
            service=service.name,
            method=request.method,
            path=request.raw_path,
            url=f"{request.scheme}://{request.headers.get('Host', '')}{request.raw_path}",
            headers=request.headers,
            body=await request.read(),
        )
        answer = service.answer(received)
        fault = plan.take(service.name, received)
        service.settle(kept=fault is None or not fault.refuses)
        if fault is not None and fault.kind == "answer":
            answer = fault.function(received, answer)
        dated = {"Date": email.utils.formatdate(service.now(), usegmt=True), **answer.headers}
        answer = replace(answer, headers=dated)
        on_wire = fault is not None and fault.kind == "wire"
        log.write(
            received, None if on_wire else answer, fault.name if fault else received.notes.pop("token_fault", None)
        )
        if fault is not None and on_wire:
            try:
                response: web.StreamResponse = await fault.function(request, answer)
                return response
            except ConnectionError:  # the client had enough
                return web.Response()
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)

    app = web.Application(client_max_size=1 << 20)
    app.router.add_route("*", "/{tail:.*}", handle)
    return app
