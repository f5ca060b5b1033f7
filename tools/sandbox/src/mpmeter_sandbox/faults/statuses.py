"""Decides the answers of a load balancer that has no service behind it: a status, an HTML page, and perhaps when to
come back."""

from __future__ import annotations

from ..exchange import Answer, Received
from .registry import fault

REASONS = {429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Temporarily Unavailable"}


def _page(name: str, status: int, retry_after: str | None, description: str) -> None:
    """Register a fault that is an HTML page with that status, and with that Retry-After (RFC 9110 section 10.2.3)."""
    reason = REASONS[status]
    page = f"<html><head><title>{status} {reason}</title></head><body><h1>{status}</h1></body></html>\r\n".encode()
    headers = {"Content-Type": "text/html", **({"Retry-After": retry_after} if retry_after is not None else {})}

    def answer_page(received: Received, answer: Answer) -> Answer:
        return Answer(status, headers, page, error=str(status))

    answer_page.__doc__ = f"A load balancer's HTML page with status {status}, {description}."
    fault(name, "answer", anywhere=True, refuses=True)(answer_page)


for _status in REASONS:
    _page(f"http-{_status}", _status, None, "without Retry-After")
    _page(f"http-{_status}-retry-after", _status, "1", "with Retry-After: 1")
_page("http-503-retry-after-hour", 503, "3600", "with Retry-After: 3600")
_page("http-503-retry-after-garbage", 503, "-1; soon", "with a Retry-After that is neither a number nor a date")
