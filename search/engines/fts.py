"""Queries in the language of SQLite's FTS5, and what ranks before what. Pure.

Relevance is first where the words stand, then bm25: a document of the subject and grade that the
query names goes before one that only mentions them, one with the words exactly as typed before one
that has them with other marks, and all words in the title before words anywhere. bm25 decides within
these; it is the dear part, so it is asked only for the documents that can be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from search.engines.match import Asked, all_of, any_of, in_columns, quoted
from search.filling import as_typed
from search.queries import Group, Phrase, Query, pairs_of
from search.ranking import WEIGHTS

FOLDED = "{" + " ".join(WEIGHTS) + "}"
NAMES, RUNNING = "{title keywords facts}", "{description people inner}"
TITLE, FACTS, INNER, MARKED = "{title}", "{facts}", "{inner}", "{marked}"
BM25 = f"-bm25(words, {', '.join(str(w) for w in WEIGHTS.values())}, 0.0)"

FITS, EXACT, IN_TITLE, PHRASE_IN_TITLE = 8, 4, 2, 1
TIER = 1_000.0
"""Above any bm25."""
BEHIND = 1e6
"""Above any sum of tiers: what the final order does not reach stands behind it."""


def _phrase(phrase: Phrase, columns: str) -> str:
    return in_columns(columns, " ".join(w.marked if columns == MARKED else w.folded for w in phrase))


def _one_of(phrases: Iterable[Phrase], columns: str) -> Asked:
    return any_of(_phrase(phrase, columns) for phrase in phrases)


def _any(group: Group, columns: str = FOLDED) -> Asked:
    """One of the phrases, in some columns; quoted with marks, so and not otherwise."""
    return _one_of(group.phrases, MARKED if group.needs_marks and columns == FOLDED else columns)


def expression(query: Query, columns: str = FOLDED) -> Asked:
    """All groups of the query in some columns; together as one phrase will do too."""
    asked = all_of(_any(group, columns) for group in query.required)
    if len(query.words) > 1 and columns != MARKED and not query.keeps_marks:
        return any_of([_phrase(query.words, columns), asked])
    return asked


def together(query: Query) -> Asked:
    """All groups, but in running text a word of several counts only beside one it was typed beside.

    "phân số" is not asked for by "phần trình bày … một số".
    """
    asked: list[Asked] = []
    for run in query.runs:
        if len(run) == 1:
            asked.append(_any(run[0]))
            continue
        pairs = pairs_of(run)
        for at, group in enumerate(run):
            beside = _one_of(pairs[max(at - 1, 0) : at + 1], RUNNING)
            asked.append(any_of([_any(group, NAMES), beside]))
            asked += [_any(group)] if group.needs_marks else []
    if len(query.words) > 1 and not query.keeps_marks:
        return any_of([_phrase(query.words, FOLDED), all_of(asked)])
    return all_of(asked)


def question(query: Query) -> Asked:
    """What a document must match to be a result."""
    return expression(query, _columns(query))


def parts(query: Query) -> list[Asked]:
    """A question for each group that a document should match."""
    return [_any(group, _columns(query)) for group in query.required]


def _columns(query: Query) -> str:
    return MARKED if query.exact and query.has_marks else FOLDED


def parts_as_typed(query: Query) -> list[Asked | None]:
    """The same with their marks, where these count."""
    return [_phrase(phrase, MARKED) if phrase else None for phrase in as_typed(query)]


def said_of_shelf(query: Query) -> list[Asked]:
    """A question for each part that was said beside the subject and grade, with its marks."""
    columns = MARKED if query.has_marks else FOLDED
    return [_one_of(group.phrases, columns) for group in query.said_of_shelf]


def beside(query: Query) -> list[Asked]:
    """A question for each two parts that were typed one behind the other."""
    said = [group.phrases[0] for group in query.required]
    return [_phrase((*said[one], *said[two]), FOLDED) for one, two in query.pairs]


def shelves(query: Query) -> list[Asked]:
    """A question for each subject and grade that was asked for beside other words."""
    return [_one_of((*group.facts, *group.kin), FACTS) for group in query.shelf]


def inside(group: Group) -> Asked:
    """The text inside has one of the phrases."""
    return _any(group, INNER)


def tiers(query: Query) -> Iterator[tuple[Asked, int]]:
    """What lifts a document, and how much; a document's tier is the sum."""
    if query.shelf:
        yield all_of(shelves(query)), FITS
    if query.has_marks:
        yield expression(query, MARKED), EXACT
    yield expression(query, TITLE), IN_TITLE
    if len(query.words) > 1:
        yield _phrase(query.words, TITLE), PHRASE_IN_TITLE


def scored(query: Query, lowest: int) -> Asked:
    """A question that matches at least all results of the tier ``lowest`` and those above it."""
    everywhere = expression(query)
    needed = list(tiers(query))
    # The least lifts together stay below ``lowest``: whoever reaches it has one of the others.
    without = 0
    while needed and without + needed[-1][1] < lowest:
        without += needed.pop()[1]
    if not lowest or not needed:
        return everywhere
    return all_of([everywhere, any_of(asked for asked, _lift in needed)])


def beginning(prefix: Query) -> list[str]:
    """Titles with these words, the last of which may be unfinished: a question for each."""
    *whole, last = prefix.words
    return [*(_phrase((word,), TITLE) for word in whole), begins(last.folded)]


def begins(start: str) -> str:
    """Titles with a word that begins so."""
    return f"{TITLE} : {quoted(start)} *"
