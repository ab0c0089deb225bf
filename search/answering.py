"""Asks an engine, and where what was typed finds nothing or little, asks what was probably meant."""

from __future__ import annotations

from dataclasses import dataclass, replace

from search.asked import Query, Vocabulary
from search.engines.base import Engine, SearchPage, SearchRequest
from search.names import kept_words
from search.queries import parse
from search.spelling import Correction, correct

#: Fewer results than this are little.
LITTLE = 3


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
    return page.relaxed or page.total < LITTLE


def answer(engine: Engine, request: SearchRequest, vocabulary: Vocabulary) -> Answer:
    """One search, or two where there is little. Raises EngineUnavailableError.

    A correction is given only where the same engine finds all of its words in the same scope, so that it
    tells nobody of words in lessons that she may not see.
    """
    page = engine.search(request)
    query = request.query
    found = 0 if page.relaxed else page.total
    if query.exact or all(group.kind or group.optional for group in query.groups) or not is_little(page):
        return Answer(page, query)
    correction = correct(query.text, vocabulary.lexicon, kept_words(query.text, vocabulary))
    if correction is None:
        return Answer(page, query)
    meant = parse(correction.text, vocabulary)
    other = engine.search(replace(request, query=meant))
    if other.relaxed or other.total <= found:
        return Answer(page, query)
    if found or not correction.certain:
        return Answer(page, query, correction)
    return Answer(other, meant, correction)
