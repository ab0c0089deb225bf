"""What came in here a moment ago on its way to object storage: a copy on this host for whoever reads it next.

Judging a file that has just arrived then asks the storage for nothing but its size. The copies have no names:
the system takes them back when the process ends, however it ends. They are few, and soon given up.
"""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import threading
import time
import weakref
from collections import OrderedDict
from pathlib import Path
from typing import Any
from uuid import UUID

#: How many a process keeps, and for how many seconds; how large one may be is the caller's to say.
MOST = 4
SECONDS = 900


class Copy:
    """A file without a name that grows at its end and is read anywhere. Closed when nobody refers to it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 -- lives with this
        weakref.finalize(self, self._file.close)
        self.size = 0

    def write(self, data: bytes) -> None:
        """All of ``data``, or OSError."""
        if os.pwrite(self._file.fileno(), data, self.size) != len(data):
            raise OSError("the disk is full")
        self.size += len(data)

    def read_into(self, buffer: Any, place: int) -> int:
        return os.preadv(self._file.fileno(), [buffer], place)


class _Reader(io.RawIOBase):
    """A place of its own in a copy, which stays while it is read."""

    def __init__(self, copy: Copy) -> None:
        super().__init__()
        self._copy, self._place = copy, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._copy.size}[whence]
        if base + offset < 0:
            raise ValueError("negative seek position")
        self._place = base + offset
        return self._place

    def readinto(self, buffer: Any) -> int:
        count = self._copy.read_into(buffer, self._place)
        self._place += count
        return count


_copies: OrderedDict[UUID, tuple[float, Copy]] = OrderedDict()
_lock = threading.Lock()


def begin(folder: Path) -> Copy | None:
    """An empty copy; None where the disk does not take one."""
    with contextlib.suppress(OSError):
        return Copy(folder)
    return None


def keep(uid: UUID, copy: Copy) -> None:
    """Takes in a whole copy of the stored blob ``uid``."""
    with _lock:
        _copies.pop(uid, None)
        _copies[uid] = (time.monotonic() + SECONDS, copy)
        _drop_old()


def _drop_old() -> None:
    now = time.monotonic()
    for uid in [uid for uid, (until, _copy) in _copies.items() if until < now]:
        del _copies[uid]
    while len(_copies) > MOST:
        _copies.popitem(last=False)


def find(uid: UUID, size: int) -> io.RawIOBase | None:
    """The copy of a blob of that size, to be read; None where there is none."""
    with _lock:
        _drop_old()
        copy = _copies.get(uid, (0.0, None))[1]
    return None if copy is None or copy.size != size else _Reader(copy)


def forget(uid: UUID) -> None:
    """Gives up the copy of a blob, if there is one; who reads it reads on."""
    with _lock:
        _copies.pop(uid, None)
