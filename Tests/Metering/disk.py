"""A disk that loses what was not synced: reads what strace has seen of a journal's files, and makes every state anew
that a power failure could have left behind, before and after each call."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

#: What changes files or makes them durable. Everything else is skipped.
CALLS = "openat,pwrite64,write,ftruncate,fdatasync,fsync,link,linkat,rename,renameat2,unlink,unlinkat,sendto"
SECTOR = 512
_LINE = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)(?:<([^>]*)>)?")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


@dataclass
class File:
    durable: bytes = b""
    #: What was written since the last sync, in order: an offset and bytes, or a length and None.
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def with_writes(self, writes: list[tuple[int, bytes | None]]) -> bytes:
        content = bytearray(self.durable)
        for place, data in writes:
            if data is None:
                del content[place:]
                content.extend(bytes(place - len(content)))
            else:
                content.extend(bytes(max(place - len(content), 0)))
                content[place : place + len(data)] = data
        return bytes(content)


class Disk:
    """The files of one folder: what is durable, what is not, and which names lead to them."""

    def __init__(self, folder: Path):
        self.folder = str(folder)
        self.names: dict[str, File] = {
            path.name: File(path.read_bytes()) for path in folder.iterdir() if path.is_file()
        }
        self.durable_names = dict(self.names)

    def _name(self, path: str) -> str | None:
        folder, _, name = path.rpartition("/")
        return name if folder == self.folder else None

    def perform(self, call: str, arguments: str, result: int) -> bool:
        """Whether it changed anything."""
        if result < 0:
            return False
        texts = [_bytes(text) for text in _TEXT.findall(arguments)]
        at = re.match(r"\d+<([^>]*)>", arguments)
        path = _bytes(at[1]).decode() if at and at[1].startswith("\\x") else at[1] if at else ""
        name = self._name(path)
        if call == "openat" and "O_CREAT" in arguments:
            opened = self._name(texts[-1].decode())
            if opened is None or opened in self.names:
                return False
            self.names[opened] = File()
        elif call in ("pwrite64", "ftruncate", "write") and name in self.names:
            if call == "write":
                raise AssertionError("a write without a place")
            numbers = re.findall(r", (\d+)", _TEXT.sub('""', arguments))
            change = (int(numbers[-1]), texts[-1][:result] if call == "pwrite64" else None)
            self.names[name].pending.append(change)
        elif call in ("fdatasync", "fsync") and name in self.names:
            file = self.names[name]
            file.durable, file.pending = file.with_writes(file.pending), []
        elif call in ("fdatasync", "fsync") and path == self.folder:
            self.durable_names = dict(self.names)
        elif call in ("link", "linkat", "rename", "renameat2"):
            old, new = (self._name(text.decode()) for text in texts[-2:])
            if old not in self.names or new is None:
                return False
            self.names[new] = self.names[old] if call.startswith("link") else self.names.pop(old)
        elif call in ("unlink", "unlinkat") and self._name(texts[-1].decode()) in self.names:
            del self.names[self._name(texts[-1].decode())]
        else:
            return False
        return True

    def states(self, chosen: random.Random) -> Iterator[dict[str, bytes]]:
        """What a power failure may leave now: of the names the durable ones or all; of what was written since the last
        sync all, nothing, all but one, any part, and a last write that was torn."""
        for names in [self.durable_names] if self.durable_names == self.names else [self.durable_names, self.names]:
            writes = [(name, index) for name, file in names.items() for index in range(len(file.pending))]
            subsets = [set(writes), set()]
            subsets += [set(writes) - {one} for one in writes]
            subsets += [{one for one in writes if chosen.random() < 0.5} for _ in range(3 if writes else 0)]
            for kept in {frozenset(subset) for subset in subsets}:
                yield self._content(names, kept, None)
            for torn in writes:
                yield self._content(names, frozenset(writes), torn)

    @staticmethod
    def _content(
        names: dict[str, File], kept: frozenset[tuple[str, int]], torn: tuple[str, int] | None
    ) -> dict[str, bytes]:
        found = {}
        for name, file in names.items():
            writes = []
            for index, (place, data) in enumerate(file.pending):
                if (name, index) == torn and data is not None:
                    # The first sectors are on the disk, and the last are not; of a small write, nothing is.
                    data = data[: len(data) // 2 // SECTOR * SECTOR]
                if (name, index) in kept:
                    writes.append((place, data))
            found[name] = file.with_writes(writes)
        return found


def replay(disk: Disk, log: str) -> Iterator[tuple[int, bool]]:
    """Performs the log's calls on the disk. After each that changed something: its number, and whether a request had
    been sent by then."""
    sent = False
    for number, line in enumerate(log.splitlines()):
        found = _LINE.match(line)
        if not found:
            continue
        call, arguments, result = found[1], found[2], int(found[3])
        if call == "sendto":
            request = b"AWSMPMeteringService.MeterUsage" in b"".join(_bytes(text) for text in _TEXT.findall(arguments))
            if request and not sent:
                sent = True
                yield number, sent
        elif disk.perform(call, arguments, result):
            yield number, sent
