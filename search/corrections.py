"""What was probably meant, by the words that the library knows."""

from __future__ import annotations

from search.answering import is_little
from search.queries import Query, parse
from search.spelling import correct
from search.vocabulary import terms

__all__ = ["better", "is_little"]


def better(query: Query) -> Query | None:
    """The query as it was probably meant; None where it is well typed, or nothing is known that is near.

    To be shown only where the same scope finds more with it: then it tells nobody of hidden lessons.
    """
    if query.exact or not query.groups:
        return None
    known = terms().words
    found = correct(query.text, known.lexicon)
    return parse(found.text, known) if found else None
