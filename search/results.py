"""From a validated question to what the page shows: asks the engine, then the database once more.

An index is always a little behind; nothing is shown that the database does not show this person
now, so a withdrawn lesson disappears at once and not when the index has heard of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import OrgUnit, UnitFacts
from accounts.querysets import on_day
from search import facets, highlight
from search.analysis import folded_text
from search.documents import Document
from search.engines import engine
from search.engines.base import MAX_PAGE, PAGE_SIZE, Hit, SearchPage, SearchRequest
from search.facets import FIELDS, Facet, Names, Value
from search.queries import Query, Understood, parse
from search.scope import Scope, scope_of
from search.sources import shown_now
from search.vocabulary import Terms, terms

#: The orders of a list as the page offers them.
ORDERS: Mapping[str, Promise] = {
    "relevance": _("Best match"),
    "new": _("Newest"),
    "used": _("Most used"),
    "title": _("Title, A to Z"),
}
PICK_SIZE = 12
SUGGESTIONS = 6
SUBJECTS = 2
YEAR_DIGITS = 4
PACKAGE_KINDS = ("scorm12", "scorm2004")
OTHER_KINDS = ("html5", "pdf", "image", "audio", "video")


@dataclass(frozen=True, slots=True)
class Row:
    """One result as the page shows it."""

    document: Document
    title: SafeString
    summary: SafeString
    published_on: date

    @property
    def grade(self) -> str:
        """The grade on the cover, where there is one only."""
        return self.document.grade_names[0] if len(self.document.grade_names) == 1 else ""


@dataclass(frozen=True, slots=True)
class Results:
    """An answer ready for the template."""

    query: Query
    total: int
    rows: list[Row]
    facets: list[Facet]
    chips: list[Value]
    page: Page[Any]
    relaxed: bool = False
    understood: list[Understood] = field(default_factory=list)
    #: The order in use, and those that make sense: without words nothing is a better match.
    sort: str = "new"
    sorts: list[tuple[str, Any]] = field(default_factory=list)
    #: Whether a code in the address names nothing and was left out.
    left_out: bool = False
    #: The page's query string without any filter
    unfiltered: str = "?"
    #: How many results the pages of the list hold: the first ones of very many
    listed: int = 0
    took_ms: float = 0.0


def ask(user: Any, request: SearchRequest) -> tuple[SearchPage, list[Hit]]:
    """The engine's answer, and those of its hits that the database shows this person now.

    Raises EngineUnavailableError.
    """
    answer = engine().search(request)
    allowed = shown_now(user, (hit.document for hit in answer.hits))
    return answer, [hit for hit in answer.hits if hit.document.key in allowed]


def search(
    user: Any,
    text: str,
    filters: Mapping[str, tuple[str, ...]],
    *,
    exact: bool = False,
    sort: str = "relevance",
    page: int = 1,
    address: QueryDict | None = None,
) -> Results:
    """What the search page shows. ``address`` is its present query string, for links that change it."""
    known = terms()
    query = parse(text, known.words, exact=exact)
    given, filters = filters, _meaning_something(filters, known.names)
    request = SearchRequest(query, scope_of(user), filters, sort or "relevance", page)
    if not query.groups and request.sort == "relevance":
        request = replace(request, sort="new")
    answer, hits = ask(user, request)
    if strange := _strange_units(answer, filters):
        units = tuple(code for code in filters["unit"] if code not in strange)
        filters = {name: codes for name, codes in {**filters, "unit": units}.items() if codes}
        answer, hits = ask(user, replace(request, filters=filters))
    address = _with_only(address or QueryDict(), filters)
    total = answer.total - (len(answer.hits) - len(hits))
    listed = min(answer.total, MAX_PAGE * PAGE_SIZE)
    shown = _facets(answer, filters, known.names, address)
    return Results(
        query=query,
        total=total,
        rows=[row(hit.document, query) for hit in hits],
        facets=shown,
        chips=[value for facet in shown for value in facet.chosen],
        page=Paginator(range(listed), PAGE_SIZE).page(answer.page),
        relaxed=answer.relaxed,
        understood=_worth_saying(query),
        sort=request.sort,
        sorts=[(code, label) for code, label in ORDERS.items() if query.groups or code != "relevance"],
        left_out=filters != given,
        unfiltered=_unfiltered(address),
        listed=listed,
        took_ms=answer.took_ms,
    )


def _meaning_something(filters: Mapping[str, tuple[str, ...]], names: Names) -> dict[str, tuple[str, ...]]:
    """The filters without codes that name nothing; units are looked at later (``_strange_units``)."""
    known: dict[str, Callable[[str], bool]] = {
        name: labels.__contains__ for name, labels in names.labels.items()
    }
    known["unit"] = bool
    known["year"] = lambda code: code.isdecimal() and len(code) == YEAR_DIGITS
    kept = {name: tuple(code for code in codes if known[name](code)) for name, codes in filters.items()}
    return {name: codes for name, codes in kept.items() if codes}


def _strange_units(answer: SearchPage, filters: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Units of the filters that do not exist; asks only about those that the answer does not count."""
    uncounted = set(filters.get("unit", ())) - {code for code, _count in answer.facets.get("unit", ())}
    if not uncounted:
        return set()
    return uncounted - set(OrgUnit.objects.filter(code__in=uncounted).values_list("code", flat=True))


def _with_only(address: QueryDict, filters: Mapping[str, tuple[str, ...]]) -> QueryDict:
    """The query string with those codes alone."""
    changed = address.copy()
    for name in FIELDS:
        changed.setlist(name, list(filters.get(name, ())))
    return changed


def _unfiltered(address: QueryDict) -> str:
    changed = address.copy()
    for name in (*FIELDS, "page"):
        changed.pop(name, None)
    return f"?{changed.urlencode()}"


def row(document: Document, query: Query | None = None) -> Row:
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
    )


def _worth_saying(query: Query) -> list[Understood]:
    """What was read into the words, where that is more than what was typed."""
    said = [part for part in query.understood if part.label]
    if any(part.kind == "grade" or folded_text(part.label) != part.typed for part in said):
        return said
    return []


def _facets(
    answer: SearchPage, filters: Mapping[str, tuple[str, ...]], names: Names, address: QueryDict
) -> list[Facet]:
    counts = dict(answer.facets)
    units = counts.get("unit", [])[: facets.MOST]
    counts["unit"] = units
    # A unit above all results narrows nothing.
    most = units[0][1] if units else 0
    everywhere = frozenset(code for code, count in units if count == most)
    wanted = {code for code, _count in units} - everywhere | set(filters.get("unit", ()))
    called = UnitFacts.objects.filter(on_day(), unit__code__in=wanted).order_by()
    named = dict(called.values_list("unit__code", "name")) if wanted else {}
    labels = replace(names, labels={**names.labels, "unit": named})
    return facets.build(
        counts, filters, labels, lambda name, code: _without(address, name, code), skip={"unit": everywhere}
    )


def _without(address: QueryDict, name: str, code: str) -> str:
    """The query string with one value of a field taken away, on the first page."""
    changed = address.copy()
    changed.setlist(name, [value for value in changed.getlist(name) if value != code])
    changed.pop("page", None)
    return f"?{changed.urlencode()}"


# Smaller questions


def stocked_subjects(user: Any, most: int) -> list[tuple[str, str]]:
    """Code and name of the subjects in which the person may find something, the fullest first."""
    request = SearchRequest(scope=scope_of(user), size=1, facets=("subject",))
    counted = engine().search(request).facets.get("subject", [])
    names = terms().names
    return [(code, names.label("subject", code)) for code, _count in counted[:most]]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the typed beginning may become: a query string that narrows by subject and grade, lessons."""

    query: Query
    places: list[tuple[str, SafeString]]
    lessons: list[tuple[Document, SafeString]]


def suggest(user: Any, text: str) -> Suggestions:
    """Completions of a beginning, among what the person may find."""
    query = parse(text, exact=True)
    known = terms()
    documents = engine().suggest(query, scope_of(user), SUGGESTIONS * 2)
    allowed = shown_now(user, documents)
    titles: dict[str, Document] = {}
    for document in documents:
        if document.key in allowed:
            titles.setdefault(document.title, document)
    lessons = [(d, highlight.completed(title, query)) for title, d in titles.items()]
    return Suggestions(query, _places(known, text, query), lessons[:SUGGESTIONS])


def _places(known: Terms, text: str, typed: Query) -> list[tuple[str, SafeString]]:
    """Where the words name a subject, or a subject and a grade: that shelf of the library."""
    query = parse(text, known.words)
    named = {part.kind: part.label for part in query.understood}
    subjects = {name: code for code, name in known.subjects}
    grades = {name: code for code, name in known.names.labels["grade"].items()}
    subject, grade = subjects.get(named.get("subject", "")), grades.get(named.get("grade", ""))
    if subject and grade and len(query.groups) == len(query.understood) == 2:
        label = f"{named['subject']}, {named['grade']}"
        return [(urlencode({"subject": subject, "grade": grade}), highlight.completed(label, typed))]
    found = [
        (urlencode({"subject": code}), highlight.completed(name, typed))
        for code, name in known.subjects
        if highlight.begins_with(name, typed)
    ]
    return found[:SUBJECTS]


def pick(user: Any, text: str, *, kind: str = "", usable: OrgUnit | None = None) -> list[Row]:
    """Resources to choose from: a few that match, or the newest. ``usable`` as in ``scope.usable_at``."""
    from search.scope import usable_at

    scope: Scope = scope_of(user)
    if usable is not None:
        scope = usable_at(scope, usable)
    query = parse(text, terms().words)
    kinds: Sequence[str] = {"package": PACKAGE_KINDS, "resource": OTHER_KINDS}.get(kind, ())
    filters = {"kind": tuple(kinds)} if kinds else {}
    _answer, hits = ask(user, SearchRequest(query, scope, filters, size=PICK_SIZE, facets=()))
    return [row(hit.document, query) for hit in hits]
