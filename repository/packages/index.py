"""The index document of a package: where each file's bytes lie in the stored zip, what they are, their check.

It is immutable, compressed (2,000 files: about 35 kB) and read in about two milliseconds. Columns, not rows:
they compress better and load faster.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from .archive import DEFLATED, STORED, Member
from .mediatypes import is_media, media_type
from .names import candidates, fold

VERSION = 1


class Entry(NamedTuple):
    """One file: `offset` and `compressed` delimit its bytes in the stored package, `size` is inflated.

    `number` is its place in the index, which names the object of a media member stored on its own.
    """

    number: int
    path: str
    offset: int
    compressed: int
    size: int
    method: int
    crc: int
    media_type: str

    @property
    def deflated(self) -> bool:
        return self.method == DEFLATED

    @property
    def is_media_member(self) -> bool:
        """Deflated audio or video: nobody can seek in it, so it is stored as an object of its own."""
        return self.deflated and is_media(self.media_type)


class Index:
    """A loaded index. Look up with `find`; the folded paths are computed at the first miss only."""

    __slots__ = ("_columns", "_folded", "_places", "_types")

    def __init__(self, types: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
        self._types = types
        self._columns = columns
        self._places: dict[str, int] = {path: place for place, path in enumerate(columns[0])}
        self._folded: dict[str, int] | None = None

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Entry]:
        return (self.entry(place) for place in range(len(self)))

    @property
    def paths(self) -> Sequence[str]:
        return self._columns[0]

    def entry(self, place: int) -> Entry:
        path, offset, compressed, size, method, crc, kind = (column[place] for column in self._columns)
        return Entry(place, path, offset, compressed, size, method, crc, self._types[kind])

    def place(self, path: str) -> int | None:
        """The place of the file that `path` means: as written, unescaped, then without regard to case."""
        place = self._places.get(path)
        if place is not None:
            return place
        for spelling in candidates(path):
            place = self._places.get(spelling)
            if place is not None:
                return place
        if self._folded is None:
            # The first of two files that differ in case only wins; both are found by their exact names.
            self._folded = {fold(known): place for known, place in reversed(self._places.items())}
        for spelling in candidates(path):
            place = self._folded.get(fold(spelling))
            if place is not None:
                return place
        return None

    def find(self, path: str) -> Entry | None:
        place = self.place(path)
        return None if place is None else self.entry(place)


def build(members: Iterable[Member]) -> Index:
    """The index of a checked archive's members, in the order of their paths."""
    ordered = sorted(members, key=lambda member: member.path)
    kinds = [media_type(member.path) for member in ordered]
    types = sorted(set(kinds))
    numbers = {kind: number for number, kind in enumerate(types)}
    columns: list[list[Any]] = [
        [member.path for member in ordered],
        [member.offset for member in ordered],
        # Nothing, deflated, is two bytes; it is served as the nothing that it is.
        [member.compressed if member.size else 0 for member in ordered],
        [member.size for member in ordered],
        [member.method if member.size else STORED for member in ordered],
        [member.crc for member in ordered],
        [numbers[kind] for kind in kinds],
    ]
    return Index(types, columns)


def dump(index: Index) -> bytes:
    """The document's bytes, to be kept beside the package."""
    document = {"v": VERSION, "types": list(index._types), "columns": [list(c) for c in index._columns]}
    return zlib.compress(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def load(data: bytes | memoryview) -> Index:
    """The index that `dump` wrote; `ValueError` if it is none."""
    try:
        document = json.loads(zlib.decompress(data))
        if document["v"] != VERSION:
            raise ValueError(f"index document of version {document['v']}, {VERSION} is known")
        types, columns = document["types"], document["columns"]
        if not _is_whole(types, columns):
            raise ValueError("an index document with columns missing")
        return Index(types, columns)
    except (zlib.error, KeyError, TypeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("not an index document") from error


def _is_whole(types: Sequence[Any], columns: Sequence[Sequence[Any]]) -> bool:
    """Whether there is a column for each field of `Entry` but the number, of text and of figures."""
    if len(columns) != len(Entry._fields) - 1 or len({len(column) for column in columns}) != 1:
        return False
    paths, *figures = columns
    kinds = [set(map(type, column)) for column in (types, paths, *figures)]
    if any(kind - {str} for kind in kinds[:2]) or any(kind - {int} for kind in kinds[2:]):
        return False
    return not paths or (min(figures[-1]) >= 0 and max(figures[-1]) < len(types))
