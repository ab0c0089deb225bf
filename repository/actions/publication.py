"""Publishing a version at a unit and withdrawing it. Publishing further up is one more row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.days import today
from accounts.models import OrgUnit, User
from accounts.permissions import require, units_where
from accounts.querysets import OrgUnitQuerySet
from repository import errors, notices, sheet
from repository.actions._rights import require_other_eyes
from repository.actions.versions import lock
from repository.metadata import one_line
from repository.models import (
    Ingest,
    LearningResource,
    MetadataRevision,
    Publication,
    Review,
    ReviewEvent,
    Version,
)
from repository.models.resources import new_access_key
from repository.signals import resource_changed, resource_withdrawn


def units_to_publish_at(user: User, resource: LearningResource) -> OrgUnitQuerySet:
    """The owner's unit and those above it where a person reviews, the nearest first."""
    return OrgUnit.objects.ancestors(resource.owner_unit_id).filter(
        pk__in=units_where(user, "resource.review").values("pk")
    )


@transaction.atomic
def publish(
    *,
    by: User | None,
    version: Version,
    unit: OrgUnit,
    open_to_guests: bool = False,
    decision: str = "",
    revision: int | None = None,
    checks: Sequence[dict[str, Any]] = (),
    own: bool = False,
) -> Publication:
    """Approves a submitted version, or one approved before, and shows it to a unit's subtree.

    What the unit showed of this resource until now ends. ``revision`` is the one that the reviewer
    read; where the description has changed since, she is told instead. At the root unit it is for
    the whole sector. ``checks`` is her sheet (``repository.sheet``). ``own``: also where she made it
    herself, for imports by whoever runs the machine.
    """
    version, resource = lock(version)
    if by is not None:
        require(by, "resource.review", unit)
    _require_publishable(version, resource, unit, revision)
    if not own:
        require_other_eyes(by, version, resource)
    metadata = MetadataRevision.objects.get(resource=resource, number=resource.revision)
    shown = Publication.objects.in_force().filter(version__resource=resource, unit=unit)
    replaced = list(shown.exclude(version=version).values_list("version_id", flat=True))
    shown.update(withdrawn_on=today(), withdrawn_at=timezone.now(), withdrawn_by=by)
    publication = Publication.objects.create(
        version=version,
        metadata=metadata,
        unit=unit,
        by=by,
        published_on=today(),
        decision=one_line(decision)[:200],
        open_to_guests=open_to_guests,
    )
    version.review, version.submitted_at = Review.APPROVED, None
    version.save(update_fields=["review", "submitted_at"])
    event = ReviewEvent.objects.create(
        version=version,
        act=ReviewEvent.Act.PUBLISHED,
        by=by,
        unit=unit,
        reasons=sheet.as_text(checks),
        checks=list(checks),
    )
    notices.enqueue(event)
    _announce(resource.pk, replaced)
    return publication


def _require_publishable(
    version: Version, resource: LearningResource, unit: OrgUnit, revision: int | None
) -> None:
    """Raises a Refusal unless the version, as the reviewer read it, may be shown at the unit."""
    if not OrgUnit.objects.ancestors(resource.owner_unit_id).filter(pk=unit.pk).exists():
        raise errors.unit_not_above()
    if version.ingest != Ingest.READY:
        raise errors.not_ready()
    if version.opens_nothing:
        raise errors.cartridge_bare()
    if version.review not in (Review.SUBMITTED, Review.APPROVED):
        raise errors.not_submitted()
    if revision is not None and revision != resource.revision:
        raise errors.changed_meanwhile()


@transaction.atomic
def withdraw(
    *, by: User | None, publication: Publication, cause: str = "", for_cause: bool = False
) -> Publication:
    """Ends a publication. For cause (a wrong, private or unlawful content) it ends everywhere, and
    no address made before opens a file any more; then a cause must be given, and the right is
    needed at every unit that shows the version.
    """
    version, resource = lock(publication.version)
    publication = Publication.objects.select_for_update(of=("self",)).get(pk=publication.pk)
    if publication.withdrawn_on is not None:
        raise errors.already_withdrawn()
    cause = one_line(cause)[:300]
    if for_cause and not cause:
        raise errors.cause_missing()
    ending = Publication.objects.in_force().filter(version=version)
    if not for_cause:
        ending = ending.filter(pk=publication.pk)
    units = list(OrgUnit.objects.filter(pk__in=ending.values("unit")))
    if by is not None:
        for unit in units:
            require(by, "resource.withdraw", unit)
    ending.update(withdrawn_on=today(), withdrawn_at=timezone.now(), withdrawn_by=by, cause=cause)
    for unit in units:
        event = ReviewEvent.objects.create(
            version=version, act=ReviewEvent.Act.WITHDRAWN, by=by, unit=unit, reasons=cause
        )
        notices.enqueue(event)
    if for_cause:
        version.access_key, version.review = new_access_key(), Review.RETURNED
        version.save(update_fields=["access_key", "review"])
        resource_withdrawn.send(sender=Version, version_ids=[version.pk], for_cause=True)
        resource_changed.send(sender=LearningResource, resource_ids=[resource.pk])
    else:
        _announce(resource.pk, [version.pk])
    publication.refresh_from_db()
    return publication


def _announce(resource_id: int, ended: list[int]) -> None:
    """The resource looks different now; versions that no unit shows any more are named."""
    still = set(Publication.objects.in_force().filter(version__in=ended).values_list("version_id", flat=True))
    gone = sorted(set(ended) - still)
    if gone:
        resource_withdrawn.send(sender=Version, version_ids=gone, for_cause=False)
    resource_changed.send(sender=LearningResource, resource_ids=[resource_id])
