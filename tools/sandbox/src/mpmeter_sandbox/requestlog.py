"""Decides what is written about each request: one JSON object a line, so that tests can assert on the traffic.

Keys: time, service, method, path, user_agent (or null), problem (what was wrong with the request, or null), fault
(what changed the answer, or null), status (null if a fault answered below HTTP's level), error (the code answered, or
null), request_id, and for metering and STS the notes the service took: operation, access_key, identity, region,
product_code, public_key_version, nonce, role_arn. Secrets, session tokens, signatures and web identity tokens are never
written. What is not HTTP, and a connection that a fault took, has a line with `method` null.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import IO, Any

from aiohttp.http_exceptions import HttpProcessingError

from .exchange import Answer, Received


class RequestLog:
    """The log file, or nothing at all."""

    def __init__(self, path: str | None) -> None:
        # The sandbox's own mistakes, for whoever runs it in a process of theirs.
        self.mistakes: list[str] = []
        self._file: IO[str] | None = open(path, "w", encoding="utf-8", buffering=1) if path else None  # noqa: SIM115

    def write(self, received: Received, answer: Answer | None, fault: str | None) -> None:
        """Write one line before the answer is sent, so that it is there when the client sees the answer."""
        notes = dict(received.notes)
        line = {
            "time": round(time.time(), 3),
            "service": received.service,
            "method": received.method,
            "path": received.path,
            "user_agent": received.headers.get("User-Agent"),
            "problem": notes.pop("problem", None),
            "fault": fault,
            "status": answer.status if answer else None,
            "error": answer.error if answer else None,
            "request_id": answer.headers.get("x-amzn-RequestId") if answer else None,
            **notes,
        }
        self._write(line)

    def write_connection(self, service: str, fault: str) -> None:
        """Write a line for a connection that a fault took before there was a request."""
        line = {"service": service, "method": None, "path": None, "problem": None, "fault": fault, "status": None}
        self._write({"time": round(time.time(), 3), **line})

    def write_unreadable(self, service: str, problem: str) -> None:
        """Write a line for something that was not HTTP, or broke its rules."""
        self._write(
            {"time": round(time.time(), 3), "service": service, "method": None, "path": None, "problem": problem}
        )

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line) + "\n")

    def close(self) -> None:
        """Close the file; later requests go unlogged."""
        if self._file is not None:
            self._file.close()
            self._file = None


def server_logger(service: str, log: RequestLog) -> logging.Logger:
    """What aiohttp's server reports to. Stderr is the command's, so only the sandbox's own mistakes go there."""
    logger = logging.Logger(f"mpmeter_sandbox.{service}", logging.WARNING)
    logger.addHandler(_Reports(service, log))
    return logger


class _Reports(logging.Handler):
    def __init__(self, service: str, log: RequestLog) -> None:
        super().__init__()
        self._service = service
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError):
            self._log.write_unreadable(self._service, f"not HTTP: {type(error).__name__}")
        elif not isinstance(error, ConnectionError):
            self._log.mistakes.append(self.format(record))
            print(f"mpmeter-sandbox: {self.format(record)}", file=sys.stderr)
