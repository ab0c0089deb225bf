"""A stored object for work that reads it more than once: what was read stays in a nameless file beside."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from repository.storage.place import Place
from repository.storage.ranged import StoredFile, ahead, pieces

BLOCK = 4 * 1024 * 1024
#: Blocks on their way while an earlier one is worked on.
_AHEAD = 2


class SpooledFile(StoredFile):
    """Each block comes once, the next ones while this one is read; memory stays flat.

    The file has no name: the system takes it back when the process ends, however it ends.
    """

    def __init__(self, where: Place, key: str, folder: Path, size: int) -> None:
        super().__init__(where, key, size)
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 -- closed in close()
        self._there: set[int] = set()
        self._coming: dict[int, Future[None]] = {}

    def readinto(self, buffer: Any) -> int:
        if self._place >= self._size:
            return 0
        block, inside = divmod(self._place, BLOCK)
        self._bring(block)
        room = memoryview(buffer)[: min(len(buffer), BLOCK - inside, self._size - self._place)]
        count = os.preadv(self._file.fileno(), [room], self._place)
        self._place += count
        return count

    def _bring(self, block: int) -> None:
        if block in self._there:
            return
        if block - 1 in self._there or block == 0:
            for following in range(block + 1, block + 1 + _AHEAD):
                if following * BLOCK < self._size and following not in self._there | self._coming.keys():
                    self._coming[following] = ahead().submit(self._fetch, following)
        coming = self._coming.pop(block, None)
        if coming is None:
            self._fetch(block)
        else:
            coming.result()
        self._there.add(block)

    def _fetch(self, block: int) -> None:
        place, stop = block * BLOCK, min((block + 1) * BLOCK, self._size)
        for piece in pieces(self._where, self._key, place, stop):
            os.pwrite(self._file.fileno(), piece, place)
            place += len(piece)

    def close(self) -> None:
        if not self.closed:
            for coming in self._coming.values():
                if not coming.cancel():
                    coming.exception()  # waits: it must not write into a file that is closed
            self._file.close()
        super().close()
