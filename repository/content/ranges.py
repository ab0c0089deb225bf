"""`Range`, `If-Range` and `If-None-Match` as RFC 9110 has them, for one range of bytes.

Pure: header values in, decisions out. Several ranges at once are answered with the whole, which 14.2 allows.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_SINGLE = re.compile(r"bytes[ \t]*=[ \t]*(\d*)[ \t]*-[ \t]*(\d*)[ \t]*", re.IGNORECASE)


class UnsatisfiableRangeError(ValueError):
    """The range begins beyond the end: 416."""


class ByteRange(NamedTuple):
    """Bytes `start` up to, not including, `stop`."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        return self.stop - self.start

    def content_range(self, size: int) -> str:
        """The header of a 206, whose last byte is inclusive."""
        return f"bytes {self.start}-{self.stop - 1}/{size}"


def requested_range(
    header: str | None, if_range: str | None, etag: str, size: int, *, piece: int | None = None
) -> ByteRange | None:
    """The range to send, None for the whole: no header, another unit, several ranges, nonsense, or an
    `If-Range` that is not exactly the strong `etag` (13.1.5; we send no dates).

    A range without an end is cut to `piece` bytes, which 15.3.7 allows: players of video ask for "all from
    here", take what they need and ask again.

    Raises `UnsatisfiableRangeError` (14.1.2) for a range that begins at or after `size`, or is a suffix of 0.
    """
    if not header or (if_range is not None and if_range.strip() != etag):
        return None
    found = _SINGLE.fullmatch(header.strip())
    if found is None:
        return None
    first, last = found.groups()
    if not first:
        return _suffix(last, size)
    start = int(first)
    stop = int(last) + 1 if last else start + piece if piece else size
    if last and stop <= start:
        return None
    if start >= size:
        raise UnsatisfiableRangeError
    return ByteRange(start, min(stop, size))


def _suffix(last: str, size: int) -> ByteRange | None:
    if not last:
        return None
    length = int(last)
    if length == 0 or size == 0:
        raise UnsatisfiableRangeError
    return ByteRange(max(0, size - length), size)


def matches(header: str | None, etag: str) -> bool:
    """Whether `If-None-Match` names the etag (compared weakly, 13.1.2), so that 304 is the answer."""
    if not header:
        return False
    if header == etag:
        return True
    names = [name.strip().removeprefix("W/") for name in header.split(",")]
    return etag.removeprefix("W/") in names or "*" in names


def accepts_gzip(header: str | None) -> bool:
    """Whether `Accept-Encoding` allows gzip (12.5.3): named or `*`, and not with a weight of 0."""
    weights: dict[str, float] = {}
    for part in (header or "").lower().split(","):
        coding, _, parameters = part.partition(";")
        weight = re.search(r"q\s*=\s*([^;\s]+)", parameters)
        try:
            weights[coding.strip()] = float(weight.group(1)) if weight else 1.0
        except ValueError:
            weights[coding.strip()] = 0.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0
