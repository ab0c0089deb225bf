"""How a question that few documents answer whole is filled with those that have a part of it. Pure.

An engine counts the documents that have each part, and asks for those that have enough of it; how much
each part says and how much is enough is the same for every engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from search.queries import Phrase, Query
from search.ranking import BESIDE, ENOUGH, OTHER_MARKS, SHELF

#: Added to the number of documents where rarity is weighed: in a handful no word is common.
RARITY_FROM = 10
#: Of a query of which the library has only what stands in more than half of its documents it has nothing.
COMMON = log(2)


@dataclass(frozen=True, slots=True)
class Shares:
    """How much each thing says that a document may have of a question; 0 for what tells no documents apart.

    ``parts``: of each of ``Query.required``; ``typed``: on top, where it stands as ``as_typed`` says;
    ``pairs``: on top, of each of ``Query.pairs`` side by side. A document needs ``enough`` of it, and is
    then moved by ``shelf`` for being of the subject, or of the grade, that was asked for.
    """

    parts: tuple[float, ...]
    typed: tuple[float, ...]
    pairs: tuple[float, ...]
    enough: float
    shelf: float

    @property
    def all(self) -> tuple[float, ...]:
        return (*self.parts, *self.typed, *self.pairs)


def is_filled(query: Query, found: int) -> bool:
    """Whether others follow the documents that were found whole."""
    return found < ENOUGH and query.can_be_filled(answered=bool(found))


def as_typed(query: Query) -> list[Phrase | None]:
    """Of each part the word that is asked for with its marks too; None where it was typed without any."""
    return [group.phrases[0] if query.has_marks and group.is_word else None for group in query.required]


def shares(
    query: Query, documents: int, counts: Iterable[tuple[int, int | None]], *, much: bool
) -> Shares | None:
    """None where no part is asked for: a syllable of two is none, nor is what nearly everything has.

    ``counts``: how many of the ``documents`` have each part, and how many so as typed (None where that is
    not asked for). ``much``: there are whole answers already.
    """
    if not query.takes_parts(answered=much):
        return None
    counted = list(counts)
    weights = [rarity(documents + RARITY_FROM, found, same) for found, same in counted]
    if max(weights) < COMMON:
        return None
    marked = [same is not None for _found, same in counted]
    parts = [weight * (OTHER_MARKS if m else 1.0) for weight, m in zip(weights, marked, strict=True)]
    typed = [weight * (1 - OTHER_MARKS if m else 0.0) for weight, m in zip(weights, marked, strict=True)]
    pairs = [
        BESIDE * (weights[one] + weights[two]) / 2 if weights[one] and weights[two] else 0.0
        for one, two in query.pairs
    ]
    # Half by count alone would give whatever has the commonest words of the query.
    asked = sum(weights) + (sum(pairs) if much and not query.is_long else 0.0)
    return Shares(tuple(parts), tuple(typed), tuple(pairs), asked / 2, SHELF * sum(weights))


def rarity(documents: int, found: int, same: int | None = None) -> float:
    """How much a word says that some of all documents have; ``same``: how many with the marks typed, if any.

    What none has as typed says little.
    """
    if same is not None and not same:
        return OTHER_MARKS * rarity(documents, found)
    counted = same or found
    return log(documents / counted) if counted else 0.0
