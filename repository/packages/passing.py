"""Members of an archive inflated and summed up while its bytes come in, so that less is left for the end.

Nothing is decided here: what is noted of a member is what its bytes came to, and `verify` compares that with
what the directory says. Whatever is out of the ordinary ends it, and is left to the judgement of the whole.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from .archive import DEFLATED, STORED
from .limits import MB

_LOCAL = struct.Struct("<4s5H3L2H")
_BLOCK = 256 * 1024
_FULL32 = 0xFFFFFFFF
#: Encrypted in one way or another, or with its figures after its bytes only.
_NOT_PLAIN = 0x1 | 0x8 | 0x40 | 0x2000
#: What swells more than this is left to the judgement, and so is all that follows.
_SWELLS, _SWELLS_FROM = 20, 64 * MB
_MOST_MEMBERS = 20_000


class Passed(NamedTuple):
    """What the bytes of a member are: how stored, how many, how many inflated, their CRC-32."""

    method: int
    compressed: int
    size: int
    crc: int


#: By the place of their first byte in the archive.
Seen = Mapping[int, Passed]


class Passing:
    """An archive that comes by, from its first byte on. Memory stays flat but for what is noted."""

    def __init__(self) -> None:
        self.seen: dict[int, Passed] = {}
        #: Whether nothing more will be noted.
        self.over = False
        self._place = 0
        self._head = bytearray()
        self._wanted = _LOCAL.size
        self._left = self._unpacked = 0
        self._begin(STORED, 0)

    def _begin(self, method: int, compressed: int) -> None:
        self._method, self._compressed, self._left = method, compressed, compressed
        self._start = self._place
        self._size = self._crc = 0
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)

    def feed(self, data: bytes) -> None:
        """The bytes that follow those that were fed before."""
        view = memoryview(data)
        start = 0
        while start < len(view) and not self.over:
            start += self._take(view[start : start + _BLOCK])

    def _take(self, data: memoryview) -> int:
        """Takes in a header or a member's data, as far as they are there; how many bytes that were."""
        count = min(self._left or self._wanted - len(self._head), len(data))
        data = data[:count]
        self._place += count
        if not self._left:
            self._head += data
            if len(self._head) == self._wanted:
                self._read_head()
            return count
        self._left -= count
        try:
            self._sum_up(data)
        except zlib.error:
            self.over = True
        return count

    def _read_head(self) -> None:
        """A local header (APPNOTE 4.3.7); what follows the last member is none."""
        signature, _, flags, method, _, _, _, compressed, size, name, extra = _LOCAL.unpack_from(self._head)
        plain = signature == b"PK\x03\x04" and method in (STORED, DEFLATED) and not flags & _NOT_PLAIN
        if not plain or _FULL32 in (compressed, size) or len(self.seen) >= _MOST_MEMBERS:
            self.over = True
            return
        self._wanted = _LOCAL.size + name + extra
        if len(self._head) == self._wanted:
            self._begin(method, compressed)
            self._head.clear()
            self._wanted = _LOCAL.size

    def _sum_up(self, data: memoryview) -> None:
        if self._method == STORED:
            self._add(data)
        else:
            self._inflate(data)
        if self._left or self.over:
            return
        if self._method == DEFLATED:
            # What the window still holds back comes out without input.
            while not self._inflater.eof and (more := self._inflater.decompress(b"", _BLOCK)):
                self._add(more)
            if not self._inflater.eof:
                return
        self.seen[self._start] = Passed(self._method, self._compressed, self._size, self._crc)

    def _inflate(self, data: memoryview) -> None:
        pending: bytes | memoryview = data
        while pending and not self.over:
            if self._inflater.eof:
                self.over = True  # something after its end
                return
            self._add(self._inflater.decompress(pending, _BLOCK))
            pending = self._inflater.unconsumed_tail or self._inflater.unused_data

    def _add(self, data: bytes | memoryview) -> None:
        self._crc = zlib.crc32(data, self._crc)
        self._size += len(data)
        self._unpacked += len(data)
        if self._unpacked > _SWELLS_FROM + _SWELLS * self._place:
            self.over = True
