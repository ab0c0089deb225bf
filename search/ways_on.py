"""Where to go when nothing was found: fewer filters, a part of the words, subjects that hold lessons, what
others use most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise

from accounts.text import fold
from search.engines.base import SearchRequest
from search.facets import LABELS
from search.lexicon import words_side_by_side
from search.queries import Query, parse
from search.scope import scope_of
from search.shown import Row, ask, row
from search.suggestions import stocked_subjects
from search.vocabulary import terms

SUBJECTS = 8
MOST_USED = 3
#: So many questions at most are asked about leaving a filter out.
WIDER = 3
#: And about so many parts of a question, of questions of so many words.
PARTS, PARTED = 3, 3


@dataclass(frozen=True, slots=True)
class Wider:
    """Where to find more, and how many: without a field's filter, by a part of the words, or (no label) asked
    otherwise.
    """

    label: str | Promise
    address: str
    total: int


@dataclass(frozen=True, slots=True)
class WaysOn:
    """What an empty page offers. ``unmarked``: the same words with any marks."""

    unmarked: Wider | None = None
    wider: list[Wider] = field(default_factory=list)
    subjects: list[tuple[str, str]] = field(default_factory=list)
    used: list[Row] = field(default_factory=list)


def ways_on(user: Any, query: Query, filters: Mapping[str, tuple[str, ...]], address: QueryDict) -> WaysOn:
    """What leads on from an empty page. Raises EngineUnavailableError."""
    scope = scope_of(user)
    fields = [name for name in filters if filters[name]]
    tries: list[tuple[str, ...]] = [tuple(fields)] if fields else []
    if len(fields) > 1:
        tries += [(name,) for name in fields[:WIDER]]
    wider = []
    for dropped in tries:
        kept = {name: codes for name, codes in filters.items() if name not in dropped}
        answer, _hits = ask(user, SearchRequest(query, scope, kept, size=1, facets=(), fill=False))
        if answer.total and not answer.relaxed:
            label = LABELS[dropped[0]] if len(dropped) == 1 else ""
            wider.append(Wider(label, _without(address, dropped), answer.total))
    _answer, hits = ask(user, SearchRequest(scope=scope, sort="used", size=MOST_USED, facets=()))
    used = [row(hit.document) for hit in hits if hit.document.uses]
    return WaysOn(_unmarked(user, query, filters, address), wider, stocked_subjects(user, SUBJECTS), used)


def _unmarked(
    user: Any, query: Query, filters: Mapping[str, tuple[str, ...]], address: QueryDict
) -> Wider | None:
    """The words with any marks, where they were typed with some that the library does not know."""
    if not any(group.as_typed for group in query.groups):
        return None
    return _asked_as(user, fold(query.text), filters, address, "")


def parts(user: Any, query: Query, filters: Mapping[str, tuple[str, ...]], address: QueryDict) -> list[Wider]:
    """The words of two syllables of a question that few answer, each by itself: "ca dao", "Hưng Yên".

    Raises EngineUnavailableError.
    """
    if query.exact or query.is_quoted or len(query.required) < PARTED:
        return []
    said = words_side_by_side(query.text, terms().words.lexicon)[:PARTS]
    asked = (_asked_as(user, text, filters, address, text) for text in said)
    return [one for one in asked if one is not None]


def _asked_as(
    user: Any, text: str, filters: Mapping[str, tuple[str, ...]], address: QueryDict, label: str
) -> Wider | None:
    query = parse(text, terms().words)
    request = SearchRequest(query, scope_of(user), filters, size=1, facets=(), fill=False)
    answer, _hits = ask(user, request)
    changed = address.copy()
    changed["q"] = text
    changed.pop("page", None)
    return Wider(label, f"?{changed.urlencode()}", answer.total) if answer.total else None


def _without(address: QueryDict, fields: tuple[str, ...]) -> str:
    changed = address.copy()
    for name in (*fields, "page"):
        changed.pop(name, None)
    return f"?{changed.urlencode()}"
