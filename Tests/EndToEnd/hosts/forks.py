"""A host that forks after it has registered: its children and theirs have what it registered."""

from __future__ import annotations

import os

from library import Library

library = Library()
client = library.client()
first = library.register(client)
assert library.register(client) == first, "remembered for the process"


def child(generations: int) -> None:
    assert library.register(client) == first, "a registration is inherited"
    if generations > 1:
        forked(generations - 1)
    library.free(client)


def forked(generations: int) -> None:
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            child(generations)
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(pid, 0)[1] == 0


forked(2)
forked(1)
assert library.register(client) == first, "the parent's is still there"
library.free(client)
print("OK")
