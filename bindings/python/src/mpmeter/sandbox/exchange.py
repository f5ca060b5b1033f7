"""Decides what a service sees of a request and gives as its answer, and how both pass through the faults and the log."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from .faults.registry import FaultPlan
    from .requestlog import RequestLog

METERING = "metering"
STS = "sts"
ECS = "ecs"
CREDENTIALS = "credentials"
IMDS = "imds"
KUBERNETES = "kubernetes"
SERVICES = (METERING, STS, ECS, CREDENTIALS, IMDS, KUBERNETES)


@dataclass(frozen=True)
class Answer:
    """A whole HTTP answer. `error` is the code for the log, not part of the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    error: str | None = None

    def with_body(self, body: bytes, **headers: str) -> Answer:
        """The same answer around another body."""
        return replace(self, body=body, headers={**self.headers, **headers})


@dataclass
class Received:
    """A request as it came, and the notes the service takes on it for the log."""

    service: str
    method: str
    path: str
    url: str
    headers: Any  # multidict.CIMultiDictProxy: several values a name, names without regard to case
    body: bytes
    notes: dict[str, Any] = field(default_factory=dict)

    def header(self, name: str) -> str | None:
        """The only value of a header, or None if it is absent or given more than once."""
        values = self.headers.getall(name, [])
        return values[0] if len(values) == 1 else None


class Service:
    """One of the services: a name and a way to answer."""

    name: str

    def answer(self, received: Received) -> Answer:
        """The answer AWS would give. What is wrong with the request goes into `received.notes['problem']`."""
        raise NotImplementedError

    def now(self) -> float:
        """The service's own clock, which its Date header shows."""
        return time.time()


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
        if fault is not None and fault.kind == "answer":
            answer = fault.function(received, answer)
        dated = {"Date": email.utils.formatdate(service.now(), usegmt=True), **answer.headers}
        answer = replace(answer, headers=dated)
        on_wire = fault is not None and fault.kind == "wire"
        log.write(received, None if on_wire else answer, fault.name if fault else received.notes.pop("token_fault", None))
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
