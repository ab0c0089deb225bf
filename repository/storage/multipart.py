"""Writing objects in parts: memory stays flat, and nothing is there until all of it is."""

from __future__ import annotations

import contextlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from repository.storage import sending
from repository.storage.away import StorageAwayError
from repository.storage.place import Place
from repository.storage.presign import MOST_PARTS
from repository.storage.ranged import size_and_mark_of
from repository.storage.sending import Body, Part

MB = 1024 * 1024
#: Bytes of a part.
PART = 8 * MB
#: Parts on their way while the next is filled.
_IN_FLIGHT = 2


class Multipart:
    """A multipart upload that was begun."""

    def __init__(self, where: Place, key: str, upload_id: str) -> None:
        self._where, self._key, self.upload_id = where, key, upload_id

    @classmethod
    def begin(cls, where: Place, key: str) -> Multipart:
        return cls(where, key, sending.begin(where, key))

    def send(self, number: int, data: Body) -> Part:
        """Stores a part; its number and mark, which completing asks for."""
        if number > MOST_PARTS:
            raise OSError(f"{self._key} has more than {MOST_PARTS} parts")
        return sending.send_part(self._where, self._key, self.upload_id, number, data)

    def complete(self, parts: list[Part]) -> None:
        """The object of these parts in the order of their numbers; parts not named are thrown away.

        FileNotFoundError where the upload is no longer there: completed, or given up.
        """
        sending.complete(self._where, self._key, self.upload_id, parts)

    def abort(self) -> None:
        """Throws the parts away. Running twice is harmless."""
        with contextlib.suppress(FileNotFoundError):
            sending.abort(self._where, self._key, self.upload_id)


class MultipartWriter:
    """Writes one object whole: in its place when the ``with`` block ends well, nothing of it when not."""

    def __init__(self, where: Place, key: str) -> None:
        self._where, self._key = where, key
        self._multipart: Multipart | None = None
        self._buffer = bytearray()
        self._threads: ThreadPoolExecutor | None = None
        self._coming: deque[Future[Part]] = deque()
        self._parts: list[Part] = []
        self.size = 0

    def __enter__(self) -> MultipartWriter:
        return self

    def write(self, data: bytes | memoryview) -> None:
        rest = memoryview(data)
        while rest:
            taken = min(PART - len(self._buffer), len(rest))
            self._buffer += rest[:taken]
            self.size += taken
            rest = rest[taken:]
            if len(self._buffer) == PART:
                self._send()

    def _send(self) -> None:
        if self._multipart is None or self._threads is None:
            self._multipart = Multipart.begin(self._where, self._key)
            self._threads = ThreadPoolExecutor(_IN_FLIGHT, thread_name_prefix="part")
        if len(self._coming) == _IN_FLIGHT:
            self._parts.append(self._coming.popleft().result())
        number = len(self._parts) + len(self._coming) + 1
        self._coming.append(self._threads.submit(self._multipart.send, number, self._buffer))
        self._buffer = bytearray()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        except BaseException:
            self._give_up()
            raise
        if kind is not None:
            self._give_up()

    def _finish(self) -> None:
        if self._multipart is None:
            sending.put(self._where, self._key, self._buffer)
            return
        if self._buffer:
            self._send()
        self._parts += [coming.result() for coming in self._coming]
        self._coming.clear()
        if self._threads:
            self._threads.shutdown()
        try:
            self._multipart.complete(self._parts)
        except (FileNotFoundError, StorageAwayError):
            # The answer may have been lost, and asking again finds no upload any more.
            if not self._stands():
                raise

    def _stands(self) -> bool:
        """Whether the object is there with all its bytes, made of as many parts as were sent."""
        try:
            size, mark = size_and_mark_of(self._where, self._key)
        except OSError:
            return False
        return size == self.size and mark.endswith(f"-{len(self._parts)}")

    def _give_up(self) -> None:
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        if self._multipart is not None:
            with contextlib.suppress(OSError):  # the sweep of stale uploads sees to it
                self._multipart.abort()
