"""What the catalogue page of a resource shows: the publication a person sees, its history, its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import Http404

from accounts.models import OrgUnit
from accounts.permissions import told
from accounts.prepared import prepared
from repository import page_pictures
from repository.models import (
    Ingest,
    LearningResource,
    PagePicture,
    ProblemReport,
    Publication,
    ResourceUse,
    Sco,
    Version,
)

RELATED = 3
_LOOKED_AT = 24


@prepared
def _shown(user: Any, uid: UUID) -> QuerySet[Publication]:
    return (
        Publication.objects.visible_to(user)
        .filter(version__resource__uid=uid, version__ingest=Ingest.READY)
        .select_related(
            "version__blob__package_index",
            "version__resource__author",
            "version__page_picture",
            "metadata",
            "unit",
        )
        .defer("version__page_picture__data")
        .order_by("-version__number", "-published_at")[:1]
    )


def best_publication(user: Any, resource_uid: UUID) -> Publication:
    """What the library shows a person of a resource: the newest version she may see. Raises Http404."""
    publication: Publication | None = _shown.first(user=user, uid=resource_uid)
    if publication is None:
        raise Http404
    return publication


@prepared
def _contents(version: int) -> QuerySet[Sco]:
    return Sco.objects.filter(version=version, visible=True).exclude(title="").only("title", "path")


def contents(version: Version) -> list[Sco]:
    """The parts of a package that have a title, in their order."""
    found: list[Sco] = _contents(version=version.pk)
    return found


@prepared
def _names(one: int, other: int) -> QuerySet[OrgUnit]:
    return OrgUnit.objects.named().filter(pk__in=[one, other])


def units_named(one: int, other: int) -> dict[int, OrgUnit]:
    """Two units by id, with their names today."""
    return {unit.pk: unit for unit in _names(one=one, other=other)}


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may do with a resource that she sees, and what waits for her there."""

    edit: bool = False
    withdraw: bool = False
    answer: bool = False
    moderates: bool = False
    waiting: int = 0
    times_used: int = 0


_RIGHTS = ("edit", "reviews", "withdraw", "waiting", "times_used")


@prepared
def _rights(user: Any, publication: int) -> QuerySet[Any, Any]:
    asked = Publication.objects.filter(pk=publication).annotate(
        edit=told(user, "resource.review", "version__resource__owner_unit"),
        reviews=told(user, "resource.review"),
        withdraw=told(user, "resource.withdraw"),
        waiting=Coalesce(_summed(ProblemReport.objects.waiting(), Value(1)), 0),
        times_used=Coalesce(_summed(ResourceUse.objects.all(), "count"), 0),
    )
    return asked.values_list(*_RIGHTS)


def rights(user: Any, publication: Publication) -> Rights:
    """All that is asked about one person and one resource, in one query."""
    row = dict(zip(_RIGHTS, _rights.first(user=user, publication=publication.pk), strict=True))
    if not user.is_authenticated or not user.is_active:
        return Rights(times_used=row["times_used"])
    own = publication.version.resource.author_id == user.pk
    answers = own or row["edit"] or row["reviews"]
    return Rights(
        edit=own or row["edit"],
        withdraw=row["withdraw"],
        answer=answers,
        moderates=not own and (row["edit"] or row["reviews"]),
        waiting=row["waiting"] if answers else 0,
        times_used=row["times_used"],
    )


def _summed(rows: QuerySet[Any], what: str | Value) -> Subquery:
    of_it = rows.filter(resource=OuterRef("version__resource")).order_by()
    return Subquery(of_it.values("resource").annotate(total=Sum(what)).values("total"))


@dataclass(frozen=True, slots=True)
class Edition:
    """One version in the list: its first day in the library, and whether this person may open it."""

    version: Version
    day: date
    in_use: bool
    readable: bool


@prepared
def _editions(user: Any, resource: int, number: int, unit: int) -> QuerySet[Publication]:
    readable = Exists(Version.objects.readable_by(user).filter(pk=OuterRef("version")))
    return (
        Publication.objects.filter(version__resource=resource, version__number__lte=number)
        .annotate(readable=readable)
        .filter(Q(unit=unit) | Q(readable=True))
        .select_related("version__blob")
        .order_by("-version__number", "published_at")
    )


def editions(user: Any, publication: Publication) -> list[Edition]:
    """The versions up to the one shown that the same unit showed, or that she may open; newest first."""
    shown = publication.version
    found: dict[int, Edition] = {}
    rows = _editions(user=user, resource=shown.resource_id, number=shown.number, unit=publication.unit_id)
    for row in rows:
        one = Edition(row.version, row.published_on, row.version_id == shown.pk, bool(row.readable))
        found.setdefault(row.version_id, one)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Card:
    """A neighbour, as it was approved; ``picture`` is the address of its first page, "" without one."""

    uid: UUID
    title: str
    group: str
    sign: str
    grade: str
    subject: str
    author: str
    type: str
    picture: str = ""


@prepared
def _neighbours(user: Any, resource: int, subject: int) -> QuerySet[Any, Any]:
    grades = LearningResource.grades.through.objects
    near = grades.filter(
        learningresource=OuterRef("version__resource"),
        grade__in=grades.filter(learningresource=resource).values("grade"),
    )
    return (
        Publication.objects.visible_to(user)
        .filter(version__resource__subject=subject)
        .exclude(version__resource=resource)
        .annotate(near=Exists(near))
        .order_by("-near", "-published_at", "-pk")
        .values_list(
            "version__resource__uid", "metadata__data", "version__uid", "version__page_picture__state"
        )[:_LOOKED_AT]
    )


def related(user: Any, resource: LearningResource) -> list[Card]:
    """Other lessons of the subject that she sees: of the same grade first, then the newest."""
    if resource.subject_id is None:
        return []
    cards: dict[UUID, Card] = {}
    for uid, data, version, drawn in _neighbours(
        user=user, resource=resource.pk, subject=resource.subject_id
    ):
        if uid not in cards:
            picture = page_pictures.address(version) if drawn == PagePicture.State.DONE else ""
            cards[uid] = _card(uid, data, picture)
        if len(cards) == RELATED:
            break
    return list(cards.values())


def _card(uid: UUID, data: dict[str, Any], picture: str) -> Card:
    subject = data.get("subject") or {}
    grades = data.get("grades") or []
    return Card(
        uid=uid,
        title=data["title"],
        group=subject.get("group", "life"),
        sign=subject.get("sign", ""),
        grade=grades[0]["name"] if grades else "",
        subject=subject.get("name", ""),
        author=(data.get("author") or {}).get("name", ""),
        type=(data.get("type") or {}).get("name", ""),
        picture=picture,
    )


@prepared
def _reports(user: Any, resource: int) -> QuerySet[ProblemReport]:
    mine = ProblemReport.objects.filter(by=user, resource=resource).order_by("-at", "-pk")
    return mine.select_related("answered_by")[:3]


def own_reports(user: Any, resource: LearningResource) -> list[ProblemReport]:
    """What she reported here lately: what waits, and the last answers."""
    if not user.is_authenticated or not user.is_active:
        return []
    found: list[ProblemReport] = _reports(user=user, resource=resource.pk)
    return found
