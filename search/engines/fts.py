"""Queries in the language of SQLite's FTS5, and what ranks before what. Pure.

Relevance is first where the words stand, then bm25: a document of the subject and grade that the
query names goes before one that only mentions them, one with the words exactly as typed before one
that has them with other marks, and all words in the title before words anywhere. bm25 decides within
these; it is the dear part, so it is asked only for the documents that can be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _phrase(phrase: Phrase, *, marked: bool = False) -> str:
    return quoted(" ".join(w.marked if marked else w.folded for w in phrase))


def _one_of(phrases: Iterable[Phrase], *, marked: bool = False) -> str:
    return "(" + " OR ".join(dict.fromkeys(_phrase(p, marked=marked) for p in phrases)) + ")"


def _any(group: Group, columns: str = FOLDED) -> str:
    """One of the phrases, in some columns; quoted with marks, so and not otherwise."""
    if group.needs_marks and columns == FOLDED:
        columns = MARKED
    return f"{columns} : {_one_of(group.phrases, marked=columns == MARKED)}"


def expression(query: Query, columns: str = FOLDED) -> str:
    """All groups of the query in some columns; together as one phrase will do too."""
    asked = " AND ".join(_any(group, columns) for group in query.required)
    if len(query.words) > 1 and columns != MARKED and not query.is_quoted:
        asked = f"({columns} : {_phrase(query.words)}) OR ({asked})"
    return f"({asked})"


def together(query: Query) -> str:
    """All groups, but in running text a word of several counts only beside one it was typed beside.

    "phân số" is not asked for by "phần trình bày … một số".
    """
    asked = []
    for run in query.runs:
        if len(run) == 1:
            asked.append(_any(run[0]))
            continue
        pairs = pairs_of(run)
        for at, group in enumerate(run):
            beside = _one_of(pairs[max(at - 1, 0) : at + 1])
            asked.append(f"({_any(group, NAMES)} OR {RUNNING} : {beside})")
            asked += [_any(group)] if group.needs_marks else []
    found = " AND ".join(f"({part})" for part in asked)
    whole = len(query.words) > 1 and not query.is_quoted
    return f"({FOLDED} : {_phrase(query.words)}) OR ({found})" if whole else found


def question(query: Query) -> str:
    """What a document must match to be a result."""
    return expression(query, MARKED if query.exact and query.has_marks else FOLDED)


def parts(query: Query) -> list[str]:
    """A question for each group that a document should match."""
    columns = MARKED if query.exact and query.has_marks else FOLDED
    return [_any(group, columns) for group in query.required]


def parts_as_typed(query: Query) -> list[str]:
    """The same with their marks, where these count; else nothing."""
    return [f"{MARKED} : {_one_of([phrase], marked=True)}" if phrase else "" for phrase in as_typed(query)]


def said_of_shelf(query: Query) -> list[str]:
    """A question for each part that was said beside the subject and grade, with its marks."""
    asked = [(group, MARKED if query.has_marks else FOLDED) for group in query.said_of_shelf]
    return [f"{columns} : {_one_of(group.phrases, marked=columns == MARKED)}" for group, columns in asked]


def beside(query: Query) -> list[str]:
    """A question for each two parts that were typed one behind the other."""
    said = [group.phrases[0] for group in query.required]
    return [f"{FOLDED} : {_phrase((*said[one], *said[two]))}" for one, two in query.pairs]


def shelves(query: Query) -> list[str]:
    """A question for each subject and grade that was asked for beside other words."""
    groups = [group for group in query.groups if group.kind in {"subject", "grade"}]
    return [f"{FACTS} : {_one_of((*group.facts, *group.kin))}" for group in groups]


def inside(group: Group) -> str:
    """The text inside has one of the phrases."""
    return _any(group, INNER)


def both(one: str, *others: str) -> str:
    """What matches one question and any of the others."""
    return f"({one}) AND ({either(*others)})"


def either(*questions: str) -> str:
    return " OR ".join(f"({question})" for question in questions)


def tiers(query: Query) -> Iterator[tuple[str, int]]:
    """What lifts a document, and how much; a document's tier is the sum."""
    shelf = [group for group in query.groups if group.kind in {"subject", "grade"}]
    facts = [_one_of((*group.facts, *group.kin)) for group in shelf]
    if facts:
        yield f"{FACTS} : ({' AND '.join(facts)})", FITS
    if query.has_marks:
        yield expression(query, MARKED), EXACT
    yield expression(query, TITLE), IN_TITLE
    if len(query.words) > 1:
        yield f"{TITLE} : {_phrase(query.words)}", PHRASE_IN_TITLE


def scored(query: Query, lowest: int) -> str:
    """A question that matches at least all results of the tier ``lowest`` and those above it."""
    everywhere = expression(query)
    needed = list(tiers(query))
    # The least lifts together stay below ``lowest``: whoever reaches it has one of the others.
    without = 0
    while needed and without + needed[-1][1] < lowest:
        without += needed.pop()[1]
    if not lowest or not needed:
        return everywhere
    return both(everywhere, *(asked for asked, _lift in needed))


def beginning(prefix: Query) -> list[str]:
    """Titles with these words, the last of which may be unfinished: a question for each."""
    *whole, last = prefix.words
    return [*(f"{TITLE} : {_phrase((w,))}" for w in whole), begins(last.folded)]


def begins(start: str) -> str:
    """Titles with a word that begins so."""
    return f"{TITLE} : {quoted(start)} *"
