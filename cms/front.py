"""What the front page shows: subjects by grade with counts, what is new, classes, news.

Guests see what is open to guests; whoever is signed in sees what is published for the whole sector.
Both are read once and kept until something published changes (``receivers``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from accounts.days import today
from accounts.models import OrgUnit
from cms import timetable
from cms.models import HomePage, NewsPage
from courses.training.models import Course, CourseRun
from repository.models import LearningResource, Publication, ResourceUse
from search.documents import USE_DAYS
from search.engines import engine
from search.engines.base import EngineUnavailableError, SearchRequest
from search.queries import parse
from search.scope import GUEST, Scope
from search.vocabulary import terms

GENERATION = "cms:front:generation"
HOME_KEY, NEWS_KEY = "cms:home", "cms:news"
#: What is dear and changes slowly: how often things were used, whether example searches find something.
SLOW_SECONDS = 900
# Other processes (commands, workers) may publish: a stored page is never older than this.
SECONDS = 60
NEW_SHOWN, USED_SHOWN, CLASSES_SHOWN, NEWS_SHOWN, DOCUMENTS_SHOWN = 4, 6, 3, 2, 3
SEARCHES_SHOWN = 4


@dataclass(frozen=True)
class Card:
    """One lesson with the metadata it was approved with, and how often it was used lately."""

    uid: str
    title: str
    subject: str
    group: str
    sign: str
    grade: str
    type: str
    author: str
    unit: str
    uses: int = 0


@dataclass(frozen=True)
class ComingClass:
    course_uid: str
    name: str
    opens_on: date
    closes_on: date
    periods: int
    unit: str
    choice: bool = False
    choice_until: date | None = None
    #: None where there is room for everybody
    seats_left: int | None = None


@dataclass(frozen=True)
class Headline:
    """A piece of news, or a document with its number."""

    title: str
    url: str
    day: date
    number: str
    summary: str


@dataclass(frozen=True)
class Front:
    """All of the front page that is the same for everybody who may see the same resources."""

    resources: int = 0
    units: int = 0
    levels: list[tuple[str, str]] = field(default_factory=list)
    level: str = ""
    grades: list[str] = field(default_factory=list)
    rows: list[timetable.Row] = field(default_factory=list)
    new: list[Card] = field(default_factory=list)
    used: list[Card] = field(default_factory=list)
    shelves: list[str] = field(default_factory=list)
    classes: list[ComingClass] = field(default_factory=list)


@dataclass(frozen=True)
class HomeText:
    """What editors wrote on the front page."""

    hero: str
    searches: list[str]

    def example_searches(self) -> list[str]:
        return self.searches


def home_page() -> HomeText | None:
    """The front page as its editors left it, kept until a page changes; None where there is none."""
    found = cache.get(HOME_KEY)
    if found is None:
        page = HomePage.objects.live().filter(sites_rooted_here__is_default_site=True).first()
        if page is None:
            return None
        found = HomeText(page.hero, page.example_searches())
        cache.set(HOME_KEY, found, SECONDS)
    return found  # type: ignore[no-any-return]


def generation() -> int:
    """Counts up when what the front page shows changes; part of every key."""
    return int(cache.get_or_set(GENERATION, 1, None) or 1)


def drop() -> None:
    """Forgets all stored front pages."""
    try:
        cache.incr(GENERATION)
    except ValueError:
        cache.set(GENERATION, 1, None)


def drop_pages() -> None:
    """Forgets what editors wrote, and all stored front pages."""
    cache.delete_many([HOME_KEY, NEWS_KEY])
    drop()


def front(*, guest: bool, level: str) -> Front:
    """The front page's facts, from the cache or read anew (at most ten queries)."""
    key = f"cms:front:{generation()}:{today():%Y%m%d}:{'guest' if guest else 'sector'}:{level}"
    kept = cache.get(key)
    if kept is None:
        kept = _read(guest=guest, level=level)
        cache.set(key, kept, SECONDS)
    return kept  # type: ignore[no-any-return]


def part(number: int, facts: Front, *, guest: bool) -> str:
    """Names the part of the front page that is the same for all guests, or for all who are signed in.

    ``number`` is the generation before the facts were read: what changes meanwhile has another name.
    """
    return f"front:{number}:{today():%Y%m%d}:{'guest' if guest else 'sector'}:{facts.level}"


def _read(*, guest: bool, level: str) -> Front:
    root = OrgUnit.objects.root()
    shown = _publications(guest=guest, root=root)
    resources = LearningResource.objects.filter(Exists(shown.filter(version__resource=OuterRef("pk"))))
    totals = resources.aggregate(resources=Count("pk"), units=Count("owner_unit", distinct=True))
    chosen = timetable.chosen(level)
    grades, rows = timetable.timetable(chosen, resources)
    return Front(
        resources=totals["resources"],
        units=totals["units"],
        levels=timetable.levels(),
        level=chosen,
        grades=grades,
        rows=rows,
        new=_new(shown),
        used=_used(shown, guest=guest),
        shelves=_shelves(resources),
        classes=_classes(root),
    )


def _publications(*, guest: bool, root: OrgUnit | None) -> QuerySet[Publication]:
    seen = Q(open_to_guests=True)
    if not guest:
        seen |= Q(unit=root)
    return Publication.objects.in_force().filter(seen)


def _shelves(resources: QuerySet[LearningResource]) -> list[str]:
    """The fullest subjects and grades as one would type them: each finds something."""
    counted = (
        resources.filter(subject__isnull=False, grades__number__isnull=False)
        .order_by()
        .values_list("subject__name", "grades__number")
        .annotate(n=Count("pk", distinct=True))
        .order_by("-n", "subject__position", "grades__number")
    )
    found: dict[str, str] = {}
    for subject, number, _count in counted[: SEARCHES_SHOWN * 4]:
        found.setdefault(subject, f"{subject} lớp {number}")  # one of a subject is enough
    return list(found.values())[:SEARCHES_SHOWN]


def searches(wanted: Sequence[str], facts: Front, *, guest: bool) -> list[str]:
    """Example searches that find something: those the editors wrote, then the fullest shelves."""
    lines = hashlib.sha256("\n".join(wanted).encode()).hexdigest()[:16]
    key = f"cms:searches:{today():%Y%m%d}:{'guest' if guest else 'sector'}:{lines}"
    found = cache.get(key)
    if found is None:
        root = OrgUnit.objects.root()
        found = [text for text in wanted if _finds(text, guest=guest, root=root)]
        cache.set(key, found, SLOW_SECONDS)
    return list(dict.fromkeys((*found, *facts.shelves)))[: max(len(wanted), SEARCHES_SHOWN)]


def _finds(text: str, *, guest: bool, root: OrgUnit | None) -> bool:
    """Whether a search has results with all the words; where the index cannot answer, no."""
    scope = GUEST if guest or root is None else Scope(frozenset({root.pk}))
    try:
        answer = engine().search(
            SearchRequest(parse(text, terms().words), scope, size=SEARCHES_SHOWN, facets=(), fill=False)
        )
    except EngineUnavailableError:
        return False
    versions = {hit.document.version for hit in answer.hits}
    shown = _publications(guest=guest, root=root).filter(version__in=versions)
    return not answer.relaxed and bool(versions) and shown.exists()


def _new(shown: QuerySet[Publication]) -> list[Card]:
    latest = shown.order_by("-published_at", "-pk").values_list("version__resource__uid", "metadata__data")
    cards: dict[str, Card] = {}
    for uid, data in latest[: NEW_SHOWN * 4]:  # a resource may have several publications
        cards.setdefault(str(uid), _card(str(uid), data))
        if len(cards) == NEW_SHOWN:
            break
    return list(cards.values())


def _used(shown: QuerySet[Publication], *, guest: bool) -> list[Card]:
    """What was used most often lately, of what is shown."""
    key = f"cms:used:{today():%Y%m%d}:{'guest' if guest else 'sector'}"
    counted: dict[int, int] | None = cache.get(key)
    if counted is None:
        recent = ResourceUse.objects.filter(day__gt=today() - timedelta(days=USE_DAYS))
        recent = recent.filter(Exists(shown.filter(version__resource=OuterRef("resource"))))
        most = recent.order_by().values_list("resource").annotate(n=Sum("count")).order_by("-n", "-resource")
        counted = dict(most[: USED_SHOWN * 2])  # some may be withdrawn before they are counted again
        cache.set(key, counted, SLOW_SECONDS)
    rows = shown.filter(version__resource__in=counted).order_by("published_at", "pk")
    newest = {
        pk: (str(uid), data)
        for pk, uid, data in rows.values_list("version__resource", "version__resource__uid", "metadata__data")
    }
    found = [replace(_card(*newest[pk]), uses=uses) for pk, uses in counted.items() if pk in newest]
    return found[:USED_SHOWN]


def _card(uid: str, data: dict[str, Any]) -> Card:
    """From the snapshot that was approved (``repository.metadata.snapshot``)."""

    def term(key: str) -> dict[str, Any]:
        return data.get(key) or {}

    grades = data.get("grades") or []
    return Card(
        uid=uid,
        title=str(data.get("title", "")),
        subject=term("subject").get("name", ""),
        group=term("subject").get("group", "life"),
        sign=term("subject").get("sign", ""),
        grade=grades[0]["name"] if len(grades) == 1 else "",
        type=term("type").get("name", ""),
        author=term("author").get("name", ""),
        unit=term("unit").get("name", ""),
    )


def _classes(root: OrgUnit | None) -> list[ComingClass]:
    runs = CourseRun.objects.filter(
        course__state=Course.State.OPEN, course__unit=root, opens_on__gte=today()
    ).exclude(state=CourseRun.State.CLOSED)
    runs = runs.with_taken().select_related("course").order_by("opens_on", "pk")[:CLASSES_SHOWN]
    names = OrgUnit.objects.names([run.unit_id for run in runs])
    return [
        ComingClass(
            course_uid=str(run.course.uid),
            name=run.course.title,
            opens_on=run.opens_on,
            closes_on=run.closes_on,
            periods=run.course.periods,
            unit=names.get(run.unit_id, ""),
            choice=run.choice and (run.choice_until is None or run.choice_until >= today()),
            choice_until=run.choice_until,
            seats_left=None if run.seats is None else max(0, run.seats - getattr(run, "taken", 0)),
        )
        for run in runs
    ]


def latest_news() -> tuple[list[Headline], list[Headline]]:
    """News and official documents, the newest first; from the cache or in two queries."""
    found = cache.get(NEWS_KEY)
    if found is None:
        live = NewsPage.objects.live().order_by("-day", "-pk")
        news, documents = live.filter(number=""), live.exclude(number="")
        found = _headlines(news[:NEWS_SHOWN]), _headlines(documents[:DOCUMENTS_SHOWN])
        cache.set(NEWS_KEY, found, SECONDS)
    return found  # type: ignore[no-any-return]


def _headlines(pages: QuerySet[NewsPage]) -> list[Headline]:
    return [Headline(p.title, p.relative_url(None) or "", p.day, p.number, p.summary) for p in pages]
