"""A file that arrives through the site in several requests, perhaps on several hosts, kept in object storage.

Its bytes go into a multipart upload of the blob's own key while they come. What is too short for a part waits
as an object of its own under a name that is used once. Nothing that was recorded is ever written again: two
requests at once, or one that was thought dead, cannot spoil what was acknowledged; of the two only one gets
its record in, and parts that are in no record are thrown away in the end.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from mmap import mmap
from typing import Any

from repository.storage import sending
from repository.storage.away import PartLostError, told_plainly
from repository.storage.multipart import PART, Multipart
from repository.storage.parts import Ledger
from repository.storage.place import Place
from repository.storage.presign import LEAST_PART, MOST_PARTS
from repository.storage.ranged import fetch
from repository.storage.s3client import client
from repository.storage.sending import ObjectWriter, Part


class _Filling:
    """A part that is being filled: its bytes, kept until the server has it. It may be on its way there
    meanwhile; what goes wrong with that is nobody's concern, for it can be sent anew."""

    def __init__(self, room: memoryview, size: int = 0, left: int = 0) -> None:
        """``room`` for its bytes, of which ``size`` are there; ``left``: how many there are from its first to
        the end of this request, as far as that is known."""
        self._room, self.size = room, size
        #: How long it may become. What would be left over, too short for a part, goes with this one.
        self.most = left if PART < left < PART + LEAST_PART else PART
        self.set_off = False
        self._number = 0
        self._line: ObjectWriter | None = None

    def go(self, number: int, line: ObjectWriter) -> None:
        try:
            line.__enter__()
        except OSError:
            return
        self._number, self._line = number, line
        if self.size:
            self._write(self.data)

    @property
    def data(self) -> memoryview:
        return self._room[: self.size]

    def add(self, data: memoryview) -> None:
        self._room[self.size : self.size + len(data)] = data
        self.size += len(data)
        self._write(data)

    def _write(self, data: memoryview) -> None:
        if self._line is not None:
            try:
                self._line.write(data)
            except OSError:
                self.stop()

    def arrive(self) -> Part | None:
        """The part as the server has it; None where it must be sent anew."""
        if self._line is None:
            return None
        try:
            self._line.finish()
            return self._number, self._line.mark
        except OSError:
            return None
        finally:
            self.stop()

    def stop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


class ArrivingPart:
    """One request's view of an arriving file.

    ``kept`` holds "multipart" (the upload's id), "parts" (number, mark, bytes of each), "tail" (key, bytes)
    and "spent" (a tail that is not needed once this record stands). ``reached`` goes with it.
    """

    def __init__(self, where: Place, key: str, prefix: str, ledger: Ledger) -> None:
        self._where, self._key, self._prefix, self._ledger = where, key, prefix, ledger
        self.kept: dict[str, Any] = {}
        self.reached = 0

    def _take_up(self) -> None:
        self.kept = dict(self._ledger.kept)
        self.reached = sum(size for _number, _mark, size in self._parts) + self._tail[1]

    @property
    def _parts(self) -> list[list[Any]]:
        return list(self.kept.get("parts", []))

    @property
    def _tail(self) -> tuple[str, int]:
        key, size = self.kept.get("tail") or ("", 0)
        return str(key), int(size)

    def append(self, offset: int, pieces: Iterable[bytes], length: int | None = None) -> int:
        """Stores pieces from ``offset`` on; the new length in bytes. Raises PartLostError.

        Of ``length`` bytes, where that is known: then they are on their way to the server while they come.
        Where the source of the pieces fails, what came before is kept and its error raised anew. The caller
        records ``kept`` and ``reached`` together, or neither.
        """
        self._take_up()
        if offset != self.reached:
            raise PartLostError(self.reached)
        spent = self.kept.pop("spent", None)
        tail = self._read_tail()
        base = offset - len(tail)
        stop = base if length is None else offset + length
        # Memory that goes back to the system as a whole: parts would leave it full of holes.
        room = memoryview(mmap(-1, PART + LEAST_PART))
        room[: len(tail)] = tail
        filling = _Filling(room, len(tail), stop - base)
        try:
            for piece in pieces:
                rest = memoryview(piece)
                while rest:
                    self._set_off(filling, base, stop)
                    taken = min(filling.most - filling.size, len(rest))
                    filling.add(rest[:taken])
                    rest = rest[taken:]
                    if filling.size == filling.most:
                        self._send(filling)
                        base += filling.most
                        filling = _Filling(room, left=stop - base)
        finally:
            self._settle(filling, base)
            if spent:
                self._delete(spent)
        return self.reached

    def _is_part(self, base: int, size: int) -> bool:
        """Whether so many bytes from there on may be a part: it is long enough, or the last."""
        last = base + size == self._ledger.size and "multipart" in self.kept
        return size >= LEAST_PART or last

    def _set_off(self, filling: _Filling, base: int, stop: int) -> None:
        """Sends a part off with its first bytes, where it is known to be one and how long it will be."""
        planned = min(filling.most, stop - base)
        if filling.set_off or not self._is_part(base, planned):
            return
        filling.set_off = True
        parts = self._parts
        if parts and parts[-1][0] > MOST_PARTS // 2:
            return  # a line that breaks often must not use up the numbers
        if "multipart" not in self.kept:
            self.kept["multipart"] = sending.begin(self._where, self._key)
        number = self._ledger.claim()
        query = {"partNumber": str(number), "uploadId": self.kept["multipart"]}
        filling.go(number, ObjectWriter(self._where, self._key, planned, query))

    def _settle(self, filling: _Filling, base: int) -> None:
        """Stores what is left of a request: as a part where it may be one, else as a tail."""
        size = filling.size
        if base + size == self.reached:
            filling.stop()
            return
        if self._is_part(base, size):
            self._send(filling)
            return
        filling.stop()
        name = f"{self._prefix}{secrets.token_hex(8)}"
        sending.put(self._where, name, filling.data)
        self._replace_tail(name, size)
        self.reached = base + size

    def _send(self, filling: _Filling) -> None:
        """Stores a part that begins where the recorded parts end, the tail's bytes at its head."""
        number, mark = filling.arrive() or self._send_anew(filling.data)
        self.kept["parts"] = [*self._parts, [number, mark, filling.size]]
        self._replace_tail("", 0)
        self.reached = sum(size for _number, _mark, size in self._parts)

    def _send_anew(self, data: memoryview) -> Part:
        if "multipart" not in self.kept:
            self.kept["multipart"] = sending.begin(self._where, self._key)
        return Multipart(self._where, self._key, self.kept["multipart"]).send(self._ledger.claim(), data)

    def _read_tail(self) -> bytes:
        key, size = self._tail
        return fetch(self._where, key, 0, size) if key else b""

    def _replace_tail(self, key: str, size: int) -> None:
        old, _size = self._tail
        if old:
            self.kept["spent"] = old
        self.kept["tail"] = [key, size] if key else None

    def _delete(self, key: str) -> None:
        sending.delete(self._where, key)

    def put_together(self) -> None:
        """Makes the blob of what arrived. FileNotFoundError where that is gone: put together already."""
        self._take_up()
        key, size = self._tail
        if "multipart" in self.kept:
            if key:
                self._send(_Filling(memoryview(self._read_tail()), size))
            multipart = Multipart(self._where, self._key, self.kept["multipart"])
            multipart.complete([(number, mark) for number, mark, _size in self._parts])
            return
        if not size:
            raise FileNotFoundError(self._key)
        source = {"Bucket": self._where.bucket, "Key": key}
        with told_plainly():
            client(self._where).copy_object(Bucket=self._where.bucket, Key=self._key, CopySource=source)
