"""What is kept between the requests that bring one file: its record for the storage, its running hash."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from repository.models import Upload
from repository.storage import StorageBusyError
from repository.storage.folder import FolderPart
from repository.storage.s3 import ArrivingPart

#: Files of which a process keeps the running hash; the others are hashed from storage at the end.
_MOST = 200
_hashes: OrderedDict[UUID, tuple[int, Any]] = OrderedDict()
_lock = threading.Lock()


class UploadLedger:
    """The row of an upload as the storage's record (``repository.storage.Ledger``)."""

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        self.size = upload.size

    @property
    def kept(self) -> dict[str, Any]:
        return dict(self._upload.arrived)

    def claim(self) -> int:
        seen = self._upload.numbers
        taken = Upload.objects.filter(pk=self._upload.pk, numbers=seen).update(numbers=seen + 1)
        if not taken:  # another request is writing just now
            raise StorageBusyError(str(self._upload.uid))
        self._upload.numbers = seen + 1
        return seen + 1


def note_reached(upload: Upload, part: FolderPart | ArrivingPart) -> bool:
    """Records what was stored, only forwards from where the upload stood; False where another was first."""
    if part.reached <= upload.offset:
        return True
    stood = Upload.objects.filter(pk=upload.pk, offset=upload.offset, state=Upload.State.ARRIVING)
    if not stood.update(offset=part.reached, arrived=part.kept):
        return False
    upload.offset, upload.arrived = part.reached, part.kept
    return True


class RunningHash:
    """SHA-256 of a file that arrives in pieces, as long as all of them come to this process.

    A hash cannot be handed to another process. What was acknowledged never changes, so one that was kept with
    an offset stays true for the bytes up to there.
    """

    def __init__(self, uid: UUID, offset: int) -> None:
        self._uid, self._place = uid, offset
        with _lock:
            kept = _hashes.get(uid)
        self._total: Any = None
        if offset == 0:
            self._total = hashlib.sha256()
        elif kept is not None and kept[0] == offset:
            self._total = kept[1].copy()

    def over(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces, counted by a thread beside while they are stored."""
        if self._total is None:
            yield from pieces
            return
        with ThreadPoolExecutor(1, thread_name_prefix="hash") as beside:
            for piece in pieces:
                counting = beside.submit(self._total.update, piece)
                self._place += len(piece)
                yield piece
                counting.result()

    def keep(self, reached: int) -> None:
        """For the next request, if all that was counted is stored and acknowledged."""
        if self._total is None or self._place != reached:
            return
        with _lock:
            _hashes[self._uid] = (reached, self._total)
            _hashes.move_to_end(self._uid)
            while len(_hashes) > _MOST:
                _hashes.popitem(last=False)


def whole_hash(uid: UUID, size: int) -> str | None:
    """The hash of all `size` bytes in hexadecimal digits; None where other processes took part."""
    with _lock:
        reached, total = _hashes.pop(uid, (-1, None))
    return str(total.hexdigest()) if total is not None and reached == size else None
