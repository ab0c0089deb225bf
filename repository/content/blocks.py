"""A cache on disk of what was read from object storage, in blocks, shared by the processes of a host.

A block is written under a temporary name and then renamed, and carries what tells that it is whole and the
one that its name says; so no process ever sees half of one, and a spoilt one is fetched anew. What was not
used for longest goes first.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import logging
import os
import secrets
import struct
import threading
import time
import zlib
from collections import OrderedDict
from pathlib import Path
from uuid import UUID

logger = logging.getLogger(__name__)

BLOCK = 256 * 1024
#: Blocks that a process holds open; each is a file handle.
MOST_OPEN = 256
#: A block that stays open is marked as used this often.
_TOUCH_SECONDS = 600
_STALE_SECONDS = 3600
#: After the data: a mark, CRC-32 and length of the data, the block's number, the blob's uid.
_TRAILER = struct.Struct("<4sLLQ16s")
_MARK = b"HLB1"
#: Names for what is being written; of the processes of a host, which may share a folder but no numbers.
_MINE = secrets.token_hex(4)
_turn = itertools.count()


class Block:
    """Bytes of a blob that lie in a file, or in memory where the disk would not take them."""

    __slots__ = ("_data", "_file", "_used")

    def __init__(self, file: int | None, data: bytes | bytearray = b"") -> None:
        self._file, self._data = file, data
        self._used = time.monotonic()

    def read(self, start: int, size: int) -> bytes:
        if self._file is None:
            return bytes(self._data[start : start + size])
        return os.pread(self._file, size, start)

    def touch(self) -> None:
        """Marks the file as used, now and then: the sweep goes by its time."""
        now = time.monotonic()
        if self._file is not None and now - self._used > _TOUCH_SECONDS:
            self._used = now
            os.utime(self._file)

    def __del__(self) -> None:
        if self._file is not None:
            os.close(self._file)


class BlockCache:
    """Blocks below a folder, together about `most_bytes` at most."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder, self._most = folder, most_bytes
        self._open: OrderedDict[tuple[UUID, int], Block] = OrderedDict()
        self._lock = threading.Lock()
        # As if much had been written: the first block looks how much there is.
        self._written = most_bytes
        self._sweeping = threading.Lock()

    def path(self, uid: UUID, number: int) -> Path:
        return self._folder / uid.hex[:2] / f"{uid}-{number}"

    def get(self, uid: UUID, number: int) -> Block | None:
        """A block that is there and whole."""
        block = self._open.get((uid, number))
        if block is None:
            block = self._load(uid, number)
            if block is None:
                return None
            self._keep(uid, number, block)
        else:
            with contextlib.suppress(KeyError):  # dropped by another thread just now
                self._open.move_to_end((uid, number))
        block.touch()
        return block

    def has(self, uid: UUID, number: int) -> bool:
        """Whether there is a file for it; perhaps not a whole one."""
        return (uid, number) in self._open or self.path(uid, number).exists()

    def _keep(self, uid: UUID, number: int, block: Block) -> None:
        with self._lock:
            self._open[uid, number] = block
            self._open.move_to_end((uid, number))
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)  # closed when no thread reads from it any more

    def _load(self, uid: UUID, number: int) -> Block | None:
        path = self.path(uid, number)
        try:
            file = os.open(path, os.O_RDONLY)
        except OSError:
            return None
        block = Block(file)
        data = memoryview(block.read(0, BLOCK + _TRAILER.size + 1))
        body, trailer = data[: -_TRAILER.size], data[-_TRAILER.size :]
        if len(trailer) < _TRAILER.size or trailer != _trailer(uid, number, body):
            logger.warning("A block of the content cache is spoilt and fetched anew: %s", path.name)
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(file)
        return block

    def put(self, uid: UUID, number: int, data: bytes | bytearray) -> Block:
        """Keeps a block; where the disk does not take it, it is served from memory this once."""
        path = self.path(uid, number)
        try:
            block = self._write(path, data, _trailer(uid, number, data))
        except OSError as error:
            logger.warning("The content cache cannot be written: %s", error)
            return Block(None, data)
        self._keep(uid, number, block)
        self._written += len(data)
        if self._written > self._most // 20 and self._sweeping.acquire(blocking=False):
            self._written = 0
            threading.Thread(target=self._sweep_and_release, name="cache-sweep", daemon=True).start()
        return block

    def _write(self, path: Path, data: bytes | bytearray, trailer: bytes) -> Block:
        name = f"{path.parent}/new-{_MINE}-{os.getpid()}-{next(_turn)}"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            file = os.open(name, flags, 0o600)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(name, flags, 0o600)
        block = Block(file)
        try:
            if os.writev(file, [data, trailer]) != len(data) + len(trailer):
                raise OSError("the disk is full")
            Path(name).rename(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
        return block

    def _sweep_and_release(self) -> None:
        try:
            self.sweep()
        except OSError as error:
            logger.warning("The content cache cannot be swept: %s", error)
        finally:
            self._sweeping.release()

    def sweep(self) -> int:
        """Deletes what was not used for longest until a tenth is free; bytes that are left.

        One process of the host at a time; another returns at once, with -1.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "sweep.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return -1
            return self._sweep()

    def _sweep(self) -> int:
        found: list[tuple[float, int, str]] = []
        now = time.time()
        for folder in self._folder.glob("[0-9a-f][0-9a-f]"):
            for entry in os.scandir(folder):
                with contextlib.suppress(FileNotFoundError):
                    facts = entry.stat()
                    if not entry.name.startswith("new-"):
                        found.append((facts.st_mtime, facts.st_size, entry.path))
                    elif facts.st_mtime < now - _STALE_SECONDS:
                        Path(entry.path).unlink()
        total = sum(size for _used, size, _path in found)
        if total <= self._most:
            return total
        for _used, size, path in sorted(found):
            if total <= self._most * 9 // 10:
                break
            Path(path).unlink(missing_ok=True)
            total -= size
        return total


def _trailer(uid: UUID, number: int, data: bytes | bytearray | memoryview) -> bytes:
    return _TRAILER.pack(_MARK, zlib.crc32(data), len(data), number, uid.bytes)
