"""Large bodies in pieces, a bounded number at a time.

A body in pieces holds one of the server's threads until the client has it. On the content origin the player's
commits need threads too, so a slow crowd of downloads must not take them all.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

#: As many as `cms.supervisor.CONTENT_DOWNLOADS` threads are there for.
MOST_STREAMS = 24

_places = threading.BoundedSemaphore(MOST_STREAMS)


class CrowdedError(Exception):
    """All places are taken; ask again in a moment (503)."""


class Stream:
    """An iterator of pieces that holds a place until it is used up, closed or forgotten.

    Raises `CrowdedError` when there is no place. A generator would not do: one that was never begun runs no
    `finally`.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._held = _places.acquire(blocking=False)
        if not self._held:
            raise CrowdedError
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._held:
            self._held = False
            _places.release()

    def __del__(self) -> None:
        self.close()
