"""Every byte of an archive, inflated once and compared with what its directory says of it.

A large archive is divided between two threads: inflating lets go of Python's lock.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import BinaryIO, cast

from .archive import Archive, Member, inflate
from .limits import MB
from .passing import Passed, Seen

#: Bytes from which a second thread is worth its beginning.
TWO_THREADS_FROM = 8 * MB


class _Shared:
    """A file that several threads read, each from a place of its own."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._own = threading.local()

    def seek(self, place: int) -> int:
        self._own.place = place
        return place

    def read(self, size: int) -> bytes:
        with self._lock:
            self._file.seek(self._own.place)
            data = self._file.read(size)
        self._own.place += len(data)
        return data


def verify(archive: Archive, seen: Seen | None = None) -> None:
    """Inflate every member, and every folder's (empty) data. `PackageRefused` for the first that is wrong.

    `seen`: what the bytes were while they came in; a member that came to what the directory says is well.
    """
    everything = sorted(archive.members + archive.folders, key=lambda member: member.offset)
    if seen:
        everything = [member for member in everything if seen.get(member.offset) != _declared(member)]
    total = sum(member.size for member in everything)
    if total < TWO_THREADS_FROM:
        _verify(archive.file, everything)
        return
    so_far = accumulate(member.size for member in everything)
    middle = next(number for number, size in enumerate(so_far, 1) if size * 2 >= total)
    shared = cast(BinaryIO, _Shared(archive.file))
    with ThreadPoolExecutor(1, thread_name_prefix="verify") as beside:
        second = beside.submit(_verify, shared, everything[middle:])
        _verify(shared, everything[:middle])
        second.result()


def _declared(member: Member) -> Passed:
    return Passed(member.method, member.compressed, member.size, member.crc)


def _verify(file: BinaryIO, members: Sequence[Member]) -> None:
    for member in members:
        for _ in inflate(file, member):
            pass
