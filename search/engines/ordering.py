"""The order of what an FTS5 table found: a rough one for all, the final one for the first pages."""

from __future__ import annotations

import json
import sqlite3
import time
from heapq import nlargest

from search.engines import asking, fts
from search.engines.base import SearchRequest
from search.engines.columns import Columns
from search.engines.texts import card_keys
from search.queries import Query
from search.ranking import WINDOW, Card, card_from, score

#: Of more that fit equally well only the newest come into question.
MOST_WEIGHED = 2_000
#: Among more documents than this, bm25 costs more than it tells: it counts how rare each word is anew.
#: Short titles come first then; the final order looks at all that is shown.
COMMON_FROM = 300


def ranked(
    connection: sqlite3.Connection,
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
        rough = roughly(connection, columns, query, matched, size=max(size, WINDOW))
    else:
        rough = by_share(columns, matched, partly, size=max(size, WINDOW))
    return [*finally_(connection, columns, request, rough[:WINDOW]), *rough[WINDOW:size]]


def roughly(
    connection: sqlite3.Connection,
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
    for lowest, group in asking.best_first(connection, query, matched, size, some=False):
        among = group if len(group) <= most else nlargest(most, group, key=published.__getitem__)
        taken |= dict.fromkeys(among, lowest)
    if len(matched) > COMMON_FROM:
        weights = {n: -len(columns.titles[n]) / 1_000 for n in taken}
    else:
        weights = asking.weighed(connection, query, taken, lowest, some=False)
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
    connection: sqlite3.Connection, columns: Columns, request: SearchRequest, rough: list[tuple[int, float]]
) -> list[tuple[int, float]]:
    """The first pages, put into the order that all engines share."""
    cards = _cards(connection, columns, [number for number, _score in rough])
    inside = _inside(connection, request.query, cards)
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


def _cards(connection: sqlite3.Connection, columns: Columns, numbers: list[int]) -> dict[int, Card]:
    rows = connection.execute(
        "SELECT id, data, keys FROM doc WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(numbers),)
    )
    return {
        number: card_from({**json.loads(data), "uses": columns.uses[number]}, card_keys(keys))
        for number, data, keys in rows
    }


def _inside(connection: sqlite3.Connection, query: Query, cards: dict[int, Card]) -> dict[int, set[int]]:
    """For documents, the numbers of the groups that stand in the text inside."""
    found: dict[int, set[int]] = {}
    rows = connection.execute(
        "SELECT id FROM inside WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(cards)),)
    )
    numbers = json.dumps([number for (number,) in rows])
    if numbers == "[]":
        return found
    for at, group in enumerate(query.groups):
        if group.kind or group.optional:
            continue
        rows = connection.execute(
            "SELECT rowid FROM words WHERE words MATCH ? AND +rowid IN (SELECT value FROM json_each(?))",
            (fts.inside(group), numbers),
        )
        for (number,) in rows:
            found.setdefault(number, set()).add(at)
    return found
