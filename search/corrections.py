"""What was probably meant, by the words that the library knows."""

from __future__ import annotations

from search.engines.base import SearchPage
from search.queries import Query, parse
from search.spelling import correct
from search.vocabulary import terms

#: Fewer results than this are little.
LITTLE = 3


def is_little(page: SearchPage) -> bool:
    """Whether what was typed found so little that something else may have been meant."""
    return page.relaxed or page.total < LITTLE


def better(query: Query) -> Query | None:
    """The query as it was probably meant; None where it is well typed, or nothing is known that is near.

    To be shown only where the same scope finds more with it: then it tells nobody of hidden lessons.
    """
    if query.exact or not query.groups:
        return None
    known = terms().words
    found = correct(query.text, known.lexicon)
    return parse(found.text, known) if found else None
