"""A host that forks while another of its threads is inside the library: the child registers all the same, and hangs on
no lock."""

from __future__ import annotations

import os
import signal
import threading

from library import Library

library = Library()
client = library.client()
stop = threading.Event()


def keep_busy() -> None:
    number = 0
    while not stop.is_set():
        number += 1
        library.register(client, f"busy-{number}")


thread = threading.Thread(target=keep_busy)
thread.start()
try:
    for _ in range(10):
        pid = os.fork()
        if pid == 0:
            signal.alarm(15)  # a deadlock kills the child, and that fails the test
            status = 1
            try:
                library.register(client)
                status = 0
            finally:
                os._exit(status)
        assert os.waitpid(pid, 0)[1] == 0
finally:
    stop.set()
    thread.join()
library.free(client)
print("OK")
