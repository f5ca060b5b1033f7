"""A host that forks after it has registered: each child registers again, by the objects of its parent; the parent does not."""

from __future__ import annotations

import os

from library import Library

library = Library()
client = library.client()
first = library.register(client)
assert library.register(client) == first, "remembered for the process"


def child(generations: int) -> None:
    mine = library.register(client)
    assert mine != first, "a registration is not inherited"
    assert library.register(client) == mine
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
