"""A host that looks closely at itself before and after: threads, signals, descriptors, environment, current directory,
locale."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import locale
import os

from library import Library


def state() -> dict[str, object]:
    """All that the kernel and libc tell of this process and that a library could leave changed."""
    with open("/proc/self/status") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    descriptors = {}
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):  # the directory itself, while it was listed
            descriptors[name] = os.readlink(f"/proc/self/fd/{name}")
    environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    variables = []
    while environ[len(variables)] is not None:
        variables.append(environ[len(variables)])
    return {
        "signals": [status[name] for name in ("SigBlk", "SigIgn", "SigCgt")],
        "threads": status["Threads"].strip(),
        "thread ids": sorted(os.listdir("/proc/self/task")),
        "descriptors": descriptors,
        "environment": [variable.decode("latin-1") for variable in variables],
        "directory": os.getcwd(),
        "umask": status["Umask"].strip(),
        "locale": locale.setlocale(locale.LC_ALL),
        "environ itself": ctypes.cast(environ, ctypes.c_void_p).value,
    }


hashlib.sha256(b"")  # opens whatever it opens before the first look
before = state()
library = Library()
assert state() == before, "loading alone changes something"
client = library.client()
library.register(client)
library.register(client, "another")
library.region(client)
library.free(client)
after = state()
assert after == before, json.dumps(
    {name: (before[name], after[name]) for name in before if before[name] != after[name]}, indent=1
)
print("OK")
