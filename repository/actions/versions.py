"""Versions and their way through review: received, submitted, recalled, returned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import require
from repository import errors, ingest, notices, sheet
from repository.actions._rights import require_edit, require_other_eyes
from repository.actions.uploads import finish_upload
from repository.metadata import gaps, one_line
from repository.models import (
    Blob,
    Ingest,
    LearningResource,
    Likeness,
    Publication,
    Review,
    ReviewEvent,
    SubjectOffer,
    Upload,
    Version,
)

NOTE_CHARS = 300


def submit_version(*, by: User, resource: LearningResource, upload: Upload, note: str = "") -> Version:
    """Makes an arrived file the next version of a resource and ingests it, here or by task.

    Up to ``INGEST_INLINE_MB``, and of sound and video always, the verdict is there on return; else ``ingest``
    is "received".
    """
    require_edit(by, resource)
    upload = finish_upload(by=by, upload=upload)
    quick = ingest.is_quick(upload)
    version = _receive(by, resource, upload, note, quick=quick)
    if quick:
        ingest.run(version.pk)
        version.refresh_from_db()
    return version


@transaction.atomic
def _receive(by: User, resource: LearningResource, upload: Upload, note: str, *, quick: bool) -> Version:
    """The row of the version, with the task that ingests it should nobody do so before."""
    resource = LearningResource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    if resource.discarded_at is not None:
        raise errors.discarded()
    if resource.versions.filter(review=Review.SUBMITTED).exists():
        raise errors.awaiting_review()
    row = Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk, state=Upload.State.RECEIVED)
    fresh = row.first()
    if fresh is None:
        raise errors.upload_missing()
    blob = Blob.objects.select_for_update().get(pk=fresh.blob_id)
    Blob.objects.filter(pk=blob.pk).update(refused=False, unused_since=None)
    last = resource.versions.aggregate(last=Max("number"))["last"] or 0
    version = Version.objects.create(
        resource=resource,
        number=last + 1,
        blob=blob,
        filename=fresh.filename,
        note=one_line(note)[:NOTE_CHARS],
        by=by,
    )
    Upload.objects.filter(pk=fresh.pk).update(state=Upload.State.USED)
    if not quick:
        ingest.enqueue(version.pk)
    else:
        # The request comes first; the task only takes over if the request dies before its lease.
        ingest.enqueue(version.pk, after=timezone.now() + ingest.LEASE_LEAST)
    return version


@transaction.atomic
def taken_before(*, by: User, upload: Upload, kind: str) -> Version | None:
    """Her own version with the very bytes of a file that has arrived, of a lesson not deleted, the latest.

    The upload is done with then: nobody needs the same draft twice.
    """
    own = Version.objects.filter(
        blob=upload.blob_id, kind=kind, ingest=Ingest.READY, resource__author=by, resource__discarded_at=None
    )
    found = own.select_related("resource").order_by("-created_at", "-pk").first()
    if found is not None:
        mine = Upload.objects.filter(pk=upload.pk, user=by, state=Upload.State.RECEIVED)
        mine.update(state=Upload.State.USED)
    return found


def missing_fields(resource: LearningResource) -> list[str]:
    """The names of the fields that must be filled in before review, in the active language."""
    offered = bool(resource.subject_id) and SubjectOffer.objects.filter(subject=resource.subject_id).exists()
    names = {"title": _("title"), "subject": _("subject"), "grades": _("grade")}
    found = gaps(
        title=resource.title,
        subject=str(resource.subject_id or ""),
        grades=[grade.code for grade in resource.grades.all()],
        offered=offered,
    )
    return [names[name] for name in found]


@transaction.atomic
def submit_for_review(*, by: User | None, version: Version) -> Version:
    """Puts the newest version before the reviewers, also when only its description has changed."""
    version, resource = lock(version)
    require_edit(by, resource)
    if resource.discarded_at is not None:
        raise errors.discarded()
    if version.ingest != Ingest.READY:
        raise errors.not_ready()
    if version.opens_nothing:
        raise errors.cartridge_bare()
    if version.likeness == Likeness.UNLIKE:
        raise errors.version_unlike()
    missing = missing_fields(resource)
    if missing:
        raise errors.metadata_incomplete(", ".join(missing))
    newest = resource.versions.filter(ingest=Ingest.READY).order_by("-number").first()
    if newest is None or newest.pk != version.pk or not may_be_submitted(version, resource):
        raise errors.nothing_to_submit()
    version.review, version.submitted_at = Review.SUBMITTED, timezone.now()
    version.save(update_fields=["review", "submitted_at"])
    event = ReviewEvent.objects.create(
        version=version, act=ReviewEvent.Act.SUBMITTED, by=by, unit=resource.owner_unit
    )
    notices.enqueue(event)
    return version


def may_be_submitted(version: Version, resource: LearningResource) -> bool:
    """Draft and returned versions may; an approved one only if the description is newer."""
    if version.review in (Review.DRAFT, Review.RETURNED):
        return True
    if version.review == Review.SUBMITTED:
        return False
    shown = Publication.objects.in_force().filter(version=version)
    return not shown.filter(metadata__number=resource.revision).exists()


@transaction.atomic
def recall(*, by: User | None, version: Version) -> Version:
    """Takes a submitted version back, to change something first."""
    version, resource = lock(version)
    require_edit(by, resource)
    if version.review != Review.SUBMITTED:
        raise errors.not_submitted()
    published = Publication.objects.in_force().filter(version=version).exists()
    version.review = Review.APPROVED if published else Review.DRAFT
    version.submitted_at = None
    version.save(update_fields=["review", "submitted_at"])
    ReviewEvent.objects.create(version=version, act=ReviewEvent.Act.RECALLED, by=by, unit=resource.owner_unit)
    return version


@transaction.atomic
def return_version(
    *, by: User | None, version: Version, reasons: str = "", checks: Sequence[dict[str, Any]] = ()
) -> Version:
    """Sends a submitted version back to its author. Needs review at its unit.

    ``checks`` is the sheet (``repository.sheet``); ``reasons`` the words where there is none.
    """
    version, resource = lock(version)
    if by is not None:
        require(by, "resource.review", resource.owner_unit_id)
    if version.review != Review.SUBMITTED:
        raise errors.not_submitted()
    require_other_eyes(by, version, resource)
    reasons = reasons.strip() or sheet.as_text(checks)
    if not reasons:
        raise errors.reasons_missing()
    version.review, version.submitted_at = Review.RETURNED, None
    version.save(update_fields=["review", "submitted_at"])
    event = ReviewEvent.objects.create(
        version=version,
        act=ReviewEvent.Act.RETURNED,
        by=by,
        unit=resource.owner_unit,
        reasons=reasons,
        checks=list(checks),
    )
    notices.enqueue(event)
    return version


def lock(version: Version) -> tuple[Version, LearningResource]:
    """Resource first, then version: the order of every action that changes both."""
    resource = (
        LearningResource.objects.select_for_update(of=("self",))
        .select_related("owner_unit")
        .get(pk=version.resource_id)
    )
    return Version.objects.select_for_update(of=("self",)).get(pk=version.pk), resource
