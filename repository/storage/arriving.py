"""A file that arrives through the site in several requests, perhaps on several hosts, kept in object storage.

Its bytes go into a multipart upload of the blob's own key while they come. What is too short for a part waits
as an object of its own under a name that is used once. Nothing that was recorded is ever written again: two
requests at once, or one that was thought dead, cannot spoil what was acknowledged; of the two only one gets
its record in, and parts that are in no record are thrown away in the end.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from repository.storage import sending
from repository.storage.away import PartLostError, told_plainly
from repository.storage.multipart import PART, Multipart
from repository.storage.parts import Ledger
from repository.storage.place import Place
from repository.storage.presign import LEAST_PART
from repository.storage.ranged import fetch
from repository.storage.s3client import client


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

    def append(self, offset: int, pieces: Iterable[bytes]) -> int:
        """Stores pieces from ``offset`` on; the new length in bytes. Raises PartLostError.

        Where the source of the pieces fails, what came before is kept and its error raised anew. The caller
        records ``kept`` and ``reached`` together, or neither.
        """
        self._take_up()
        if offset != self.reached:
            raise PartLostError(self.reached)
        spent = self.kept.pop("spent", None)
        buffer = bytearray(self._read_tail())
        base = offset - len(buffer)
        try:
            for piece in pieces:
                rest = memoryview(piece)
                while rest:
                    taken = min(PART - len(buffer), len(rest))
                    buffer += rest[:taken]
                    rest = rest[taken:]
                    if len(buffer) == PART:
                        self._send(buffer)
                        base += PART
                        buffer = bytearray()
        finally:
            self._settle(buffer, base)
            if spent:
                self._delete(spent)
        return self.reached

    def _settle(self, buffer: bytearray, base: int) -> None:
        """Stores what is left of a request: as a part, if it is long enough or the last, else as a tail."""
        if base + len(buffer) == self.reached:
            return
        last = base + len(buffer) == self._ledger.size and "multipart" in self.kept
        if len(buffer) >= LEAST_PART or last:
            self._send(buffer)
            return
        name = f"{self._prefix}{secrets.token_hex(8)}"
        sending.put(self._where, name, buffer)
        self._replace_tail(name, len(buffer))
        self.reached = base + len(buffer)

    def _send(self, buffer: bytearray) -> None:
        """Stores a part that begins where the recorded parts end, the tail's bytes at its head."""
        if "multipart" in self.kept:
            multipart = Multipart(self._where, self._key, self.kept["multipart"])
        else:
            multipart = Multipart.begin(self._where, self._key)
        number, mark = multipart.send(self._ledger.claim(), buffer)
        self.kept["multipart"] = multipart.upload_id
        self.kept["parts"] = [*self._parts, [number, mark, len(buffer)]]
        self._replace_tail("", 0)
        self.reached = sum(size for _number, _mark, size in self._parts)

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
                self._send(bytearray(self._read_tail()))
            multipart = Multipart(self._where, self._key, self.kept["multipart"])
            multipart.complete([(number, mark) for number, mark, _size in self._parts])
            return
        if not size:
            raise FileNotFoundError(self._key)
        source = {"Bucket": self._where.bucket, "Key": key}
        with told_plainly():
            client(self._where).copy_object(Bucket=self._where.bucket, Key=self._key, CopySource=source)
