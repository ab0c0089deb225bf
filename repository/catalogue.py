"""What the catalogue page of a resource shows: the publication a person sees, its history, its neighbours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import Http404

from accounts.permissions import units_where
from repository.models import Ingest, LearningResource, ProblemReport, Publication, ResourceUse, Sco, Version

RELATED = 3
_LOOKED_AT = 24


def best_publication(user: Any, resource_uid: UUID) -> Publication:
    """What the library shows a person of a resource: the newest version she may see. Raises Http404."""
    publication = (
        Publication.objects.visible_to(user)
        .filter(version__resource__uid=resource_uid, version__ingest=Ingest.READY)
        .select_related("version__blob__package_index", "version__resource__author", "metadata", "unit")
        .prefetch_related(Prefetch("version__scos", Sco.objects.filter(visible=True)))
        .order_by("-version__number", "-published_at")
        .first()
    )
    if publication is None:
        raise Http404
    return publication


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may do with a resource that she sees, and what waits for her there."""

    edit: bool = False
    withdraw: bool = False
    answer: bool = False
    waiting: int = 0
    times_used: int = 0


def rights(user: Any, publication: Publication) -> Rights:
    """All that is asked about one person and one resource, in one query."""
    asked = Publication.objects.filter(pk=publication.pk).annotate(
        times_used=Coalesce(_summed(ResourceUse.objects.all(), "count"), 0)
    )
    if not user.is_authenticated or not user.is_active:
        return Rights(times_used=asked.values_list("times_used", flat=True)[0])
    reviews = units_where(user, "resource.review")
    row = asked.annotate(
        edit=Exists(reviews.filter(pk=OuterRef("version__resource__owner_unit"))),
        reviews=Exists(reviews.filter(pk=OuterRef("unit"))),
        withdraw=Exists(units_where(user, "resource.withdraw").filter(pk=OuterRef("unit"))),
        waiting=Coalesce(_summed(ProblemReport.objects.waiting(), Value(1)), 0),
    ).values("edit", "reviews", "withdraw", "waiting", "times_used")[0]
    own = publication.version.resource.author_id == user.pk
    answers = own or row["edit"] or row["reviews"]
    return Rights(
        edit=own or row["edit"],
        withdraw=row["withdraw"],
        answer=answers,
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


def editions(user: Any, publication: Publication) -> list[Edition]:
    """The versions up to the one shown that the same unit showed, or that she may open; newest first."""
    shown = publication.version
    found: dict[int, Edition] = {}
    readable = Exists(Version.objects.readable_by(user).filter(pk=OuterRef("version")))
    rows = (
        Publication.objects.filter(version__resource=shown.resource_id, version__number__lte=shown.number)
        .annotate(readable=readable)
        .filter(Q(unit=publication.unit_id) | Q(readable=True))
        .select_related("version__blob")
        .order_by("-version__number", "published_at")
    )
    for row in rows:
        one = Edition(row.version, row.published_on, row.version_id == shown.pk, row.readable)
        found.setdefault(row.version_id, one)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Card:
    """A neighbour, as it was approved."""

    uid: UUID
    title: str
    group: str
    sign: str
    grade: str
    subject: str
    author: str
    type: str


def related(user: Any, resource: LearningResource, data: dict[str, Any]) -> list[Card]:
    """Other lessons of the subject that she sees: of the same grade first, then the newest."""
    if resource.subject_id is None:
        return []
    grades = [grade["code"] for grade in data.get("grades") or []]
    near = LearningResource.grades.through.objects.filter(
        learningresource=OuterRef("version__resource"), grade__code__in=grades
    )
    rows: Iterable[Publication] = (
        Publication.objects.visible_to(user)
        .filter(version__resource__subject=resource.subject_id)
        .exclude(version__resource=resource)
        .annotate(near=Exists(near))
        .select_related("metadata", "version__resource")
        .order_by("-near", "-published_at", "-pk")[:_LOOKED_AT]
    )
    cards: dict[UUID, Card] = {}
    for row in rows:
        cards.setdefault(row.version.resource.uid, _card(row))
        if len(cards) == RELATED:
            break
    return list(cards.values())


def _card(publication: Publication) -> Card:
    data = publication.metadata.data
    subject = data.get("subject") or {}
    grades = data.get("grades") or []
    return Card(
        uid=publication.version.resource.uid,
        title=data["title"],
        group=subject.get("group", "life"),
        sign=subject.get("sign", ""),
        grade=grades[0]["name"] if grades else "",
        subject=subject.get("name", ""),
        author=(data.get("author") or {}).get("name", ""),
        type=(data.get("type") or {}).get("name", ""),
    )
