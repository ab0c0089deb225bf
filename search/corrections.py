"""What was probably meant, by the words that the library knows."""

from __future__ import annotations

from dataclasses import dataclass

from search.answering import correction_of, is_shown
from search.engines.base import SearchPage
from search.queries import Query, Vocabulary, parse
from search.spelling import Correction


@dataclass(frozen=True, slots=True)
class Meant:
    """A query as it was probably meant."""

    query: Query
    correction: Correction

    def is_shown(self, page: SearchPage, other: SearchPage) -> bool | None:
        """Whether its answer is shown at once, only offered, or (None) neither; as ``answering.is_shown``."""
        return is_shown(self.correction, page, other)


def better(query: Query, page: SearchPage, known: Vocabulary) -> Meant | None:
    """None where the query, which ``page`` answers, is well typed or nothing is known that is near.

    To be shown only where the same scope finds more with it: then it tells nobody of hidden lessons.
    """
    found = correction_of(query, page, known)
    return Meant(parse(found.text, known), found) if found else None
