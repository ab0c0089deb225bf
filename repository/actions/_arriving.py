"""What is kept between the requests that bring one file: its record for the storage, its hash, a copy."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from repository.judged import note_seen
from repository.models import Upload
from repository.packages.passing import Passing
from repository.storage import StorageBusyError, copies
from repository.storage.copies import Copy
from repository.storage.folder import FolderPart
from repository.storage.s3 import ArrivingPart

#: Files of which a process keeps the running hash; the others are hashed from storage at the end.
_MOST = 200
#: Of these, files with aids, and what those begin with.
_MOST_AIDED = 4
_ARCHIVE = b"PK"
#: Pieces that counting may be behind.
_BEHIND = 3
_lock = threading.Lock()


@dataclass(slots=True)
class Aids:
    """What makes it quick to judge an archive that has arrived: what its members' bytes were; a copy, if it
    went on to object storage."""

    passing: Passing | None = None
    copy: Copy | None = None


_kept: OrderedDict[UUID, tuple[int, Any, Aids]] = OrderedDict()


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


class Witness:
    """SHA-256 of a file that arrives in pieces, as long as all of them come to this process; what helps with
    its judgement, where it is an archive and judged here next.

    A hash cannot be handed to another process. What was acknowledged never changes, so one that was kept with
    an offset stays true for the bytes up to there. The aids belong to one request at a time.
    """

    def __init__(
        self, uid: UUID, offset: int, *, judged_here: bool = False, copies_in: Path | None = None
    ) -> None:
        self._uid, self._place = uid, offset
        self._judged_here, self._copies_in = judged_here, copies_in
        self._aids = Aids()
        self._total: Any = None
        with _lock:
            kept = _kept.get(uid)
            if kept is not None:
                _kept[uid] = (kept[0], kept[1], Aids())
        if offset == 0:
            self._total = hashlib.sha256()
        elif kept is not None and kept[0] == offset:
            self._total, self._aids = kept[1].copy(), kept[2]

    def over(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces, counted by a thread beside while they are stored and the next ones come."""
        if self._total is None:
            yield from pieces
            return
        counting: deque[Future[None]] = deque()
        with ThreadPoolExecutor(1, thread_name_prefix="witness") as beside:
            for piece in pieces:
                counting.append(beside.submit(self._count, piece))
                yield piece
                if len(counting) > _BEHIND:
                    counting.popleft().result()
            for counted in counting:
                counted.result()

    def _count(self, piece: bytes) -> None:
        if self._place == 0 and self._judged_here and piece.startswith(_ARCHIVE):
            copy = copies.begin(self._copies_in) if self._copies_in is not None else None
            self._aids = Aids(Passing(), copy)
        self._place += len(piece)
        self._total.update(piece)
        if self._aids.passing is not None:
            self._aids.passing.feed(piece)
        if self._aids.copy is not None:
            try:
                self._aids.copy.write(piece)
            except OSError:  # the disk is full: it is read back from where it goes
                self._aids.copy = None

    def keep(self, reached: int) -> None:
        """For the next request, if all that was counted is stored and acknowledged."""
        if self._total is None or self._place != reached:
            return
        with _lock:
            _kept[self._uid] = (reached, self._total, self._aids)
            _kept.move_to_end(self._uid)
            while len(_kept) > _MOST:
                _kept.popitem(last=False)
            aided = [uid for uid, (_reached, _total, aids) in _kept.items() if aids.passing or aids.copy]
            for uid in aided[:-_MOST_AIDED]:
                _kept[uid] = (*_kept[uid][:2], Aids())


def witnessed(uid: UUID, size: int) -> tuple[str, Aids] | None:
    """The hash of all `size` bytes in hexadecimal digits, and what helps to judge them; None where other
    processes took part."""
    with _lock:
        reached, total, aids = _kept.pop(uid, (-1, None, Aids()))
    return None if total is None or reached != size else (str(total.hexdigest()), aids)


def hand_on(blob: UUID, aids: Aids) -> None:
    """To those who will judge the stored blob."""
    if aids.passing is not None:
        note_seen(blob, aids.passing.seen)
    if aids.copy is not None:
        copies.keep(blob, aids.copy)
