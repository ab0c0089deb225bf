"""Blobs as files of a folder: the default install's storage."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO
from uuid import UUID

from repository.storage.away import PartLostError, StorageBusyError
from repository.storage.parts import Ledger

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_SYNC_FILE_RANGE_WRITE = 2
#: Bytes that go on their way to the disk together.
_RUN = 4 * 1024 * 1024


class _Onward:
    """Sends what is written to the disk while more comes, so that the sync at the end has little left to wait
    for. It only hastens: nothing is safe before that sync."""

    def __init__(self, file: BinaryIO, place: int = 0) -> None:
        self._file, self._sent, self._reached = file, place, place

    def wrote(self, count: int) -> None:
        self._reached += count
        if self._reached - self._sent < _RUN or _LIBC is None:
            return
        self._file.flush()
        start, size = ctypes.c_int64(self._sent), ctypes.c_int64(self._reached - self._sent)
        _LIBC.sync_file_range(self._file.fileno(), start, size, _SYNC_FILE_RANGE_WRITE)
        self._sent = self._reached


class Writer:
    """Writes one blob whole: synced and in its place when the ``with`` block ends well, gone when not."""

    def __init__(self, storage: FolderStorage, uid: UUID, announced: int | None = None) -> None:
        self._storage = storage
        self._uid = uid
        self._path = storage.part_path(uid)
        self._announced = announced
        self.size = 0

    def __enter__(self) -> Writer:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("wb")
        self._onward = _Onward(self._file)
        return self

    def write(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self.size += len(data)
        self._onward.wrote(len(data))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        whole = self._announced in (None, self.size)
        if kind is None and whole:
            self._file.flush()
            os.fsync(self._file.fileno())
        self._file.close()
        if kind is None and whole:
            self._storage.finish(self._uid)
            return
        self._path.unlink(missing_ok=True)
        if kind is None:
            raise OSError(f"{self._uid}: {self.size} bytes came, {self._announced} were announced")


class FolderPart:
    """A file on its way: open and locked for one request."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.reached = 0
        #: What the next request has to know: nothing that the file does not say.
        self.kept: dict[str, Any] = {}

    def append(self, offset: int, pieces: Iterable[bytes], length: int | None = None) -> int:
        """Writes pieces from ``offset`` on and syncs; the new length in bytes, also in ``reached``.

        What lay beyond the offset was never acknowledged and is cut off. Where the source of the
        pieces fails, what came before is kept, synced, and its error raised anew. Raises PartLostError.
        """
        there = self._file.seek(0, os.SEEK_END)
        if there < offset:  # cutting would fill it up with noughts
            raise PartLostError(there)
        self._file.truncate(offset)
        self._file.seek(offset)
        onward = _Onward(self._file, offset)
        try:
            for piece in pieces:
                self._file.write(piece)
                onward.wrote(len(piece))
        finally:
            self._file.flush()
            os.fsync(self._file.fileno())
            self.reached = self._file.tell()
        return self.reached


class FolderStorage:
    """Blobs as files: ``<root>/ab/<uid>``; what is still arriving: ``<root>/arriving/<uid>``."""

    #: What lies here needs no copy for those who read it next.
    copies_in: Path | None = None

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, uid: UUID) -> Path:
        """Where the finished blob lies. A folder's privilege: object storage has no such thing."""
        return self.root / uid.hex[:2] / str(uid)

    def part_path(self, uid: UUID) -> Path:
        return self.root / "arriving" / str(uid)

    def exists(self, uid: UUID) -> bool:
        return self.path(uid).exists()

    def size(self, uid: UUID) -> int:
        """Bytes of a finished blob. Raises FileNotFoundError."""
        return self.path(uid).stat().st_size

    def open(self, uid: UUID) -> BinaryIO:
        """A finished blob for reading, seekable. Raises FileNotFoundError."""
        return self.path(uid).open("rb")

    def at_hand(self, uid: UUID) -> BinaryIO:
        """A finished blob for work that reads it more than once. Raises FileNotFoundError."""
        return self.open(uid)

    def create(self, uid: UUID, size: int | None = None) -> Writer:
        """For a blob whose bytes come from one place in one go; of ``size`` bytes, where that is known."""
        return Writer(self, uid, size)

    # Parts: a blob that arrives in several requests

    @contextlib.contextmanager
    def part(self, uid: UUID, ledger: Ledger | None = None) -> Iterator[FolderPart]:
        """The part, open for writing, for one request at a time. Raises StorageBusyError."""
        path = self.part_path(uid)
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StorageBusyError(str(uid)) from None
            yield FolderPart(file)

    def finish(self, uid: UUID, ledger: Ledger | None = None) -> None:
        """Puts an arrived, synced part in its place for good. Running twice is harmless."""
        part, target = self.part_path(uid), self.path(uid)
        if target.exists():  # done by a process that was killed before it could say so
            part.unlink(missing_ok=True)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.rename(target)
        except FileNotFoundError:
            if target.exists():  # another request was quicker
                return
            raise
        for folder in (target.parent, self.root):
            sync_folder(folder)

    def adopt(self, uid: UUID, key: str) -> None:
        """Nothing comes to a folder but through us: FileNotFoundError."""
        raise FileNotFoundError(key)

    def sweep_stale(self, older_than: timedelta) -> int:
        """Object storage forgets what was begun and never finished; here the sweep of blobs does it all."""
        return 0

    def delete(self, uid: UUID) -> None:
        """Removes a blob and its part. Only ``repository.actions.sweep`` may call this."""
        self.path(uid).unlink(missing_ok=True)
        self.part_path(uid).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
