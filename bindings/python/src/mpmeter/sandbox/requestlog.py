"""Decides what is written about each request: one JSON object a line, so that tests can assert on the traffic.

Keys: time, service, method, path, problem (what was wrong with the request, or null), fault (what changed the answer, or null),
status (null if a fault answered below HTTP's level), error (the code answered, or null), request_id, and for metering and STS the
notes the service took: operation, access_key, identity, region, product_code, public_key_version, nonce, role_arn. Secrets, session
tokens, signatures and web identity tokens are never written.
"""

from __future__ import annotations

import json
import time
from typing import IO, Optional

from .exchange import Answer, Received


class RequestLog:
    """The log file, or nothing at all."""

    def __init__(self, path: Optional[str]) -> None:
        self._file: Optional[IO[str]] = open(path, "w", encoding="utf-8", buffering=1) if path else None

    def write(self, received: Received, answer: Optional[Answer], fault: Optional[str]) -> None:
        """Write one line before the answer is sent, so that it is there when the client sees the answer."""
        if self._file is None:
            return
        notes = dict(received.notes)
        line = {
            "time": round(time.time(), 3),
            "service": received.service,
            "method": received.method,
            "path": received.path,
            "problem": notes.pop("problem", None),
            "fault": fault,
            "status": answer.status if answer else None,
            "error": answer.error if answer else None,
            "request_id": answer.headers.get("x-amzn-RequestId") if answer else None,
            **notes,
        }
        self._file.write(json.dumps(line) + "\n")

    def close(self) -> None:
        """Close the file; later requests go unlogged."""
        if self._file is not None:
            self._file.close()
            self._file = None
