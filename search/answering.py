"""Asks an engine, and where what was typed finds nothing or little, asks what was probably meant."""

from __future__ import annotations

from dataclasses import dataclass, replace

from search.analysis import folded_text
from search.asked import Group, Query, Vocabulary, pairs_of
from search.engines.base import Engine, Hit, SearchPage, SearchRequest
from search.names import kept_words
from search.queries import parse
from search.spelling import Correction, correct

#: Fewer results than this are little; so many are few beside others that have the words side by side.
LITTLE, FEW = 3, 10
#: So many words in a row stand nowhere by chance.
SAID = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """``page`` answers ``query``: the one typed, or where that found nothing, what ``correction`` says.

    With a correction but the typed query, there is little here and more under the correction.
    """

    page: SearchPage
    query: Query
    correction: Correction | None = None


def is_little(page: SearchPage) -> bool:
    """Whether what was typed found so little that something else may have been meant."""
    return page.relaxed or _whole(page) < LITTLE


def _whole(page: SearchPage) -> int:
    """How many have all of what was asked."""
    return page.total if page.whole is None else page.whole


def correction_of(query: Query, page: SearchPage, vocabulary: Vocabulary) -> Correction | None:
    """What was probably meant where what was typed found little, or its words never side by side."""
    if query.exact or query.is_quoted or all(group.kind or group.optional for group in query.groups):
        return None
    if not page.relaxed and _is_author(query, page):
        return None
    apart = not is_little(page) and _are_apart(query, page)
    if not apart and not is_little(page):
        return None
    return correct(query.text, vocabulary.lexicon, kept_words(query.text, vocabulary), apart=apart)


def is_shown(correction: Correction, query: Query, page: SearchPage, other: SearchPage) -> bool | None:
    """Whether ``other``, the answer to the correction, takes the place of what was typed (True), is offered
    (False) or is worth nothing (None); ``page`` answers ``query``.

    Whoever types a word that is one gets its answer: a correction takes its place only where nothing has all
    of it, or only here and there, and the words that it put side by side stand so in what it finds.
    """
    found = 0 if page.relaxed else _whole(page)
    borne_out = correction.is_borne_out([_names(hit) for hit in other.hits])
    if other.relaxed or not borne_out or _whole(other) <= (found if is_little(page) else 0):
        return None
    if not is_little(page) and not correction.beside:
        return None
    if correction.doubtful or not is_little(page):
        return not correction.doubtful and _whole(page) <= FEW and _stand_so(correction.text, other)
    if not page.total:
        return True
    if found or not correction.certain:
        # By neighbours alone, or against an answer, only where there is much beside what hardly is one.
        sure = correction.certain if found else bool(correction.beside)
        return sure and _whole(other) >= LITTLE and _are_apart(query, page)
    return True


def answer(engine: Engine, request: SearchRequest, vocabulary: Vocabulary) -> Answer:
    """One search, or two where there is little. Raises EngineUnavailableError.

    A correction is given only where the same engine finds all of its words in the same scope, so that it
    tells nobody of words in lessons that she may not see.
    """
    page = engine.search(request)
    query = request.query
    correction = correction_of(query, page, vocabulary)
    if correction is None:
        return Answer(page, query)
    meant = parse(correction.text, vocabulary)
    other = engine.search(replace(request, query=meant))
    shown = is_shown(correction, query, page, other)
    if shown is None:
        return Answer(page, query)
    return Answer(other, meant, correction) if shown else Answer(page, query, correction)


def stand_apart(engine: Engine, request: SearchRequest, page: SearchPage) -> bool:
    """Whether several words typed one behind the other are in what was found, but never any two side by side.

    Raises EngineUnavailableError.
    """
    query = request.query
    if query.exact or page.relaxed or not page.hits or not _are_apart(query, page):
        return False
    beside = tuple(pair for run in query.runs for pair in pairs_of(run))
    asked = Query(query.text, beside[0], (Group(beside),))
    return not engine.search(replace(request, query=asked, page=1, size=1, facets=(), fill=False)).total


def _is_author(query: Query, page: SearchPage) -> bool:
    """Whether several words were typed that are in a row in the name of the author of something found."""
    typed = f" {' '.join(w.folded for w in query.words)} "
    return len(query.words) > 1 and any(typed in f" {folded_text(hit.document.author)} " for hit in page.hits)


def _stand_so(text: str, page: SearchPage) -> bool:
    """Whether a text stands as it is in so much of what was found that it is surely meant; of three words or
    more in anything.
    """
    wanted = folded_text(text)
    needed = 1 if len(wanted.split()) >= SAID else LITTLE
    return sum(f" {wanted} " in f" {_names(hit)} " for hit in page.hits) >= needed


def _are_apart(query: Query, page: SearchPage) -> bool:
    """Whether several words were typed one behind the other and no result on the page has any two so."""
    pairs = [" ".join(w.folded for w in pair) for run in query.runs for pair in pairs_of(run)]
    return bool(pairs) and not any(f" {pair} " in f" {_names(hit)} " for hit in page.hits for pair in pairs)


def _names(hit: Hit) -> str:
    document = hit.document
    return folded_text(f"{document.title} {document.keywords} {document.description}")
