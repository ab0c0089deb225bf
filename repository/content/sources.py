"""Stored blobs, open for reads at any place from any thread: files, or objects behind a cache on disk."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID

from django.conf import settings

from repository.content.blocks import BLOCK, Block, BlockCache
from repository.storage import FolderStorage, S3Storage, ranged
from repository.storage.place import Place

#: Bytes of a piece of a large body.
PIECE = 256 * 1024
#: Blocks that are fetched with one request while somebody reads on.
_RUN = 16


class Source(Protocol):
    """A stored blob of `size` bytes."""

    size: int

    def read(self, offset: int, size: int) -> bytes:
        """Exactly `size` bytes; OSError where the blob ends before, or cannot be had now."""
        ...

    def pieces(self, offset: int, length: int) -> Iterator[bytes]:
        """The same bytes a bounded number at a time; what is wrong with the first is raised at once."""
        ...


class FileSource:
    """A file of this host. Closed when nobody refers to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._handle = file.fileno()
        self.size = file.seek(0, os.SEEK_END)
        weakref.finalize(self, file.close)

    def read(self, offset: int, size: int) -> bytes:
        data = os.pread(self._handle, size, offset)
        if len(data) != size:
            raise OSError(f"{len(data)} of {size} bytes at {offset}")
        return data

    def pieces(self, offset: int, length: int) -> Iterator[bytes]:
        stop = offset + length
        while offset < stop:
            size = min(PIECE, stop - offset)
            yield self.read(offset, size)
            offset += size


class ObjectSource:
    """An object of object storage, in blocks that this host keeps on disk."""

    def __init__(self, where: Place, key: str, uid: UUID, size: int, cache: BlockCache) -> None:
        self._where, self._key, self._uid, self.size = where, key, uid, size
        self._cache = cache

    def read(self, offset: int, size: int) -> bytes:
        if offset + size > self.size:
            raise OSError(f"{self._key} has no {size} bytes at {offset}")
        number, start = divmod(offset, BLOCK)
        if start + size > BLOCK:
            return b"".join(self.pieces(offset, size))
        data = self._block(number).read(start, size)
        if len(data) != size:
            raise OSError(f"{len(data)} of {size} bytes at {offset}")
        return data

    def _block(self, number: int) -> Block:
        block = self._cache.get(self._uid, number)
        if block is not None:
            return block
        with _one_at_a_time(self._uid, number):
            # Of a class that opens a lesson together, one fetches and the others wait.
            block = self._cache.get(self._uid, number)
            if block is None:
                start = number * BLOCK
                data = bytearray(min(BLOCK, self.size - start))
                ranged.fetch_into(self._where, self._key, start, memoryview(data))
                block = self._cache.put(self._uid, number, data)
        return block

    def pieces(self, offset: int, length: int) -> Iterator[bytes]:
        if length:
            self._block(offset // BLOCK)
        return self._pieces(offset, offset + length)

    def _pieces(self, offset: int, stop: int) -> Iterator[bytes]:
        last = (stop - 1) // BLOCK
        while offset < stop:
            number, start = divmod(offset, BLOCK)
            block = self._cache.get(self._uid, number)
            if block is not None:
                data = block.read(start, min(BLOCK - start, stop - offset))
                offset += len(data)
                yield data
                continue
            for fetched in self._run(number, last):
                data = fetched[start : start + stop - offset]
                start = 0
                offset += len(data)
                yield data

    def _run(self, number: int, last: int) -> Iterator[bytes]:
        """Blocks from `number` on that are missing, with one request; each is kept."""
        stop = number + 1
        while stop <= last and stop - number < _RUN and not self._cache.has(self._uid, stop):
            stop += 1
        end = min(stop * BLOCK, self.size)
        for data in ranged.pieces(self._where, self._key, number * BLOCK, end, piece=BLOCK):
            self._cache.put(self._uid, number, data)
            number += 1
            yield data


_locks = tuple(threading.Lock() for _ in range(64))


def _one_at_a_time(uid: UUID, number: int) -> threading.Lock:
    """One of a few locks: two blocks that share one wait for each other, which costs little."""
    return _locks[hash((uid, number)) % len(_locks)]


_caches: dict[tuple[Path, int], BlockCache] = {}


def cache() -> BlockCache:
    """The cache that the settings name."""
    wanted = (Path(settings.CONTENT_CACHE_DIR), settings.CONTENT_CACHE_MB * 1024 * 1024)
    if wanted not in _caches:
        _caches.setdefault(wanted, BlockCache(*wanted))
    return _caches[wanted]


def source_of(storage: FolderStorage | S3Storage, uid: UUID, size: int) -> Source:
    """A blob of `size` bytes. FileNotFoundError now, or at the first read, where it is not there."""
    if isinstance(storage, S3Storage):
        return ObjectSource(storage.where, storage.key(uid), uid, size, cache())
    return FileSource(storage.open(uid))
