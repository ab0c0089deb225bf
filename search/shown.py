"""Asking the engine, then the database once more, and a document as lists show it.

An index is always a little behind; nothing is shown that the database does not show this person
now, so a withdrawn lesson disappears at once and not when the index has heard of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.standing import standing_of
from search import highlight, sources
from search.documents import Document
from search.engines import engine
from search.engines.base import Hit, SearchPage, SearchRequest
from search.inside import Passage
from search.queries import Query
from search.unit_tree import unit_tree


@dataclass(frozen=True, slots=True)
class Row:
    """One result as the page shows it."""

    document: Document
    title: SafeString
    summary: SafeString
    published_on: date
    address: str
    #: Where inside its file the words stand, where they are not in what is shown above.
    inside: Passage | None = None

    @property
    def grade(self) -> str:
        """The grade on the cover, where there is one only."""
        return self.document.grade_names[0] if len(self.document.grade_names) == 1 else ""

    @property
    def stars(self) -> float:
        """The average as it is shown, to a tenth."""
        return round(self.document.rating, 1)


def ask(user: Any, request: SearchRequest) -> tuple[SearchPage, list[Hit]]:
    """The engine's answer, and those of its hits that the database shows this person now.

    Raises EngineUnavailableError.
    """
    answer = engine().search(request)
    allowed = sources.shown_now(user, (hit.document for hit in answer.hits))
    return answer, [hit for hit in answer.hits if hit.document.key in allowed]


def near(user: Any) -> tuple[str, ...]:
    """The codes of her units and of all above them, the nearest first."""
    standing = standing_of(user) if user.is_authenticated else None
    return unit_tree().nearest_first(standing.above) if standing is not None else ()


def row(document: Document, query: Query | None = None, inside: Passage | None = None) -> Row:
    """A document as lists show it, what the query matched marked."""
    query = highlight.together(query or Query(), document.title, document.description)
    moment = datetime.fromtimestamp(document.published, tz=timezone.get_current_timezone())
    # Exact in the title, a word in the description is not marked for sounding alike.
    exact = highlight.is_exact(document.title, query) or highlight.is_exact(document.description, query)
    return Row(
        document,
        highlight.marked(document.title, query, exact=exact),
        highlight.snippet(document.description, query, exact=exact),
        moment.date(),
        sources.address(document),
        inside,
    )
