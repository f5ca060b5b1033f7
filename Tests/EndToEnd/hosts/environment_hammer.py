"""A host that changes its environment in one thread while others are inside the library: ray-project/ray#62028,
pytorch/pytorch#133744."""

from __future__ import annotations

import ctypes
import threading

from library import Library

libc = ctypes.CDLL(None)
library = Library()
client = library.client()
stop = threading.Event()
rounds = 0


def hammer() -> None:
    """Grows `environ` so that libc moves it, and takes away what the library would like to read."""
    global rounds
    while not stop.is_set():
        for number in range(40):
            libc.setenv(b"HAMMER_%d_%d" % (rounds % 10, number), b"x" * 100, 1)
        for name in (b"AWS_REGION", b"HTTPS_PROXY", b"AWS_CA_BUNDLE", b"SSLKEYLOGFILE"):
            libc.setenv(name, b"http://127.0.0.1:1/%d" % rounds, 1)
            libc.unsetenv(name)
        if rounds % 10 == 9:
            libc.clearenv()
        rounds += 1


def register(thread: int) -> None:
    for number in range(12):
        library.register(client, f"{thread}-{number}")
        assert library.region(client) == "eu-west-3"


hammering = threading.Thread(target=hammer)
hammering.start()
threads = [threading.Thread(target=register, args=(number,)) for number in range(3)]
failed: list[object] = []
threading.excepthook = failed.append
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
stop.set()
hammering.join()
library.free(client)
assert not failed, failed
assert rounds > 20, "the environment was hardly touched"
print("OK", rounds)
