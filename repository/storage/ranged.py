"""Reading parts of stored objects: pooled connections, signed addresses, no boto3.

An address is signed for each request (about 20 µs), so that none ever has to be renewed.
"""

from __future__ import annotations

import contextlib
import io
import os
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from repository.storage import lines
from repository.storage.away import StorageAwayError
from repository.storage.place import Place
from repository.storage.presign import host_of, presign

KB = 1024
_GOOD_SECONDS = 900
_PIECE = 256 * KB
#: A reader begins with little and takes four times as much each time it is read on.
_FIRST, _MOST = 64 * KB, 4 * KB * KB

#: After a failure nobody waits for the next one so soon; threads would all stand at a server that is away.
_PAUSE_SECONDS = 2
_away_until: dict[str, float] = {}

_ahead: ThreadPoolExecutor | None = None
_lock = threading.Lock()


def ahead() -> ThreadPoolExecutor:
    """Threads of this process that read ahead."""
    global _ahead  # noqa: PLW0603 -- made when first needed: not before a server has forked
    with _lock:
        if _ahead is None:
            _ahead = ThreadPoolExecutor(8, thread_name_prefix="read-ahead")
        return _ahead


def signed(where: Place, key: str, method: str = "GET", query: Mapping[str, str] | None = None) -> str:
    """An address that is good for a quarter of an hour."""
    return presign(
        where,
        method=method,
        scheme=urlsplit(where.endpoint).scheme,
        path=f"/{where.bucket}/{key}",
        query=query or {},
        headers={"host": host_of(where.endpoint)},
        at=datetime.now(UTC),
        seconds=_GOOD_SECONDS,
    )


def _send(where: Place, key: str, method: str, headers: dict[str, str]) -> lines.Answer:
    """Once more where the line broke: the server may have closed one that was kept."""
    try:
        return lines.ask(method, signed(where, key, method), headers)
    except lines.LineBrokenError:
        return lines.ask(method, signed(where, key, method), headers)


def ask(where: Place, key: str, method: str = "GET", start: int | None = None, stop: int = 0) -> lines.Answer:
    """The server's answer, its body not read yet; of the bytes `start` up to `stop`, where given.

    Raises FileNotFoundError, StorageAwayError, and OSError for any other refusal but 416.
    """
    headers = {} if start is None else {"Range": f"bytes={start}-{stop - 1}"}
    if _away_until.get(where.endpoint, 0.0) > time.monotonic():
        raise StorageAwayError(f"{where.endpoint} was away a moment ago")
    try:
        answer = _send(where, key, method, headers)
        if answer.status in (200, 206, 416):
            return answer
        answer.finish()
    except lines.LineBrokenError as error:
        _away_until[where.endpoint] = time.monotonic() + _PAUSE_SECONDS
        raise StorageAwayError(f"{where.endpoint}: {error}") from None
    if answer.status == 404:
        raise FileNotFoundError(key)
    if answer.status >= 500 or answer.status == 429:
        raise StorageAwayError(f"{answer.status} for {key}")
    raise OSError(f"{answer.status} for {key}")


def size_of(where: Place, key: str) -> int:
    """Bytes of an object. Raises FileNotFoundError, StorageAwayError."""
    return size_and_mark_of(where, key)[0]


def size_and_mark_of(where: Place, key: str) -> tuple[int, str]:
    """Bytes of an object, and its ETag without quotes. Raises FileNotFoundError, StorageAwayError."""
    answer = ask(where, key, "HEAD")
    answer.finish()
    return int(answer.headers["Content-Length"]), answer.headers.get("ETag", "").strip('"')


@contextlib.contextmanager
def _body(where: Place, key: str, start: int, stop: int) -> Iterator[lines.Answer]:
    """The answer that brings these bytes; its connection is free afterwards if all were read."""
    answer = ask(where, key, start=start, stop=stop)
    try:
        if answer.status != 206 and not (answer.status == 200 and start == 0):
            raise OSError(f"{key} has no bytes {start} to {stop}")
        yield answer
    except lines.LineBrokenError as error:
        answer.close()
        raise StorageAwayError(f"{key}: {error}") from None
    except BaseException:
        answer.close()
        raise
    if answer.status == 206:
        answer.finish()
    else:
        answer.close()  # all of the object was to come


def pieces(where: Place, key: str, start: int, stop: int, piece: int = _PIECE) -> Iterator[bytes]:
    """Bytes from `start` up to `stop`, each piece but the last of the same length.

    Raises FileNotFoundError, StorageAwayError, and OSError where the object ends before.
    """
    if start >= stop:
        return
    left = stop - start
    with _body(where, key, start, stop) as answer:
        while left:
            data = answer.read(min(piece, left))
            if len(data) != min(piece, left):
                raise OSError(f"{key} ends {left - len(data)} bytes early")
            left -= len(data)
            yield data


def fetch_into(where: Place, key: str, start: int, buffer: memoryview) -> None:
    """Fills the buffer with the bytes from `start` on; errors as `pieces`."""
    if not buffer:
        return
    with _body(where, key, start, start + len(buffer)) as answer:
        count = answer.readinto(buffer)
        if count != len(buffer):
            raise OSError(f"{key} ends {len(buffer) - count} bytes early")


def fetch(where: Place, key: str, start: int, stop: int) -> bytes:
    """The bytes from `start` up to `stop`, all of them; errors as `pieces`."""
    return b"".join(pieces(where, key, start, stop, piece=stop - start))


class StoredFile(io.RawIOBase):
    """A stored object with a place in it; the class below reads its bytes."""

    def __init__(self, where: Place, key: str, size: int | None = None) -> None:
        super().__init__()
        self._where, self._key = where, key
        self._size = size_of(where, key) if size is None else size
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("negative seek position")
        self._place = base + offset
        return self._place


class RangedFile(StoredFile):
    """A stored object to read and to seek in; it keeps one piece in memory and reads one ahead (8 MB)."""

    def __init__(self, where: Place, key: str) -> None:
        super().__init__(where, key)
        self._start = 0
        self._data = b""
        self._step = _FIRST
        self._coming: tuple[int, Future[bytes]] | None = None

    def readinto(self, buffer: Any) -> int:
        if self._place >= self._size:
            return 0
        if not self._start <= self._place < self._start + len(self._data):
            self._load()
        inside = self._place - self._start
        data = memoryview(self._data)[inside : inside + len(buffer)]
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def _load(self) -> None:
        """The piece that begins where we stand; read on from the last one, a larger one."""
        follows = bool(self._data) and self._place == self._start + len(self._data)
        self._step = min(self._step * 4, _MOST) if follows else _FIRST
        coming, self._coming = self._coming, None
        self._data = b""
        if coming is not None and coming[0] == self._place:
            self._data = coming[1].result()
        else:
            self._data = fetch(self._where, self._key, self._place, self._end(self._place))
        self._start = self._place
        following = self._start + len(self._data)
        if follows and self._step >= 1024 * KB and following < self._size:
            task = ahead().submit(fetch, self._where, self._key, following, self._end(following))
            self._coming = (following, task)

    def _end(self, start: int) -> int:
        return min(start + self._step, self._size)

    def close(self) -> None:
        self._data, self._coming = b"", None
        super().close()
