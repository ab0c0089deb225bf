"""What runs in the process that reads text: ``python -m repository.text.child``, started by ``reading``.

It gets one job as a line of JSON and asks for the file's bytes by place, so that it needs neither storage
nor network; it answers with a line of JSON a part. It may use so much memory and time and no more.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections import OrderedDict
from dataclasses import asdict
from io import RawIOBase
from typing import Any, BinaryIO, cast

from repository.text.extract import extract
from repository.text.package import Start
from repository.text.parts import BoundReachedError, Bounds, Part

_BLOCK = 256 * 1024
_BLOCKS_KEPT = 64


class Remote(RawIOBase):
    """The file, read from the process that started this one, block by block."""

    def __init__(self, size: int, ask: BinaryIO, answer: BinaryIO, most: int) -> None:
        self._size, self._ask, self._answer, self._left = size, ask, answer, most
        self._at = 0
        self._blocks: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        number, skip = divmod(self._at, _BLOCK)
        view = memoryview(buffer).cast("B")
        piece = self._block(number)[skip : skip + len(view)] if self._at < self._size else b""
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def read(self, size: int | None = -1) -> bytes:
        """Exactly ``size`` bytes, fewer only at the end."""
        wanted = self._size - self._at if size is None or size < 0 else size
        pieces = []
        while wanted > 0 and (piece := super().read(min(wanted, _BLOCK))):
            pieces.append(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def _block(self, number: int) -> bytes:
        known = self._blocks.get(number)
        if known is None:
            known = self._fetch(number)
            self._blocks[number] = known
            while len(self._blocks) > _BLOCKS_KEPT:
                self._blocks.popitem(last=False)
        else:
            self._blocks.move_to_end(number)
        return known

    def _fetch(self, number: int) -> bytes:
        size = min(_BLOCK, self._size - number * _BLOCK)
        self._left -= size
        if self._left < 0:
            raise BoundReachedError("text_too_much_to_read")
        self._ask.write(json.dumps({"read": [number * _BLOCK, size]}).encode() + b"\n")
        self._ask.flush()
        data = self._answer.read(size)
        if len(data) != size:
            raise OSError("the file ended")
        return data


def _limit(bounds: Bounds) -> None:
    for what, most in (
        (resource.RLIMIT_AS, bounds.memory_bytes),
        (resource.RLIMIT_CPU, bounds.seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 16),
    ):
        _soft, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))


def _run(job: dict[str, Any], source: BinaryIO, sink: BinaryIO) -> str:
    """Reads and sends the parts; the code of what stopped it, "" at the end."""
    bounds = Bounds(**job["bounds"])

    def send(part: Part) -> None:
        sink.write(json.dumps({"part": asdict(part)}).encode() + b"\n")
        sink.flush()

    file = cast(BinaryIO, Remote(job["size"], sink, source, bounds.read_bytes))
    starts = [Start(**start) for start in job["starts"]]
    _limit(bounds)
    return extract(file, send, kind=job["kind"], starts=starts, launch=job["launch"], bounds=bounds)


def main() -> None:
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    os.nice(10)
    job = json.loads(source.readline(4 * 1024 * 1024))
    code = _run(job, source, sink)
    sink.write(json.dumps({"end": code}).encode() + b"\n")
    sink.flush()


if __name__ == "__main__":
    main()
