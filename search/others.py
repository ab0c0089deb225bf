"""What was found besides lessons: courses, news and pages, a few of each with their number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from search import sources
from search.documents import COURSE, NEWS, PAGE, RESOURCE
from search.engines import engine
from search.engines.base import Hit, SearchPage, SearchRequest
from search.scope import with_courses
from search.shown import Row, row

#: The kinds of the page, in its order.
LABELS: Mapping[str, str | Promise] = {
    RESOURCE: pgettext_lazy("kind of result", "Lessons"),
    COURSE: _("Training courses"),
    NEWS: pgettext_lazy("kind of result", "News"),
    PAGE: _("Pages"),
}
TOP = 3
#: So many of all kinds together are read at once; where there are more, each kind is asked about apart.
TOGETHER = 24


@dataclass(frozen=True, slots=True)
class Other:
    """One kind of which something was found: how many, and the best."""

    what: str
    label: str | Promise
    total: int
    rows: list[Row]


def found(user: Any, request: SearchRequest) -> list[Other]:
    """The kinds besides the one asked for that have the words; nothing where only some of them occur."""
    kinds = tuple(what for what in LABELS if what not in request.what and what in sources.names())
    kinds = tuple(what for what in kinds if what != RESOURCE)
    if not request.query.groups or not kinds:
        return []
    scope = with_courses(request.scope, user) if COURSE in kinds else request.scope
    wanted = replace(
        request,
        scope=scope,
        what=kinds,
        filters={},
        sort="relevance",
        page=1,
        size=TOGETHER,
        facets=(),
        fill=False,
    )
    answer = engine().search(wanted)
    if answer.relaxed:
        return []
    hits = _shown(user, wanted, answer)
    if answer.total > TOGETHER:
        return [one for what in kinds if (one := _apart(user, wanted, what)) is not None]
    by_kind = {what: [hit.document for hit in hits if hit.document.what == what] for what in kinds}
    return [
        Other(what, LABELS[what], len(some), [row(each, request.query) for each in some[:TOP]])
        for what, some in by_kind.items()
        if some
    ]


def lessons(request: SearchRequest, filters: Mapping[str, tuple[str, ...]]) -> int:
    """How many lessons have the words of a question about another kind; none where only some occur."""
    answer = engine().search(
        replace(
            request,
            what=(RESOURCE,),
            filters=filters,
            sort="relevance" if request.query.groups else "new",
            page=1,
            size=1,
            facets=(),
            fill=False,
        )
    )
    return 0 if answer.relaxed else answer.total


def _apart(user: Any, wanted: SearchRequest, what: str) -> Other | None:
    asked = replace(wanted, what=(what,), size=TOP)
    answer = engine().search(asked)
    hits = _shown(user, asked, answer)
    if not hits or answer.relaxed:
        return None
    rows = [row(hit.document, wanted.query) for hit in hits]
    return Other(what, LABELS[what], answer.total - (len(answer.hits) - len(hits)), rows)


def _shown(user: Any, request: SearchRequest, answer: SearchPage) -> list[Hit]:
    """Those that the database shows her now. Which courses she sees it said with this question's scope."""
    rest = [hit.document for hit in answer.hits if hit.document.what != COURSE]
    allowed = sources.shown_now(user, rest)
    return [
        hit
        for hit in answer.hits
        if hit.document.key in allowed
        or (hit.document.what == COURSE and hit.document.resource in request.scope.courses)
    ]
