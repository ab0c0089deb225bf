"""The embedded engine's facets in memory: a few small integers a document. Pure.

A text search yields thousands of numbers of documents; narrowing and counting them here takes
milliseconds, where SQL would join each one.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest, nsmallest
from typing import Any

from search.documents import KINDS, RESOURCE, Document
from search.engines.bits import bits_of
from search.facets import VALUES
from search.scope import Scope

KEPT = 24
#: Fields that are counted in one go, because few combinations of their values occur.
PACKS: Mapping[str, tuple[str, ...]] = {
    "place": ("level", "grade", "subject"),
    "make": ("type", "series", "licence", "year"),
    "owner": ("unit",),
    "form": ("kind", "curriculum", "language", "rating"),
}
_PACK_OF = {name: (pack, at) for pack, names in PACKS.items() for at, name in enumerate(names)}
#: The columns that a stored document has beside its text.
STORED = ("scope", *PACKS)
#: What a row brings before the values of STORED.
NUMBERS = ("id", "published", "uses", "title_key")


def stored(document: Document) -> tuple[str, ...]:
    """The values of STORED as text: codes and ids apart by blanks, what is packed together by bars."""
    scope = (
        f"{document.what}|{int(document.guests)}|{_joined(document.units)}|{_joined(document.superseded_at)}"
    )
    packs = ("|".join(_joined(VALUES[name](document)) for name in names) for names in PACKS.values())
    return (scope, *packs)


def _joined(values: Iterable[int | str]) -> str:
    return " ".join(str(value) for value in values)


@lru_cache(maxsize=50_000)
def _unpacked(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(part.split()) for part in text.split("|"))


@dataclass(frozen=True, slots=True)
class _ScopeGroup:
    what: str
    guests: bool
    units: frozenset[int]
    superseded_at: frozenset[int]


@lru_cache(maxsize=20_000)
def _parsed(text: str) -> _ScopeGroup:
    what, guests, units, superseded = text.split("|")
    return _ScopeGroup(
        what, guests == "1", frozenset(map(int, units.split())), frozenset(map(int, superseded.split()))
    )


@dataclass(slots=True)
class _Groups:
    """Distinct values of a column, numbered; number 0 stands for a document that is gone."""

    texts: list[str] = field(default_factory=lambda: [""])
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        found = self.numbers.get(text)
        if found is None:
            found = self.numbers[text] = len(self.texts)
            self.texts.append(text)
        return found


Row = Sequence[Any]
"""NUMBERS, then STORED."""


class Columns:
    """All documents by their number in the index. Never changed once shared: ``with_changes`` copies."""

    def __init__(self) -> None:
        self.groups: dict[str, _Groups] = {name: _Groups() for name in STORED}
        self.columns: dict[str, list[int]] = {name: [0] for name in STORED}
        self.published: list[int] = [0]
        self.uses: list[int] = [0]
        self.titles: list[str] = [""]
        #: The documents that are not gone, as bits.
        self.bits = 0
        self._kept: dict[object, Any] = {}
        self._few: dict[tuple[str, ...], int] = {}

    def with_changes(self, rows: Iterable[Row], gone: Iterable[int]) -> Columns:
        """A copy with some documents added or taken away. The groups only grow and are shared."""
        copy = Columns()
        copy.groups = self.groups
        copy.columns = {name: column.copy() for name, column in self.columns.items()}
        copy.published = self.published.copy()
        copy.uses = self.uses.copy()
        copy.titles = self.titles.copy()
        copy.bits = self.bits
        copy._take(rows, gone)
        return copy

    def _take(self, rows: Iterable[Row], gone: Iterable[int]) -> None:
        numbering = [(self.columns[name], self.groups[name]) for name in STORED]
        added: list[int] = []
        for number, published, uses, title, *texts in rows:
            missing = int(number) + 1 - len(self.published)
            if missing > 0:
                self.published.extend([0] * missing)
                self.uses.extend([0] * missing)
                self.titles.extend([""] * missing)
                for column, _groups in numbering:
                    column.extend([0] * missing)
            self.published[number], self.uses[number], self.titles[number] = published, uses, title
            for (column, groups), text in zip(numbering, texts, strict=True):
                column[number] = groups.number(text)
            added.append(number)
        scope = self.columns["scope"]
        taken = [number for number in gone if number < len(scope)]
        for number in taken:
            scope[number] = 0
        self.bits = (self.bits | bits_of(added)) & ~bits_of(taken)

    def packed(self) -> bytes:
        """All of it as ``unpacked`` reads it, many times faster than row by row."""
        texts = {name: groups.texts for name, groups in self.groups.items()}
        numbers = [self.published, self.uses, *(self.columns[name] for name in STORED)]
        head = json.dumps([texts, self.titles], ensure_ascii=False).encode()
        parts = [head, *(array("q", column).tobytes() for column in numbers)]
        return zlib.compress(b"".join([array("q", [len(head)]).tobytes(), *parts]), 1)

    @classmethod
    def unpacked(cls, data: bytes) -> Columns:
        """What ``packed`` wrote on a machine of the same kind."""
        view = memoryview(zlib.decompress(data))
        end = 8 + view[:8].cast("q")[0]
        made = cls()
        texts, made.titles = json.loads(bytes(view[8:end]))
        size = 8 * len(made.titles)
        columns = [view[at : at + size].cast("q").tolist() for at in range(end, len(view), size)]
        made.published, made.uses, *rest = columns
        made.columns = dict(zip(STORED, rest, strict=True))
        for name, groups in made.groups.items():
            groups.texts = texts[name]
            groups.numbers = {text: number for number, text in enumerate(groups.texts) if number}
        # One object for equal numbers, as when they are read row by row.
        for name, column in made.columns.items():
            same = list(range(len(texts[name])))
            made.columns[name] = list(map(same.__getitem__, column))
        gone = [number for number, group in enumerate(made.columns["scope"]) if not group]
        made.bits = ((1 << len(made.titles)) - 1) ^ bits_of(gone)
        return made

    @property
    def size(self) -> int:
        """How many documents there are."""
        return self.bits.bit_count()

    def best(self, numbers: list[int], sort: str, size: int) -> list[int]:
        """The first ``size`` in one of the orders that need no words: "new", "title", "used"."""
        published, uses, titles = self.published, self.uses, self.titles
        if sort == "title":
            return nsmallest(size, numbers, key=lambda n: (titles[n], n))
        if sort == "used":
            return nlargest(size, numbers, key=lambda n: (uses[n], published[n], n))
        return nlargest(size, numbers, key=lambda n: (published[n], n))

    def newest_first(self, scope: Scope, what: tuple[str, ...] = KINDS) -> list[int]:
        """All documents of some kinds that the scope holds, the newest first."""
        found = self._kept.get((scope, what))
        if found is None:
            published = self.published
            found = sorted(
                self.visible(range(1, len(published)), scope, what),
                key=lambda n: (published[n], n),
                reverse=True,
            )
            self._keep((scope, what), found)
        return found

    def count_all(
        self, scope: Scope, what: tuple[str, ...], fields: tuple[str, ...]
    ) -> dict[str, list[tuple[str, int]]]:
        """The counts of everything of some kinds that the scope holds."""
        found = self._kept.get((scope, what, fields))
        if found is None:
            everything = self.newest_first(scope, what)
            found = self.count(everything, everything, {}, fields)
            self._keep((scope, what, fields), found)
        return found

    def _keep(self, key: object, value: Any) -> None:
        # The scopes of a few units at a time; a change of the index begins anew with its copy.
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[key] = value

    def there(self, numbers: Iterable[int]) -> Iterator[int]:
        """Those that are not gone."""
        scope = self.columns["scope"]
        return (number for number in numbers if scope[number])

    def visible(self, numbers: Iterable[int], scope: Scope, what: tuple[str, ...] = KINDS) -> list[int]:
        """Those of the numbers that are of some kinds and that the scope holds."""
        allowed, column = self._allowed(scope, what), self.columns["scope"]
        return [n for n in numbers if column[n] in allowed]

    def of_few(self, what: tuple[str, ...]) -> int | None:
        """The bits of the documents of some kinds where these are few beside the lessons, else None."""
        if RESOURCE in what:
            return None
        found: int | None = self._few.get(what)
        if found is None:
            texts = list(self.groups["scope"].texts)
            groups = {at for at, text in enumerate(texts) if text and _parsed(text).what in what}
            found = bits_of([n for n, group in enumerate(self.columns["scope"]) if group in groups])
            self._few[what] = found
        return found

    def _allowed(self, scope: Scope, what: tuple[str, ...]) -> set[int]:
        """The groups of publications of some kinds that the scope holds."""
        found: set[int] | None = self._kept.get(("allowed", scope, what))
        if found is None:
            found = set()
            # A copy: another thread may be adding groups, of documents that are not in these columns.
            for group, text in enumerate(list(self.groups["scope"].texts)):
                if group:
                    parsed = _parsed(text)
                    if parsed.what in what and scope.holds(
                        what=parsed.what,
                        guests=parsed.guests,
                        units=parsed.units,
                        superseded_at=parsed.superseded_at,
                    ):
                        found.add(group)
            self._keep(("allowed", scope, what), found)
        return found

    def narrow(self, numbers: list[int], filters: Mapping[str, Sequence[str]], *, but: str = "") -> list[int]:
        """Those that pass every filter, or every one but that of one field."""
        for name, codes in filters.items():
            if name == but or not codes:
                continue
            pack, at = _PACK_OF[name]
            wanted, column = set(codes), self.columns[pack]
            groups = {
                number
                for number, text in enumerate(list(self.groups[pack].texts))
                if text and not wanted.isdisjoint(_unpacked(text)[at])
            }
            numbers = [n for n in numbers if column[n] in groups]
        return numbers

    def count(
        self,
        visible: list[int],
        matched: list[int],
        filters: Mapping[str, Sequence[str]],
        fields: Iterable[str],
    ) -> dict[str, list[tuple[str, int]]]:
        """How many of ``visible`` each value would have with the other fields' filters as they are."""
        counts = {}
        of_matched: dict[str, Counter[int]] = {}
        for name in fields:
            pack, at = _PACK_OF[name]
            if filters.get(name):
                groups = self._grouped(pack, self.narrow(visible, filters, but=name))
            else:
                groups = of_matched.get(pack) or self._grouped(pack, matched)
                of_matched[pack] = groups
            totals: Counter[str] = Counter()
            texts = self.groups[pack].texts
            for group, times in groups.items():
                for code in _unpacked(texts[group])[at]:
                    totals[code] += times
            counts[name] = totals.most_common()
        return counts

    def _grouped(self, pack: str, numbers: list[int]) -> Counter[int]:
        return Counter(map(self.columns[pack].__getitem__, numbers))
