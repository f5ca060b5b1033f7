"""The retry policies that are compared: the library's own as it is shipped, and those of the AWS SDKs, out of
botocore's own classes.

A policy makes one object a pod. `before(now)` is asked before each call and answers how many seconds to hold it back;
`after(now, answer)` is told each answer that is no success ("throttled" or "failed") and returns the seconds until the
next call, or None to give up.
"""

import ctypes
from random import Random

from botocore.exceptions import CapacityNotAvailableError
from botocore.retries import adaptive, bucket, standard, throttling

ANSWERS = {
    "throttled": {"Error": {"Code": "ThrottlingException"}},
    "failed": {"Error": {"Code": "InternalServiceErrorException"}},
    "ok": {},
}


class Library:
    """libmpmeter: Retries of MPMeterCore, with the default deadline of 30 minutes."""

    name = "libmpmeter"
    deadline = 1800.0
    shape: tuple[int, int] | None = None
    """Another share of the time that has passed, and another longest window in milliseconds, than what is shipped."""
    code: ctypes.CDLL

    @classmethod
    def load(cls, path: str) -> None:
        cls.code = ctypes.CDLL(path)
        cls.code.fleet_pod_new.restype = ctypes.c_void_p
        cls.code.fleet_pod_shaped.argtypes = [ctypes.c_int64, ctypes.c_int64]
        cls.code.fleet_pod_shaped.restype = ctypes.c_void_p
        cls.code.fleet_pod_free.argtypes = [ctypes.c_void_p]
        cls.code.fleet_pod_wait.argtypes = [ctypes.c_void_p, ctypes.c_int32, ctypes.c_int64, ctypes.c_uint64]
        cls.code.fleet_pod_wait.restype = ctypes.c_int64

    def __init__(self, start: float, random: Random) -> None:
        self._end = start + self.deadline
        self._random = random
        self._pod = self.code.fleet_pod_shaped(*self.shape) if self.shape else self.code.fleet_pod_new()

    def __del__(self) -> None:
        self.code.fleet_pod_free(self._pod)

    def before(self, now: float) -> float:
        return 0

    def after(self, now: float, answer: str) -> float | None:
        left = int((self._end - now) * 1000)
        wait = self.code.fleet_pod_wait(self._pod, answer == "throttled", left, self._random.getrandbits(64))
        return None if wait < 0 else wait / 1000


class Standard:
    """botocore's standard mode, which all AWS SDKs have: 3 attempts (botocore.retries.standard)."""

    name = "SDK standard"
    attempts = standard.DEFAULT_MAX_ATTEMPTS
    deadline = float("inf")
    _detector = standard.ThrottlingErrorDetector(standard.RetryEventAdapter())

    def __init__(self, start: float, random: Random) -> None:
        self._backoff = standard.ExponentialBackoff(random=random.random, throttling_detector=self._detector)
        self._calls = 0
        self._end = start + self.deadline

    def before(self, now: float) -> float:
        return 0

    def after(self, now: float, answer: str) -> float | None:
        self._calls += 1
        if self._calls >= self.attempts:
            return None
        wait = self._backoff.delay_amount(standard.RetryContext(self._calls, parsed_response=ANSWERS[answer]))
        return wait if now + wait < self._end else None


class Restarted(Standard):
    """Standard mode in a container that ends when it fails, and is restarted after 10 s, 20 s, 40 s, … 5 min for half
    an hour.

    https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy. Each start takes up to a second.
    """

    name = "SDK, restarted"
    deadline = 1800.0

    def __init__(self, start: float, random: Random) -> None:
        super().__init__(start, random)
        self._random = random
        self._restarts = 0

    def after(self, now: float, answer: str) -> float | None:
        wait = super().after(now, answer)
        if wait is None and now < self._end:
            self._calls = 0
            wait = min(10 * 2**self._restarts, 300) + self._random.random()
            self._restarts += 1
        return wait if wait is not None and now + wait < self._end else None


class TimeOut(Standard):
    """Standard mode with as many attempts as fit, in a call that is given 5 seconds in all: what a context with a
    time-out does."""

    name = "5 s time-out"
    attempts = 1000
    deadline = 5.0


class _VirtualClock(bucket.Clock):
    now = 0.0

    def current_time(self) -> float:
        return self.now


class Adaptive(Standard):
    """botocore's adaptive mode (botocore.retries.adaptive): standard mode, and a rate that the client limits itself
    to."""

    name = "SDK adaptive"

    def __init__(self, start: float, random: Random) -> None:
        super().__init__(start, random)
        self._clock = _VirtualClock()
        self._clock.now = start
        self._bucket = bucket.TokenBucket(max_rate=1, clock=self._clock)
        self._limiter = adaptive.ClientRateLimiter(
            rate_adjustor=throttling.CubicCalculator(starting_max_rate=0, start_time=start),
            rate_clocker=adaptive.RateClocker(self._clock),
            token_bucket=self._bucket,
            throttling_detector=self,
            clock=self._clock,
        )
        self._answer = "ok"
        self._limited = False

    def is_throttling_error(self, **_: object) -> bool:
        return self._answer == "throttled"

    def before(self, now: float) -> float:
        self._clock.now = now
        if not self._limited:
            return 0
        try:
            self._bucket.acquire(block=False)
        except CapacityNotAvailableError:
            # What a blocking acquire() would sleep, and a millisecond against rounding.
            return (1 - self._bucket.available_capacity) / self._bucket.max_rate + 0.001
        return 0

    def after(self, now: float, answer: str) -> float | None:
        self._clock.now = now
        self._answer = answer
        self._limited = self._limited or answer == "throttled"
        self._limiter.on_receiving_response()
        return super().after(now, answer)


POLICIES = [Library, Standard, Restarted, Adaptive, TimeOut]
