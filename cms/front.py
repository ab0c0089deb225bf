"""What the front page shows: subjects by grade with counts, what is new, classes, news.

Guests see what is open to guests; whoever is signed in sees what is published for the whole sector.
Both are read once and kept until something published changes (``receivers``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.days import today
from accounts.models import OrgUnit
from cms.models import NewsPage
from courses.training.models import Course, CourseRun
from repository.models import LearningResource, Level, Publication, Subject, SubjectOffer

GENERATION = "cms:front:generation"
# Other processes (commands, workers) may publish: a stored page is never older than this.
SECONDS = 60
NEW_SHOWN, CLASSES_SHOWN, NEWS_SHOWN, DOCUMENTS_SHOWN = 4, 3, 2, 3
FIRST_LEVEL = "th"


@dataclass(frozen=True)
class Cell:
    """A subject in a grade: how many resources, or not taught there."""

    grade: str
    grade_name: str
    taught: bool
    count: int


@dataclass(frozen=True)
class Row:
    subject: str
    name: str
    group: str
    sign: str
    cells: list[Cell]


@dataclass(frozen=True)
class Card:
    """One lesson newly published, with the metadata it was approved with."""

    uid: str
    title: str
    subject: str
    group: str
    sign: str
    grade: str
    type: str
    author: str
    unit: str


@dataclass(frozen=True)
class ComingClass:
    course_uid: str
    name: str
    opens_on: date
    closes_on: date
    periods: int
    unit: str


@dataclass(frozen=True)
class Front:
    """All of the front page that is the same for everybody who may see the same resources."""

    resources: int = 0
    units: int = 0
    levels: list[tuple[str, str]] = field(default_factory=list)
    level: str = ""
    grades: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    new: list[Card] = field(default_factory=list)
    classes: list[ComingClass] = field(default_factory=list)


def generation() -> int:
    """Counts up when what the front page shows changes; part of every key."""
    return int(cache.get_or_set(GENERATION, 1, None) or 1)


def drop() -> None:
    """Forgets all stored front pages."""
    try:
        cache.incr(GENERATION)
    except ValueError:
        cache.set(GENERATION, 1, None)


def front(*, guest: bool, level: str) -> Front:
    """The front page's facts, from the cache or read anew (at most ten queries)."""
    key = f"cms:front:{generation()}:{today():%Y%m%d}:{'guest' if guest else 'sector'}:{level}"
    kept = cache.get(key)
    if kept is None:
        kept = _read(guest=guest, level=level)
        cache.set(key, kept, SECONDS)
    return kept  # type: ignore[no-any-return]


def _read(*, guest: bool, level: str) -> Front:
    root = OrgUnit.objects.root()
    shown = _publications(guest=guest, root=root)
    resources = LearningResource.objects.filter(Exists(shown.filter(version__resource=OuterRef("pk"))))
    totals = resources.aggregate(resources=Count("pk"), units=Count("owner_unit", distinct=True))
    levels = list(
        Level.objects.filter(Exists(SubjectOffer.objects.filter(grade__level=OuterRef("pk")))).values_list(
            "code", "short_name", "name"
        )
    )
    codes = [code for code, _short, _name in levels]
    chosen = level if level in codes else FIRST_LEVEL if FIRST_LEVEL in codes else (codes or [""])[0]
    grades, rows = _timetable(chosen, resources)
    return Front(
        resources=totals["resources"],
        units=totals["units"],
        levels=[(code, short or name) for code, short, name in levels],
        level=chosen,
        grades=grades,
        rows=rows,
        new=_new(shown),
        classes=_classes(root),
    )


def _publications(*, guest: bool, root: OrgUnit | None) -> QuerySet[Publication]:
    seen = Q(open_to_guests=True)
    if not guest:
        seen |= Q(unit=root)
    return Publication.objects.in_force().filter(seen)


def _timetable(level: str, resources: QuerySet[LearningResource]) -> tuple[list[str], list[Row]]:
    counts: dict[tuple[int, int], int] = {}
    for subject, grade, number in (
        resources.filter(grades__level__code=level)
        .order_by()
        .values_list("subject_id", "grades__pk")
        .annotate(n=Count("pk"))
    ):
        counts[subject, grade] = number
    taught: dict[int, set[int]] = defaultdict(set)
    grades: dict[int, tuple[int, str, str]] = {}
    for offer in SubjectOffer.objects.filter(grade__level__code=level).select_related("grade"):
        taught[offer.subject_id].add(offer.grade_id)
        grades[offer.grade_id] = (offer.grade.position, offer.grade.code, offer.grade.name)
    columns = sorted((place, pk, code, name) for pk, (place, code, name) in grades.items())
    rows = [
        Row(
            subject=subject.code,
            name=subject.name,
            group=subject.group,
            sign=subject.sign,
            cells=[
                Cell(code, name, pk in taught[subject.pk], counts.get((subject.pk, pk), 0))
                for _place, pk, code, name in columns
            ],
        )
        for subject in Subject.objects.filter(pk__in=taught)
    ]
    return [name for *_rest, name in columns], rows


def _new(shown: QuerySet[Publication]) -> list[Card]:
    latest = shown.select_related("metadata", "version__resource__subject", "version__resource__type")
    latest = latest.select_related("version__resource__author").order_by("-published_at", "-pk")
    cards: dict[str, Card] = {}
    for publication in latest[: NEW_SHOWN * 4]:
        resource = publication.version.resource
        cards.setdefault(str(resource.uid), _card(resource, publication.metadata.data))
        if len(cards) == NEW_SHOWN:
            break
    return list(cards.values())


def _card(resource: LearningResource, data: dict[str, Any]) -> Card:
    subject = resource.subject
    return Card(
        uid=str(resource.uid),
        title=str(data.get("title") or resource.title),
        subject=subject.name if subject else "",
        group=subject.group if subject else "life",
        sign=subject.sign if subject else "",
        grade=_grade_label(data.get("grades") or []),
        type=resource.type.name,
        author=resource.author.full_name,
        unit=str(data.get("unit_name") or ""),
    )


def _grade_label(grades: Iterable[Any]) -> str:
    """The number on the cover when a resource is for one grade only."""
    names = [g.get("name", g.get("code", "")) if isinstance(g, dict) else str(g) for g in grades]
    return names[0] if len(names) == 1 else ""


def _classes(root: OrgUnit | None) -> list[ComingClass]:
    runs = CourseRun.objects.filter(
        course__state=Course.State.OPEN, course__unit=root, opens_on__gte=today()
    ).exclude(state=CourseRun.State.CLOSED)
    runs = runs.select_related("course").order_by("opens_on", "pk")[:CLASSES_SHOWN]
    named = dict(
        OrgUnit.objects.named().filter(pk__in=[run.unit_id for run in runs]).values_list("pk", "name")
    )
    return [
        ComingClass(
            course_uid=str(run.course.uid),
            name=run.course.title,
            opens_on=run.opens_on,
            closes_on=run.closes_on,
            periods=run.course.periods,
            unit=named.get(run.unit_id) or "",
        )
        for run in runs
    ]


def latest_news() -> tuple[list[NewsPage], list[NewsPage]]:
    """News and official documents, the newest first."""
    live = NewsPage.objects.live().order_by("-day", "-pk")
    return list(live.filter(number="")[:NEWS_SHOWN]), list(live.exclude(number="")[:DOCUMENTS_SHOWN])
