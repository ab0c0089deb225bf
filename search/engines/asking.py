"""Which documents an FTS5 table gives for a question: all words, most of them, and their tiers."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from search import filling
from search.engines import fts
from search.engines.bits import bits_of, numbers_in
from search.engines.match import all_of, any_of, written
from search.engines.postings import Reader
from search.queries import Query


def with_most(
    reader: Reader, query: Query, documents: int, among: int | None = None, *, much: bool = False
) -> dict[int, float]:
    """The documents with enough of what is asked, and how much they have; ``much``: see ``shares``."""
    parts, typed = fts.parts(query), fts.parts_as_typed(query)
    counts = (
        (reader.count(part), reader.count(same) if same else None)
        for part, same in zip(parts, typed, strict=True)
    )
    shares = filling.shares(query, documents, counts, much=much)
    if shares is None:
        return {}
    asked = zip(shares.all, (*parts, *typed, *fts.beside(query)), strict=True)
    weighed = [(weight, question) for weight, question in asked if weight and question is not None]
    weighed.sort(key=lambda each: each[0], reverse=True)
    enough = shares.enough - 1e-9
    # The lightest parts together stay below enough: whoever reaches it has one of the others.
    rest, heavy = 0.0, list(weighed)
    while len(heavy) > 1 and rest + heavy[-1][0] < enough:
        rest += heavy.pop()[0]
    needed = [part for _weight, part in heavy]
    reached: dict[int, float] = {}
    for weight, part in weighed:
        bits = reader.bits(part if part in needed else all_of([part, any_of(needed)]))
        for number in numbers_in(bits if among is None else bits & among):
            reached[number] = reached.get(number, 0.0) + weight
    having = {number: weight for number, weight in reached.items() if weight >= enough}
    return _of_shelves(reader, query, having, shares.shelf)


def with_shelf(reader: Reader, query: Query, reached: dict[int, float]) -> dict[int, float]:
    """Also what stands on the shelf that was named and has any of the words, or sorts; where nothing there
    has any of them, or both subject and grade were named, all of the shelf.
    """
    if not query.asks_of_shelf:
        return reached
    shelf = -1
    for part in fts.shelves(query):
        shelf &= reader.bits(part)
    some = 0
    for part in fts.said_of_shelf(query):
        some |= reader.bits(part)
    if shelf & some and not query.is_narrow:
        shelf &= some
    return dict.fromkeys(numbers_in(shelf), 0.0) | reached


def _of_shelves(reader: Reader, query: Query, reached: dict[int, float], lift: float) -> dict[int, float]:
    """The same documents, those of each subject and grade asked for lifted."""
    left = bits_of(reached) if reached else 0
    for shelf in fts.shelves(query) if left else ():
        for number in numbers_in(left & reader.bits(shelf)):
            reached[number] += lift
    return reached


def best_first(
    reader: Reader, query: Query, matched: Collection[int], size: int
) -> list[tuple[int, list[int]]]:
    """The matched in groups of one tier, the highest first, until there are ``size`` of them or no more.

    Each lift outweighs all later ones together, so parting by one after the other yields the order.
    What the documents still to be parted do not need is not asked.
    """
    lifts = list(fts.tiers(query))
    found: list[tuple[int, list[int]]] = []

    def part(left: int, at: int, tier: int) -> None:
        if not left or sum(len(group) for _tier, group in found) >= size:
            return
        if at == len(lifts):
            found.append((tier, numbers_in(left)))
            return
        asked, lift = lifts[at]
        inside = left & reader.bits(asked)
        part(inside, at + 1, tier + lift)
        part(left & ~inside, at + 1, tier)

    part(bits_of(matched), 0, 0)
    return found


def weighed(reader: Reader, query: Query, among: Iterable[int], lowest: int) -> dict[int, float]:
    """How well some documents, all of the tier ``lowest`` or above, fit by bm25; greater is better."""
    # The plus keeps SQLite from asking once for each number; bm25 is counted for these rows alone.
    rows = reader.connection.execute(
        f"SELECT rowid, {fts.BM25} FROM words WHERE words MATCH ?"  # noqa: S608
        " AND +rowid IN (SELECT value FROM json_each(?))",
        (written(fts.scored(query, lowest)), json.dumps(list(among))),
    )
    return dict(rows.fetchall())
