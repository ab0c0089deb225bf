"""Which documents an FTS5 table gives for a question: all words, most of them, and their tiers."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from math import log

from search.engines import fts
from search.engines.bits import bits_of, numbers_in
from search.engines.postings import Reader
from search.queries import Query
from search.ranking import BESIDE, OTHER_MARKS, SHELF

#: Added to the number of documents where rarity is weighed: in a handful no word is common.
RARITY_FROM = 10
#: Of a query of which the library has only what stands in more than half of its documents it has nothing.
COMMON = log(2)


def with_most(
    reader: Reader, query: Query, documents: int, among: int | None = None, *, much: bool = False
) -> dict[int, float]:
    """The documents with at least half of what is asked, each part weighing by how rare it is, and how much.

    Half by count alone would give whatever has the commonest words of the query. Where there is an answer
    already (``much``), a short question wants half of its words and pairs together: a syllable is no part.
    """
    if not query.takes_parts(answered=much):
        return {}
    weights = [
        rarity(documents + RARITY_FROM, reader.count(part), reader.count(same) if same else None)
        for part, same in zip(fts.parts(query), fts.parts_as_typed(query), strict=True)
    ]
    if max(weights) < COMMON:
        return {}
    # What nothing has tells no documents apart.
    weighed = []
    for weight, part, same in zip(weights, fts.parts(query), fts.parts_as_typed(query), strict=True):
        if weight and same:
            weighed += [(OTHER_MARKS * weight, part), ((1 - OTHER_MARKS) * weight, same)]
        elif weight:
            weighed.append((weight, part))
    weighed += [
        (BESIDE * (weights[one] + weights[two]) / 2, pair)
        for pair, one, two in fts.beside(query)
        if weights[one] and weights[two]
    ]
    asked = sum(weight for weight, _part in weighed) if much and not query.is_long else sum(weights)
    half = asked / 2 - 1e-9
    weighed.sort(reverse=True)
    # The lightest parts together stay below half: whoever reaches it has one of the others.
    rest, heavy = 0.0, list(weighed)
    while len(heavy) > 1 and rest + heavy[-1][0] < half:
        rest += heavy.pop()[0]
    needed = [part for _weight, part in heavy]
    reached: dict[int, float] = {}
    for weight, part in weighed:
        bits = reader.bits(part if part in needed else fts.both(part, *needed))
        for number in numbers_in(bits if among is None else bits & among):
            reached[number] = reached.get(number, 0.0) + weight
    enough = {number: weight for number, weight in reached.items() if weight >= half}
    return _of_shelves(reader, query, enough, SHELF * sum(weights))


def with_shelf(reader: Reader, query: Query, reached: dict[int, float]) -> dict[int, float]:
    """Also what stands on the shelf that was named and has any of the words, or sorts; where nothing there
    has any of them, or both subject and grade were named, all of the shelf.
    """
    if not query.shelf or not query.said_of_shelf:
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


def rarity(documents: int, found: int, same: int | None = None) -> float:
    """How much a word says that some of all documents have; ``same``: how many with the marks typed, if any.

    What none has as typed says little.
    """
    if same is not None and not same:
        return OTHER_MARKS * rarity(documents, found)
    counted = same or found
    return log(documents / counted) if counted else 0.0


def _of_shelves(reader: Reader, query: Query, reached: dict[int, float], lift: float) -> dict[int, float]:
    """The same documents, those of each subject and grade asked for lifted."""
    left = bits_of(reached) if reached else 0
    for shelf in fts.shelves(query) if left else ():
        for number in numbers_in(left & reader.bits(shelf)):
            reached[number] += lift
    return reached


def best_first(
    reader: Reader, query: Query, matched: Collection[int], size: int, *, some: bool
) -> list[tuple[int, list[int]]]:
    """The matched in groups of one tier, the highest first, until there are ``size`` of them or no more.

    Each lift outweighs all later ones together, so parting by one after the other yields the order.
    What the documents still to be parted do not need is not asked.
    """
    lifts = list(fts.tiers(query, some=some))
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


def weighed(
    reader: Reader, query: Query, among: Iterable[int], lowest: int, *, some: bool
) -> dict[int, float]:
    """How well some documents, all of the tier ``lowest`` or above, fit by bm25; greater is better."""
    # The plus keeps SQLite from asking once for each number; bm25 is counted for these rows alone.
    rows = reader.connection.execute(
        f"SELECT rowid, {fts.BM25} FROM words WHERE words MATCH ?"  # noqa: S608
        " AND +rowid IN (SELECT value FROM json_each(?))",
        (fts.scored(query, lowest, some=some), json.dumps(list(among))),
    )
    return dict(rows.fetchall())
