"""A lesson as its author sees it in a list: its newest version, what is published of it, what was said."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Sum

from accounts.models import OrgUnit
from repository import notices, shelf
from repository.models import LearningResource, Publication, ResourceUse, Review, ReviewEvent, Version
from repository.sheet import GOOD, Said


def with_state(resources: Any) -> Any:
    """Versions, publications and reasons of return, read together for a whole list."""
    publications = Publication.objects.select_related("unit").order_by("-published_at")
    events = ReviewEvent.objects.select_related("by").order_by("-at", "-pk")
    versions = (
        Version.objects.select_related("blob", "by", "page_picture")
        .defer("page_picture__data")
        .order_by("-number")
        .prefetch_related(
            Prefetch("publications", publications, to_attr="shown"),
            Prefetch("review_events", events, to_attr="steps"),
        )
    )
    return resources.prefetch_related(Prefetch("versions", versions, to_attr="history"))


class Row:
    """A lesson in a list: its newest version, and what is published of it."""

    def __init__(self, resource: LearningResource) -> None:
        self.resource = resource
        self.uses = 0
        self.versions: list[Version] = resource.history  # type: ignore[attr-defined]
        self.newest = self.versions[0] if self.versions else None
        every = [publication for version in self.versions for publication in version.shown]  # type: ignore[attr-defined]
        self.publications = [one for one in every if one.withdrawn_on is None]
        for version in self.versions:
            version.is_shown = any(one.version_id == version.pk for one in self.publications)  # type: ignore[attr-defined]
        self.shown = next((version for version in self.versions if version.is_shown), None)  # type: ignore[attr-defined]
        self.withdrawn = max(every, key=lambda one: one.withdrawn_at) if every and not self.shown else None
        self.places = shelf.places(
            shelf.Facts(
                ingest=self.newest.ingest if self.newest else "",
                review=self.newest.review if self.newest else "",
                published=bool(self.publications),
                was_published=bool(every),
            )
        )

    @property
    def returned(self) -> ReviewEvent | None:
        """The last return, with its reasons, until the lesson is handed in again: a draft that follows
        a version returned is still to answer it."""
        for version in self.versions:
            steps = version.steps  # type: ignore[attr-defined]
            found = next((step for step in steps if step.act == ReviewEvent.Act.RETURNED), None)
            if version.review == Review.RETURNED or (found and version.review == Review.DRAFT):
                return found
            if version.review != Review.DRAFT:
                return None
        return None

    @property
    def reasons(self) -> list[Said]:
        """What is to be changed, and the remark."""
        return notices.asked(self.returned) if self.returned else []

    @property
    def good(self) -> list[Said]:
        """What the reviewer found good."""
        rows = notices.said(self.returned) if self.returned else []
        return [one for one in rows if one.label and one.mark == GOOD]

    @property
    def ready(self) -> bool:
        return bool(self.newest and self.newest.ingest == "ready")


def explain_steps(row: Row) -> None:
    """Gives the steps of every version the reasons that they carry."""
    for version in row.versions:
        for step in version.steps:  # type: ignore[attr-defined]
            step.asked = notices.asked(step) if step.act == ReviewEvent.Act.RETURNED else []


def name_units(rows: list[Row], *more: int) -> dict[int, OrgUnit]:
    """Gives the units of publications their names of today; one query for all, and for ``more`` ids."""
    shown = [one for row in rows for one in row.publications]
    units = OrgUnit.objects.named().in_bulk({*more, *(one.unit_id for one in shown)})
    for one in shown:
        one.unit = units.get(one.unit_id, one.unit)
    return units


def count_uses(rows: list[Row]) -> None:
    """How often each was used, ever; one query."""
    ids = [row.resource.pk for row in rows if row.publications]
    counted = ResourceUse.objects.filter(resource__in=ids).values_list("resource").annotate(Sum("count"))
    uses = dict(counted.order_by()) if ids else {}
    for row in rows:
        row.uses = uses.get(row.resource.pk, 0)
