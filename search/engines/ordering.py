"""The order of what an FTS5 table found: a rough one for all, the final one for the first pages."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from heapq import nlargest

from search.engines import asking, fts
from search.engines.base import SearchRequest
from search.engines.bits import bits_of, numbers_in
from search.engines.columns import Columns
from search.engines.postings import Reader
from search.engines.texts import card_keys
from search.queries import Query
from search.ranking import WINDOW, Card, card_from, score

#: Of more that fit equally well only the newest come into question.
MOST_WEIGHED = 2_000
#: Among more documents than this, bm25 costs more than it tells: it counts how rare each word is anew.
#: Short titles come first then; the final order looks at all that is shown.
COMMON_FROM = 300


def ranked(
    reader: Reader,
    columns: Columns,
    request: SearchRequest,
    matched: list[int],
    *,
    size: int,
    partly: dict[int, float] | None,
) -> list[tuple[int, float]]:
    """The best ``size`` of the matched documents, with their scores.

    ``partly``: how much those have that have only some of the words.
    """
    query = request.query
    if request.sort in {"title", "used"} or (query.groups and request.sort == "new"):
        return [(number, 0.0) for number in columns.best(matched, request.sort, size)]
    if not query.groups:
        return [(number, 0.0) for number in matched[:size]]
    if partly is None:
        rough = roughly(reader, columns, query, matched, size=max(size, WINDOW))
    else:
        rough = by_share(columns, matched, partly, size=max(size, WINDOW))
        request = replace(request, query=query.as_filled())
    return [*finally_(reader, columns, request, rough[:WINDOW]), *rough[WINDOW:size]]


def roughly(
    reader: Reader,
    columns: Columns,
    query: Query,
    matched: list[int],
    *,
    size: int,
) -> list[tuple[int, float]]:
    """By tiers, then bm25; of common words the short titles first."""
    if len(matched) <= size <= WINDOW:
        return [(number, 0.0) for number in matched]
    published = columns.published
    taken: dict[int, int] = {}
    lowest = 0
    most = max(MOST_WEIGHED, size)
    for lowest, group in asking.best_first(reader, query, matched, size):
        among = group if len(group) <= most else nlargest(most, group, key=published.__getitem__)
        taken |= dict.fromkeys(among, lowest)
    if len(matched) > COMMON_FROM:
        weights = {n: -len(columns.titles[n]) / 1_000 for n in taken}
    else:
        weights = asking.weighed(reader, query, taken, lowest)
    keys = ((tier * fts.TIER + weights.get(n, 0.0), published[n], n) for n, tier in taken.items())
    # Below every score of the final order.
    return [(number, value - fts.BEHIND) for value, _day, number in nlargest(size, keys)]


def by_share(
    columns: Columns, matched: list[int], partly: dict[int, float], *, size: int
) -> list[tuple[int, float]]:
    """Those with all words, then those with some, by how much these say."""
    keys = ((partly.get(n, fts.TIER), columns.published[n], n) for n in matched)
    return [(number, value - fts.BEHIND) for value, _day, number in nlargest(size, keys)]


def finally_(
    reader: Reader, columns: Columns, request: SearchRequest, rough: list[tuple[int, float]]
) -> list[tuple[int, float]]:
    """The first pages, put into the order that all engines share."""
    cards = _cards(reader, columns, [number for number, _score in rough])
    inside = _inside(reader, request.query, cards)
    now = int(time.time())
    scored = [
        (
            score(request.query, card, inside=inside.get(n, ()), near=request.near, now=now),
            columns.published[n],
            n,
        )
        for n, card in cards.items()
    ]
    return [(number, value) for value, _day, number in sorted(scored, reverse=True)]


def _cards(reader: Reader, columns: Columns, numbers: list[int]) -> dict[int, Card]:
    uses = columns.uses
    cards = reader.cards([(number, uses[number]) for number in numbers])
    unknown = json.dumps([number for number in numbers if number not in cards])
    rows = (
        ()
        if unknown == "[]"
        else reader.connection.execute(
            "SELECT id, data, keys FROM doc WHERE id IN (SELECT value FROM json_each(?))", (unknown,)
        )
    )
    made = {
        number: card_from({**json.loads(data), "uses": uses[number]}, card_keys(keys))
        for number, data, keys in rows
    }
    reader.put_cards(made)
    return cards | made


def _inside(reader: Reader, query: Query, cards: dict[int, Card]) -> dict[int, set[int]]:
    """For documents, the numbers of the groups that stand in the text inside."""
    found: dict[int, set[int]] = {}
    (rows,) = reader.connection.execute(
        "SELECT json_group_array(id) FROM inside WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(cards)),),
    ).fetchone()
    among = bits_of(json.loads(rows))
    if not among:
        return found
    for at, group in enumerate(query.groups):
        if group.kind or group.optional:
            continue
        for number in numbers_in(among & reader.bits(fts.inside(group))):
            found.setdefault(number, set()).add(at)
    return found
