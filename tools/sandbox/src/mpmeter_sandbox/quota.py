"""Decides when RegisterUsage is throttled: AWS grants an account five calls a second in a Region.

https://docs.aws.amazon.com/marketplace/latest/APIReference/metering-service-quotas.html
How AWS counts is not documented; here it is a bucket that holds one second's worth, and a refused call costs nothing.
"""

from __future__ import annotations

import time


class Quota:
    """A token bucket; None grants every call."""

    def __init__(self, per_second: int | None) -> None:
        self._per_second = per_second
        self._tokens = float(per_second or 0)
        self._since = time.monotonic()

    def grants(self) -> bool:
        """Whether this call is granted, and counted."""
        if self._per_second is None:
            return True
        now = time.monotonic()
        self._tokens = min(self._per_second, self._tokens + (now - self._since) * self._per_second)
        self._since = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
