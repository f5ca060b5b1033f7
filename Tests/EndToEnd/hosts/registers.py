"""The plainest host: registers twice, finds its Region, and frees."""

from __future__ import annotations

from library import Library

library = Library()
client = library.client()
library.register(client)
library.register(client, "another")
library.region(client)
library.free(client)
print("OK", library.version())
