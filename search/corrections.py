"""What was probably meant, by the words that the library knows."""

from __future__ import annotations

from search.answering import is_little
from search.names import kept_words
from search.queries import Query, parse
from search.spelling import correct
from search.vocabulary import terms

__all__ = ["better", "is_little"]


def better(query: Query) -> tuple[Query, bool] | None:
    """The query as it was probably meant, and whether that is all but certain; None where it is well typed,
    or nothing is known that is near.

    To be shown only where the same scope finds more with it: then it tells nobody of hidden lessons.
    """
    if query.exact or all(group.kind or group.optional for group in query.groups):
        return None
    known = terms().words
    found = correct(query.text, known.lexicon, kept_words(query.text, known))
    return (parse(found.text, known), found.certain) if found else None
