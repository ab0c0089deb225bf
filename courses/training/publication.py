"""Which version of a resource a course uses: the newest published at or above its unit."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import UnitAncestry
from accounts.querysets import on_day
from repository.models import Ingest, Publication, Review, Version


def published_versions(resource_ids: Iterable[int], unit_id: int) -> dict[int, Version]:
    """Resource id → its newest version published in force at the unit or above, in one query."""
    above = UnitAncestry.objects.filter(on_day(), descendant=unit_id).values("ancestor")
    rows = (
        Publication.objects.in_force()
        .filter(version__resource__in=list(resource_ids), unit__in=above, version__ingest=Ingest.READY)
        .select_related("version")
        .order_by("version__number")
    )
    return {row.version.resource_id: row.version for row in rows}


def published_version(resource_id: int, unit_id: int) -> Version | None:
    return published_versions([resource_id], unit_id).get(resource_id)


def withdrawn_for_cause(version: Version) -> bool:
    """Whether a version that a class pinned may not be opened even by those enrolled.

    It was approved when it was pinned; only a withdrawal for cause takes that back. One that was
    merely replaced, or is no longer shown, stays approved.
    """
    return version.review != Review.APPROVED
